"""Speed, size and quality of search over all of RealTimeQA 2022 (4,691 pages).

    python -m benchmarks.search [HOME]      (HOME: an archive of these pages, made there if it is empty)

Speed: search with encoding (p50, p95), opening in a fresh process, a whole cold `dateline ask`, memory, size on disk.
Quality: the share of the 484 answerable questions whose answer string stands in the first 10,000 characters of the
top passages, for vectors alone, words alone, and both fused, with bootstrap intervals.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks._common import print_table, seconds
from dateline.eval.intervals import bootstrap_mean
from dateline.eval.words import contains_answer
from dateline.index.search import Searcher, fuse
from training.data import default_encoder, ingest_into, read_jsonl, realtimeqa, temporary_home

CHARACTERS = 10_000
"""Counted from the top passage on, so that longer passages gain nothing."""
_OPENING = """
import sys, time
start = time.perf_counter()
from pathlib import Path
from training.data import default_encoder
from dateline.index.archive import Archive
from dateline.index.search import Searcher
searcher = Searcher(Archive(Path(sys.argv[1])), default_encoder())
opened = time.perf_counter() - start
searcher.search("Who was elected?")
smaps = Path("/proc/self/smaps_rollup").read_text()
anonymous = next(int(line.split()[1]) for line in smaps.splitlines() if line.startswith("Anonymous:"))
print(opened, anonymous / 1024)
"""


def main() -> None:
    """Measure and print."""
    data = realtimeqa("dev-2022")
    questions = [q for q in read_jsonl(data / "questions.jsonl.gz") if q["gold_pages"]]
    with ExitStack() as stack:
        home = Path(sys.argv[1]) if len(sys.argv) > 1 else stack.enter_context(temporary_home())
        archive, _ = ingest_into(home, [data / "articles.jsonl.gz"], default_encoder(bulk=True))
        searcher = Searcher(archive, default_encoder())
        _print_speed(home, searcher, [q["question"] for q in questions])
        _print_quality(searcher, questions)


def _print_speed(home: Path, searcher: Searcher, questions: list[str]) -> None:
    for question in questions[:20]:
        searcher.search(question)
    times = sorted(1000 * seconds(partial(searcher.search, question)) for question in questions)
    encoding = statistics.median(1000 * seconds(partial(searcher.encoder.encode_query, [q])) for q in questions)
    runs = [
        subprocess.run(
            [sys.executable, "-c", _OPENING, str(home)], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(5)
    ]
    ask = [sys.executable, "-m", "dateline", "ask", questions[0]]
    environment = {**os.environ, "DATELINE_HOME": str(home)}
    cold = [seconds(lambda: subprocess.run(ask, env=environment, capture_output=True, check=True)) for _ in range(5)]
    indexes = sum(file.stat().st_size for file in (home / "indexes").rglob("*") if file.is_file())
    whole = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    counts = searcher.archive.counts()
    print_table(
        f"Search over {counts.articles:,} articles, {counts.passages:,} passages",
        [
            ("search with encoding, p50", f"{statistics.median(times):.1f} ms"),
            ("search with encoding, p95", f"{times[int(0.95 * len(times))]:.1f} ms"),
            ("of which encoding, p50", f"{encoding:.1f} ms"),
            (
                "open in a fresh process, imports included, median",
                f"{statistics.median(float(r[0]) for r in runs):.2f} s",
            ),
            (
                "anonymous memory after the first search, median",
                f"{statistics.median(float(r[1]) for r in runs):.0f} MiB",
            ),
            ("a cold `dateline ask`, whole process, median", f"{statistics.median(cold):.2f} s"),
            ("indexes on disk", f"{indexes / 2**20:.0f} MiB"),
            ("archive and indexes on disk", f"{whole / 2**20:.0f} MiB"),
        ],
    )


def _print_quality(searcher: Searcher, questions: list[dict[str, object]]) -> None:
    found: dict[str, list[float]] = {"vectors alone": [], "words alone": [], "fused": []}
    for question in questions:
        text = str(question["question"])
        vector, lexical = searcher.rankings(text)
        fused = fuse([vector, lexical])
        orders = {
            "vectors alone": [hit.number for hit in vector],
            "words alone": [hit.number for hit in lexical],
            "fused": sorted(fused, key=lambda number: -fused[number]),
        }
        passages = searcher.archive.passages(list(fused))
        for name, order in orders.items():
            words = "\n".join(passages[number].text for number in order[:60] if number in passages)[:CHARACTERS]
            found[name].append(float(contains_answer(words, str(question["gold"]))))
    rows = [(name, str(bootstrap_mean(values))) for name, values in found.items()]
    for part in ("vectors alone", "words alone"):
        gains = [a - b for a, b in zip(found["fused"], found[part], strict=True)]
        rows.append((f"fused minus {part}, paired", str(bootstrap_mean(gains))))
    print_table(f"Answer in the first {CHARACTERS:,} characters of the top passages, {len(questions)} questions", rows)


if __name__ == "__main__":
    main()
