"""Ingests what it is told to, and says on standard output what has been acknowledged; made to be killed.

python crash_worker.py HOME FILE [ENCODER CACHE]
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from index.archive import Archive
from index.encoder_export import open_encoder
from index.ingest import Progress, ingest
from tests.articles import FAKE


def say(*lines: str) -> None:
    """All in one write, so that a kill can cut off the last line at the most."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def main(home: str, file: str, cache: str | None = None) -> None:
    encoder = open_encoder(None, Path(cache)) if cache else FAKE
    archive = Archive(Path(home), create=True)

    def report(progress: Progress) -> None:
        say(*progress.stored)

    say("open")
    # Small transactions give more moments to be killed in.
    ingest([Path(file)], archive, encoder, now=lambda: datetime.now(UTC), on_progress=report, batch_passages=8)
    archive.close()
    say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
