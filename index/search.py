"""Hybrid search: vector and lexical ranks are fused; filters apply inside both.

The searcher catches up with the archive when it is opened and before each search; no search waits for another that does
so. Knows nothing of questions: a query is a string.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from dateline.index.archive import Archive, ReencodedError, StoredPassage, another_encoder
from dateline.index.archive_view import ArchiveView, followed
from dateline.index.encoder import Encoder
from dateline.index.errors import BusyError, DatelineError
from dateline.index.filters import NO_FILTERS, Filters
from dateline.index.publishing import PublishedWords, publish
from dateline.index.vector_index import Hit, Mask

log = logging.getLogger(__name__)

DEPTH = 100
"""Hits of each index that are fused."""
RRF_K = 20
"""The constant of reciprocal rank fusion (Cormack, Clarke & Büttcher, SIGIR 2009, take 60; see docs/decisions.md)."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage's place in a ranking, without its text."""

    number: int
    by_vector: int
    """Its rank by vector, from 1; 0: only the words matched."""
    by_words: int
    cosine: float | None
    """Similarity to the query, −1…1; None if only the words matched."""
    bm25: float | None
    """None if only the vector matched."""

    @property
    def score(self) -> float:
        """Fused: Σ 1 / (`RRF_K` + rank) over the indexes."""
        return sum(1 / (RRF_K + rank) for rank in (self.by_vector, self.by_words) if rank)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The full result of a search, best first, and what was searched."""

    rows: tuple[Ranked, ...]
    archive_id: str
    sequence: int
    """The archive's latest change that was searched."""
    considered: int
    """How many passages the filters allowed."""

    @property
    def index_snapshot(self) -> str:
        """`archive id-sequence`: the state of the archive that was searched."""
        return f"{self.archive_id}-{self.sequence}"


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage that a search found; `score`, `cosine` and `bm25` as in `Ranked`."""

    passage: StoredPassage
    score: float
    cosine: float | None
    bm25: float | None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ranked passages and what was searched."""

    passages: tuple[RankedPassage, ...]
    index_snapshot: str
    """`archive id-sequence`: the state of the archive that was searched."""
    considered: int
    """How many passages the filters allowed."""


@dataclass(frozen=True, slots=True)
class _State:
    """One consistent view; replaced as a whole, never changed."""

    encoder: Encoder
    """The encoder of the view's embeddings."""
    view: ArchiveView
    words: PublishedWords | None
    """Has all passages of the view; further ones are excluded by the view's masks. None: it is empty."""


class Searcher:
    """Searches an archive by vector and words. Safe for threads; several processes may search while one writes."""

    def __init__(self, archive: Archive, encoder: Encoder, *, reopen: Callable[[], Encoder] | None = None) -> None:
        """Open the indexes and update them. Raises `ConflictError` if the archive has another encoder.

        `reopen`: opens the archive's encoder, for an archive that is re-encoded while it is searched
        (`follow_encoder`); without it, searches then continue in what is in memory.
        """
        bound = archive.fact("encoder")
        if bound is not None and bound != encoder.name:
            raise another_encoder(bound, encoder.name)
        self.archive = archive
        self._lock = threading.Lock()
        self._reopen = reopen
        self._changing = threading.Lock()
        self._refused: str | None = None
        self._state = _State(encoder, ArchiveView.empty(encoder.dimension), None)
        self.refresh()
        if self._is_reencoded():
            raise BusyError("the archive was re-encoded while it was opened", hint="Try again.")

    @property
    def encoder(self) -> Encoder:
        """The current encoder."""
        return self._state.encoder

    @property
    def sequence(self) -> int:
        """The archive's latest change that is searched."""
        return self._state.view.sequence

    def index_snapshot(self) -> str:
        """The name of the searched state, as in receipts."""
        return f"{self._archive_id()}-{self.sequence}"

    def refresh(self) -> None:
        """Catch up with the archive, at the cost of what changed; waits for others that publish."""
        if self._is_level():
            return
        if self._is_reencoded():
            self._follow_encoder_aside()
            return
        with self._lock:
            self._catch_up(wait=True)

    def follow_encoder(self) -> bool:
        """If the archive was re-encoded, open its encoder and indexes; returns whether it was.

        Meanwhile others search the previous state. Raises `EncoderError` if the encoder can't be opened.
        """
        with self._changing:
            return self._change_encoder()

    def search(self, query: str, *, limit: int = 10, filters: Filters = NO_FILTERS, depth: int = DEPTH) -> SearchResult:
        """The best `limit` passages for `query` among those that `filters` allow.

        Ties are broken by article id and position, so the order does not depend on the order of ingestion.
        """
        ranking = self.rank(query, filters=filters, depth=max(depth, limit))
        return SearchResult(self.read(ranking.rows[: max(limit, 0)]), ranking.index_snapshot, ranking.considered)

    def rank(self, query: str, *, filters: Filters = NO_FILTERS, depth: int = DEPTH) -> Ranking:
        """The ranking behind `search`, of at most `depth` passages of each index."""
        state = self._current()
        mask = self._mask(state.view, filters)
        vector_hits, lexical_hits = self._rankings(state, query, mask, depth)
        place = state.view.place
        by_vector, by_words = (_in_place(hits, place) for hits in (vector_hits, lexical_hits))
        fused = fuse([by_vector, by_words])
        best = sorted(fused, key=lambda number: (-fused[number], place(number)))
        vector_ranks = {hit.number: (rank, hit.score) for rank, hit in enumerate(by_vector, start=1)}
        word_ranks = {hit.number: (rank, hit.score) for rank, hit in enumerate(by_words, start=1)}
        rows = []
        for number in best:
            (vector_rank, cosine), (word_rank, bm25) = (of.get(number, (0, None)) for of in (vector_ranks, word_ranks))
            rows.append(Ranked(number, vector_rank, word_rank, cosine, bm25))
        return Ranking(tuple(rows), self._archive_id(), state.view.sequence, int(mask.sum()))

    def read(self, rows: Sequence[Ranked], filters: Filters = NO_FILTERS) -> tuple[RankedPassage, ...]:
        """The passages of a ranking's rows, in order, that are still in use and pass `filters`."""
        found = self.archive.passages([row.number for row in rows], filters)
        return tuple(
            RankedPassage(found[row.number], row.score, row.cosine, row.bm25)
            for row in rows
            if row.number in found  # one may have been withdrawn since the search began
        )

    def rankings(self, query: str, *, filters: Filters = NO_FILTERS, depth: int = DEPTH) -> tuple[list[Hit], list[Hit]]:
        """The hits of each index before fusion, best first: by vector, by words."""
        state = self._current()
        return self._rankings(state, query, self._mask(state.view, filters), depth)

    def _rankings(self, state: _State, query: str, mask: Mask, depth: int) -> tuple[list[Hit], list[Hit]]:
        if not mask.any():
            return [], []
        by_vector = state.view.vectors.search(state.encoder.encode_query([query])[0], depth, mask)
        return by_vector, state.words.index.search(query, depth, mask) if state.words else []

    def _archive_id(self) -> str:
        return self.archive.fact("id") or "empty"

    def _is_level(self) -> bool:
        return self.archive.sequence() == self._state.view.sequence

    def _current(self) -> _State:
        """The state to search: up to date, unless another thread or process is updating it right now."""
        if not self._is_level():
            if self._is_reencoded():
                self._follow_encoder_aside()
            elif self._lock.acquire(blocking=False):
                try:
                    self._catch_up(wait=False)
                finally:
                    self._lock.release()
        return self._state

    def _catch_up(self, *, wait: bool) -> None:
        """Update to the archive's latest state; without `wait`, not while another process is publishing."""
        state = self._state
        with suppress(ReencodedError):  # just now: the next search finds that out
            view = followed(state.view, self.archive, encoder=state.encoder.name)
            # After the view, so that it has all words of the view's passages.
            words = publish(self.archive, sequence=view.sequence, known=state.words, wait=wait)
            if words is not None:
                self._state = _State(state.encoder, view, words)

    def _is_reencoded(self) -> bool:
        return self.archive.fact("encoder") not in (None, self.encoder.name)

    def _follow_encoder_aside(self) -> None:
        """`follow_encoder` in a thread, one at a time; an encoder that can't be opened is tried once."""
        if self._reopen is None or self.archive.fact("encoder") == self._refused:
            return
        if self._changing.acquire(blocking=False):
            threading.Thread(target=self._change_encoder_or_say_why, name="encoder", daemon=True).start()

    def _change_encoder_or_say_why(self) -> None:
        try:
            self._change_encoder()
        except BusyError:
            pass  # the next search tries again
        except DatelineError as error:
            self._refused = self.archive.fact("encoder")
            log.error(
                "the archive was re-encoded with %s, which can't be opened here: %s; searches go on without what comes "
                "in from now on",
                self._refused,
                error.message,
            )
        finally:
            self._changing.release()

    def _change_encoder(self) -> bool:
        """See `follow_encoder`. The caller holds `_changing`."""
        if not self._is_reencoded():
            return False
        if self._reopen is None:
            raise another_encoder(self.archive.fact("encoder") or "", self.encoder.name)
        successor = Searcher(self.archive, self._reopen())
        with self._lock:
            self._state = successor._state
        return True

    def _mask(self, view: ArchiveView, filters: Filters) -> Mask:
        if filters == NO_FILTERS:
            return view.in_use
        if filters.as_of is not None:
            return np.isin(view.revisions, self.archive.matching_revisions(filters))
        # Which revision is in force is the view's to say: it may have been revised a moment ago.
        matching = self.archive.matching_revisions(filters, in_force=False)
        return np.isin(view.revisions, matching) & view.in_use


def fuse(rankings: Sequence[Sequence[Hit]]) -> dict[int, float]:
    """Reciprocal rank fusion: each passage's Σ 1 / (`RRF_K` + rank), ranks from 1."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking, start=1):
            scores[hit.number] = scores.get(hit.number, 0.0) + 1 / (RRF_K + rank)
    return scores


def _in_place(hits: Sequence[Hit], place: Callable[[int], tuple[str, int]]) -> list[Hit]:
    """Hits by score and then by place, because the indexes order equal ones by ingestion."""
    return sorted(hits, key=lambda hit: (-hit.score, place(hit.number)))
