"""The gold questions: those over the sample articles, and those over the seed articles where they are at hand.

    python -m benchmarks.gold
    python -m benchmarks.gold haystack

Each set is asked over its own articles only; what fails is listed with the reason. `haystack` asks those of the seeds
that must be answered over their articles among all pages of RealTimeQA 2022, twice: ingested in two random orders,
which must give the same answers.
"""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks._common import (
    default_reader,
    development_data,
    end_of_day,
    opened_archive,
    print_table,
    read_jsonl,
    realtimeqa,
    temporary_home,
)
from eval.gold import GoldQuestion, read_gold
from eval.gold_score import score
from eval.measures import bootstrap_mean
from index.filters import Filters
from rag.answer import Answer
from rag.answerer import Answerer
from rag.question import Question

ROOT = Path(__file__).resolve().parents[1]
ASKED = datetime(2021, 9, 1, 12, tzinfo=UTC)
"""When a question that names no day of its own is asked: the articles end in August 2021."""


ORDERS = (1, 2)
"""Seeds of the orders in which the haystack is ingested."""


def main() -> None:
    """Ask, judge and print."""
    if sys.argv[1:] == ["haystack"]:
        _haystack()
        return
    samples = ROOT / "samples"
    articles = [samples / name for name in ("2015", "2021", "other")]
    for name in ("samples", "careful"):
        _run(f"samples, {name}.jsonl", ROOT / "eval" / "gold" / f"{name}.jsonl", articles)
    seeds = development_data().parent / "seeds"
    if not seeds.is_dir():
        print(f"\nskipped: {seeds} is not there")
        return
    _run("seeds", seeds / "questions.jsonl", [seeds / "articles.jsonl"])


def _haystack() -> None:
    seeds = development_data().parent / "seeds"
    if not seeds.is_dir():
        print(f"skipped: {seeds} is not there")
        return
    lines = (seeds / "articles.jsonl").read_text().splitlines()
    lines += [json.dumps(page) for page in read_jsonl(realtimeqa("dev-2022") / "articles.jsonl.gz")]
    said = []
    for order in ORDERS:
        with temporary_home() as home:
            shuffled = home / "articles.jsonl"
            shuffled.write_text("\n".join(random.Random(order).sample(lines, len(lines))))
            title = f"seeds among all pages of 2022, order {order}"
            said.append(_run(title, seeds / "questions.jsonl", [shuffled], refusals=False))
    same = sum(one == other for one, other in zip(*said, strict=True))
    print_table("Both orders", [("questions with the same claims and disagreements", f"{same} of {len(said[0])}")])


def _run(name: str, file: Path, articles: list[Path], *, refusals: bool = True) -> list[object]:
    """What is said in answer to each question: claims with their citations, and disagreements."""
    passed: dict[str, list[float]] = defaultdict(list)
    failed = []
    said: list[object] = []
    with opened_archive(None, articles) as searcher:
        answerer = Answerer(searcher, default_reader())
        for gold in read_gold(file):
            if gold.kind == "refuse" and not refusals:
                continue
            filters = Filters(as_of=gold.as_of)
            answer = answerer.answer(Question(gold.question, _asked_at(gold), filters, gold.length))
            verdict = score(gold, answer)
            passed[gold.kind].append(float(verdict.passed))
            said.append((answer.claims, answer.disagreements))
            if not verdict.passed:
                failed.append((f"{gold.id} {gold.question}", f"{'; '.join(verdict.reasons)} — {_text(answer)}"))
    rows = [(kind, f"{sum(values):.0f} of {len(values)}") for kind, values in sorted(passed.items())]
    everything = [value for values in passed.values() for value in values]
    print_table(f"Gold questions over the {name}", [*rows, ("all", str(bootstrap_mean(everything)))])
    print_table(f"What fails over the {name}", failed)
    return said


def _text(answer: Answer) -> str:
    return answer.text if answer.refusal is None else f"refused: {answer.refusal.reason}"


def _asked_at(gold: GoldQuestion) -> datetime:
    """The moment it is asked; of a day, its end."""
    if gold.asked_at is None:
        return ASKED
    if isinstance(gold.asked_at, datetime):
        return gold.asked_at
    return end_of_day(gold.asked_at)


if __name__ == "__main__":
    main()
