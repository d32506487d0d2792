"""Names where they stand: each with the nearest words before and behind it, and whether two names may be one.

Knows no grammar.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from dateline.index.article import Span
from dateline.rag.speech.words import words_of
from dateline.rag.support_words import stems
from dateline.rag.values.name_words import may_be_a_word, of_one_people
from dateline.rag.values.names import names_in, same_name

REACH = 4
"""Words from a name within which its neighbour is looked for, on either side and in its clause."""

_TOKEN = re.compile(r"[^\W_]+(?:['’.,-]?[^\W_]+)*|[;:()\"“”—–]|--")
_LINKS = words_of("""
    in on at to of by for from with into onto about after over before during than as and or but who which whom is are
    was were be been being s
""")
"""Little words that say what a name is to its neighbour, the "s" of a possessive among them."""


@dataclass(frozen=True, slots=True)
class PlacedName:
    """A name where it stands."""

    name: str
    beside: frozenset[tuple[str, str]]
    """The stems of the nearest word that says something, with the side on which it stands."""
    linked: frozenset[tuple[str, str, frozenset[str]]]
    """The same, each with the `_LINKS` between it and the name."""


@lru_cache(maxsize=1_024)  # all claims of a draft are compared with the same sentences
def placed_names(text: str) -> tuple[PlacedName, ...]:
    """The names of a text in order, each with the nearest words before and behind it."""
    return tuple(_placed(text, name, span) for name, span in names_in(text) if not may_be_a_word(text, name, span))


def _placed(text: str, name: str, span: Span) -> PlacedName:
    sides = {"before": _TOKEN.findall(text[: span.start])[::-1], "after": _TOKEN.findall(text[span.end :])}
    linked = frozenset((side, stem, links) for side, words in sides.items() for stem, links in _nearest(words))
    return PlacedName(name, frozenset((side, stem) for side, stem, _ in linked), linked)


def _nearest(words: Sequence[str]) -> list[tuple[str, frozenset[str]]]:
    """The stems of the first word that says something, each with the links on the way to it."""
    for n, word in enumerate(words[:REACH]):
        if not word[0].isalnum():
            break
        if found := stems(word):
            return [(stem, _LINKS & {little.lower() for little in words[:n]}) for stem in found]
    return []


def alike(one: str, other: str) -> bool:
    """Whether two names may be one: forms of it, a part and the whole, its first letters, a country and its people."""
    words, others = (re.split(r"[\s-]", name) for name in (one, other))
    return (
        same_name(one, other)
        or any(of_one_people(word, its) for word in words for its in others)
        or any(word.isupper() and same_name(word, other) for word in words)
        or any(word.isupper() and same_name(word, one) for word in others)
    )
