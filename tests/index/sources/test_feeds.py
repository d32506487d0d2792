import json
from typing import Any

import pytest

from benchmarks._stand_in import FeedItem, Reply, conditional, page, rss
from dateline.index.ingest_report import Taken
from tests.index.sources.conftest import Bench

ALM = "The river Alm rose by two metres on Monday. Bakers gave away four hundred loaves."
CHESS = "Vera Quist won the chess title in nine rounds. Her rival resigned after the queens came off."
BRIDGE = "Engineers closed the Ziegel bridge because its cables had rusted. Ferries carry the traffic."


def items(*names: str) -> list[FeedItem]:
    texts = {"alm": ALM, "chess": CHESS, "bridge": BRIDGE}
    return [FeedItem(name, name.capitalize(), texts[name], f"/{name}.html") for name in names]


def test_feed_is_taken_in_once_and_asked_with_its_etag(bench: Bench) -> None:
    bench.site.put("/rss", conditional(rss(items("chess", "alm"))))
    bench.add("harbor", "/rss")
    source = bench.run("harbor")
    assert bench.texts() == {"Alm": ALM, "Chess": CHESS}
    assert (source.error, source.failures, source.succeeded) == (None, 0, bench.clock.now)
    assert (source.next_run - bench.clock.now).total_seconds() == 900
    before = bench.archive.sequence()
    bench.run("harbor")
    assert bench.archive.sequence() == before
    etags = [one.headers.get("if-none-match") for one in bench.site.asked if one.path == "/rss"]
    assert (etags[0], etags[1], len(etags)) == (None, source.etag, 2)
    assert source.etag is not None


def test_updated_entry_is_a_revision(bench: Bench) -> None:
    bench.site.put("/rss", rss(items("alm")))
    bench.add("harbor", "/rss")
    bench.run("harbor")
    (article_id,) = bench.entries("harbor")["alm"].articles
    bench.site.put("/rss", rss([FeedItem("alm", "Alm", ALM.replace("two", "three"), "/alm.html")]))
    bench.run("harbor")
    stored = bench.archive.article(article_id)
    assert (stored.revision, "three metres" in stored.article.text) == (2, True)
    assert bench.states("harbor") == {"alm": "taken"}


def test_entry_under_a_new_id_is_the_same_article(bench: Bench) -> None:
    bench.site.put("/rss", rss(items("chess", "alm")))
    bench.add("harbor", "/rss")
    bench.run("harbor")
    (article_id,) = bench.entries("harbor")["alm"].articles
    changed = FeedItem("alm-2", "Alm", ALM.replace("two", "three"), "/alm.html?utm_source=rss")
    bench.site.put("/rss", rss([*items("chess"), changed]))
    bench.run("harbor")
    assert bench.entries("harbor")["alm-2"].articles == (article_id,)
    assert set(bench.entries("harbor")) == {"chess", "alm-2"}
    assert bench.archive.article(article_id).revision == 2
    assert bench.archive.counts().articles == 2


class Killed(BaseException):
    """What happens to a process at any time."""


def test_entry_under_a_new_id_after_a_kill_is_the_same_article(bench: Bench) -> None:
    """Killed when the article was stored and its entry not yet; then both id and text change."""

    def killed(items: Any) -> list[Taken]:
        Bench.take_in(bench, items)
        raise Killed

    bench.site.put("/rss", rss(items("alm")))
    source = bench.add("harbor", "/rss")
    bench.take_in = killed  # type: ignore[method-assign]
    with pytest.raises(Killed):
        bench.runner().run(source)
    assert bench.states("harbor") == {"alm": "pending"}
    del bench.take_in
    bench.site.put("/rss", rss([FeedItem("alm-2", "Alm", ALM.replace("two", "three"), "/alm.html")]))
    bench.run("harbor")
    assert bench.texts() == {"Alm": ALM.replace("two", "three")}
    assert bench.archive.counts().articles == 1


def test_numbers_as_ids_are_not_shared_by_two_feeds(bench: Bench) -> None:
    for host, text in (("a.example", ALM), ("b.example", CHESS)):
        bench.site.put("/rss", rss([FeedItem("1", host, text)]), host=host)
        bench.add(host, "", address=bench.site.url("/rss", host))
        bench.run(host)
    assert bench.texts() == {"a.example": ALM, "b.example": CHESS}
    assert bench.entries("a.example")["1"].articles == (f"a.example:{bench.site.port}:1",)


def test_entries_that_share_an_address_are_not_one(bench: Bench) -> None:
    """A feed whose links all lead to its front page."""
    front = [FeedItem(f"n{i}", f"News {i}", text, "/") for i, text in enumerate((ALM, CHESS))]
    bench.site.put("/rss", rss(front))
    bench.add("harbor", "/rss")
    bench.run("harbor")
    bench.site.put("/rss", rss([FeedItem("n2", "News 2", BRIDGE, "/"), *front]))
    bench.run("harbor")
    assert bench.texts() == {"News 0": ALM, "News 1": CHESS, "News 2": BRIDGE}


def test_page_that_two_sources_list_is_taken_in_once(bench: Bench) -> None:
    bench.site.put("/world", rss([FeedItem("w1", "Alm", ALM, "/alm.html")]))
    bench.site.put("/local", rss([FeedItem("l1", "Alm rises", ALM + " It rained.", "/alm.html"), *items("chess")]))
    bench.add("world", "/world")
    bench.run("world")
    bench.add("local", "/local")
    bench.run("local")
    assert bench.states("local") == {"l1": "duplicate", "chess": "taken"}
    assert bench.entries("local")["l1"].articles == bench.entries("world")["w1"].articles
    assert bench.texts() == {"Alm": ALM, "Chess": CHESS}


def test_broken_xml_gives_what_could_be_read_and_is_fetched_again(bench: Bench) -> None:
    whole = rss(items("chess", "alm"))
    bench.site.put("/rss", Reply(whole.partition("<item><guid isPermaLink='false'>alm")[0].encode() + b"<item><",
                                 headers={"ETag": '"broken"'}))  # fmt: skip
    bench.add("harbor", "/rss")
    source = bench.run("harbor")
    assert bench.texts() == {"Chess": CHESS}
    assert source.error is not None
    assert "broken" in source.error
    assert (source.failures, source.etag) == (1, None)
    bench.site.put("/rss", whole)
    source = bench.run("harbor")
    assert bench.texts() == {"Alm": ALM, "Chess": CHESS}
    assert (source.failures, source.error) == (0, None)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<!doctype html><html><head><link rel=alternate type='application/rss+xml' href='/feed.xml'></head></html>",
         "this is a page, not a feed. It names http://127.0.0.1"),
        ("{}", "this JSON is not a JSON Feed"),
        ("{", "the feed's JSON is broken"),
        ("Hello.", "not an RSS or Atom feed"),
    ],
)  # fmt: skip
def test_what_is_no_feed_says_so(bench: Bench, body: str, message: str) -> None:
    bench.site.put("/rss", body)
    bench.add("harbor", "/rss")
    assert message in (bench.run("harbor").error or "")


def test_json_feed(bench: Bench) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbor Post",
        "language": "en",
        "items": [
            {"id": "1", "url": "https://harbor.example/alm", "title": "Alm & Co", "content_text": ALM + "\n\nA < B.",
             "date_published": "2021-08-05T08:00:00Z", "authors": [{"name": "Ida Holm"}]},
            {"id": 2, "title": "Chess", "content_html": f"<p>{CHESS}</p>"},
            "no item",
        ],
    }  # fmt: skip
    bench.site.put("/feed.json", json.dumps(feed))
    bench.add("harbor", "/feed.json")
    assert bench.run("harbor").error is None
    assert bench.texts() == {"Alm & Co": f"{ALM}\nA < B.", "Chess": CHESS}
    article = bench.archive.article(bench.entries("harbor")["1"].articles[0]).article
    assert (article.outlet, article.byline, article.language) == ("Harbor Post", "Ida Holm", "en")
    assert article.published is not None
    assert article.published.isoformat() == "2021-08-05T08:00:00+00:00"


def test_full_text_is_that_of_the_page(bench: Bench) -> None:
    bench.site.put("/rss", rss([FeedItem("alm", "Alm rises", "The river Alm rose …", "/alm.html", day=4)]))
    bench.site.put("/alm.html", page("Alm rises | Harbor Post", f"{ALM}\n\n{BRIDGE}"))
    bench.add("harbor", "/rss", full_text=True)
    bench.run("harbor")
    (article_id,) = bench.entries("harbor")["alm"].articles
    article = bench.archive.article(article_id).article
    assert bench.texts() == {"Alm rises": f"{ALM}\n{BRIDGE}"}
    # The feed's own words on title and date come before the page's.
    assert (article.title, article.outlet, article.url) == ("Alm rises", "Harbor Post", bench.site.url("/alm.html"))
    assert article.published is not None
    assert article.published.isoformat() == "2021-08-04T08:00:00+00:00"
    assert article.basis["published"] == "metadata"
    assert bench.site.count("/alm.html") == 1


def test_sitemap(bench: Bench) -> None:
    news = "http://www.google.com/schemas/sitemap-news/0.9"
    sitemap = (
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="{news}"><url>'
        f"<loc>{bench.site.url('/alm.html')}</loc><news:news><news:publication><news:name>Harbor Post</news:name>"
        "<news:language>en</news:language></news:publication><news:publication_date>2021-08-03"
        "</news:publication_date><news:title>Alm &amp; rain</news:title></news:news></url>"
        f"<url><loc>{bench.site.url('/about.html')}</loc></url></urlset>"
    )
    bench.site.put("/news.xml", sitemap)
    bench.site.put("/alm.html", page("Alm", f"{ALM}\n\n{BRIDGE}"))
    bench.add("harbor", "/news.xml", kind="sitemap")
    assert bench.run("harbor").error is None
    assert bench.texts() == {"Alm & rain": f"{ALM}\n{BRIDGE}"}
    assert bench.site.count("/about.html") == 0


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<sitemapindex><sitemap><loc>https://a.example/news.xml</loc></sitemap></sitemapindex>",
         "this is an index of sitemaps. Add the news sitemap that it lists: https://a.example/news.xml"),
        ("<rss/>", "this XML is not a sitemap, its root is <rss>"),
        ("<urlset><url><loc>https://a.example/</loc></url></urlset>", "marks nothing as news"),
        ("<urlset><url>", "broken at line 1"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><urlset><url><loc>&a;</loc></url></urlset>',
         "marks nothing as news"),
    ],
)  # fmt: skip
def test_what_is_no_news_sitemap_says_so(bench: Bench, body: str, message: str) -> None:
    bench.site.put("/news.xml", body)
    bench.add("harbor", "/news.xml", kind="sitemap")
    assert message in (bench.run("harbor").error or "")


def test_single_page_is_revised_when_it_changes(bench: Bench) -> None:
    bench.site.put("/live.html", conditional(page("Flood, live", f"{ALM}\n\n{BRIDGE}")))
    bench.add("flood", "/live.html", kind="page")
    bench.run("flood")
    bench.run("flood")
    bench.site.put("/live.html", conditional(page("Flood, live", f"{ALM}\n\n{BRIDGE}\n\n{CHESS}")))
    bench.run("flood")
    (entry,) = bench.entries("flood").values()
    stored = bench.archive.article(entry.articles[0])
    assert stored.revision == 2
    assert bench.texts() == {"Flood, live": f"{ALM}\n{BRIDGE}\n{CHESS}"}
