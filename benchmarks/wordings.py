"""Robustness to wording: 200 questions of RealTimeQA 2022 in five variants.

    python -m benchmarks.wordings [HOME] [--questions N]

HOME: an archive of all 4,691 pages, made there if it is empty. Right: whole sentences of at most 60 words hold the
gold string. Of those that are right in the plain wording: the share that is right in each other one
(`eval/wordings.py`), and the share that is refused, by the embedded reader with its own threshold.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from benchmarks._common import print_table
from dateline.eval.intervals import bootstrap_mean
from dateline.eval.wordings import wordings_of
from dateline.eval.words import contains_answer
from dateline.rag.answerer import Answerer
from training.data import claims_within, default_reader, news_question, opened_archive, read_jsonl, realtimeqa

WORDS = 60
SEED = 26


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.wordings")
    parser.add_argument("home", nargs="?", type=Path)
    parser.add_argument("--questions", type=int, default=200)
    arguments = parser.parse_args()
    data = realtimeqa("dev-2022")
    rows = [row for row in read_jsonl(data / "questions.jsonl.gz") if row["gold_pages"]]
    rows = random.Random(SEED).sample(rows, min(arguments.questions, len(rows)))
    right: dict[str, list[float]] = defaultdict(list)
    refused: dict[str, list[float]] = defaultdict(list)
    plainly_right = 0
    with opened_archive(arguments.home, [data / "articles.jsonl.gz"]) as searcher:
        answerer = Answerer(searcher, default_reader())
        for row in rows:
            question = news_question(row)
            if not contains_answer(claims_within(answerer.answer(question), WORDS), row["gold"]):
                continue
            plainly_right += 1
            for name, words in wordings_of(question.text).items():
                answer = answerer.answer(replace(question, text=words))
                right[name].append(float(contains_answer(claims_within(answer, WORDS), row["gold"])))
                refused[name].append(float(answer.refusal is not None))
    table = [("right in the plain wording", f"{plainly_right} of {len(rows)}")]
    for name in right:
        table.append((f"{name}: right of those", str(bootstrap_mean(right[name]))))
        table.append((f"{name}: refused of those", str(bootstrap_mean(refused[name]))))
    print_table("The same questions in other words", table)


if __name__ == "__main__":
    main()
