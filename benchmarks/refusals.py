"""Refusals: RealTimeQA 2022 with each question's own pages included and excluded.

    python -m benchmarks.refusals [HOME]      (HOME: an archive of the 4,691 pages, made there if it is empty)

Each of the 484 answerable questions is asked twice: of the whole archive, and with its gold pages and their near-copies
left out. A question is dropped, and listed, if a passage that is still found has the answer and most of the question's
words. Printed: AUROC of the confidence, what the shipped threshold refuses and loses, risk against coverage, and how
far the confidence is to be believed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks._common import print_chart, print_table
from dateline.eval.confidence import bootstrap_auroc, expected_calibration_error, reliability, risk_coverage
from dateline.eval.exclusion import stories, without
from dateline.eval.intervals import bootstrap_mean
from dateline.eval.words import contains_answer
from dateline.index.search import RankedPassage
from dateline.rag.answer import Answer
from dateline.rag.answerer import Answerer
from dateline.rag.retrieval import retrieve
from training.data import claims_within, default_reader, news_question, opened_archive, read_jsonl, realtimeqa

WORDS = 60
MOST = 0.6
"""The share of a question's words that a passage with the answer must have to be taken for one that answers."""


def main() -> None:
    """Measure and print."""
    data = realtimeqa("dev-2022")
    rows = [row for row in read_jsonl(data / "questions.jsonl.gz") if row["gold_pages"]]
    reader = default_reader()
    threshold = reader.calibration.threshold
    reader.calibration = replace(reader.calibration, threshold=0.0)
    right, inside, outside, dropped = [], [], [], []
    with opened_archive(Path(sys.argv[1]) if len(sys.argv) > 1 else None, [data / "articles.jsonl.gz"]) as searcher:
        answerer = Answerer(searcher, reader)
        story_of = stories(searcher.archive)
        for row in rows:
            silent = news_question(row, article_ids=without(story_of, row["gold_pages"]))
            if still_answerable(row, retrieve(searcher, silent).passages):
                dropped.append(row["question"])
                continue
            answer = answerer.answer(news_question(row))
            right.append(contains_answer(claims_within(answer, WORDS), row["gold"]))
            inside.append(_confidence(answer))
            outside.append(_confidence(answerer.answer(silent)))
    lost = [float(confidence < threshold) for confidence, good in zip(inside, right, strict=True) if good]
    rows_of_table = [
        ("questions; dropped because still answerable", f"{len(right)}; {len(dropped)}"),
        ("AUROC of the confidence, pages in against pages out", str(bootstrap_auroc(inside, outside, paired=True))),
        ("shipped threshold", f"{threshold:.3f}"),
        ("refused with the pages out", str(bootstrap_mean([float(c < threshold) for c in outside]))),
        ("right answers lost to it", str(bootstrap_mean(lost))),
    ]
    print_table("Refusal on RealTimeQA 2022", rows_of_table)
    confidences, correct = inside + outside, right + [False] * len(outside)
    bins = reliability(confidences, correct)
    print_table(
        f"Reliability over both, expected calibration error {expected_calibration_error(bins):.3f}",
        [(f"confidence {b.mean_confidence:.2f}", f"{b.share_correct:.2f} right of {b.cases}") for b in bins],
    )
    print_chart("Reliability", "confidence", "share right", [(b.mean_confidence, b.share_correct) for b in bins])
    curve = risk_coverage(confidences, correct)
    steps = [curve[min(len(curve) - 1, len(curve) * n // 10)] for n in range(1, 11)]
    print_table(
        "Risk against coverage, half of the questions unanswerable",
        [(f"threshold {p.threshold:.3f}, coverage {p.coverage:.2f}", f"risk {p.risk:.3f}") for p in steps],
    )
    print("\nDropped:", *dropped, sep="\n- ")


def still_answerable(row: dict[str, Any], passages: Sequence[RankedPassage]) -> bool:
    """Whether a passage has the answer and most of the question's words."""
    wanted = set(re.findall(r"[a-z0-9]{4,}", row["question"].lower()))
    return any(
        contains_answer(ranked.passage.text, row["gold"])
        and len(wanted & set(re.findall(r"[a-z0-9]{4,}", ranked.passage.text.lower()))) >= MOST * len(wanted)
        for ranked in passages
    )


def _confidence(answer: Answer) -> float:
    return answer.confidence or 0.0


if __name__ == "__main__":
    main()
