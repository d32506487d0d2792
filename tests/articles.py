"""Articles for the tests: our own, made by rule, so that what must be found can be said in advance."""

import json
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from dateline.index.archive import Archive, StoredPassage
from dateline.index.article import Article, Passage, Span
from dateline.index.database import FILE_NAME
from dateline.index.encoder import Encoder, InitialsEncoder
from dateline.index.filters import Filters
from dateline.index.ingest import ingest
from dateline.index.ingest_report import Report
from dateline.index.schema import passages
from dateline.index.search import Searcher
from dateline.index.writer import NewRevision
from dateline.rag.language.analyser import Analyser
from dateline.rag.language.pipeline import SpacyParser
from dateline.rag.reading.reader import OverlapReader, ReaderCalibration
from dateline.rag.verification.entailment import SHIPPED, EntailmentModel
from dateline.rag.verification.support_check import TrainedSupport

NOW = datetime(2021, 9, 1, 12, tzinfo=UTC)
SAMPLES = Path(__file__).resolve().parents[1] / "samples"
FAKE = InitialsEncoder(languages=("en",))
READER = OverlapReader(ReaderCalibration(threshold=0.7))
"""Answers where a sentence has two of the question's words: it scores 1 then, and 1 / (1 + 1/e) is 0.73."""

_SYLLABLES = [
    "ba",
    "de",
    "fi",
    "go",
    "hu",
    "ka",
    "le",
    "mi",
    "no",
    "pu",
    "ra",
    "se",
    "ti",
    "vo",
    "zu",
    "che",
    "sha",
    "tro",
    "gru",
    "pli",
]


def trained_support() -> TrainedSupport:
    """The support check with the shipped model."""
    return TrainedSupport(_entailment(), _analyser())


@cache
def _analyser() -> Analyser:
    return Analyser(SpacyParser())


@cache
def _entailment() -> EntailmentModel:
    with tempfile.TemporaryDirectory() as compiled:
        return EntailmentModel(SHIPPED, compiled=Path(compiled))


def news(seed: int, sentences: int = 6) -> str:
    """A text of made-up words in which no two seeds share four words in a row; paragraphs of three sentences."""
    rng = random.Random(seed)

    def sentence() -> str:
        words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(rng.randint(7, 13))]
        return f"{words[0].capitalize()} {' '.join(words[1:])}."

    lines = [sentence() for _ in range(sentences)]
    return "\n\n".join(" ".join(lines[i : i + 3]) for i in range(0, len(lines), 3))


def record(article_id: str, text: str, **fields: Any) -> dict[str, Any]:
    """A JSON record in English, published on 5 August 2021 unless `fields` say otherwise."""
    return {"id": article_id, "language": "en", "published": "2021-08-05", "text": text} | fields


def write_records(file: Path, *records: dict[str, Any]) -> Path:
    """The records as JSONL."""
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    return file


def take_in(archive: Archive, *records: dict[str, Any], encoder: Encoder = FAKE, now: datetime = NOW) -> Report:
    """Ingest the records as one run."""
    return ingest([write_records(archive.home / "in.jsonl", *records)], archive, encoder, now=lambda: now)


def new_revision(article_id: str, text: str, *, language: str = "en") -> NewRevision:
    """A revision of one passage, ready to be stored without ingest's reading, cutting and indexing."""
    span = Span(0, len(text))
    embeddings = FAKE.encode_document([text]) if language in (FAKE.languages or ()) else None
    return NewRevision(Article(article_id, text, language=language), text, (), [Passage(span, (span,))], embeddings)


def passages_in(archive: Archive) -> dict[int, StoredPassage]:
    """All passages that are not withdrawn, by number and in the order of it."""
    return archive.passages([row["id"] for row in archive.rows(select(passages.c.id))])


def has(searcher: Searcher, article_id: str, words: str) -> bool:
    """Whether a search finds the article, and by both indexes."""
    found = searcher.search(words, filters=Filters(article_ids=(article_id,))).passages
    return bool(found) and found[0].cosine is not None and found[0].bm25 is not None


@cache
def _empty_archive() -> bytes:
    with tempfile.TemporaryDirectory() as home:
        Archive(Path(home), create=True).close()
        return (Path(home) / FILE_NAME).read_bytes()


@contextmanager
def opened(home: Path) -> Iterator[Archive]:
    """The archive in `home`, made if there is none, and closed at the end.

    A new one is a copy: to run every migration takes longer than most tests.
    """
    if not (home / FILE_NAME).exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / FILE_NAME).write_bytes(_empty_archive())
    archive = Archive(home, create=True)
    try:
        yield archive
    finally:
        archive.close()
