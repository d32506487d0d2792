"""Does a name stand in a claim where the evidence has another one: "Kano, Nigeria" for "Gombe, Nigeria"?

Told by the words beside a name, each on its side and joined to it by the same little words, in sentences that have half
of the claim's other words. Knows no grammar: names that change sides of a verb in the passive, or whose neighbours are
in other words, are not noticed.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.placed_names import PlacedName, alike, placed_names
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
    borne_out = [one for one in named if _stands(one, told)]
    for one in named:
        rest = asked - stems(one.name)
        if not one.beside or len(rest) < LEAST_WORDS or one in borne_out:
            continue
        for sentence in sentences:
            if len(rest & stems(sentence)) < ABOUT_IT * len(rest):
                continue
            for rival in placed_names(sentence):
                if (
                    rival.linked & one.linked
                    and not alike(one.name, rival.name)
                    and f"{rival.name}, {one.name}" not in claim  # "Gombe, Nigeria": a part of it
                    and not any(
                        same_name(rival.name, each.name) and each.beside & rival.beside & one.beside for each in named
                    )
                    and not any(alike(rival.name, each.name) for each in borne_out)
                ):
                    return Broken("place", f"{rival.name}, not {one.name}")
    return None


def _stands(one: PlacedName, told: Sequence[PlacedName]) -> bool:
    """Whether the evidence has the name beside the same word, on the same side."""
    return any(other.beside & one.beside and alike(one.name, other.name) for other in told)
