"""`dateline watch`: watches the sources of an archive without a server.

Knows nothing of how sources are run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from dateline.api.cli.long_run import Unfinished, in_thread, leave
from dateline.api.terminal import note

if TYPE_CHECKING:
    from dateline.index.sources.watcher import Watcher


@click.command()
def watch() -> None:
    """Watch all sources and ingest what is new, until Ctrl-C.

    Each source runs when it is due; changes in folders are noticed at once. `dateline serve` does the same by itself.
    Work that a kill or Ctrl-C interrupts continues at the next start.
    """
    from dateline.api.cli.options import opened_archive
    from dateline.api.source_watching import watch as run
    from dateline.index.sources.registry import all_sources
    from dateline.index.sources.watcher import hold, watching_lock

    with opened_archive(create=True) as archive:
        lock = watching_lock(archive.home)
        hold(lock, archive.home)
        try:
            found = len(all_sources(archive))
            if not found:
                note("there are no sources yet; add one in another terminal: dateline sources add NAME URL")
            with watcher_here() as watcher:
                note(f"watching {found:,} source{'' if found == 1 else 's'}; Ctrl-C stops")
                in_thread(lambda _stop: run(watcher), on_stop=watcher.stop)
        except Unfinished:
            note("stopped; what was being stored is taken up at the next start")
            leave(0)
        finally:
            lock.release()


@contextmanager
def watcher_here() -> Iterator[Watcher]:
    """The watcher of the archive in DATELINE_HOME, with its own encoder and indexes."""
    from dateline.api.compose import fetching_of, open_searcher
    from dateline.api.intake import Intake
    from dateline.api.settings import load_settings
    from dateline.api.source_watching import open_watcher

    settings = load_settings()
    searcher = open_searcher(settings, create=True)
    with closing(searcher.archive):
        yield open_watcher(searcher.archive, fetching_of(settings), Intake(searcher, _now), _now)


def _now() -> datetime:
    return datetime.now(UTC)
