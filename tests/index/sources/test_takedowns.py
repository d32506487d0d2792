"""What has been taken down at its source: 410, 404, no longer listed, no longer in its folder."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks._stand_in import FeedItem, Reply, page, rss
from dateline.index.sources.source import Gone
from tests.index.sources.conftest import Bench

TEXT = "The river Alm rose by two metres on Monday. Bakers gave away four hundred loaves."
MORE = "Nobody was hurt in the town. The mayor thanked the bakers on Tuesday."


def item(number: int) -> FeedItem:
    return FeedItem(f"n{number}", f"News {number}", f"{TEXT} It was report number {number}.", f"/{number}.html")


def withdrawn(bench: Bench, name: str, key: str) -> str | None:
    (article_id,) = bench.entries(name)[key].articles
    return bench.archive.article(article_id).withdrawn_reason


@pytest.mark.parametrize(
    ("gone", "state", "reason"),
    [("keep", "taken", None), ("flag", "gone", None), ("withdraw", "gone", "taken down by the source harbor")],
)
def test_entry_that_is_listed_no_longer(bench: Bench, gone: Gone, state: str, reason: str | None) -> None:
    bench.site.put("/rss", rss([item(3), item(2), item(1)]))
    bench.add("harbor", "/rss", gone=gone)
    bench.run("harbor")
    bench.site.put("/rss", rss([item(3), item(1)]))
    bench.run("harbor")
    assert bench.states("harbor") == {"n1": "taken", "n2": "taken", "n3": "taken"}  # once may be a cache
    bench.run("harbor")
    assert bench.states("harbor") == {"n1": "taken", "n2": state, "n3": "taken"}
    assert withdrawn(bench, "harbor", "n2") == reason
    # It comes back: it is in use again.
    bench.site.put("/rss", rss([item(3), item(2), item(1)]))
    bench.run("harbor")
    assert bench.states("harbor") == {"n1": "taken", "n2": "taken", "n3": "taken"}
    assert withdrawn(bench, "harbor", "n2") is None
    assert bench.archive.counts().articles == 3


def test_entry_that_has_aged_out_is_not_gone(bench: Bench) -> None:
    bench.site.put("/rss", rss([item(2), item(1)]))
    bench.add("harbor", "/rss", gone="withdraw")
    bench.run("harbor")
    bench.site.put("/rss", rss([item(3), item(2)]))
    for _ in range(3):
        bench.run("harbor")
    assert bench.states("harbor") == {"n1": "taken", "n2": "taken", "n3": "taken"}
    assert bench.archive.counts().withdrawn == 0


def test_broken_listing_says_nothing_about_what_is_missing(bench: Bench) -> None:
    whole = rss([item(3), item(2), item(1)])
    bench.site.put("/rss", whole)
    bench.add("harbor", "/rss", gone="withdraw")
    bench.run("harbor")
    broken = rss([item(3), item(1)]).replace("</channel></rss>", "<item><")
    bench.site.put("/rss", broken)
    for _ in range(3):
        bench.run("harbor")
    assert bench.archive.counts().withdrawn == 0


def test_withdrawal_by_a_person_is_not_taken_back(bench: Bench) -> None:
    from dateline.index.writer import Writer

    bench.site.put("/rss", rss([item(1)]))
    bench.add("harbor", "/rss", gone="withdraw")
    bench.run("harbor")
    (article_id,) = bench.entries("harbor")["n1"].articles
    Writer(bench.archive).withdraw(article_id, "retracted", bench.clock())
    changed = FeedItem("n1", "News 1", MORE, "/1.html")
    bench.site.put("/rss", rss([changed]))
    bench.run("harbor")
    assert withdrawn(bench, "harbor", "n1") == "retracted"


def test_feed_that_is_gone_for_good_ends(bench: Bench) -> None:
    bench.site.put("/rss", rss([item(1)]))
    bench.add("harbor", "/rss", gone="withdraw")
    bench.run("harbor")
    bench.site.put("/rss", Reply(status=410))
    source = bench.run("harbor")
    assert source.state == "ended"
    assert "gone for good (410)" in (source.error or "")
    assert bench.archive.counts().withdrawn == 0  # the feed has ended, not its articles


@pytest.mark.parametrize(("status", "runs"), [(410, 1), (404, 2)])
def test_single_page_that_is_gone(bench: Bench, status: int, runs: int) -> None:
    bench.site.put("/a.html", page("Alm", f"{TEXT}\n\n{MORE}"))
    bench.add("alm", "/a.html", kind="page", gone="withdraw")
    bench.run("alm")
    (key,) = bench.entries("alm")
    bench.site.put("/a.html", Reply(status=status))
    for number in range(runs):
        assert bench.states("alm")[key] == "taken", number
        bench.run("alm")
    assert bench.states("alm")[key] == "gone"
    assert withdrawn(bench, "alm", key) == "taken down by the source alm"


@pytest.mark.parametrize(
    ("gone", "status", "state", "reason"),
    [
        ("keep", 410, "dead", None),
        ("flag", 410, "gone", None),
        ("withdraw", 410, "gone", "taken down by the source harbor"),
        ("withdraw", 404, "dead", None),
    ],
)
def test_page_of_an_entry_that_is_gone(bench: Bench, gone: Gone, status: int, state: str, reason: str | None) -> None:
    bench.site.put("/rss", rss([item(1)]))
    bench.site.put("/1.html", page("News 1", f"{TEXT}\n\n{MORE}"))
    bench.add("harbor", "/rss", gone=gone, full_text=True)
    bench.run("harbor")
    bench.site.put("/rss", rss([replace(item(1), title="News 1, updated")]))
    bench.site.put("/1.html", Reply(status=status))
    bench.run("harbor")
    assert bench.states("harbor") == {"n1": state}
    assert withdrawn(bench, "harbor", "n1") == reason


def test_file_that_is_removed(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"{number}.md").write_text(f"---\nid: n{number}\n---\n{item(number).text}")
    bench.add("desk", "", kind="folder", address=str(folder), gone="withdraw")
    bench.run("desk")
    (folder / "1.md").unlink()
    bench.run("desk")
    assert bench.states("desk") == {"1.md": "gone", "2.md": "taken"}
    assert withdrawn(bench, "desk", "1.md") == "taken down by the source desk"
    (folder / "1.md").write_text(f"---\nid: n1\n---\n{item(1).text}")
    bench.run("desk")
    assert bench.states("desk") == {"1.md": "taken", "2.md": "taken"}
    assert withdrawn(bench, "desk", "1.md") is None


def test_folder_that_is_not_there_loses_nothing(bench: Bench, tmp_path: Path) -> None:
    """A network drive that isn't mounted."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "1.md").write_text(TEXT)
    bench.add("desk", "", kind="folder", address=str(folder), gone="withdraw")
    bench.run("desk")
    folder.rename(tmp_path / "away")
    source = bench.run("desk")
    assert "there is no folder" in (source.error or "")
    assert bench.archive.counts().withdrawn == 0
