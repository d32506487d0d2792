"""Ingests what it is told to, and says into a pipe what has been acknowledged; made to be killed."""

from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from dateline.index.archive import Archive
from dateline.index.ingest import ingest
from dateline.index.ingest_report import Progress
from tests.articles import FAKE


def work(home: Path, file: Path, pipe: "Connection[list[str], None]") -> None:
    def report(progress: Progress) -> None:
        pipe.send(list(progress.stored))

    archive = Archive(home, create=True)
    pipe.send(["open"])
    # Small transactions give more moments to be killed in.
    ingest([file], archive, FAKE, now=lambda: datetime.now(UTC), on_progress=report, batch_passages=8)
    archive.close()
    pipe.send(["done"])
