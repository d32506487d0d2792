"""Formats: one article in the shapes that newsrooms have it in, what formats state, and what is refused in clear words."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dateline.index.article import PageStart, Problem
from dateline.index.errors import ArticleError
from dateline.index.read import HowToRead, Parsed, Record, parse, records
from tests.index.shapes import (
    DAY,
    FIRST,
    HTML,
    MOMENT,
    REFUSED,
    SECOND,
    SHAPES,
    TEXT,
    TITLE,
    URL,
    mail,
    newsml,
    nitf,
    page,
    pdf,
    word,
    zipped,
)

NINE = datetime(2024, 5, 14, 9, tzinfo=UTC)


def split(folder: Path, name: str, content: bytes, how: HowToRead | None = None) -> tuple[list[Parsed], list[str]]:
    """The articles of a file, and what was said of what is none."""
    (folder / name).write_bytes(content)
    articles, reasons = [], []
    for item in records([folder / name], how or HowToRead()):
        if isinstance(item, Problem):
            reasons.append(item.reason)
            continue
        try:
            articles.append(parse(item))
        except ArticleError as error:
            reasons.append(f"{error.message} {error.hint}")
    return articles, reasons


def one(folder: Path, name: str, content: bytes) -> Parsed:
    """The one article of a file that is sound."""
    (found,), reasons = split(folder, name, content)
    assert reasons == []
    return found


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_is_read(tmp_path: Path, name: str) -> None:
    articles, reasons = split(tmp_path, name, SHAPES[name])
    assert reasons == []
    article = articles[0].article
    paragraphs = article.text.split("\n\n")
    assert [" ".join(paragraphs[:2])] == [f"{FIRST} {SECOND}"] or paragraphs == [f"{FIRST} {SECOND}"]
    assert article.title is not None
    assert article.title.endswith(TITLE)
    assert "<" not in article.text
    assert "Unsubscribe" not in article.text
    assert "appeared first" not in article.text


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_read_is_refused_in_clear_words(tmp_path: Path, name: str) -> None:
    content, word = REFUSED[name]
    articles, reasons = split(tmp_path, name, content)
    assert articles == []
    assert word in reasons[0]


def test_there_are_seventy_five_shapes_and_more() -> None:
    assert len(SHAPES) + len(REFUSED) >= 75


@pytest.mark.parametrize(
    ("name", "outlet", "byline", "published"),
    [
        ("data.html", "Ellery Gazette", "Runa Holt", MOMENT),
        ("story.nitf", "Ellery Wire", "Runa Holt", MOMENT),
        ("newsml.xml", "Ellery Wire", "Runa Holt", MOMENT),
        ("newsapi.json", "Ellery Gazette", None, MOMENT),
        ("jsonfeed.json", "Ellery Gazette", None, MOMENT),
        ("letter.eml", "Ellery Gazette", None, MOMENT),
        ("nexis.txt", "The Ellery Gazette", "Runa Holt", DAY),
        ("nexis-new.txt", "Ellery Gazette", "Runa Holt", DAY),
        ("factiva.txt", "Ellery Gazette", "Runa Holt", DAY),
        ("factiva-tagged.txt", "Ellery Gazette", "Runa Holt", DAY),
        ("wordpress.json", None, None, MOMENT),
        ("nested.json", None, None, MOMENT),
    ],
)
def test_metadata_of_formats(tmp_path: Path, name: str, outlet: str | None, byline: str | None, published: str) -> None:
    article = split(tmp_path, name, SHAPES[name])[0][0].article
    assert (article.outlet, article.byline) == (outlet, byline)
    assert article.published is not None
    assert article.published.isoformat().replace("+00:00", "Z") == published


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("nexis.txt", [TITLE, "Lido opens again"]),
        ("factiva.txt", [TITLE, "Lido opens again"]),
        ("lines-called.json", [TITLE, TITLE]),
        ("concatenated.json", [TITLE, TITLE]),
    ],
)
def test_several_articles_in_one_file(tmp_path: Path, name: str, titles: list[str]) -> None:
    articles, _ = split(tmp_path, name, SHAPES[name])
    assert [parsed.article.title for parsed in articles] == titles
    assert len({parsed.article.id for parsed in articles}) == len(titles)
    if name.endswith(".txt"):
        assert articles[1].article.text == "The lido of Ellery opened again on Wednesday, after nine months of repairs."


def test_newsml_states_embargo_status_and_version(tmp_path: Path) -> None:
    usable = one(
        tmp_path, "a.xml", newsml('<embargoed>2024-05-15T06:00:00Z</embargoed><pubStatus qcode="stat:usable"/>')
    )
    assert (usable.embargo, usable.withdraw) == (datetime(2024, 5, 15, 6, tzinfo=UTC), None)
    assert usable.article.id == "urn:newsml:wire.example:ferry"
    assert (usable.article.published, usable.article.updated) == (NINE, NINE)
    killed = one(tmp_path, "b.xml", newsml('<pubStatus qcode="stat:canceled"/>', 2, "2024-05-14T11:00:00Z"))
    assert killed.withdraw == "its provider has taken it back (status canceled)"
    assert (killed.article.id, killed.article.updated) == (usable.article.id, datetime(2024, 5, 14, 11, tzinfo=UTC))


def test_a_kill_needs_no_text(tmp_path: Path) -> None:
    killed = one(tmp_path, "b.xml", newsml('<pubStatus qcode="stat:canceled"/>', body=""))
    assert killed.withdraw is not None


def test_nitf_states_embargo_correction_and_status(tmp_path: Path) -> None:
    late = one(tmp_path, "a.nitf", nitf('<date.release norm="20240515T060000Z"/><correction id-string="ferry-6"/>'))
    assert late.embargo == datetime(2024, 5, 15, 6, tzinfo=UTC)
    assert late.article.corrects == "ferry-6"
    at_once = one(tmp_path, "b.nitf", nitf('<date.release norm="20240514T090000Z"/>'))
    assert at_once.embargo is None
    killed = one(tmp_path, "c.nitf", nitf().replace(b"<docdata>", b'<docdata management-status="killed">'))
    assert killed.withdraw is not None


def test_xml_entities_are_not_expanded(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE nitf [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>'
    content = nitf(body=HTML.replace("Ellery", "&b;&c;")).replace(b'<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd">', bomb)
    article = one(tmp_path, "a.nitf", content).article
    assert "aaaa" not in article.text
    assert article.text.startswith("The harbour board of")


@pytest.mark.parametrize("status", ["draft", "private", "trash"])
def test_a_post_that_was_never_published_is_passed_over(tmp_path: Path, status: str) -> None:
    post = json.loads(SHAPES["wordpress.json"])[0] | {"status": status}
    articles, reasons = split(tmp_path, "posts.json", json.dumps([post]).encode())
    assert articles == []
    assert f"never published (status '{status}')" in reasons[0]


def test_a_teaser_is_marked_as_cut(tmp_path: Path) -> None:
    record = {
        "title": TITLE,
        "url": URL,
        "publishedAt": MOMENT,
        "content": f"{FIRST} Two hundred people… [+2310 chars]",
    }
    parsed = one(tmp_path, "a.json", json.dumps({"articles": [record]}).encode())
    assert parsed.article.text == f"{FIRST} Two hundred people…"
    assert (parsed.removed[-1].text, parsed.removed[-1].reason) == ("… [+2310 chars]", "cut off here")
    assert "The text breaks off" in parsed.warnings[0].reason
    only = one(tmp_path, "b.json", json.dumps({"title": TITLE, "description": FIRST}).encode())
    assert only.article.text == FIRST
    assert "only 'description' is given" in only.warnings[0].reason


def test_a_column_map_names_the_fields(tmp_path: Path) -> None:
    table = f'nr,kopf,tag,inhalt,text\n7,{TITLE},03/04/2021,"{FIRST}",no text at all\n'.encode()
    how = HowToRead("dmy", {"id": "nr", "title": "kopf", "published": "tag", "text": "inhalt"})
    (parsed,), reasons = split(tmp_path, "a.csv", table, how)
    article = parsed.article
    assert reasons == []
    assert (article.id, article.title, article.text, str(article.published)) == ("7", TITLE, FIRST, "2021-04-03")


def test_a_row_with_too_many_cells_is_named(tmp_path: Path) -> None:
    articles, reasons = split(tmp_path, "a.csv", f"id,text\n1,{FIRST.replace(',', '')}\n2,a,b\n".encode())
    assert len(articles) == 1
    assert "more cells than the header" in reasons[0]


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    out = io.BytesIO()
    columns = {"id": ["a", "b"], "headline": [TITLE, "Lido"], "published": [NINE, None], "body": [TEXT, FIRST]}
    parquet.write_table(pyarrow.table(columns), out)
    articles, reasons = split(tmp_path, "a.parquet", out.getvalue())
    assert reasons == []
    assert [(a.article.id, a.article.title, a.article.published) for a in articles] == [
        ("a", TITLE, NINE),
        ("b", "Lido", None),
    ]
    assert articles[0].article.text == TEXT


def warc(*responses: tuple[str, str, str]) -> bytes:
    """A web archive of responses: (address, status, content type)."""
    out = b""
    for url, status, kind in responses:
        body = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n{page()}".encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-06-01T00:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        out += head.encode() + body + b"\r\n\r\n"
    return out


def test_a_web_archive(tmp_path: Path) -> None:
    pytest.importorskip("warcio")
    html = "text/html; charset=utf-8"
    content = warc(
        (URL, "200 OK", html), (f"{URL}/gone", "404 Not Found", html), (f"{URL}/a.png", "200 OK", "image/png")
    )
    for name, packed in (("crawl.warc", content), ("crawl.warc.gz", gzip.compress(content))):
        article = one(tmp_path, name, packed).article
        assert (article.url, article.title, article.text) == (URL, TITLE, TEXT)
        assert (str(article.published), article.basis["published"]) == (DAY, "address")


def test_a_word_file(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.core_properties.author = "Runa Holt"
    document.add_heading(TITLE, 0)
    document.add_paragraph(FIRST)
    table = document.add_table(rows=2, cols=3)
    for cell, words in zip(table._cells, ("Route", "Boats", "Fare", "Ruddle", "2", "£9"), strict=True):
        cell.text = words
    document.add_paragraph(SECOND)
    out = io.BytesIO()
    document.save(out)
    article = one(tmp_path, "a.docx", out.getvalue()).article
    assert (article.title, article.byline) == (TITLE, "Runa Holt")
    assert article.text == f"{FIRST}\n\nRoute: Ruddle; Boats: 2; Fare: £9.\n\n{SECOND}"
    assert one(tmp_path, "noname", out.getvalue()).article.title == TITLE


def test_a_pdf_of_two_columns(tmp_path: Path) -> None:
    pytest.importorskip("pdfminer")
    left = [
        "The harbour board of Ellery voted nine",
        "to four on Tuesday to keep the old fer-",
        "ry until the bridge is mended, and the",
    ]
    right = [
        "hall clapped for a minute when it did.",
        "Two hundred people had come to the",
        "hall, chair Ida Moen said.",
    ]
    first = [(40, 700, 24, TITLE), (40, 780, 9, "Ellery Gazette - 14 May 2024"), (300, 20, 9, "1")]
    first += [(40, 640 - 14 * n, 11, words) for n, words in enumerate(left)]
    first += [(320, 640 - 14 * n, 11, words) for n, words in enumerate(right)]
    second = [
        (40, 780, 9, "Ellery Gazette - 14 May 2024"),
        (300, 20, 9, "2"),
        (40, 700, 11, "The vote is the third of the year, the board said."),
    ]
    article = one(tmp_path, "a.pdf", pdf([first, second])).article
    assert article.title == TITLE
    assert (
        "keep the old ferry until the bridge is mended, and the hall clapped for a minute when it did." in article.text
    )
    assert "Two hundred people had come to the hall, chair Ida Moen said." in article.text
    assert "The vote is the third of the year, the board said." in article.text
    assert "Gazette" not in article.text
    assert article.pages == (PageStart(0, 1), PageStart(article.text.index("The vote is"), 2))


def test_a_paragraph_across_two_pages(tmp_path: Path) -> None:
    """A quote from its second half is on the second page."""
    pytest.importorskip("pdfminer")
    first = [(40, 700, 11, FIRST), (40, 640, 11, "Two hundred people had come to the")]
    second = [
        (40, 700, 11, "hall, chair Ida Moen said. She thanked them."),
        (40, 640, 11, "The board meets again in May."),
    ]
    text, pages = f"{FIRST}\n\nTwo hundred people had come to the hall, chair Ida Moen said. She thanked them.", {}
    text += "\n\nThe board meets again in May."
    article = one(tmp_path, "a.pdf", pdf([first, second, [(40, 700, 11, SECOND)]])).article
    assert article.text == f"{text}\n\n{SECOND}"
    pages = {
        words: article.page_at(article.text.index(words)) for words in (FIRST, "to the", "hall", "The board", SECOND)
    }
    assert pages == {FIRST: 1, "to the": 1, "hall": 2, "The board": 2, SECOND: 3}


def test_pages_of_a_word_file(tmp_path: Path) -> None:
    """A break within a paragraph, one between two paragraphs, two in one paragraph, and a page with nothing left of it."""
    pytest.importorskip("docx")
    content = word(
        FIRST,
        "The vote was on the second |page of the agenda.",
        f"|{SECOND}",
        "It ran |over three |pages.",
        "|",
        "|The end came.",
    )
    article = one(tmp_path, "a.docx", content).article
    begins = ("page of", SECOND, "over three", "pages.", "The end")
    places = [0, *(article.text.index(words) for words in begins)]
    assert article.pages == tuple(PageStart(at, page) for at, page in zip(places, (1, 2, 3, 4, 5, 7), strict=True))
    assert one(tmp_path, "b.docx", word(FIRST, SECOND)).article.pages == ()


def test_a_table_of_a_word_file_ends_pages(tmp_path: Path) -> None:
    pytest.importorskip("docx")
    rows = [["Route", "Boats"], ["Ruddle", "2"], ["|Ellery", "|3"]]
    article = one(tmp_path, "a.docx", word(FIRST, rows, SECOND)).article
    assert article.page_at(article.text.index("Ellery: 3")) == 1
    assert article.page_at(article.text.index(SECOND)) == 2


@pytest.mark.parametrize(("content", "word"), [(pdf([[]]), "scan"), (b"%PDF-1.4\n%%EOF", "damaged")])
def test_a_pdf_without_words(tmp_path: Path, content: bytes, word: str) -> None:
    pytest.importorskip("pdfminer")
    articles, (reason,) = split(tmp_path, "a.pdf", content)
    assert articles == []
    assert word in reason


def test_a_mailbox_has_many_letters(tmp_path: Path) -> None:
    second = mail(html=True)
    second.replace_header("Message-ID", "<letter-2@gazette.example>")
    box = b"".join(b"From a@b Tue May 14 09:00:00 2024\n" + m.as_bytes() + b"\n\n" for m in (mail(), second))
    for name, content in (("a.mbox", box), ("b.mbox.gz", gzip.compress(box))):
        articles, reasons = split(tmp_path, name, content)
        assert reasons == []
        assert [parsed.article.id for parsed in articles] == ["letter-1@gazette.example", "letter-2@gazette.example"]


def test_a_line_of_a_letter_may_begin_as_an_envelope_does(tmp_path: Path) -> None:
    letter = (
        b"From a@b Tue May 14 09:00:00 2024\nSubject: Ferry\nMessage-ID: <l@g>\n\n%b\n\n%b the hall it was heard.\n"
    )
    for start in (b"From", b">From"):
        parsed = one(tmp_path, "a.mbox", letter % (FIRST.encode(), start))
        assert parsed.article.text == f"{FIRST}\n\nFrom the hall it was heard."


def test_a_zip_names_the_file_in_it(tmp_path: Path) -> None:
    content = zipped({"a/one.json": json.dumps([{"text": FIRST}, 7]).encode(), "b.zip": zipped({}), ".x.txt": b"x"})
    (tmp_path / "a.zip").write_bytes(content)
    found = list(records([tmp_path / "a.zip"]))
    assert [item.path for item in found] == [f"{tmp_path}/a.zip/a/one.json"] * 2 + [f"{tmp_path}/a.zip/b.zip"]
    assert [item.line for item in found if isinstance(item, Record)] == [1]


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pdfminer.high_level", None)
    _, (reason,) = split(tmp_path, "a.pdf", pdf([[(40, 700, 12, FIRST)]]))
    assert "pip install 'dateline[formats]'" in reason
    assert "pdfminer.six" in reason
