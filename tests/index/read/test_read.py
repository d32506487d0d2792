"""Reading one record: formats, metadata and its basis, encodings, hidden text, identity, and what is no article."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.errors import ArticleError
from dateline.index.languages import language_of
from dateline.index.read import NoticeError, Parsed, Record, parse, records
from dateline.index.read.decode import decode, normalise
from dateline.index.read.metadata import identity, title_of
from dateline.index.read.plain import unwrapped

PROSE = "The council voted nine to four on Tuesday to keep the old ferry running until the bridge is mended."
MORE = "Two hundred people had come to the hall, and most of them wanted the ferry to stay, the mayor said."
ALL = {"title", "outlet", "byline", "url", "language", "published"}


def zone(hours: float) -> timezone:
    return timezone(timedelta(hours=hours))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def read(payload: str | bytes, format: str = "text") -> Parsed:
    data = payload.encode() if isinstance(payload, str) else payload
    return parse(Record("a", None, format, data))  # type: ignore[arg-type]


def read_json(**fields: object) -> Parsed:
    return read(json.dumps({"text": PROSE} | fields), "json")


def assert_explained(error: ArticleError) -> None:
    assert error.message
    assert error.hint


def page(body: str, head: str = "") -> bytes:
    return f"<html lang='en'><head>{head}</head><body>{body}</body></html>".encode()


ARTICLE = f"<article><h1>Old ferry to run until spring</h1><p>{PROSE}</p><p>{MORE}</p></article>"


def test_paragraphs_of_a_page_are_kept_whole_and_apart() -> None:
    assert read(page(ARTICLE), "html").article.text == f"{PROSE}\n\n{MORE}"


@pytest.mark.parametrize(
    "hidden",
    ['<p style="display:none">{}</p>', '<p style="visibility: hidden">{}</p>', "<p hidden>{}</p>",
     '<div aria-hidden="true"><p>{}</p></div>', "<noscript><p>{}</p></noscript>", "<template><p>{}</p></template>",
     '<p class="sr-only">{}</p>', '<p class="ghost">{}</p>', '<p id="trap">{}</p>', "<!-- {} -->", "<script>{}</script>",
     '<span style="font-size:0">{}</span>', '<p style="position:absolute; left:-9999px">{}</p>',
     '<p style="clip-path: inset(100%)">{}</p>', '<p style="clip: rect(0, 0, 0, 0)">{}</p>',
     '<p style="color:transparent">{}</p>', '<p style="color:#FFF; margin:0; background:#fff">{}</p>',
     '<p style="background-color: white; color: White">{}</p>'],
)  # fmt: skip
def test_what_no_reader_sees_is_not_in_the_text(hidden: str) -> None:
    secret = "The ferry was sold in secret to a company in another country, the papers of the harbour office show."
    body = ARTICLE.replace(f"<p>{MORE}", f"{hidden.format(secret)}<p>{MORE}")
    head = "<style>.ghost, #trap { display: none } @media print { p { display: none } }</style>"
    text = read(page(body, head), "html").article.text
    assert secret not in text
    assert text == f"{PROSE}\n\n{MORE}"


def test_metadata_of_a_page() -> None:
    linked = {
        "@graph": [
            {"@type": "WebSite", "name": "Gazette"},
            {"@type": ["NewsArticle"], "headline": "Old ferry to run until spring", "author": [{"name": "Ida Moen"}, "Karl Brandt"],
             "datePublished": "2020-03-03T08:00:00Z", "inLanguage": "en-GB"},
        ]
    }  # fmt: skip
    head = f'<script type="application/ld+json">{json.dumps(linked)}</script>'
    head += '<link rel="canonical" href="https://gazette.example/ferry?utm_source=x"><title>Ferry - Gazette</title>'
    article = read(page(ARTICLE, head), "html").article
    assert (article.title, article.outlet, article.byline) == (
        "Old ferry to run until spring",
        "Gazette",
        "Ida Moen, Karl Brandt",
    )
    assert (article.language, article.published) == ("en", datetime(2020, 3, 3, 8, tzinfo=UTC))
    assert article.id == "url-" + hashlib.sha256(b"gazette.example/ferry").hexdigest()[:16]


def test_broken_json_ld_is_passed_over() -> None:
    head = '<script type="application/ld+json">{"headline": </script><meta property="og:title" content="Old ferry">'
    assert read(page(ARTICLE, head), "html").article.title == "Old ferry"


def test_visible_words_give_what_metadata_leave_out() -> None:
    text = f"Old ferry to run until spring\n\nBy Ida Moen\n\n3 March 2020\n\n{PROSE}\n"
    article = read(text).article
    assert (article.title, article.byline, article.published) == (
        "Old ferry to run until spring",
        "Ida Moen",
        date(2020, 3, 3),
    )
    assert {article.basis[name] for name in ("title", "byline", "published", "language")} == {"text"}
    assert article.text == PROSE
    dateline = read(f"LARKFIELD, England, March 3, 2020 (Gazette) - {PROSE}").article
    assert (dateline.published, dateline.basis["published"]) == (date(2020, 3, 3), "text")


def test_nothing_known_is_unknown(tmp_path: Path) -> None:
    file = tmp_path / "2020-03-03.txt"
    file.write_text(PROSE)
    (record,) = records([file])
    assert isinstance(record, Record)
    article = parse(record).article
    assert (article.title, article.outlet, article.published, article.updated) == (None, None, None, None)
    assert set(article.basis) == {"language"}


def test_markdown_is_read_as_it_is_shown() -> None:
    text = (
        '---\nid: f1\ntitle: "Ferry: a vote"\ndate: 2020-03-03\nauthor: [Ida Moen, Karl Brandt]\n---\n\n'
        "The *council* voted [nine to four](https://x.example) on Tuesday\nto keep the **old** ferry until spring.\n\n- It leaks.\n"
    )
    parsed = read(text, "markdown")
    assert (
        parsed.article.text
        == "The council voted nine to four on Tuesday to keep the old ferry until spring.\n\nIt leaks."
    )
    assert (parsed.article.id, parsed.article.title, parsed.article.byline) == (
        "f1",
        "Ferry: a vote",
        "Ida Moen, Karl Brandt",
    )
    assert parsed.article.published == date(2020, 3, 3)


def test_line_numbers_of_markdown_are_those_of_the_file() -> None:
    parsed = read(f"---\nid: f1\n---\n\n{PROSE}\n\nComments are closed.\n", "markdown")
    assert [removed.line for removed in parsed.removed] == [7]


def test_broken_front_matter_says_where() -> None:
    with pytest.raises(ArticleError, match="line 3") as caught:
        read(f"---\ntitle: a\nouter: b: c\n---\n{PROSE}", "markdown")
    assert "quotation marks" in caught.value.hint


@pytest.mark.parametrize(
    ("field", "names", "value", "expected"),
    [
        ("title", ("headline", "title"), "Old ferry", "Old ferry"),
        ("outlet", ("source", "publisher", "site_name"), {"name": "Gazette"}, "Gazette"),
        ("byline", ("author", "authors", "by"), ["By Ida Moen"], "Ida Moen"),
        ("url", ("link", "url"), "https://g.example/a", "https://g.example/a"),
        ("language", ("lang", "language"), "pt_BR", "pt"),
        ("published", ("date", "published_at", "pubDate", "date_published"), "2020-03-03", date(2020, 3, 3)),
        ("updated", ("modified", "date_modified"), "2020-03-03", date(2020, 3, 3)),
    ],
)
def test_json_fields_have_many_names(field: str, names: tuple[str, ...], value: object, expected: object) -> None:
    for name in names:
        article = read_json(**{name: value}).article
        assert getattr(article, field) == expected
        assert article.basis[field] == "metadata"


def test_a_date_in_the_year_20211_leaves_the_article_undated() -> None:
    parsed = read_json(id="a", published="20211-08-05", updated="2021-08-06")
    assert (parsed.article.published, parsed.article.updated) == (None, date(2021, 8, 6))
    assert "published" not in parsed.article.basis
    (warning,) = parsed.warnings
    assert warning.severity == "warning"
    assert all(part in warning.reason for part in ("published", "20211-08-05", "2021-08-05T21:50:00Z"))


def test_an_address_that_is_unsafe_to_link_is_left_out() -> None:
    parsed = read_json(id="a", url="javascript:alert(1)")
    assert parsed.article.url is None
    assert "not a web address" in parsed.warnings[0].reason


def test_a_title_loses_only_the_known_outlet() -> None:
    assert title_of("Old ferry to stay | The Gazette", "Gazette") == "Old ferry to stay"
    assert title_of("Old ferry to stay - for now", "Gazette") == "Old ferry to stay - for now"
    assert title_of("Old ferry to stay | Gazette", None) == "Old ferry to stay | Gazette"


@pytest.mark.parametrize("own_id", ["a", "A.b_c~d:e,f@g-h", "x" * 200, 17])
def test_an_own_id_is_kept(own_id: str | int) -> None:
    assert read_json(id=own_id).article.id == str(own_id)


@pytest.mark.parametrize("own_id", ["a/b", "a b", "x" * 201, "..", "é", "a%2Fb"])
def test_an_own_id_that_fits_no_path_is_hashed(own_id: str) -> None:
    assert read_json(id=own_id).article.id == "id-" + hashlib.sha256(own_id.encode()).hexdigest()[:32]


def test_identity_without_an_own_id() -> None:
    urls = ["https://G.example/a/?utm_source=x#top", "http://g.example:80/a", "https://g.example/a?fbclid=1"]
    assert len({identity(None, url, "") for url in urls}) == 1
    assert identity(None, "https://g.example/a?id=1", "") != identity(None, "https://g.example/a?id=2", "")
    assert read(PROSE).article.id == "text-" + hashlib.sha256(PROSE.encode()).hexdigest()[:16]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(encoding: str) -> None:
    text = f"“{PROSE}” — Médecins Sans Frontières, €20"
    parsed = read(text.encode(encoding))
    assert parsed.article.text == text
    assert parsed.warnings == ()


def test_a_declared_charset_is_used_unless_the_bytes_are_good_utf_8() -> None:
    body = ARTICLE.replace("ferry", "фєрі")
    head = '<meta charset="windows-1251">'
    for encoding in ("windows-1251", "utf-8"):
        payload = f"<html><head>{head}</head><body>{body}</body></html>".encode(encoding)
        assert "фєрі running" in parse(Record("a", None, "html", payload)).article.text


def test_broken_utf_8_is_read_with_a_warning() -> None:
    payload = f"“{PROSE}” – “yes”".encode().replace(b"council", b"coun\xffcil")
    parsed = read(payload)
    assert "coun\ufffdcil" in parsed.article.text
    assert "1 character could not be read as utf-8" in parsed.warnings[0].reason


def test_text_is_normalised() -> None:
    text = normalise("a\u00a0 b\tc\r\nd\u200be\u00ad\x00f\u2028g e\u0301 \u202eh\u202c  ")
    assert text == "a b c\ndef\ng é h"


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.binary(max_size=400))
def test_any_bytes_decode(payload: bytes) -> None:
    assert isinstance(decode(payload).text, str)


@given(st.binary(max_size=300), st.sampled_from(["text", "markdown", "html"]))
def test_any_bytes_parse_or_are_refused_properly(payload: bytes, kind: str) -> None:
    try:
        assert read(payload, kind).article.text
    except ArticleError as error:
        refused = error
        assert_explained(refused)


def test_hard_wrapped_paragraphs_are_joined_and_lines_keep_their_numbers() -> None:
    words = PROSE.replace(" on ", "\non ").replace(" ferry", "\nferry")
    wrapped = "\n\n".join(
        [
            "The council voted nine to four on a Tuesday in the\nspring to keep the old ferry going until the new\nbridge is mended."
        ]
        * 3
    )
    assert unwrapped(wrapped).split("\n")[4].endswith("mended.")
    assert unwrapped(words) == words


@pytest.mark.parametrize("payload", ['{"title": "a"}', '{"text": "  "}', '{"text": 7}', '{"text": []}'])
def test_a_record_without_text(payload: str) -> None:
    with pytest.raises(ArticleError, match="no text") as caught:
        read(payload, "json")
    assert caught.value.hint


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p></p>",
        "<nav><a href='/'>Home</a></nav><ul><li><a href='/1'>Ferry stays</a></li></ul>",
        "<img src='a.png'>",
    ],
)
def test_a_page_without_an_article(body: str) -> None:
    with pytest.raises(ArticleError, match="no article") as caught:
        read(page(body), "html")
    assert caught.value.hint


def test_furniture_alone_is_no_article() -> None:
    with pytest.raises(ArticleError, match="Only page furniture"):
        read("Share\nTweet\n\nComments are closed.\n")


def test_a_notice_is_an_article_error_of_its_own() -> None:
    with pytest.raises(NoticeError):
        read("We use cookies on our site. Accept all cookies. Manage your cookie consent.")


@pytest.mark.parametrize(
    "front",
    ["title: &x [*x]", "author: &x {name: *x}", "a: " + "[" * 5000, "title: !!binary aGk=", "date: [2020-03-03]"],
)
def test_front_matter_can_not_harm(front: str) -> None:
    try:
        assert read(f"---\n{front}\n---\n{PROSE}", "markdown").article.text == PROSE
    except ArticleError as error:
        refused = error
        assert_explained(refused)


def test_a_page_laid_out_in_tables_is_read() -> None:
    body = (
        f"<table><tr><td><a href='/'>Home</a></td><td><h1>Old ferry</h1><p>{PROSE}</p><p>{MORE}</p></td></tr></table>"
    )
    assert read(page(body), "html").article.text == f"{PROSE}\n\n{MORE}"


def test_languages() -> None:
    assert language_of(PROSE * 3) == "en"
    assert language_of("Die Regierung hat am Montag beschlossen, dass die alte Fähre bis zum Frühling fährt.") == "de"
    assert language_of("Kunduz 2021") is None
    assert (
        read(
            "Le conseil a décidé mardi que le vieux bac restera en service jusqu'au printemps prochain."
        ).article.language
        == "fr"
    )


@pytest.mark.parametrize(
    ("given", "corrects"),
    [
        ("ferry-1", "ferry-1"),
        ("  ferry-1 ", "ferry-1"),
        (["ferry-1"], "ferry-1"),
        (1207, "1207"),
        ("https://gazette.example/ferry", "id-" + hashlib.sha256(b"https://gazette.example/ferry").hexdigest()[:32]),
        ("Ferry, 3 March", "id-" + hashlib.sha256(b"Ferry, 3 March").hexdigest()[:32]),
        (None, None),
        ("", None),
        ([], None),
    ],
)
def test_which_article_is_corrected(given: object, corrects: str | None) -> None:
    parsed = read_json(id="mended", corrects=given)
    assert (parsed.article.corrects, parsed.warnings) == (corrects, ())
    if isinstance(corrects, str):
        corrected = read_json(id=given[0] if isinstance(given, list) else given)
        assert corrected.article.id == corrects


@pytest.mark.parametrize("given", ["mended", " mended", "   ", True, 1.5, {"id": "a"}, ["a", "b"], [["a"]]])
def test_what_cannot_be_corrected_is_left_out(given: object) -> None:
    parsed = read_json(id="mended", corrects=given)
    (warning,) = parsed.warnings
    assert parsed.article.corrects is None
    assert "of 'corrects' is not the id of one other article" in warning.reason
    assert "name the article" in warning.reason


def test_front_matter_names_the_article_that_is_corrected() -> None:
    assert read(f"---\nid: mended\ncorrects: ferry-1\n---\n\n{PROSE}\n", "markdown").article.corrects == "ferry-1"
    assert read(f"{PROSE}\n\ncorrects: ferry-1\n").article.corrects is None
