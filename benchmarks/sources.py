"""A day of feeds from a scripted server, with kill -9: each article once, none lost, hosts asked politely.

    python -m benchmarks.sources [ENTRIES [SOURCES [KILLS [SEED]]]]

50 feeds of as many hosts list 5,000 entries a few at a time, older ones age out; every third feed has only teasers, so
that its pages are fetched. Meanwhile entries are updated and get other ids, and the servers answer with 304, 500, 503
and Retry-After, redirects, broken XML, answers that are late or cut off, and pages that are gone. The process that
watches is killed at random requests. The day is pressed into minutes: a feed is asked every second instead of every
quarter of an hour.
"""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks._common import print_table
from benchmarks._stand_in import Asked, FeedItem, Reply, StandIn, conditional, here, page, rss, stand_in
from dateline.index.archive import Archive
from dateline.index.encoder import InitialsEncoder
from dateline.index.filters import NO_FILTERS
from dateline.index.ingest import take_in
from dateline.index.ingest_report import Taken
from dateline.index.sources.entries import count_entries
from dateline.index.sources.fetch import Fetcher, FetchLimits
from dateline.index.sources.polite import Pacer, PoliteFetcher
from dateline.index.sources.registry import put_source
from dateline.index.sources.runner import SourceRunner
from dateline.index.sources.source import SourceSettings
from dateline.index.sources.watcher import Watcher
from training.data import temporary_home, utc_now

WINDOW = 20
"""Entries that a feed lists at once."""
STEP = 4
"""New ones each time it moves on."""
PAUSE = 0.02
"""Seconds between two requests to a host."""
FAULTS = {"500": 0.03, "503": 0.02, "broken": 0.05, "cut": 0.05, "moved": 0.05, "late": 0.03}
"""Shares of requests for a feed."""
PAGE_FAULTS = {"500": 0.05, "cut": 0.05, "moved": 0.05}
UPDATED, RENAMED, GONE = 0.1, 0.05, 0.01
"""Chances of an entry each time its feed moves on, to be updated and to get another id; of a page, to be gone."""


@dataclass(slots=True)
class Feed:
    """One host's feed, which moves on as it is asked."""

    host: str
    teasers: bool
    rng: random.Random
    items: list[FeedItem]
    """Oldest first."""
    shown: int = WINDOW // 2
    """How many of them have been listed by now."""
    delivered: bool = False
    """Whether it was given in full since it moved on; a reader that asks often enough misses nothing."""
    finished: bool = False
    """Whether it was given in full after all of it was listed."""

    def move_on(self) -> None:
        """More entries, and now and then an update or another id of one that is listed."""
        self.shown = min(self.shown + STEP, len(self.items))
        self.delivered = False
        for i in range(max(0, self.shown - WINDOW // 2), self.shown - STEP):
            one, drawn = self.items[i], self.rng.random()
            if drawn < UPDATED:
                self.items[i] = replace(one, text=f"{one.text} It was updated.", day=min(one.day + 1, 28))
            elif drawn < UPDATED + RENAMED:
                self.items[i] = replace(one, guid=f"{one.guid}x")

    def answer(self, asked: Asked) -> Reply:
        """The feed as it is now, or one of the faults."""
        fault = _drawn(self.rng, FAULTS)
        if fault in ("500", "503"):
            return _failed(fault)
        if fault == "moved":
            return Reply(status=302, headers={"Location": "/moved"})
        if self.delivered and self.shown < len(self.items) and self.rng.random() < 0.7:
            self.move_on()
        listed = [replace(one, text="…") if self.teasers else one for one in self.items[: self.shown][-WINDOW:][::-1]]
        whole = rss(listed, self.host).encode()
        if fault == "broken":
            return Reply(whole[: whole.rindex(b"<item>") + 9])
        if fault == "cut":
            return Reply(whole, cut_after=len(whole) // 2)
        if fault == "late":
            time.sleep(0.2)
        self.delivered = True
        self.finished = self.shown == len(self.items)
        return conditional(whole)(asked)

    def page(self, asked: Asked) -> Reply:
        """The page of an entry, or one of the faults."""
        fault = _drawn(self.rng, PAGE_FAULTS)
        number = int(asked.path.removeprefix("/again").removeprefix("/").removesuffix(".html"))
        if is_gone(self, number):
            return Reply(status=410)
        if fault == "500":
            return _failed(fault)
        if fault == "moved" and not asked.path.startswith("/again"):
            return Reply(status=301, headers={"Location": f"/again{asked.path}"})
        one = self.items[number]
        body = page(one.title, f"{one.text}\n\nThe editors of {self.host} wrote this on their page.").encode()
        return Reply(body, cut_after=len(body) // 2 if fault == "cut" else None)


@dataclass(frozen=True, slots=True)
class Found:
    """What the day came to."""

    expected: int
    articles: int
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    stale: tuple[str, ...]
    """Titles of articles whose text is not the last that was listed."""
    requests: int
    unchanged: int
    """Answered with 304."""
    closest: float
    """The least time between two requests to one host, in seconds."""
    kills: int

    @property
    def sound(self) -> bool:
        """Whether each article is there once, as it was last, and no host was asked too soon."""
        return not (self.missing or self.twice or self.stale) and self.closest >= PAUSE


def day(home: Path, entries: int, sources: int, kills: int, seed: int) -> Found:
    """Watch such a day with an archive in `home`, killed so often."""
    rng = random.Random(seed)
    feeds = [_feed(i, entries // sources, random.Random(seed * 1_000 + i)) for i in range(sources)]
    with stand_in() as site:
        _put(site, feeds)
        archive = Archive(home, create=True)
        for feed in feeds:
            settings = SourceSettings("feed", site.url("/rss", feed.host), 1, full_text=feed.teasers)
            put_source(archive, feed.host, settings, utc_now())
        polls = sources * (entries // sources - WINDOW // 2) // STEP
        moments = sorted(rng.sample(range(sources, max(sources + kills + 1, polls)), kills))
        for moment in moments:
            with _watching(home, sources) as process:
                _wait_for(site, lambda moment=moment: len(site.asked) >= moment, process)
        with _watching(home, sources) as process:
            _wait_for(site, lambda: all(feed.finished for feed in feeds), process)
        _settle(archive, feeds)
        found = _look(archive, site, feeds, kills)
        archive.close()
    return found


def main(entries: int = 5_000, sources: int = 50, kills: int = 20, seed: int = 1) -> None:
    """Watch the day, and print what was found."""
    with temporary_home() as home:
        found = day(home / "archive", entries, sources, kills, seed)
    print_table(
        f"A day of {entries:,} entries from {sources:,} feeds, killed {kills} times",
        [
            ("articles that should be there", f"{found.expected:,}"),
            ("articles", f"{found.articles:,}"),
            ("missing", f"{len(found.missing):,}"),
            ("there twice", f"{len(found.twice):,}"),
            ("not as they were last", f"{len(found.stale):,}"),
            ("requests", f"{found.requests:,}, {found.unchanged:,} of them answered with 304"),
            ("closest two requests to a host", f"{found.closest * 1000:.0f} ms, set were {PAUSE * 1000:.0f}"),
        ],
    )
    sys.exit(0 if found.sound else 1)


def worker(home: Path, hosts: int) -> None:
    """What is killed: it watches the sources of the archive in `home`."""
    archive = Archive(home)
    _watcher(archive, [_host(i) for i in range(hosts)]).run()


def is_gone(feed: Feed, number: int) -> bool:
    """Whether the page of an entry is gone; the same for each run."""
    return feed.teasers and random.Random(f"{feed.host} {number}").random() < GONE


def _watcher(archive: Archive, hosts: Sequence[str]) -> Watcher:
    encoder = InitialsEncoder(languages=("en",))

    def take(items: Any) -> list[Taken]:
        return [taken for batch in take_in(items, archive, encoder, now=utc_now) for taken in batch]

    fetcher = PoliteFetcher(Fetcher(FetchLimits(allowed_hosts=tuple(hosts)), resolver=here), Pacer(PAUSE), utc_now)
    return Watcher(SourceRunner(archive, fetcher, take, utc_now, first_pause=0.2), utc_now)


def _settle(archive: Archive, feeds: list[Feed]) -> None:
    """Ask once more without faults, as the next hours would, until nothing is left to take in."""
    FAULTS.clear()
    PAGE_FAULTS.clear()
    names = [feed.host for feed in feeds]
    for _ in range(10):
        _watcher(archive, names).run_once(names)
        if not any(counts["pending"] for counts in count_entries(archive).values()):
            return
        time.sleep(1)


@contextmanager
def _watching(home: Path, hosts: int) -> Iterator[subprocess.Popen[bytes]]:
    """The worker, killed at the end."""
    command = [sys.executable, "-m", "benchmarks.sources", "worker", str(home), str(hosts)]
    with subprocess.Popen(command) as process:
        try:
            yield process
        finally:
            process.kill()


def _wait_for(site: StandIn, happened: Any, process: subprocess.Popen[bytes]) -> None:
    while not happened():
        if process.poll() is not None:
            raise RuntimeError("the process that watches has ended by itself")
        site.arrived.clear()
        site.arrived.wait(0.5)


def _feed(number: int, entries: int, rng: random.Random) -> Feed:
    host = _host(number)
    items = [
        FeedItem(f"{host}/{i}", _title(number, i), f"{_title(number, i)} was reported. {_words(rng)}", f"/{i}.html")
        for i in range(entries)
    ]
    return Feed(host, number % 3 == 2, rng, items)


def _put(site: StandIn, feeds: list[Feed]) -> None:
    lock = threading.Lock()

    def locked(answer: Any) -> Any:
        def answering(asked: Asked) -> Reply:
            with lock:
                reply: Reply = answer(asked)
                return reply

        return answering

    for feed in feeds:
        site.put("/rss", locked(feed.answer), host=feed.host)
        site.put("/moved", locked(feed.answer), host=feed.host)
        for i in range(len(feed.items)):
            site.put(f"/{i}.html", locked(feed.page), host=feed.host)
            site.put(f"/again/{i}.html", locked(feed.page), host=feed.host)


def _look(archive: Archive, site: StandIn, feeds: list[Feed], kills: int) -> Found:
    expected = {one.title: one.text for feed in feeds for i, one in enumerate(feed.items) if not is_gone(feed, i)}
    texts: dict[str, str] = {}
    seen: Counter[str] = Counter()
    after = None
    while some := archive.list_articles(NO_FILTERS, after=after, limit=1_000):
        for stored in some:
            title = stored.article.title or ""
            seen[title] += 1
            texts[title] = stored.article.text.split("\n")[0]
        after = some[-1].article.id
    moments: dict[str, list[float]] = {}
    for asked in list(site.asked):
        moments.setdefault(asked.host, []).append(asked.at)
    return Found(
        expected=len(expected),
        articles=seen.total(),
        missing=tuple(sorted(expected.keys() - seen.keys())),
        twice=tuple(sorted(title for title, count in seen.items() if count > 1 or title not in expected)),
        stale=tuple(sorted(title for title in expected.keys() & texts.keys() if texts[title] != expected[title])),
        requests=len(site.asked),
        unchanged=site.unchanged,
        closest=min(b - a for times in moments.values() for a, b in itertools.pairwise(times)),
        kills=kills,
    )


def _drawn(rng: random.Random, shares: dict[str, float]) -> str | None:
    drawn = rng.random()
    for name, share in shares.items():
        drawn -= share
        if drawn < 0:
            return name
    return None


def _failed(status: str) -> Reply:
    return Reply(status=int(status), headers={"Retry-After": "1"} if status == "503" else {})


def _host(number: int) -> str:
    return f"feed{number}.example"


def _title(number: int, entry: int) -> str:
    return "Xylo" + "".join("abcdefghij"[int(digit)] for digit in f"{number:02d}{entry:04d}")


def _words(rng: random.Random) -> str:
    syllables = ["ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu"]
    return " ".join("".join(rng.choices(syllables, k=3)) for _ in range(30)).capitalize() + "."


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(*map(int, sys.argv[1:]))
