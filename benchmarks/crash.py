"""Kill -9 during ingestion: is an acknowledged article lost, and does every open succeed?

    python -m benchmarks.crash [KILLS [SEED]]

A second process takes in articles with the default encoder, a few at a time, and says which ones have been
acknowledged. It is killed at a random moment, while it encodes, commits or writes its indexes; then the archive is
opened, and everything ever acknowledged is looked for, in the archive and by both indexes.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks._common import print_table
from dateline.index.archive import Archive
from dateline.index.encoder import Encoder
from dateline.index.errors import DatelineError
from dateline.index.filters import Filters
from dateline.index.ingest import ingest
from dateline.index.ingest_report import Progress
from dateline.index.search import Searcher
from training.data import default_encoder, temporary_home, utc_now

FILES = 60
ARTICLES_A_FILE = 40
LONGEST_RUN = 2.5
"""Seconds; kills are spread evenly from the moment at which the archive is open up to here."""
LOOKED_FOR = 50
"""Acknowledged articles that are searched for after each kill, in addition to those of the last run."""


def main(kills: int = 100, seed: int = 1) -> None:
    """Kill, open, look, and print what was found."""
    rng = random.Random(seed)
    encoder = default_encoder()
    runs = lost = not_found = failed_opens = 0
    acknowledged: set[str] = set()
    total = 0
    with temporary_home() as folder:
        _write_articles(folder / "articles")
        home = folder / "home"
        while runs < kills:
            lines = _run_and_kill(home, folder / "articles", rng.uniform(0, LONGEST_RUN))
            runs += 1
            new = {line for line in lines if line != "done"}
            acknowledged |= new
            looked_for = new | set(rng.sample(sorted(acknowledged), min(LOOKED_FOR, len(acknowledged))))
            try:
                missing, unfound = _look(home, encoder, acknowledged, looked_for)
            except DatelineError as error:
                failed_opens += 1
                print(f"open failed after kill {runs}: {error.message}")
                continue
            lost += len(missing)
            not_found += len(unfound)
            if "done" in lines:  # all of it is in: go on in an archive of its own
                total += len(acknowledged)
                acknowledged = set()
                home = folder / f"home{runs}"
    print_table(
        f"Kill -9 during ingest, {kills} times",
        [
            ("kills", f"{runs:,}"),
            ("articles acknowledged", f"{total + len(acknowledged):,}"),
            ("lost from the archive", f"{lost:,}"),
            ("not found by both indexes", f"{not_found:,}"),
            ("failed opens", f"{failed_opens:,}"),
        ],
    )
    sys.exit(1 if lost or not_found or failed_opens else 0)


def worker(home: Path, folder: Path) -> None:
    """What is killed: file by file, so that the indexes are written often, with a line for each article stored."""
    encoder = default_encoder()
    archive = Archive(home, create=True)
    print("open", flush=True)

    def report(progress: Progress) -> None:
        sys.stdout.write("".join(f"{article_id}\n" for article_id in progress.stored))
        sys.stdout.flush()

    for file in sorted(folder.iterdir()):
        ingest([file], archive, encoder, now=utc_now, on_progress=report, batch_passages=16)
    print("done", flush=True)


def _run_and_kill(home: Path, folder: Path, after: float) -> list[str]:
    """The lines that the worker wrote whole until it was killed, so many seconds after it had opened the archive."""
    command = [sys.executable, "-m", "benchmarks.crash", "worker", str(home), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None or process.stdout.readline() != "open\n":
            raise RuntimeError("the worker did not start")
        time.sleep(after)
        process.kill()
        rest = process.stdout.read()
    return rest.split("\n")[:-1]


def _look(home: Path, encoder: Encoder, acknowledged: set[str], looked_for: set[str]) -> tuple[set[str], set[str]]:
    """The acknowledged articles that the archive does not have, and those looked for that an index does not find."""
    archive = Archive(home)
    try:
        searcher = Searcher(archive, encoder)
        missing = acknowledged - set(_ids(archive))
        unfound = set()
        for article_id in looked_for - missing:
            filters = Filters(article_ids=(article_id,))
            found = searcher.search(_own_word(article_id), limit=1, filters=filters).passages
            if not found or found[0].cosine is None or found[0].bm25 is None:
                unfound.add(article_id)
        return missing, unfound
    finally:
        archive.close()


def _ids(archive: Archive) -> Iterator[str]:
    after = None
    while page := archive.list_articles(Filters(), after=after, limit=1_000):
        yield from (stored.article.id for stored in page)
        after = page[-1].article.id


def _own_word(article_id: str) -> str:
    """A word that only this article has."""
    return "xylo" + "".join("abcdefghij"[int(digit)] for digit in article_id)


def _write_articles(folder: Path) -> None:
    """Short articles of made-up words, `FILES` files of `ARTICLES_A_FILE`."""
    rng = random.Random(0)
    syllables = ["ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu"]
    folder.mkdir()
    for n in range(FILES):
        with (folder / f"{n:04d}.jsonl").open("w") as file:
            for i in range(ARTICLES_A_FILE):
                article_id = f"{n:04d}{i:04d}"
                words = ["".join(rng.choices(syllables, k=3)) for _ in range(60)]
                text = f"{_own_word(article_id).capitalize()} {' '.join(words)}."
                file.write(json.dumps({"id": article_id, "language": "en", "text": text}) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(*map(int, sys.argv[1:]))
