"""Question types and several questions in one text, over our wordings and the gold questions.

Of the wordings 175 were written before the rules, 70 after them; the rules were then mended for those, too.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from benchmarks._common import print_table
from benchmarks._matching import Tally
from dateline.rag.language.question_type import question_parts, question_type

LABELS = Path(__file__).parent / "language_labels" / "questions.jsonl"
GOLD = Path(__file__).parents[1] / "eval" / "gold" / "samples.jsonl"
GOLD_KINDS = {
    "fact": {"fact", "quotation", "definition"}, "list": {"list"}, "why": {"why"}, "how": {"how"},
    "yes_no": {"yes_no"}, "what_happened": {"summary", "quotation"},
}  # fmt: skip
"""Types that agree with one of the gold set's kinds; its other kinds say how the archive answers."""


def measure_questions() -> None:
    """Shares of questions whose type is right, and of texts whose questions are; wrong types by what was meant."""
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    table: list[tuple[str, str]] = []
    wrong: Counter[str] = Counter()
    for written in ("before", "after"):
        types, parts = Tally(), Tally()
        for row in (row for row in rows if row["written"] == written):
            found, wanted = question_type(row["question"]), row["asks"][0]["kind"]
            types.add(found == wanted, 1, 1)
            parts.add(len(question_parts(row["question"])) == len(row["asks"]), 1, 1)
            wrong.update([f"{wanted} read as {found}"] if found != wanted else [])
        table += [
            (f"written {written} the rules: type right", _share(types)),
            (f"written {written} the rules: right number of questions", _share(parts)),
        ]
    gold = Tally()
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if (fitting := GOLD_KINDS.get(row["kind"])) is not None:
            gold.add(question_type(row["question"]) in fitting, 1, 1)
    print_table(
        "Questions",
        [
            *table,
            ("gold set, type right", _share(gold)),
            *((f"wrong: {what}", str(count)) for what, count in wrong.most_common()),
        ],
    )


def _share(tally: Tally) -> str:
    return f"{tally.right / tally.gold:.3f} of {tally.gold}"
