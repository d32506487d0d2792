"""What the tests of sources share: a web server of our own, an archive, and sources that are run one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from benchmarks._stand_in import StandIn, here, stand_in
from dateline.index.archive import Archive
from dateline.index.ingest import take_in
from dateline.index.ingest_report import Taken
from dateline.index.sources.addresses import resolve
from dateline.index.sources.entries import Entry, entries_of
from dateline.index.sources.fetch import Fetcher, FetchLimits
from dateline.index.sources.polite import Pacer, PoliteFetcher
from dateline.index.sources.registry import put_source, source_of
from dateline.index.sources.runner import SourceRunner
from dateline.index.sources.source import Source, SourceSettings
from dateline.index.sources.watcher import Watcher
from tests.articles import FAKE, NOW


@pytest.fixture
def site() -> Iterator[StandIn]:
    """A server that answers nothing yet; each test puts what it needs."""
    with stand_in() as site:
        yield site


@dataclass
class Clock:
    """A time that moves when a test says so."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **delta: float) -> None:
        """Let time pass, as `timedelta` takes it."""
        self.now += timedelta(**delta)


@dataclass
class Bench:
    """Sources of an archive, run against the stand-in without pauses."""

    archive: Archive
    site: StandIn
    clock: Clock = field(default_factory=Clock)

    def runner(self) -> SourceRunner:
        limits = FetchLimits(max_bytes=200_000, allowed_hosts=("127.0.0.1", "a.example", "b.example"))
        fetcher = PoliteFetcher(Fetcher(limits, resolver=self.resolver, now=self.clock), Pacer(0.0), self.clock)
        return SourceRunner(self.archive, fetcher, self.take_in, self.clock)

    @staticmethod
    def resolver(host: str, port: int) -> list[str]:
        """Hosts that are made up are on this machine."""
        return here(host, port) if host.endswith(".example") else resolve(host, port)

    def take_in(self, items: Any) -> list[Taken]:
        return [taken for batch in take_in(items, self.archive, FAKE, now=self.clock) for taken in batch]

    def add(self, name: str, path: str, **settings: Any) -> Source:
        """A feed of the stand-in, or what `settings` say."""
        given: dict[str, Any] = {"kind": "feed", "address": self.site.url(path)} | settings
        return put_source(self.archive, name, SourceSettings(**given), self.clock())

    def run(self, *names: str) -> Source:
        """Run sources and what they have listed until nothing is due; the first one as it is then."""
        Watcher(self.runner(), self.clock).run_once(names)
        return source_of(self.archive, names[0])

    def entries(self, name: str) -> dict[str, Entry]:
        return entries_of(self.archive, name)

    def states(self, name: str) -> dict[str, str]:
        return {key: entry.state for key, entry in self.entries(name).items()}

    def texts(self) -> dict[str, str]:
        """Title → text of each article in use, a paragraph a line."""
        from dateline.index.filters import NO_FILTERS

        found = self.archive.list_articles(NO_FILTERS, limit=1_000)
        return {one.article.title or one.article.id: one.article.text.replace("\n\n", "\n") for one in found}


@pytest.fixture
def bench(archive: Archive, site: StandIn) -> Bench:
    return Bench(archive, site)
