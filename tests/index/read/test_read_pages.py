"""Pages and feeds, mended by kind: tables, JSON-LD graphs, paywalls, live blogs, escaped markup, other languages' heads."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dateline.index.read import Parsed, Record, parse, records
from dateline.index.read.entities import decoded, unescaped
from dateline.index.read.rows import row_sentences, split_header
from tests.index.shapes import FIRST, MOMENT, SECOND, TEXT, TITLE, page, rss


def read(html: str) -> Parsed:
    return parse(Record("a.html", None, "html", html.encode()))


def with_data(data: object, body: str = f"<p>{FIRST}</p><p>{SECOND}</p>", head: str = "") -> Parsed:
    return read(page(f'<script type="application/ld+json">{json.dumps(data)}</script>{head}', body))


TABLE = """<table><caption>Seats by list</caption><thead><tr><th>List</th><th>Seats</th><th>Change</th></tr></thead>
<tbody><tr><td>Harbour</td><td>14</td><td>+3</td></tr><tr><td rowspan="2">Farmers</td><td>6</td><td></td></tr>
<tr><td>7</td><td>in 2020</td></tr></tbody></table>"""


def test_a_table_becomes_sentences() -> None:
    text = read(page(body=f"<p>{FIRST}</p>{TABLE}<p>{SECOND}</p>")).article.text
    assert text.split("\n\n") == [
        FIRST,
        "Seats by list",
        "List: Harbour; Seats: 14; Change: +3.",
        "List: Farmers; Seats: 6.",
        "List: Farmers; Seats: 7; Change: in 2020.",
        SECOND,
    ]


def test_a_table_in_a_feed_keeps_its_cells_apart(tmp_path: Path) -> None:
    rows = "<figure class='wp-block-table'><table><tr><th>Work</th><th>Cost</th></tr><tr><td>Bearings</td><td>£2.4m</td></tr></table></figure>"
    (tmp_path / "a.rss").write_bytes(rss(f"<![CDATA[<p>{FIRST}</p>{rows}]]>"))
    (item,) = records([tmp_path / "a.rss"])
    assert isinstance(item, Record)
    assert parse(item).article.text == f"{FIRST}\n\nWork: Bearings; Cost: £2.4m."


def test_a_table_in_markdown() -> None:
    text = f"# {TITLE}\n\n{FIRST}\n\n| Route | Boats | Fare |\n|---|---|---|\n| Ruddle | 2 | £9 |\n\n{SECOND}\n"
    article = parse(Record("a.md", None, "markdown", text.encode())).article
    assert article.text == f"{FIRST}\n\nRoute: Ruddle; Boats: 2; Fare: £9.\n\n{SECOND}"


def test_rows_without_a_header() -> None:
    assert row_sentences([["Bearings", "£2.4m"], ["Total:", "£2.7m"], ["", ""], ["alone"]]) == [
        "Bearings: £2.4m.", "Total: £2.7m.", "alone."
    ]  # fmt: skip
    assert split_header([["Route", "Boats", "Fare"], ["Ruddle", "2", "£9"]])[0] == ["Route", "Boats", "Fare"]
    assert split_header([["Bearings", "£2.4m"], ["Jacks", "£1m"]])[0] is None


GRAPH = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "Organization", "@id": "#org", "name": "Gazette Media Holding Ltd"},
        {"@type": ["WebPage"], "@id": "#page", "datePublished": "2020-01-01T00:00:00Z"},
        {"@type": ["Article", "NewsArticle"], "headline": TITLE, "author": [{"@id": "#holt"}, {"@id": "#moen"}],
         "publisher": {"@id": "#org"}, "datePublished": MOMENT, "mainEntityOfPage": {"@id": "https://g.example/ferry"}},
        {"@type": "Person", "@id": "#holt", "name": "Runa Holt"},
        {"@type": "Person", "@id": "#moen", "name": "Ida Moen"},
    ],
}  # fmt: skip


def test_references_in_a_graph_are_followed() -> None:
    article = with_data(GRAPH).article
    assert (article.title, article.byline, article.outlet) == (
        TITLE,
        "Runa Holt, Ida Moen",
        "Gazette Media Holding Ltd",
    )
    assert article.url == "https://g.example/ferry"
    assert article.published == datetime(2024, 5, 14, 9, tzinfo=UTC)


def test_the_name_of_the_site_comes_before_its_company() -> None:
    head = '<meta property="og:site_name" content="Ellery Gazette">'
    assert with_data(GRAPH, head=head).article.outlet == "Ellery Gazette"


def test_a_reference_to_nothing_leaves_the_field_to_the_meta_tags() -> None:
    data = {"@type": "NewsArticle", "headline": TITLE, "author": {"@id": "#gone"}, "publisher": {"@id": "#gone"}}
    article = with_data(data, head='<meta name="author" content="Runa Holt">').article
    assert (article.byline, article.outlet) == ("Runa Holt", None)


@pytest.mark.parametrize(
    "data", [[[GRAPH]], {"@type": "WebPage", "mainEntity": GRAPH["@graph"][2]}, {"@graph": [GRAPH]}]
)
def test_an_article_is_found_in_lists_and_pages(data: object) -> None:
    assert with_data(data).article.published == datetime(2024, 5, 14, 9, tzinfo=UTC)


PAYWALL = f"<p>{FIRST}</p><p>Two hundred people had…</p><div class='paid'><p>To continue reading, subscribe for £4 a month.</p></div>"


def test_a_paywalled_page_is_completed_from_its_data_or_marked_as_cut() -> None:
    data = {"@type": "NewsArticle", "headline": TITLE, "isAccessibleForFree": False}
    whole = with_data(data | {"articleBody": TEXT}, PAYWALL)
    assert (whole.article.text, whole.warnings) == (TEXT, ())
    cut = with_data(data, PAYWALL)
    assert "subscribe" not in cut.article.text
    assert "The text breaks off" in cut.warnings[0].reason
    no_data = read(page(body=PAYWALL))
    assert "The text breaks off ('To continue reading" in no_data.warnings[0].reason


def test_a_body_that_no_reader_sees_is_not_taken() -> None:
    data = {"@type": "NewsArticle", "isAccessibleForFree": False, "articleBody": "Buy our shares. " * 90}
    assert "shares" not in with_data(data, PAYWALL).article.text


POSTS = [
    ("2025-01-10T21:40:00Z", "Second death confirmed", "Police in Varn confirm a second death."),
    ("2025-01-09T19:05:00Z", "One dead in Varn", "A woman of 71 has died in Varn, police say."),
]


def live_page(updates: list[tuple[str, str, str]]) -> bytes:
    data = {"@type": "LiveBlogPosting", "headline": "Storm Edda live", "url": "https://coast.example/live/edda",
            "liveBlogUpdate": [{"@type": "BlogPosting", "headline": headline, "datePublished": when, "articleBody": body}
                               for when, headline, body in updates]}  # fmt: skip
    posts = "".join(
        f"<div class='post' id='p{when[8:10]}'><time datetime='{when}'>then</time><h2>{headline}</h2><p>{body}</p>"
        f"<p>Some 12,000 homes have no power.</p></div>"
        for when, headline, body in updates
    )
    head = f'<script type="application/ld+json">{json.dumps(data)}</script><meta property="og:site_name" content="Coast Post">'
    return (
        f"<html lang='en'><head>{head}</head><body><main><h1>Storm Edda live</h1>{posts}</main></body></html>".encode()
    )


def test_a_live_blog_is_read_as_posts_with_their_own_times(tmp_path: Path) -> None:
    file = tmp_path / "live.html"
    file.write_bytes(live_page(POSTS))
    articles = [parse(item).article for item in records([file]) if isinstance(item, Record)]
    assert [article.published.isoformat() for article in articles if article.published] == [
        "2025-01-10T21:40:00+00:00", "2025-01-09T19:05:00+00:00"
    ]  # fmt: skip
    assert [article.title for article in articles] == [f"{headline} – Storm Edda live" for _, headline, _ in POSTS]
    assert articles[1].text == f"{POSTS[1][2]}\n\nSome 12,000 homes have no power."
    assert (articles[0].outlet, articles[0].url) == ("Coast Post", "https://coast.example/live/edda#p10")
    # The page grows: what it had before keeps its ids.
    file.write_bytes(live_page([("2025-01-11T08:00:00Z", "Power is back", "All homes have power again."), *POSTS]))
    grown = [parse(item).article for item in records([file]) if isinstance(item, Record)]
    assert [article.id for article in grown][1:] == [article.id for article in articles]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_markup_that_was_escaped_too_often(tmp_path: Path, times: int) -> None:
    text = f"<p>{FIRST.replace('Ellery', 'Smith & Sons')}</p><p>“{SECOND}”</p>".replace("“", "&#8220;").replace(
        "”", "&#8221;"
    )
    for _ in range(times):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    (tmp_path / "a.rss").write_bytes(rss(text))
    (item,) = records([tmp_path / "a.rss"])
    assert isinstance(item, Record)
    assert parse(item).article.text == f"{FIRST.replace('Ellery', 'Smith & Sons')}\n\n“{SECOND}”"


def test_entities_in_plain_fields_are_decoded() -> None:
    record = {
        "id": "a",
        "title": "Caf&eacute; fire",
        "text": f"{FIRST} Damage came to &pound;220,000 &mdash; AT&T; said so.",
    }
    article = parse(Record("a", None, "json", json.dumps(record).encode())).article
    assert article.title == "Café fire"
    assert article.text.endswith("Damage came to £220,000 — AT&T; said so.")


def test_one_tag_in_a_text_about_html_is_no_markup() -> None:
    text = "The tag &lt;p&gt; turned thirty, its inventor said."
    assert unescaped(text) == text
    assert decoded("R&D;, &eacute;") == "R&D;, é"


def test_a_page_whose_head_is_in_spanish() -> None:
    body = (
        '<p class="byline">Por Inés Roldán</p><p class="date">Publicado el 9 de agosto de 2024, 10:30 h</p>'
        "<p>La alcaldesa de Peñarroya, Lucía Mora, anunció el jueves que el puente quedará cerrado desde el lunes.</p>"
    )
    html = f"<html lang='es'><head><title>Cierre del puente</title></head><body><article><h1>Cierre del puente</h1>{body}</article></body></html>"
    article = read(html).article
    assert (article.byline, str(article.published), article.basis["published"]) == ("Inés Roldán", "2024-08-09", "text")
    assert article.text.startswith("La alcaldesa")
