"""Lists the disagreements reported for random news questions, for review by a person.

    python -m benchmarks.disagreements [HOME] [--out FILE] [--year train-2025] [--questions 200]

RealTimeQA 2022 over all of its pages, or another year (HOME: an archive of these pages, made there if it is empty).
Printed: how many questions are answered with a disagreement, and of which kind. FILE (disagreements.md, where none is
named) lists each with its positions, their quotes, outlets and dates.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

from benchmarks._common import print_table
from dateline.rag.answer import Answer
from dateline.rag.answerer import Answerer
from training.data import default_reader, news_question, opened_archive, read_jsonl, realtimeqa

SEED = 4


def main() -> None:
    """Ask, list and count."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.disagreements")
    parser.add_argument("home", nargs="?", type=Path)
    parser.add_argument("--out", type=Path, default=Path("disagreements.md"))
    parser.add_argument("--year", default="dev-2022")
    parser.add_argument("--questions", type=int, default=200)
    arguments = parser.parse_args()
    data = realtimeqa(arguments.year)
    rows = read_jsonl(data / "questions.jsonl.gz")
    drawn = random.Random(SEED).sample(rows, min(arguments.questions, len(rows)))
    listed: list[str] = []
    kinds: Counter[str] = Counter()
    with opened_archive(arguments.home, [data / "articles.jsonl.gz"]) as searcher:
        answerer = Answerer(searcher, default_reader())
        for row in drawn:
            answer = answerer.answer(news_question(row))
            kinds.update([answer.status, *(each.kind for each in answer.disagreements)])
            listed.extend(_lines(answer))
    arguments.out.write_text("\n".join(listed) + "\n")
    print_table(
        f"Disagreements over {arguments.year}, {len(drawn)} random questions",
        [
            ("answered", str(kinds["answered"])),
            ("conflicts", str(kinds["conflict"])),
            ("updates", str(kinds["update"])),
        ],
    )
    print(f"\nTo be read by hand: {arguments.out}")


def _lines(answer: Answer) -> list[str]:
    """Each disagreement of an answer, as Markdown."""
    sources = {source.number: source for source in answer.sources}
    lines: list[str] = []
    for each in answer.disagreements:
        lines.append(f"\n## {answer.question} ({answer.asked_at.date()})\n\n{each.kind}: {each.subject}\n")
        for position in each.positions:
            for citation in position.citations:
                source = sources[citation.source]
                where = f"{source.outlet or 'unknown outlet'}, {source.published or 'no date'}, {source.article_id}"
                lines.append(f"- **{position.value}** ({where}): {citation.quote}")
    return lines


if __name__ == "__main__":
    main()
