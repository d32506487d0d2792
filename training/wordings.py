"""Variants of training questions as people type them: no capitals, keywords, a preamble, a slip, a typo.

The preambles are not those of `eval.wordings`, by which robustness is measured.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from dateline.eval.wordings import keywords, lower_case, with_typo

_PREAMBLES = (
    "hey, {question}",
    "Can you tell me {question}",
    "I'm writing about this for tomorrow's paper. {question}",
    "A reader asked: {question}",
    "{question} Please keep it short.",
    "Thanks! And one more thing: {question}",
    "Our desk heard something about this last week and I'd like to be certain. {question}",
    "ok so, {question}",
)
_SHARES = {"plain": 0.5, "lower case": 0.2, "keywords": 0.1, "preamble": 0.1, "typo": 0.1}


def reworded(question: str, rng: random.Random, slips: Mapping[str, str] | None = None) -> str:
    """The question in one of its wordings, by chance; half of the time unchanged.

    `slips`: questions → the same with a slip of the tongue, as Disfl-QA has them (Gupta et al., ACL 2021); such a
    question is taken half of the time.
    """
    if slips and question in slips and rng.random() < 0.5:
        return slips[question]
    match rng.choices(list(_SHARES), list(_SHARES.values()))[0]:
        case "lower case":
            return lower_case(question, rng)
        case "keywords":
            return keywords(question, rng)
        case "preamble":
            return rng.choice(_PREAMBLES).format(question=question)
        case "typo":
            return with_typo(question, rng)
        case _:
            return question
