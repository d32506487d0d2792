"""Search: words and meaning in, ranked passages out. Vector and lexical ranks are fused; filters act inside both.

Keeps the indexes level with the archive: on opening and before each search it catches up with what changed since.
Knows nothing of questions: a query is a string.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.archive import Archive, ReencodedError, StoredPassage, another_encoder
from index.encoder import Encoder
from index.errors import BusyError, DatelineError
from index.filters import NO_FILTERS, Filters
from index.lexical_index import LexicalIndex
from index.snapshot import DamagedSnapshotError, current_folder, read_manifest, write_snapshot
from index.vector_index import Hit, Mask, VectorIndex
from index.writer import Writer

log = logging.getLogger(__name__)

DEPTH = 100
"""Hits taken from each index before fusion."""
RRF_K = 20
"""The constant of reciprocal rank fusion (Cormack, Clarke & Büttcher, SIGIR 2009, take 60; see docs/decisions.md)."""
PUBLISHED_SECONDS = 60.0
"""How long another process may take to publish the indexes of an archive that it re-encoded; then it is done here."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage's place in a ranking, without its words."""

    number: int
    by_vector: int
    """Its rank by meaning, from 1; 0: only the words matched."""
    by_words: int
    cosine: float | None
    """Similarity to the query, −1…1; None if only the words matched."""
    bm25: float | None
    """None if only the meaning matched."""

    @property
    def score(self) -> float:
        """Fused: Σ 1 / (`RRF_K` + rank) over the indexes."""
        return sum(1 / (RRF_K + rank) for rank in (self.by_vector, self.by_words) if rank)


@dataclass(frozen=True, slots=True)
class Ranking:
    """All that a search found, best first, and what was searched."""

    rows: tuple[Ranked, ...]
    archive_id: str
    sequence: int
    """The change of the archive up to which was searched."""
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
    """Ranked passages and what they were searched in."""

    passages: tuple[RankedPassage, ...]
    index_snapshot: str
    """`archive id-sequence`: the state of the archive that was searched."""
    considered: int
    """How many passages the filters allowed."""


@dataclass(frozen=True, slots=True)
class _Passages:
    """Which passages there are."""

    numbers: NDArray[np.int64]
    """By article id and place."""
    revisions: NDArray[np.int64]
    """The internal number of each one's revision."""
    places: NDArray[np.int64]
    """For a passage's number, where it stands in `numbers`: what ties are broken by."""
    in_use: Mask


@dataclass(frozen=True, slots=True)
class _State:
    """One consistent view: indexes, and which passages are which; replaced whole, never changed by searches."""

    sequence: int
    folder: Path | None
    """The snapshot in force when it was opened, even if that could not be used."""
    vectors: VectorIndex
    lexical: LexicalIndex | None
    words_behind: bool
    """Whether the lexical index stands at an earlier sequence, which only the writer can mend."""
    passages: _Passages


class Searcher:
    """Searches an archive by vector and words. Safe for threads; several processes may search while one writes."""

    def __init__(self, archive: Archive, encoder: Encoder, *, reopen: Callable[[], Encoder] | None = None) -> None:
        """Open the indexes and bring them level. Raises `ConflictError` if another encoder made the archive.

        `reopen`: opens the encoder of the archive anew, for when it is re-encoded meanwhile (`follow_encoder`); without
        it, searches then go on in what is in memory.
        """
        bound = archive.fact("encoder")
        if bound is not None and bound != encoder.name:
            raise another_encoder(bound, encoder.name)
        self.archive = archive
        self.encoder = encoder
        self._lock = threading.Lock()
        self._reopen = reopen
        self._changing = threading.Lock()
        self._view_lock = threading.Lock()
        self._refused: str | None = None
        self._state = self._open()
        if not self._is_level():
            self._catch_up(opened=self._state)
            if self._is_reencoded():
                raise BusyError("the archive was re-encoded while it was opened", hint="Try again.")

    @property
    def sequence(self) -> int:
        """The archive's change up to which the indexes stand."""
        return self._state.sequence

    def index_snapshot(self) -> str:
        """The name of what is searched now, as it stands in receipts."""
        return self._name(self._state)

    def refresh(self, *, wait: float = 0.0) -> None:
        """Catch up with the archive; cheap when nothing changed. Publishes a snapshot if no other process writes.

        `wait`: seconds to wait for that; as long as another writes, new articles are found by their meaning alone.
        """
        if self._is_level():
            return
        if self._is_reencoded():
            self._follow_encoder_aside()
            return
        with self._lock:
            if not self._is_level():
                self._catch_up(opened=None, wait=wait)

    def follow_encoder(self) -> bool:
        """If the archive was re-encoded, open its encoder and indexes. Whether it was.

        Others search what was there before meanwhile. Raises `EncoderError` if the encoder can't be opened.
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
        """The ranking that `search` takes the best of; at most `depth` passages of each index are in it."""
        self.refresh()
        encoder, state = self._view()
        mask = self._mask(state, filters)
        vector_hits, lexical_hits = self._rankings(encoder, state, query, mask, depth)
        by_vector, by_words = (_in_place(hits, state.passages.places) for hits in (vector_hits, lexical_hits))
        fused = fuse([by_vector, by_words])
        best = sorted(fused, key=lambda number: (-fused[number], state.passages.places[number]))
        vector_ranks = {hit.number: (rank, hit.score) for rank, hit in enumerate(by_vector, start=1)}
        word_ranks = {hit.number: (rank, hit.score) for rank, hit in enumerate(by_words, start=1)}
        rows = []
        for number in best:
            (vector_rank, cosine), (word_rank, bm25) = (of.get(number, (0, None)) for of in (vector_ranks, word_ranks))
            rows.append(Ranked(number, vector_rank, word_rank, cosine, bm25))
        return Ranking(tuple(rows), self._archive_id(), state.sequence, int(mask.sum()))

    def read(self, rows: Sequence[Ranked], filters: Filters = NO_FILTERS) -> tuple[RankedPassage, ...]:
        """The passages of a ranking's rows, in its order, that are still in use and pass `filters`."""
        found = self.archive.passages([row.number for row in rows], filters)
        return tuple(
            RankedPassage(found[row.number], row.score, row.cosine, row.bm25)
            for row in rows
            if row.number in found  # one may have been withdrawn since the search began
        )

    def rankings(self, query: str, *, filters: Filters = NO_FILTERS, depth: int = DEPTH) -> tuple[list[Hit], list[Hit]]:
        """What each index finds before fusion, best first: by vector, by words."""
        self.refresh()
        encoder, state = self._view()
        return self._rankings(encoder, state, query, self._mask(state, filters), depth)

    def _view(self) -> tuple[Encoder, _State]:
        """What is searched, and the encoder that it was made with."""
        with self._view_lock:
            return self.encoder, self._state

    def _rankings(
        self, encoder: Encoder, state: _State, query: str, mask: Mask, depth: int
    ) -> tuple[list[Hit], list[Hit]]:
        if not mask.any():
            return [], []
        by_vector = state.vectors.search(encoder.encode_query([query])[0], depth, mask)
        return by_vector, state.lexical.search(query, depth, mask) if state.lexical else []

    def _name(self, state: _State) -> str:
        return f"{self._archive_id()}-{state.sequence}"

    def _archive_id(self) -> str:
        return self.archive.fact("id") or "empty"

    def _is_reencoded(self) -> bool:
        return self.archive.fact("encoder") not in (None, self.encoder.name)

    def _follow_encoder_aside(self) -> None:
        """`follow_encoder` in a thread of its own, one at a time; an encoder that can't be opened is tried once."""
        if self._reopen is None or self.archive.fact("encoder") == self._refused:
            return
        if self._changing.acquire(blocking=False):
            threading.Thread(target=self._change_encoder_or_say_why, name="encoder", daemon=True).start()

    def _change_encoder_or_say_why(self) -> None:
        try:
            self._change_encoder()
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
        encoder = self._reopen()
        with suppress(BusyError), Writer(self.archive, wait=PUBLISHED_SECONDS):
            pass  # whoever re-encoded the archive may still be publishing its indexes
        successor = Searcher(self.archive, encoder)
        with self._lock, self._view_lock:
            self.encoder, self._state = successor.encoder, successor._state
        return True

    def _catch_up(self, opened: _State | None, *, wait: float = 0.0) -> None:
        with suppress(ReencodedError):  # just now: the next search finds that out
            try:
                with Writer(self.archive, wait=wait):
                    self._state = self._publish(opened)
            except BusyError:
                self._state = self._follow()

    def _is_level(self) -> bool:
        return self.archive.sequence() == self._state.sequence and not self._state.words_behind

    def _mask(self, state: _State, filters: Filters) -> Mask:
        if filters == NO_FILTERS:
            return state.passages.in_use
        allowed = np.isin(state.passages.revisions, self.archive.matching_revisions(filters))
        return _mask_of(state.passages.numbers[allowed])

    def _open(self) -> _State:
        """The snapshot on disk, or an empty state if there is none or it is damaged."""
        folder = current_folder(self.archive.home)
        empty = _State(0, folder, VectorIndex(self.encoder.dimension), None, False, self._passages())
        if folder is None:
            return empty
        try:
            manifest = read_manifest(folder, archive_id=self.archive.fact("id") or "", encoder=self.encoder.name)
            if manifest.sequence > self.archive.sequence():
                raise DamagedSnapshotError("it is of a later archive than this one, which may be a restored backup")
            vectors = VectorIndex.load(folder / "vectors.faiss")
            lexical = LexicalIndex(folder / "words")
        except (DamagedSnapshotError, RuntimeError, ValueError) as error:
            if current_folder(self.archive.home) != folder:
                return self._open()  # not damaged: another process put a newer one in force meanwhile
            log.warning(
                "the index snapshot %s can't be used: %s; it is rebuilt from the archive",
                folder.name,
                error,
            )
            return empty
        return _State(manifest.sequence, folder, vectors, lexical, False, self._passages())

    def _passages(self) -> _Passages:
        numbers, revisions = self.archive.passage_numbers()
        in_use = np.isin(revisions, self.archive.matching_revisions(NO_FILTERS))
        return _Passages(numbers, revisions, _places_of(numbers), _mask_of(numbers[in_use]))

    def _standing(self) -> tuple[int, _Passages]:
        """The archive's latest change and the passages as they stood after it, while another process writes."""
        while True:
            sequence = self.archive.sequence()
            passages = self._passages()
            if self.archive.sequence() == sequence:
                return sequence, passages

    def _follow(self) -> _State:
        """Another process writes: take its newest snapshot, and the vectors of what came after it."""
        state = self._open() if current_folder(self.archive.home) != self._state.folder else self._state
        sequence, passages = self._standing()
        if sequence == state.sequence:
            return state
        vectors = state.vectors.copy()  # searches under way go on in the old one
        for _ in self._words_added(state.sequence, sequence, vectors):
            pass
        return _State(sequence, state.folder, vectors, state.lexical, True, passages)

    def _publish(self, opened: _State | None) -> _State:
        """Bring the newest snapshot level with the archive and put the result in force. The caller is the writer.

        `opened`: a snapshot that was opened, and so checked, a moment ago.
        """
        is_newest = opened is not None and opened.folder == current_folder(self.archive.home)
        base = opened if opened is not None and is_newest else self._open()
        sequence = self.archive.sequence()
        if sequence == base.sequence:
            return base

        def fill(folder: Path) -> None:
            if base.folder is not None and base.lexical is not None:
                shutil.copytree(base.folder / "words", folder / "words")
            lexical = LexicalIndex(folder / "words", create=base.lexical is None)
            lexical.add(self._words_added(base.sequence, sequence, base.vectors))
            base.vectors.save(folder / "vectors.faiss")

        folder = write_snapshot(
            self.archive.home,
            archive_id=self.archive.fact("id") or "",
            encoder=self.encoder.name,
            sequence=sequence,
            fill=fill,
        )
        lexical = LexicalIndex(folder / "words")
        return _State(sequence, folder, base.vectors, lexical, False, self._passages())

    def _words_added(self, after: int, until: int, vectors: VectorIndex) -> Iterator[tuple[int, str]]:
        """Add to `vectors` what the archive added in those changes, yielding each passage's number and words.

        A passage in a language that the encoder can't read has no embedding; it is found by its words alone.
        """
        for batch in self.archive.added_between(after, until, encoder=self.encoder.name):
            embedded = [(number, vector) for number, _, vector in batch if vector is not None]
            vectors.add(
                [number for number, _ in embedded],
                np.array([np.frombuffer(vector, "<f2") for _, vector in embedded], np.float32),
            )
            yield from ((number, words) for number, words, _ in batch)


def fuse(rankings: Sequence[Sequence[Hit]]) -> dict[int, float]:
    """Reciprocal rank fusion: each passage's Σ 1 / (`RRF_K` + rank), ranks from 1."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking, start=1):
            scores[hit.number] = scores.get(hit.number, 0.0) + 1 / (RRF_K + rank)
    return scores


def _in_place(hits: Sequence[Hit], places: NDArray[np.int64]) -> list[Hit]:
    """Hits by score and then by place, for the indexes give equal ones in the order of ingestion."""
    return sorted(hits, key=lambda hit: (-hit.score, places[hit.number]))


def _places_of(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each passage number its place in `numbers`."""
    places = np.zeros(int(numbers.max(initial=-1)) + 1, np.int64)
    places[numbers] = np.arange(len(numbers))
    return places


def _mask_of(numbers: NDArray[np.int64]) -> Mask:
    mask = np.zeros(int(numbers.max(initial=-1)) + 1, np.bool_)
    mask[numbers] = True
    return mask
