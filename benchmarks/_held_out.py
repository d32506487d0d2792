"""The labelled data held out from training the shipped support check: a fifth of the documents of each set.

Its calibration has seen these claims, eighteen weights over thousands of them.
"""

from __future__ import annotations

from pathlib import Path

from dateline.eval.formats.ragtruth import LabelledAnswer, read_labelled
from training.claim_sets import claim_sets, is_held_out, ragtruth_rows, source_of
from training.support_examples import SupportExample


def held_out_answers(data: Path) -> list[LabelledAnswer]:
    """RAGTruth's answers to held-out sources."""
    answers = read_labelled(data / "ragtruth" / "dev.jsonl.gz")
    return [answer for row, answer in zip(ragtruth_rows(data), answers, strict=True) if is_held_out(source_of(row))]


def held_out_claims(data: Path) -> dict[str, list[SupportExample]]:
    """The held-out claims of the other sets, by set."""
    found = claim_sets(data, held_out=True)
    return {name: some for name, some in found.items() if name not in ("ragtruth", "wice")}
