"""Latency and bytes written until one more article is searchable, and the effect on searches.

    python -m benchmarks.publish [PASSAGES…]      (44,000 passages unless told otherwise; 440,000 take some minutes)

The archive is made of drawn words and random vectors, without an encoder; the posted articles' vectors are sums of
random vectors of their words. So the figures are those of storing, indexing and searching alone: encoding ten passages
comes on top. Searches go on in a second thread of the same process, as in `dateline serve`.
"""

from __future__ import annotations

import json
import random
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Table, insert

from benchmarks._common import print_table, seconds
from dateline.index.archive import Archive
from dateline.index.encoder import NO_PROMPTS, Embeddings
from dateline.index.ingest import take_in
from dateline.index.read import record_of
from dateline.index.schema import articles, changes, embeddings, passages, revisions
from dateline.index.search import Searcher
from dateline.index.writer import Writer
from training.data import temporary_home, utc_now

DIMENSION = 384
PASSAGES_AN_ARTICLE = 10
SENTENCES, WORDS = 8, 15
"""Of a passage, of a sentence."""
VOCABULARY = 50_000
POSTS = 40
SEARCHES = 100
"""A round; rounds with posts and rounds without take turns, so that both meet the same machine."""
ROUNDS = 6
POST_EVERY = 1.0
"""Seconds."""
DRAWN = 5_000
BATCH = 200
"""Articles."""


class WordVectors:
    """An encoder that takes no time: the sum of a random vector for each word."""

    name = "word-vectors"
    dimension = DIMENSION
    max_tokens = 180
    prompts = NO_PROMPTS

    def __init__(self) -> None:
        self.languages: tuple[str, ...] | None = None
        self._rows = np.random.default_rng(1).normal(size=(4_096, DIMENSION)).astype(np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words."""
        return [len(text.split()) for text in texts]

    def encode_query(self, texts: Sequence[str]) -> Embeddings:
        """See the class."""
        return self.encode_document(texts)

    def encode_document(self, texts: Sequence[str]) -> Embeddings:
        """See the class."""
        words = [[zlib.crc32(word.encode()) % len(self._rows) for word in text.lower().split()] for text in texts]
        return np.stack([_unit(self._rows[numbers].sum(axis=0)) for numbers in words])


class Texts:
    """Words drawn as often as words of a language are (Zipf's law), in sentences."""

    def __init__(self, seed: int) -> None:
        syllables = random.Random(0)
        words = {"".join(syllables.choices(_SYLLABLES, k=syllables.randint(2, 5))) for _ in range(2 * VOCABULARY)}
        self._words = np.array(sorted(words, key=len)[:VOCABULARY])
        self._sums = np.cumsum(1 / np.arange(3, len(self._words) + 3))
        self._rng = np.random.default_rng(seed)

    def words(self, count: int) -> list[str]:
        """So many, as a question has them."""
        drawn = np.searchsorted(self._sums, self._rng.random(count) * self._sums[-1])
        found: list[str] = self._words[np.minimum(drawn, len(self._words) - 1)].tolist()
        return found

    def passage(self) -> str:
        """Some sentences."""
        words = self.words(SENTENCES * WORDS)
        lines = [" ".join(words[i : i + WORDS]) for i in range(0, len(words), WORDS)]
        return " ".join(f"{line.capitalize()}." for line in lines)

    def article(self) -> str:
        """Paragraphs of a passage each."""
        return "\n\n".join(self.passage() for _ in range(PASSAGES_AN_ARTICLE))


_SYLLABLES = ["ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu", "sha", "tro"]


def main(sizes: Sequence[int] = (44_000,)) -> None:
    """Measure and print, for archives of so many passages."""
    for size in sizes:
        with temporary_home() as home:
            archive = Archive(home, create=True)
            _fill(archive, size)
            _measure(archive)
            archive.close()


def _fill(archive: Archive, count: int) -> None:
    """`count` passages, drawn from some thousand; straight into the tables, for storing is not what is measured."""
    texts, rng = Texts(2), np.random.default_rng(2)
    drawn = [texts.passage() for _ in range(DRAWN)]
    with Writer(archive) as writer:
        writer.bind_encoder(WordVectors.name)
    for first in range(1, count // PASSAGES_AN_ARTICLE + 1, BATCH):
        rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)  # in the order that foreign keys ask for
        for n in range(first, min(first + BATCH, count // PASSAGES_AN_ARTICLE + 1)):
            parts = [drawn[i] for i in rng.integers(0, DRAWN, PASSAGES_AN_ARTICLE)]
            about = {"fingerprint": f"old{n}", "basis": "{}", "removed": "[]", "ingested": utc_now().isoformat()}
            text = "\n\n".join(parts)
            rows[articles].append({"id": f"old{n}", "current_revision": n, "story_id": f"old{n}"})
            of_revision = {"id": n, "article_id": f"old{n}", "number": 1, "text": text, "language": "en"}
            rows[revisions].append(of_revision | about)
            rows[changes].append({"kind": "added", "revision_id": n})
            vectors = rng.normal(size=(PASSAGES_AN_ARTICLE, DIMENSION)).astype(np.float32)
            start = 0
            for place, (part, vector) in enumerate(zip(parts, vectors, strict=True)):
                span = [start, start + len(part)]
                number = n * PASSAGES_AN_ARTICLE + place
                where = {"number": place, "start": span[0], "end": span[1], "sentences": json.dumps([span])}
                rows[passages].append({"id": number, "revision_id": n, **where})
                rows[embeddings].append({"passage_id": number, "vector": _unit(vector).astype("<f2").tobytes()})
                start = span[1] + 2
        with archive.writing.begin() as connection:
            for table, of_table in rows.items():
                connection.execute(insert(table), of_table)


def _measure(archive: Archive) -> None:
    encoder, texts = WordVectors(), Texts(3)
    anew = seconds(lambda: Searcher(archive, encoder))
    opening = [seconds(lambda: Searcher(archive, encoder)) for _ in range(3)]
    searcher = Searcher(archive, encoder)
    count = archive.counts().passages
    posted = 0

    def post() -> tuple[float, float]:
        """Seconds until the article is found, and of these until it is stored."""
        nonlocal posted
        posted += 1
        word = f"xy{posted:06d}"
        record = record_of({"id": f"new{posted}", "language": "en", "text": f"{word} {texts.article()}"}, "bench", None)
        start = time.perf_counter()
        outcomes = [taken.kind for batch in take_in([record], archive, encoder, now=utc_now) for taken in batch]
        stored = time.perf_counter()
        searcher.refresh()
        found = searcher.search(word).passages
        end = time.perf_counter()
        if outcomes != ["added"] or {each.passage.article.id for each in found if each.bm25} != {f"new{posted}"}:
            raise RuntimeError(f"article {posted} was not found")
        return end - start, stored - start

    for _ in range(20):
        searcher.search(" ".join(texts.words(8)))
    before, worked, indexes = _written(), time.process_time(), _index_files(archive.home)
    times = [post() for _ in range(POSTS)]
    written, worked = (_written() - before) / POSTS, (time.process_time() - worked) / POSTS
    new_files = {name: size for name, size in _index_files(archive.home).items() if name not in indexes}
    alone, beside = _searches(searcher, texts, post)
    until_found = [each for each, _ in times]
    print_table(
        f"One more article of {PASSAGES_AN_ARTICLE} passages, in an archive of {count:,}",
        [
            ("searchable after, p50, p95, longest", _milliseconds(until_found, 0.5, 0.95, 1.0)),
            ("of which storing, p50", _milliseconds([stored for _, stored in times], 0.5)),
            ("processor time of it, mean", f"{1000 * worked:,.0f} ms"),
            ("written to disk an article, archive and indexes", f"{written / 1000:,.0f} kB"),
            ("new index files when all are in", f"{sum(new_files.values()) / POSTS / 1000:,.0f} kB an article"),
            (f"searches alone, p50, p95 ({len(alone)})", _milliseconds(alone, 0.5, 0.95)),
            (f"with a post a second, p50, p95 ({len(beside)})", _milliseconds(beside, 0.5, 0.95)),
            ("p95 against alone", f"{_quantile(beside, 0.95) / _quantile(alone, 0.95) - 1:+.0%}"),
            ("opening; the indexes made anew", f"{min(opening):.2f} s; {anew:.1f} s"),
        ],
    )


def _searches(searcher: Searcher, texts: Texts, post: Callable[[], Any]) -> tuple[list[float], list[float]]:
    """The seconds of searches without posts and with a post every `POST_EVERY` seconds."""
    queries = [" ".join(texts.words(8)) for _ in range(SEARCHES)]
    alone: list[float] = []
    beside: list[float] = []
    for _ in range(ROUNDS):
        alone += [seconds(lambda query=query: searcher.search(query)) for query in queries]  # type: ignore[misc]
        ended = Event()

        def keep_posting(ended: Event = ended) -> None:
            while not ended.wait(POST_EVERY):
                post()

        poster = Thread(target=keep_posting)
        poster.start()
        beside += [seconds(lambda query=query: searcher.search(query)) for query in queries]  # type: ignore[misc]
        ended.set()
        poster.join()
    return alone, beside


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return vector / np.float32(np.linalg.norm(vector))


def _written() -> int:
    """Bytes that this process has sent to disk."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


def _index_files(home: Path) -> dict[Path, int]:
    return {file: file.stat().st_size for file in (home / "indexes").rglob("*") if file.is_file()}


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _milliseconds(values: Sequence[float], *shares: float) -> str:
    return ", ".join(f"{1000 * _quantile(values, share):,.0f}" for share in shares) + " ms"


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or (44_000,))
