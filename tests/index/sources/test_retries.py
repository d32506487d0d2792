"""Failures: growing pauses, Retry-After, dead letters, and going on after a kill."""

from datetime import timedelta
from typing import Any

import pytest

from benchmarks._stand_in import FeedItem, Reply, conditional, page, rss
from dateline.index.errors import BusyError, InputError, NotFoundError
from dateline.index.ingest_report import Taken
from dateline.index.purge import purge
from dateline.index.sources.backoff import pause_after
from dateline.index.sources.entries import retry_dead
from dateline.index.sources.registry import put_source, remove_source, run_soon, set_state, source_of
from dateline.index.sources.runner import SourceRunner
from dateline.index.sources.source import SourceSettings
from tests.index.sources.conftest import Bench

TEXT = "The river Alm rose by two metres on Monday. Bakers gave away four hundred loaves."
MORE = "Nobody was hurt in the town. The mayor thanked the bakers on Tuesday."


@pytest.mark.parametrize(
    ("failures", "retry_after", "seconds"),
    [
        (1, None, 60),
        (2, None, 120),
        (5, None, 960),
        (12, None, 86_400),
        (1_000, None, 86_400),
        (1, 300, 300),
        (3, 5, 240),
    ],
)
def test_pauses_grow(failures: int, retry_after: float | None, seconds: float) -> None:
    assert pause_after(failures, retry_after=retry_after) == timedelta(seconds=seconds)


def test_pause_is_never_shorter_than_the_interval() -> None:
    assert pause_after(1, first=7 * 86_400) == pause_after(5, first=7 * 86_400) == timedelta(days=7)


def test_source_that_fails_is_asked_less_and_less(bench: Bench) -> None:
    bench.add("harbor", "/rss")
    bench.site.put("/rss", Reply(status=500))
    pauses = []
    for _ in range(3):
        source = bench.run("harbor")
        pauses.append((source.next_run - bench.clock()).total_seconds())
    assert (pauses, source.failures) == ([900, 1800, 3600], 3)
    assert "answers with 500" in (source.error or "")
    bench.site.put("/rss", Reply(status=503, headers={"Retry-After": "50000"}))
    source = bench.run("harbor")
    assert (source.next_run - bench.clock()).total_seconds() == 50_000
    bench.site.put("/rss", rss([FeedItem("alm", "Alm", TEXT)]))
    source = bench.run("harbor")
    assert (source.failures, source.error) == (0, None)
    assert (source.next_run - bench.clock()).total_seconds() == 900


def test_page_that_fails_is_tried_again_until_it_is_a_dead_letter(bench: Bench) -> None:
    bench.site.put("/rss", rss([FeedItem("alm", "Alm", "…", "/alm.html")]))
    bench.site.put("/alm.html", Reply(status=502))
    bench.add("harbor", "/rss", full_text=True)
    bench.run("harbor")
    for attempt in range(1, 8):
        entry = bench.entries("harbor")["alm"]
        assert (entry.state, entry.attempts) == ("pending", attempt)
        assert entry.next_try == bench.clock() + timedelta(seconds=60 * 2 ** (attempt - 1))
        bench.clock.now = entry.next_try
        bench.run("harbor")
    entry = bench.entries("harbor")["alm"]
    assert (entry.state, entry.attempts, bench.site.count("/alm.html")) == ("dead", 8, 8)
    assert "answers with 502" in (entry.error or "")
    # The feed has moved on; the dead letter can be tried again all the same.
    bench.site.put("/rss", rss([FeedItem("other", "Other", "…", "/other.html")]))
    bench.site.put("/other.html", page("Other", f"{MORE}\n\n{TEXT}"))
    bench.site.put("/alm.html", page("Alm", f"{TEXT}\n\n{MORE}"))
    assert retry_dead(bench.archive, "harbor", bench.clock()) == 1
    bench.run("harbor")
    assert bench.texts() == {"Alm": f"{TEXT}\n{MORE}", "Other": f"{MORE}\n{TEXT}"}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=404), "not found (404)"),
        (Reply(b"x" * 300_000), "more than 200,000 bytes"),
        (Reply(b"<html><body><nav><a href='/'>Home</a></nav></body></html>"), "no article in it"),
        (Reply(b"%PDF-1.7 \x00"), "its page is not text"),
        (Reply(status=302, headers={"Location": "http://localhost:1/"}), "not a public address"),
    ],
)
def test_page_that_is_no_article_is_a_dead_letter_at_once(bench: Bench, reply: Reply, reason: str) -> None:
    bench.site.put(
        "/rss", rss([FeedItem("alm", "Alm", "…", "/alm.html"), FeedItem("chess", "Chess", "…", "/chess.html")])
    )
    bench.site.put("/alm.html", reply)
    bench.site.put("/chess.html", page("Chess", f"{TEXT}\n\n{MORE}"))
    bench.add("harbor", "/rss", full_text=True)
    bench.run("harbor")
    assert bench.states("harbor") == {"alm": "dead", "chess": "taken"}
    assert reason in (bench.entries("harbor")["alm"].error or "")


def test_page_that_robots_txt_forbids_is_a_dead_letter(bench: Bench) -> None:
    bench.site.put("/robots.txt", "User-agent: *\nDisallow: /alm.html\n")
    bench.site.put("/rss", rss([FeedItem("alm", "Alm", "…", "/alm.html")]))
    bench.add("harbor", "/rss", full_text=True)
    bench.run("harbor")
    assert "forbids Dateline" in (bench.entries("harbor")["alm"].error or "")
    assert bench.site.count("/alm.html") == 0


def test_dead_letter_without_a_record_is_tried_again_with_the_whole_listing(bench: Bench) -> None:
    bench.site.put("/rss", conditional(rss([FeedItem("alm", "Alm", "")])))
    bench.add("harbor", "/rss")
    assert bench.run("harbor").etag is not None
    tried = bench.entries("harbor")["alm"].changed
    bench.clock.pass_(hours=1)
    assert retry_dead(bench.archive, "harbor", bench.clock()) == 1
    bench.run("harbor")
    assert bench.site.unchanged == 0
    assert bench.entries("harbor")["alm"].changed - tried == timedelta(hours=1)


def test_entry_without_an_article_is_a_dead_letter_until_the_feed_changes_it(bench: Bench) -> None:
    bench.site.put("/rss", rss([FeedItem("alm", "Alm", "")]))
    bench.add("harbor", "/rss")
    bench.run("harbor")
    entry = bench.entries("harbor")["alm"]
    assert (entry.state, entry.record) == ("dead", None)
    assert "no text" in (entry.error or "")
    bench.site.put("/rss", rss([FeedItem("alm", "Alm", TEXT)]))
    bench.run("harbor")
    assert bench.texts() == {"Alm": TEXT}


def test_killed_between_writing_down_and_taking_in(bench: Bench) -> None:
    """Nothing is lost though the feed has moved on meanwhile, and nothing comes twice."""

    def killed(_items: Any) -> list[Taken]:
        raise KeyboardInterrupt

    bench.site.put("/rss", rss([FeedItem("alm", "Alm", TEXT)]))
    bench.add("harbor", "/rss")
    runner = bench.runner()
    with pytest.raises(KeyboardInterrupt):
        SourceRunner(bench.archive, runner.fetcher, killed, bench.clock).run(source_of(bench.archive, "harbor"))
    assert bench.states("harbor") == {"alm": "pending"}
    bench.site.put("/rss", rss([FeedItem("chess", "Chess", MORE)]))
    bench.run("harbor")
    assert bench.texts() == {"Alm": TEXT, "Chess": MORE}


def test_killed_between_taking_in_and_marking(bench: Bench) -> None:
    def killed(items: Any) -> list[Taken]:
        bench.take_in(items)
        raise KeyboardInterrupt

    bench.site.put("/rss", rss([FeedItem("alm", "Alm", TEXT)]))
    bench.add("harbor", "/rss")
    runner = bench.runner()
    with pytest.raises(KeyboardInterrupt):
        SourceRunner(bench.archive, runner.fetcher, killed, bench.clock).run(source_of(bench.archive, "harbor"))
    before = bench.archive.sequence()
    bench.run("harbor")
    assert (bench.states("harbor"), bench.archive.sequence()) == ({"alm": "taken"}, before)


def test_purge_erases_what_waits_to_be_taken_in(bench: Bench) -> None:
    def killed(_items: Any) -> list[Taken]:
        raise KeyboardInterrupt

    bench.site.put("/rss", rss([FeedItem("alm", "Alm", TEXT)]))
    bench.add("harbor", "/rss")
    bench.run("harbor")
    (article_id,) = bench.entries("harbor")["alm"].articles
    bench.site.put("/rss", rss([FeedItem("alm", "Alm", "The swan of Larkfield was seen again on Tuesday.")]))
    runner = bench.runner()
    with pytest.raises(KeyboardInterrupt):
        SourceRunner(bench.archive, runner.fetcher, killed, bench.clock).run(source_of(bench.archive, "harbor"))
    purge(bench.archive, article_id, "court order", bench.clock(), redact=lambda _a, _i: None, as_asked=str)
    entry = bench.entries("harbor")["alm"]
    assert (entry.state, entry.record) == ("dead", None)
    files = [path for path in bench.archive.home.rglob("*") if path.is_file()]
    assert not any(b"swan of Larkfield" in path.read_bytes() for path in files)
    bench.site.put("/rss", rss([FeedItem("alm", "Alm", f"{TEXT} It rained.")]))
    bench.run("harbor")
    assert "purged" in (bench.entries("harbor")["alm"].error or "")


def test_while_another_process_writes_a_source_waits(bench: Bench) -> None:
    def busy(_items: Any) -> list[Taken]:
        raise BusyError("another process is writing")

    bench.site.put("/rss", rss([FeedItem("alm", "Alm", TEXT)]))
    bench.add("harbor", "/rss")
    runner = bench.runner()
    with pytest.raises(BusyError):
        SourceRunner(bench.archive, runner.fetcher, busy, bench.clock).run(source_of(bench.archive, "harbor"))
    assert source_of(bench.archive, "harbor").failures == 0
    bench.run("harbor")
    assert bench.texts() == {"Alm": TEXT}


def test_one_entry_that_breaks_the_intake_holds_no_other_up(bench: Bench) -> None:
    def breaking(items: Any) -> list[Taken]:
        if any(b"Alm" in item.payload for item in items):
            raise RuntimeError("a fault in a reader")
        return bench.take_in(items)

    bench.site.put("/rss", rss([FeedItem("alm", "Alm", TEXT), FeedItem("chess", "Chess", MORE)]))
    bench.add("harbor", "/rss")
    runner = bench.runner()
    SourceRunner(bench.archive, runner.fetcher, breaking, bench.clock).run(source_of(bench.archive, "harbor"))
    assert bench.states("harbor") == {"alm": "dead", "chess": "taken"}
    assert bench.entries("harbor")["alm"].error == "Something went wrong inside Dateline (RuntimeError)."


def test_paused_and_removed_sources(bench: Bench) -> None:
    bench.site.put("/rss", rss([FeedItem("alm", "Alm", TEXT)]))
    bench.add("harbor", "/rss")
    bench.run("harbor")
    assert set_state(bench.archive, "harbor", "paused", bench.clock()).state == "paused"
    assert set_state(bench.archive, "harbor", "active", bench.clock()).next_run == bench.clock()
    remove_source(bench.archive, "harbor")
    assert bench.entries("harbor") == {}
    assert bench.texts() == {"Alm": TEXT}
    for act in (remove_source, source_of):
        with pytest.raises(NotFoundError):
            act(bench.archive, "harbor")
    with pytest.raises(NotFoundError):
        run_soon(bench.archive, "harbor", bench.clock())


def test_changed_address_is_asked_without_the_old_etag(bench: Bench) -> None:
    bench.site.put("/rss", Reply(rss([FeedItem("alm", "Alm", TEXT)]).encode(), headers={"ETag": '"same"'}))
    bench.site.put("/new", Reply(rss([FeedItem("alm", "Alm", TEXT)]).encode(), headers={"ETag": '"same"'}))
    bench.add("harbor", "/rss")
    bench.run("harbor")
    bench.add("harbor", "/new", interval=60)
    bench.run("harbor")
    assert "if-none-match" not in bench.site.asked[-1].headers
    assert bench.archive.counts().articles == 1


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("Harbor Post", {}, "can't be the name"),
        ("", {}, "can't be the name"),
        ("a", {"address": "ftp://harbor.example/"}, "not a web address"),
        ("a", {"address": "harbor.example/rss"}, "not a web address"),
        ("a", {"address": "http://harbor.example:99999/"}, "not a web address"),
        ("a", {"address": "http://[::1/"}, "not a web address"),
        ("a", {"address": "https://harbor.example/a b"}, "not a web address"),
        ("a", {"address": "https://ida:secret@harbor.example/rss"}, "a name and a password"),
        ("a", {"interval": 0}, "interval of 0 seconds"),
        ("a", {"kind": "page", "full_text": True}, "always read in full"),
        ("a", {"kind": "folder", "address": "/nowhere/at/all"}, "there is no folder"),
    ],
)
def test_what_cannot_be_a_source(bench: Bench, name: str, settings: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"kind": "feed", "address": "https://harbor.example/rss"} | settings
    with pytest.raises(InputError, match=message) as refused:
        put_source(bench.archive, name, SourceSettings(**given), bench.clock())
    assert "secret" not in refused.value.message + refused.value.hint
