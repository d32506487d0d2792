"""Opens the development data, and the product over it, for training and benchmarks."""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any

from dateline.api.compose import open_bulk_encoder, open_encoder, open_reader, open_support
from dateline.api.settings import load_settings
from dateline.index.archive import Archive
from dateline.index.encoder import Encoder
from dateline.index.filters import Filters
from dateline.index.ingest import ingest
from dateline.index.ingest_report import Report
from dateline.index.search import Searcher
from dateline.rag.answer import Answer
from dateline.rag.question import Question
from dateline.rag.reading.reader import Reader
from dateline.rag.verification.support import SupportCheck


def development_data() -> Path:
    """The folder with the development data; ends the benchmark, saying so, where there is none."""
    value = os.environ.get("DATELINE_DEV_DATA", "")
    if not Path(value, "data").is_dir():
        print("skipped: DATELINE_DEV_DATA doesn't name the folder with the development data")
        sys.exit(0)
    return Path(value) / "data"


def realtimeqa(year: str) -> Path:
    """RealTimeQA's pages and questions of `dev-2022`, … (published at github.com/realtimeqa/realtimeqa_public)."""
    return development_data() / "realtimeqa" / year


def read_jsonl(file: Path) -> list[dict[str, Any]]:
    """The objects of a .jsonl.gz file."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@contextmanager
def temporary_home() -> Iterator[Path]:
    """An empty folder for an archive, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        yield Path(folder)


def ingest_into(home: Path, paths: list[Path], encoder: Encoder) -> tuple[Archive, Report]:
    """An archive in `home` with the articles of `paths`."""
    archive = Archive(home, create=True)
    return archive, ingest(paths, archive, encoder, now=utc_now)


@contextmanager
def opened_archive(home: Path | None, paths: list[Path]) -> Iterator[Searcher]:
    """A searcher over the articles of `paths`, in `home` or in a temporary folder; made there if it is empty."""
    with ExitStack() as stack:
        folder = home or stack.enter_context(temporary_home())
        archive, _ = ingest_into(folder, paths, default_encoder(bulk=True))
        stack.callback(archive.close)
        yield Searcher(archive, default_encoder())


def default_encoder(*, bulk: bool = False) -> Encoder:
    """The encoder that the settings name, all-MiniLM-L6-v2 where they name none; `bulk`: as ingest opens it."""
    settings = load_settings()
    return open_bulk_encoder(settings) if bulk else open_encoder(settings)


def default_reader() -> Reader:
    """The reader that the settings name."""
    return open_reader(load_settings())


def default_support() -> SupportCheck:
    """The support check that the settings name."""
    return open_support(load_settings())


def utc_now() -> datetime:
    """The clock that ingest is given."""
    return datetime.now(UTC)


def news_question(row: dict[str, Any], **filters: Any) -> Question:
    """A question of RealTimeQA, asked at the end of its day."""
    return Question(row["question"], end_of_day(date.fromisoformat(row["asked"])), Filters(**filters))


def end_of_day(day: date) -> datetime:
    """Its last second, in UTC."""
    return datetime.combine(day, clock(23, 59, 59), UTC)


def claims_within(answer: Answer, words: int) -> str:
    """The first claims of an answer that have at most `words` words together, markers counted; whole sentences."""
    kept: list[str] = []
    for claim in answer.claims:
        if sum(len(text.split()) + 1 for text in (*kept, claim.text)) > words:
            break
        kept.append(claim.text)
    return " ".join(kept)
