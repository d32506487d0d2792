"""Duration of an evaluation, and a worked comparison of runs: 500 questions over all of RealTimeQA 2022.

    python -m benchmarks.evaluation [HOME]      (HOME: an archive of the 4,691 pages, made there if it is empty)

The first 500 questions are asked, scored and reported, end to end; then asked again by a process that is killed on the
way, and the run is taken up and compared with the first to the byte. Then the worked example of docs/evaluation.md:
search by vectors alone is compared with search by vectors and words, which should help, and with search by vectors
that keeps three passages, which should hurt.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks._common import print_table
from dateline.eval.compare import compare
from dateline.eval.formats.realtimeqa import read_realtimeqa
from dateline.eval.judge import WordsJudge
from dateline.eval.run import ANSWERS, GOLD, PART, Plan, run
from dateline.eval.runs import load_run
from dateline.eval.scores import Scores, score_run
from dateline.eval.systems import InProcess
from dateline.eval.tables import COMPARED, HEADER, compared_rows, markdown_table, summary
from dateline.eval.write import write_report, write_scores
from dateline.index.archive import Archive
from dateline.index.filters import NO_FILTERS, Filters
from dateline.index.search import DEPTH, Searcher, SearchResult
from dateline.rag.answerer import Answerer
from training.data import default_encoder, default_reader, ingest_into, realtimeqa, temporary_home

QUESTIONS = 500
KILLED_AFTER = 100
"""Answers after which the process is killed."""
FEW = 3
"""Passages that the change which should hurt keeps."""
SHOWN = ("contains_answer", "f1", "recall@5", "mrr", "nuggets@20", "faithfulness")


class VectorsAlone(Searcher):
    """Search without the words' index."""

    def _rankings(self, *arguments: Any) -> Any:
        by_vector, _ = super()._rankings(*arguments)
        return by_vector, []


class FewPassages(VectorsAlone):
    """Search by vectors that keeps `FEW` passages."""

    def search(self, query: str, *, limit: int = 10, filters: Filters = NO_FILTERS, depth: int = DEPTH) -> SearchResult:
        """See `Searcher`."""
        return super().search(query, limit=min(limit, FEW), filters=filters, depth=depth)


def main() -> None:
    """Measure and print."""
    data = realtimeqa("dev-2022")
    gold = tuple(read_realtimeqa(data / "questions.jsonl.gz")[:QUESTIONS])
    plan = Plan(gold, datetime(2023, 1, 1, tzinfo=UTC), None)
    with temporary_home() as runs:
        home = Path(sys.argv[1]) if len(sys.argv) > 1 else runs / "archive"
        archive, _ = ingest_into(home, [data / "articles.jsonl.gz"], default_encoder(bulk=True))
        archive.close()
        start = time.perf_counter()
        _asked(home, runs / "whole", plan, Searcher)
        asked = time.perf_counter()
        whole = _scored(runs / "whole")
        write_scores(runs / "whole", whole)
        scored = time.perf_counter()
        write_report(runs / "whole" / "report.html", whole, WordsJudge())
        reported = time.perf_counter()
        rows = [
            ("asked, from opening the archive", f"{asked - start:.0f} s"),
            ("scored", f"{scored - asked:.1f} s"),
            ("reported", f"{reported - scored:.1f} s, {(runs / 'whole' / 'report.html').stat().st_size / 1e6:.1f} MB"),
            ("end to end", f"{reported - start:.0f} s"),
            ("killed on the way and taken up: the same to the byte", _killed_and_taken_up(home, runs, plan)),
        ]
        print_table(f"{QUESTIONS} questions of RealTimeQA 2022", rows)
        print("\nThe scores\n\n" + markdown_table(HEADER, [row for row in summary(whole) if row[4] != str(QUESTIONS)]))
        _asked(home, runs / "vectors", plan, VectorsAlone)
        _asked(home, runs / "few", plan, FewPassages)
        vectors, few = _scored(runs / "vectors"), _scored(runs / "few")
        _print_comparison("Vectors alone (A), with words (B)", vectors, whole)
        _print_comparison(f"Vectors alone (A), keeping {FEW} passages (B)", vectors, few)


def _asked(home: Path, folder: Path, plan: Plan, searcher_type: type[Searcher]) -> None:
    archive = Archive(home)
    try:
        answerer = Answerer(searcher_type(archive, default_encoder()), default_reader())
        run(folder, plan, InProcess(answerer, {}), workers=2, now=lambda: datetime.now(UTC))
    finally:
        archive.close()


def _scored(folder: Path) -> Scores:
    return score_run(load_run(folder), WordsJudge())


def _killed_and_taken_up(home: Path, runs: Path, plan: Plan) -> str:
    folder = runs / "killed"
    process = multiprocessing.get_context("spawn").Process(target=_asked, args=(home, folder, plan, Searcher))
    process.start()
    while process.is_alive() and _answers(folder / PART) < KILLED_AFTER:
        time.sleep(0.1)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    left = _answers(folder / PART)
    _asked(home, folder, plan, Searcher)
    same = all((folder / name).read_bytes() == (runs / "whole" / name).read_bytes() for name in (ANSWERS, GOLD))
    return f"{'yes' if same else 'NO'}, after {left} answers"


def _answers(file: Path) -> int:
    return file.read_bytes().count(b"\n") if file.exists() else 0


def _print_comparison(title: str, before: Scores, after: Scores) -> None:
    differences = [each for each in compare(before, after) if each.measure.name in SHOWN]
    print(f"\n{title}\n\n{markdown_table(COMPARED, compared_rows(differences))}")


if __name__ == "__main__":
    main()
