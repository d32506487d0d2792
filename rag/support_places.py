"""Does a name stand in a claim where the evidence has another one: "Kano, Nigeria" for "Gombe, Nigeria"?

Told by the words beside a name, each on its side, in sentences that have half of the claim's other words. Knows no
grammar: names that change sides of a verb in the passive, or whose neighbours are in other words, are not noticed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from index.article import Span
from rag.support_rules import Broken, may_be_a_word, of_one_people
from rag.support_words import stems
from rag.values.names import names_in, same_name

REACH = 4
"""Words from a name within which its neighbour is looked for, on either side and in its clause."""
ABOUT_IT = 0.5
"""The share of the claim's words besides the name that a sentence must have to be about the same thing."""
LEAST_WORDS = 3
"""Stems besides the name that a claim must have: less doesn't tell what it is about."""

_TOKEN = re.compile(r"[^\W_]+(?:['’.,-]?[^\W_]+)*|[;:()\"“”—–]")
_Beside = frozenset[tuple[str, str]]
"""The stems of the nearest word that says something, with the side on which it stands."""


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


def _stands(name: str, beside: _Beside, told: Sequence[tuple[str, _Beside]]) -> bool:
    """Whether the evidence has the name beside the same word, on the same side."""
    return any(place & beside and alike(name, other) for other, place in told)


@lru_cache(maxsize=1_024)  # all claims of a draft are compared with the same sentences
def placed_names(text: str) -> tuple[tuple[str, _Beside], ...]:
    """The names of a text, each with the nearest words before and behind it; see `_Beside`."""
    return tuple((name, _beside(text, span)) for name, span in names_in(text) if not may_be_a_word(text, name, span))


def _beside(text: str, span: Span) -> _Beside:
    sides = {"before": _TOKEN.findall(text[: span.start])[::-1], "after": _TOKEN.findall(text[span.end :])}
    return frozenset((side, stem) for side, words in sides.items() for stem in _nearest(words))


def _nearest(words: Sequence[str]) -> frozenset[str]:
    for word in words[:REACH]:
        if not word[0].isalnum():
            break
        if found := stems(word):
            return found
    return frozenset()


def alike(one: str, other: str) -> bool:
    """Whether two names may be one: forms of it, a part and the whole, a country and its people."""
    words, others = (re.split(r"[\s-]", name) for name in (one, other))
    return same_name(one, other) or any(of_one_people(word, its) for word in words for its in others)
