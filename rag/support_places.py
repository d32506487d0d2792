"""Does a name stand in a claim where the evidence has another one: "Kano, Nigeria" for "Gombe, Nigeria"?

Told by the words beside a name, each on its side, in sentences that have most of the claim's other words. Knows no
grammar: names that change sides of a verb in the passive, or whose neighbours are in other words, are not noticed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from index.article import Span
from rag.support_rules import ALIKE, Broken, may_be_a_word
from rag.support_words import stems
from rag.values.names import names_in, same_name

REACH = 4
"""Words from a name within which its neighbour is looked for, on either side and in its clause."""
LEAST_WORDS = 3
"""Stems besides the name that a claim must have: less doesn't tell what it is about."""

_TOKEN = re.compile(r"[^\W_]+(?:['’.,-]?[^\W_]+)*|[;:()\"“”—–]")
_Beside = frozenset[tuple[str, str]]
"""The stems of the nearest word that says something, with the side on which it stands."""


def misplaced(claim: str, sentences: Sequence[str]) -> Broken | None:
    """The first name of the claim that a sentence about the same thing has another name in the place of.

    None if any sentence of the evidence has the name beside the same word on the same side.
    """
    asked, named = stems(claim), _named(claim)
    for name, beside in named:
        rest = asked - stems(name)
        if not beside or len(rest) < LEAST_WORDS:
            continue
        about = [sentence for sentence in sentences if len(rest & stems(sentence)) >= ALIKE * len(rest)]
        rivals = [
            other
            for sentence in about
            for other, place in _named(sentence)
            if place & beside
            and not _alike(name, other)
            and not any(same_name(other, one) and its & place & beside for one, its in named)
        ]
        if rivals and not any(
            place & beside and _alike(name, other) for sentence in sentences for other, place in _named(sentence)
        ):
            return Broken("place", f"{rivals[0]}, not {name}")
    return None


@lru_cache(maxsize=1_024)  # all claims of a draft are compared with the same sentences
def _named(text: str) -> tuple[tuple[str, _Beside], ...]:
    """The names of a text, each with what stands beside it; not "Nigeria" of "Gombe, Nigeria", which has no place."""
    found = names_in(text)
    ends = {span.end for _, span in found}
    return tuple(
        (name, _beside(text, span))
        for name, span in found
        if not may_be_a_word(text, name, span)
        and not (text[: span.start].endswith(", ") and span.start - len(", ") in ends)
    )


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


def _alike(one: str, other: str) -> bool:
    return same_name(one, other) or bool({*one.split()} & {*other.split()})
