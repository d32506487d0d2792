"""Names in context: each with the nearest content words before and after it, and whether two names may be the same.

Knows no grammar.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from dateline.index.article import Span
from dateline.rag.language.word_set import word_set
from dateline.rag.values.demonyms import may_be_a_word, of_one_people
from dateline.rag.values.names import names_in, same_name
from dateline.rag.verification.stems import stems

REACH = 4
"""How many words away from a name, within its clause, a neighbour may be."""

_TOKEN = re.compile(r"[^\W_]+(?:['’.,-]?[^\W_]+)*|[;:()\"“”—–]|--")
_LINKS = word_set("""
    in on at to of by for from with into onto about after over before during than as and or but who which whom is are
    was were be been being s
""")
"""Function words that relate a name to its neighbour, including the "s" of a possessive."""


@dataclass(frozen=True, slots=True)
class NameInContext:
    """A name with its neighbours."""

    name: str
    beside: frozenset[tuple[str, str]]
    """The stems of the nearest content word on each side, with the side."""
    linked: frozenset[tuple[str, str, frozenset[str]]]
    """The same with the `_LINKS` between it and the name."""


@lru_cache(maxsize=1_024)  # all candidates are compared with the same sentences
def names_in_context(text: str) -> tuple[NameInContext, ...]:
    """The names of a text, in order."""
    return tuple(_placed(text, name, span) for name, span in names_in(text) if not may_be_a_word(text, name, span))


def _placed(text: str, name: str, span: Span) -> NameInContext:
    sides = {"before": _TOKEN.findall(text[: span.start])[::-1], "after": _TOKEN.findall(text[span.end :])}
    linked = frozenset((side, stem, links) for side, words in sides.items() for stem, links in _nearest(words))
    return NameInContext(name, frozenset((side, stem) for side, stem, _ in linked), linked)


def _nearest(words: Sequence[str]) -> list[tuple[str, frozenset[str]]]:
    """The stems of the first content word, each with the links before it."""
    for n, word in enumerate(words[:REACH]):
        if not word[0].isalnum():
            break
        if found := stems(word):
            return [(stem, _LINKS & {little.lower() for little in words[:n]}) for stem in found]
    return []


def may_be_same_name(one: str, other: str) -> bool:
    """Whether two names may be the same: variants, part and whole, an abbreviation, a country and its people."""
    words, others = (re.split(r"[\s-]", name) for name in (one, other))
    return (
        same_name(one, other)
        or any(of_one_people(word, its) for word in words for its in others)
        or any(word.isupper() and same_name(word, other) for word in words)
        or any(word.isupper() and same_name(word, one) for word in others)
    )
