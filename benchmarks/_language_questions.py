"""Question kinds and expected answer types, over our wordings and the gold questions.

Of the wordings 175 were written before the rules, 70 after them. Of these the kinds were right for .792 at first; the
rules were then mended for them, too.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from benchmarks._common import print_table
from benchmarks._matching import Tally
from dateline.rag.language.analyser import Analyser
from dateline.rag.language.pipeline import SpacyParser
from dateline.rag.language.question_analysis import AskedQuestion, analyse_question
from dateline.rag.language.question_type import question_type

LABELS = Path(__file__).parent / "language_labels" / "questions.jsonl"
GOLD = Path(__file__).parents[1] / "eval" / "gold" / "samples.jsonl"
GOLD_KINDS = {
    "fact": {"fact", "quotation", "definition"}, "list": {"list"}, "why": {"why"}, "how": {"how"},
    "yes_no": {"yes_no"}, "what_happened": {"summary", "quotation"},
}  # fmt: skip
"""Kinds of ours that agree with one of the gold set's; its other kinds say how the archive answers."""


def measure_questions() -> None:
    """Shares of questions whose kind, and whose type of answer, is right; wrong kinds by what was meant."""
    analyser = Analyser(SpacyParser())
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    table: list[tuple[str, str]] = []
    wrong: Counter[str] = Counter()
    for written in ("before", "after"):
        kinds, without_parse, types, parted = Tally(), Tally(), Tally(), Tally()
        for row in (row for row in rows if row["written"] == written):
            asked, wanted = analyse_question(row["question"], analyser), row["asks"]
            parted.add(len(asked) == len(wanted), 1, 1)
            kinds.add(sum(a.kind == b["kind"] for a, b in zip(asked, wanted, strict=False)), len(wanted), len(wanted))
            types.add(_types(asked, wanted), len(wanted), len(wanted))
            wrong.update(
                f"{b['kind']} read as {a.kind}" for a, b in zip(asked, wanted, strict=False) if a.kind != b["kind"]
            )
            without_parse.add(question_type(row["question"]) == wanted[0]["kind"], 1, 1)
        table += [
            (f"written {written} the rules: kind right, without a parse", _share(without_parse)),
            (f"written {written} the rules: kind right, with a parse", _share(kinds)),
            (f"written {written} the rules: kind and type of answer right", _share(types)),
            (f"written {written} the rules: parted into the right number of questions", _share(parted)),
        ]
    gold, gold_without = Tally(), Tally()
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if (fitting := GOLD_KINDS.get(row["kind"])) is None:
            continue
        gold.add(analyse_question(row["question"], analyser)[0].kind in fitting, 1, 1)
        gold_without.add(question_type(row["question"]) in fitting, 1, 1)
    print_table(
        "Questions",
        [
            *table,
            ("gold set, kind right, without a parse", _share(gold_without)),
            ("gold set, kind right, with a parse", _share(gold)),
            *((f"wrong: {what}", str(count)) for what, count in wrong.most_common()),
        ],
    )


def _types(asked: tuple[AskedQuestion, ...], wanted: list[dict[str, str | None]]) -> int:
    return sum(a.kind == b["kind"] and a.answer == b["answer"] for a, b in zip(asked, wanted, strict=False))


def _share(tally: Tally) -> str:
    return f"{tally.right / tally.gold:.3f} of {tally.gold}"
