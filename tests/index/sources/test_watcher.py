import itertools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks._stand_in import Asked, FeedItem, Reply, StandIn, here, page, rss
from dateline.index.errors import BusyError
from dateline.index.ingest_report import Taken
from dateline.index.sources.fetch import Fetcher, FetchLimits
from dateline.index.sources.observer import FolderObserver
from dateline.index.sources.polite import Pacer, PoliteFetcher
from dateline.index.sources.registry import set_state
from dateline.index.sources.runner import SourceRunner, TakeIn
from dateline.index.sources.source import Source
from dateline.index.sources.watcher import Watcher, hold, watching_lock
from tests.index.sources.conftest import Bench

TEXT = "The river Alm rose by two metres on Monday. Bakers gave away four hundred loaves."
MORE = "Nobody was hurt in the town. The mayor thanked the bakers on Tuesday."


def utc_now() -> datetime:
    return datetime.now(UTC)


def watcher_of(bench: Bench, pause: float = 0.0, take_in: TakeIn | None = None) -> Watcher:
    """With the real clock, and every host on this machine."""
    hosts = tuple(f"{name}.example" for name in ("a", "b", "c"))
    fetcher = Fetcher(FetchLimits(allowed_hosts=("127.0.0.1", *hosts)), resolver=here)
    polite = PoliteFetcher(fetcher, Pacer(pause), utc_now)
    return Watcher(SourceRunner(bench.archive, polite, take_in or bench.take_in, utc_now), utc_now)


@contextmanager
def watching(watcher: Watcher) -> Iterator[None]:
    """The watcher in a thread."""
    observer = FolderObserver(watcher.touch)
    thread = threading.Thread(target=watcher.run, kwargs={"each": observer.follow})
    thread.start()
    try:
        yield
    finally:
        watcher.stop()
        thread.join()
        observer.stop()


def asked_often(site: StandIn, path: str, times: int) -> threading.Event:
    """Set once a path was asked for so often; it goes on answering as it did."""
    done = threading.Event()
    answer = site._answers["*", path]

    def answering(asked: Asked) -> Reply:
        if site.count(path) >= times:
            done.set()
        return answer if isinstance(answer, Reply) else answer(asked)

    site.put(path, answering)
    return done


def test_slow_host_holds_no_other_up(bench: Bench) -> None:
    released = threading.Event()
    bench.site.put("/slow", Reply(rss([FeedItem("slow", "Slow", TEXT)]).encode(), wait_for=released))
    bench.site.put("/fast", rss([FeedItem("fast", "Fast", MORE)]))
    bench.add("slow", "", address=bench.site.url("/slow", "a.example"))
    bench.add("fast", "", address=bench.site.url("/fast", "b.example"), interval=1)
    bench.add("paused", "", address=bench.site.url("/paused", "c.example"))
    set_state(bench.archive, "paused", "paused", utc_now())
    twice = asked_often(bench.site, "/fast", 2)
    taken = threading.Event()

    def take_in(items: Any) -> list[Taken]:
        done = bench.take_in(items)
        if any(b"Slow" in item.payload for item in items):
            taken.set()
        return done

    with watching(watcher_of(bench, take_in=take_in)):
        twice.wait()  # it is asked again while the slow one still is
        assert bench.states("slow") == {}
        assert bench.site.count("/paused") == 0
        released.set()
        taken.wait()
    assert bench.states("slow") == {"slow": "taken"}
    assert bench.texts() == {"Slow": TEXT, "Fast": MORE}


def test_source_that_is_added_or_resumed_meanwhile_is_run(bench: Bench) -> None:
    bench.site.put("/rss", rss([FeedItem("alm", "Alm", TEXT)]))
    bench.add("harbor", "/rss")
    set_state(bench.archive, "harbor", "paused", utc_now())
    asked = asked_often(bench.site, "/rss", 1)
    watcher = watcher_of(bench)
    with watching(watcher):
        set_state(bench.archive, "harbor", "active", utc_now())
        watcher.wake()
        asked.wait()


def test_requests_to_a_host_are_apart_by_the_pause(bench: Bench) -> None:
    """Two feeds and four pages of one host: seven requests with robots.txt, each a pause after the one before."""
    pause = 0.05
    for name in ("one", "two"):
        items = [FeedItem(f"{name}{i}", f"{name} {i}", "…", f"/{name}{i}.html") for i in range(2)]
        bench.site.put(f"/{name}", rss(items))
        for i in range(2):
            bench.site.put(f"/{name}{i}.html", page(f"{name} {i}", f"{TEXT} {name} {i}.\n\n{MORE}"))
        bench.add(name, "", address=bench.site.url(f"/{name}", "a.example"), full_text=True)
    watcher_of(bench, pause).run_once(["one", "two"])
    moments = [asked.at for asked in bench.site.asked]
    assert len(moments) == 7
    assert min(b - a for a, b in itertools.pairwise(moments)) >= pause
    assert bench.archive.counts().articles == 4


def test_changes_in_a_folder_are_noticed(bench: Bench, tmp_path: Path) -> None:
    pytest.importorskip("watchdog", reason="needs the extra `sources`")
    folder = tmp_path / "in"
    folder.mkdir()
    bench.add("desk", "", kind="folder", address=str(folder))
    touched: list[str] = []
    noticed = threading.Event()

    def touch(name: str) -> None:
        touched.append(name)
        noticed.set()

    observer = FolderObserver(touch)
    source = bench.run("desk")
    observer.follow([source])
    try:
        (folder / "a.md").write_text(TEXT)
        assert noticed.wait(300)
    finally:
        observer.stop()
    assert set(touched) == {"desk"}


def test_file_that_is_still_written_to_is_read_later(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.md").write_text(TEXT)
    (folder / "notes.docx").write_text("x")
    (folder / "README.md").write_text("About this folder.")
    os.mkfifo(folder / "pipe.md")
    bench.add("desk", "", kind="folder", address=str(folder))
    bench.clock.now = datetime.fromtimestamp((folder / "a.md").stat().st_mtime + 1, UTC)
    source = bench.run("desk")
    assert bench.texts() == {}
    assert (source.next_run - bench.clock()).total_seconds() == 2
    bench.clock.pass_(seconds=2)
    source = bench.run("desk")
    assert list(bench.texts().values()) == [TEXT]
    assert (source.next_run - bench.clock()).total_seconds() == 900


def test_one_process_watches_an_archive(bench: Bench) -> None:
    home = bench.archive.home
    with watching_lock(home).acquire(timeout=0), pytest.raises(BusyError, match="another process watches"):
        hold(watching_lock(home), home)


def test_source_that_is_removed_while_it_runs_leaves_nothing(bench: Bench) -> None:
    from dateline.index.sources.registry import remove_source

    def removing(_asked: Asked) -> Reply:
        remove_source(bench.archive, "harbor")
        return Reply(rss([FeedItem("alm", "Alm", TEXT)]).encode())

    bench.site.put("/rss", removing)
    source: Source = bench.add("harbor", "/rss")
    bench.runner().run(source)
    assert bench.entries("harbor") == {}
    assert bench.texts() == {}
