"""Names where they stand: each with the nearest words before and behind it, and whether two names may be one.

Knows no grammar.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from index.article import Span
from rag.support_words import stems
from rag.values.name_words import may_be_a_word, of_one_people
from rag.values.names import names_in, same_name

REACH = 4
"""Words from a name within which its neighbour is looked for, on either side and in its clause."""

_TOKEN = re.compile(r"[^\W_]+(?:['’.,-]?[^\W_]+)*|[;:()\"“”—–]")
Beside = frozenset[tuple[str, str]]
"""The stems of the nearest word that says something, with the side on which it stands."""


@lru_cache(maxsize=1_024)  # all claims of a draft are compared with the same sentences
def placed_names(text: str) -> tuple[tuple[str, Beside], ...]:
    """The names of a text, each with the nearest words before and behind it; see `Beside`."""
    return tuple((name, _beside(text, span)) for name, span in names_in(text) if not may_be_a_word(text, name, span))


def _beside(text: str, span: Span) -> Beside:
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
