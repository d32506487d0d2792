"""Ingests articles while serving; they are searchable when a call returns.

Waiting callers are served together: articles are stored per caller, then the indexes are updated once for all. Knows
nothing of HTTP or of where articles come from.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from queue import SimpleQueue

from dateline.index.article import Problem
from dateline.index.errors import BusyError, ConflictError
from dateline.index.ingest import Run, take_in
from dateline.index.ingest_report import Taken
from dateline.index.purge import Purge, purge
from dateline.index.read import Record
from dateline.index.search import Searcher
from dateline.rag.redaction import as_asked, without_article


@dataclass(frozen=True, slots=True)
class _Waiting:
    items: Iterable[Record | Problem]
    run: Run
    readmit: bool
    stop: Callable[[], bool]
    result: Future[list[Taken]] = field(default_factory=Future)


class Intake:
    """Ingests and purges articles, one call after the other. Safe for threads."""

    def __init__(self, searcher: Searcher, clock: Callable[[], datetime]) -> None:
        self._searcher = searcher
        self._clock = clock
        self._queue: SimpleQueue[_Waiting] = SimpleQueue()
        self._turn = threading.Lock()

    def take_in(
        self,
        items: Iterable[Record | Problem],
        *,
        run: Run | None = None,
        readmit: bool = False,
        stop: Callable[[], bool] = lambda: False,
    ) -> list[Taken]:
        """The result for each record, in order; what was stored is on disk and searchable.

        `run`: shared by calls that belong together. Raises as `index.ingest.take_in`, and `BusyError` if `stop` returns
        true meanwhile; then some may have been stored, and all can be sent again.
        """
        waiting = _Waiting(items, Run() if run is None else run, readmit, stop)
        self._queue.put(waiting)
        with self._turn:
            if not waiting.result.done():
                self._serve_all()
        return waiting.result.result()

    def purge(self, article_id: str, reason: str) -> Purge:
        """Purge an article and rebuild the indexes. Raises as `index.purge.purge`."""
        with self._turn:
            done = purge(
                self._searcher.archive, article_id, reason, self._clock(), redact=without_article, as_asked=as_asked
            )
            self._searcher.refresh()
            return done

    def _serve_all(self) -> None:
        """Serve all waiting callers; later ones are served by the next call."""
        served: list[tuple[_Waiting, list[Taken]]] = []
        for _ in range(self._queue.qsize()):
            waiting = self._queue.get()
            try:
                served.append((waiting, self._store(waiting)))
            except Exception as error:  # noqa: BLE001  # whatever it is, its caller gets to know
                waiting.result.set_exception(error)
        try:
            self._searcher.refresh()
        except Exception as error:  # noqa: BLE001  # as above
            for waiting, _ in served:
                waiting.result.set_exception(error)
        else:
            for waiting, taken in served:
                waiting.result.set_result(taken)

    def _store(self, waiting: _Waiting) -> list[Taken]:
        try:
            return self._stored(waiting)
        except ConflictError:  # before any item was taken: the archive was re-encoded
            if not self._searcher.follow_encoder():
                raise
            return self._stored(waiting)

    def _stored(self, waiting: _Waiting) -> list[Taken]:
        batches = take_in(
            waiting.items,
            self._searcher.archive,
            self._searcher.encoder,
            now=self._clock,
            run=waiting.run,
            readmit=waiting.readmit,
            stop=waiting.stop,
        )
        found = [taken for batch in batches for taken in batch]
        if waiting.stop():
            raise BusyError("it was stopped before everything was stored", hint="Send it again in a moment.")
        return found
