"""Does a name stand in a claim where the evidence has another one: "Kano, Nigeria" for "Gombe, Nigeria"?

Told by the words beside a name, each on its side, in sentences that have half of the claim's other words. Knows no
grammar: names that change sides of a verb in the passive, or whose neighbours are in other words, are not noticed.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.placed_names import Beside, alike, placed_names
from rag.support_rules import Broken
from rag.support_words import stems
from rag.values.names import same_name

ABOUT_IT = 0.5
"""The share of the claim's words besides the name that a sentence must have to be about the same thing."""
LEAST_WORDS = 3
"""Stems besides the name that a claim must have: less doesn't tell what it is about."""


def misplaced(claim: str, sentences: Sequence[str]) -> Broken | None:
    """The first name of the claim that a sentence about the same thing has another name in the place of.

    None if any sentence of the evidence has the name beside the same word on the same side. Another name that stands
    in the claim too, where the evidence has it, is no rival.
    """
    asked, named = stems(claim), placed_names(claim)
    told = [found for sentence in sentences for found in placed_names(sentence)]
    borne_out = [(name, beside) for name, beside in named if _stands(name, beside, told)]
    for name, beside in named:
        rest = asked - stems(name)
        if not beside or len(rest) < LEAST_WORDS or (name, beside) in borne_out:
            continue
        for sentence in sentences:
            if len(rest & stems(sentence)) < ABOUT_IT * len(rest):
                continue
            for other, place in placed_names(sentence):
                if (
                    place & beside
                    and not alike(name, other)
                    and f"{other}, {name}" not in claim  # "Gombe, Nigeria": a part of it
                    and not any(same_name(other, one) and its & place & beside for one, its in named)
                    and not any(alike(other, one) for one, _ in borne_out)
                ):
                    return Broken("place", f"{other}, not {name}")
    return None


def _stands(name: str, beside: Beside, told: Sequence[tuple[str, Beside]]) -> bool:
    """Whether the evidence has the name beside the same word, on the same side."""
    return any(place & beside and alike(name, other) for other, place in told)
