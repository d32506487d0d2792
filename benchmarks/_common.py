"""What the benchmarks share: the development data, an archive made of it, and how figures are printed."""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.compose import open_encoder
from api.settings import load_settings
from index.archive import Archive
from index.encoder import Encoder
from index.ingest import Report, ingest


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


def default_encoder(*, bulk: bool = False) -> Encoder:
    """The encoder that the settings name, all-MiniLM-L6-v2 where they name none; `bulk`: as ingest opens it."""
    return open_encoder(load_settings(), bulk=bulk)


def utc_now() -> datetime:
    """The clock that ingest is given."""
    return datetime.now(UTC)


@contextmanager
def temporary_home() -> Iterator[Path]:
    """An empty folder for an archive, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        yield Path(folder)


def ingest_into(home: Path, paths: list[Path], encoder: Encoder) -> tuple[Archive, Report]:
    """An archive in `home` with the articles of `paths`."""
    archive = Archive(home, create=True)
    return archive, ingest(paths, archive, encoder, now=utc_now)


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def print_table(title: str, rows: list[tuple[str, str]]) -> None:
    """A titled table of two columns, as Markdown."""
    print(f"\n{title}\n\n| what | figure |\n|---|---|")
    for name, figure in rows:
        print(f"| {name} | {figure} |")
