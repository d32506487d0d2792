"""The gold questions: those over the sample articles, and those over the seed articles where they are at hand.

    python -m benchmarks.gold

Each set is asked over its own articles only; what fails is listed with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from eval.gold_score import score

from benchmarks._common import default_reader, development_data, end_of_day, opened_archive, print_table
from eval.gold import GoldQuestion, read_gold
from eval.measures import bootstrap_mean
from index.filters import Filters
from rag.answerer import Answerer
from rag.question import Question

ROOT = Path(__file__).resolve().parents[1]
ASKED = datetime(2021, 9, 1, 12, tzinfo=UTC)
"""When a question that names no day of its own is asked: the articles end in August 2021."""


def main() -> None:
    """Ask, judge and print."""
    samples = ROOT / "samples"
    articles = [samples / name for name in ("2015", "2021", "other")]
    for name in ("samples", "careful"):
        _run(f"samples, {name}.jsonl", ROOT / "eval" / "gold" / f"{name}.jsonl", articles)
    seeds = development_data().parent / "seeds"
    if not seeds.is_dir():
        print(f"\nskipped: {seeds} is not there")
        return
    _run("seeds", seeds / "questions.jsonl", [seeds / "articles.jsonl"])


def _run(name: str, file: Path, articles: list[Path]) -> None:
    passed: dict[str, list[float]] = defaultdict(list)
    failed = []
    with opened_archive(None, articles) as searcher:
        answerer = Answerer(searcher, default_reader())
        for gold in read_gold(file):
            filters = Filters(as_of=gold.as_of)
            answer = answerer.answer(Question(gold.question, _asked_at(gold), filters, gold.length))
            verdict = score(gold, answer)
            passed[gold.kind].append(float(verdict.passed))
            if not verdict.passed:
                said = answer.text if answer.refusal is None else f"refused: {answer.refusal.reason}"
                failed.append((f"{gold.id} {gold.question}", f"{'; '.join(verdict.reasons)} — {said}"))
    rows = [(kind, f"{sum(values):.0f} of {len(values)}") for kind, values in sorted(passed.items())]
    everything = [value for values in passed.values() for value in values]
    print_table(f"Gold questions over the {name}", [*rows, ("all", str(bootstrap_mean(everything)))])
    print_table(f"What fails over the {name}", failed)


def _asked_at(gold: GoldQuestion) -> datetime:
    """The moment it is asked; of a day, its end."""
    if gold.asked_at is None:
        return ASKED
    if isinstance(gold.asked_at, datetime):
        return gold.asked_at
    return end_of_day(gold.asked_at)


if __name__ == "__main__":
    main()
