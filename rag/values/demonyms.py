"""Demonyms and other words in names: whether two are of one place ("China", "Chinese"), or one is no name at all.

By spelling alone.
"""

from __future__ import annotations

import re

from dateline.index.article import Span

_PEOPLE = re.compile(r"(?<=\w{4})(?:ians?|ans?|ese|ish|is?)$")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_ACTS = re.compile(
    r"[’']s\b|,? (?:is|was|are|were|has|have|had|will|would|could|can|may|does|did|and [A-Z]|[a-z]{3,}ed"
    r"|said|says|told|calls|claims|hopes|plans|wants|faces|won|led|took|left|met|made|became|began)\b"
)
"""Words that follow a name at the start of a sentence, but rarely an ordinary word."""


def words_without_possessives(text: str) -> list[str]:
    """The words of a text, without possessive endings."""
    return [re.sub(r"['’]s?$", "", word) for word in _WORD.findall(text)]


def root_of(word: str) -> str:
    """A word without its demonym ending, so that "Afghan" matches "Afghans"."""
    return re.sub(r"(?<=\w{4})(?:ians?|ans?|ese|ish|s|i|is|n)$", "", word.lower())


def place_of(word: str) -> str:
    """The root of a place name, the same as that of its demonym: "China" and "Chinese", "US" and "American"."""
    return "americ" if word in ("US", "USA") else re.sub(r"(?<=\w{4})(?:any|ey|ia|y|a)$", "", word.lower())


def is_people(word: str) -> bool:
    """Whether a word has the ending of a demonym."""
    return _PEOPLE.search(word) is not None


def of_one_people(one: str, other: str) -> bool:
    """Whether two words are a place and its demonym, or forms of one name: "China" and "Chinese"."""
    if root_of(one) == root_of(other):
        return True
    return any(is_people(a) and root_of(a) == place_of(b) for a, b in ((one, other), (other, one)))


def may_be_a_word(text: str, name: str, span: Span) -> bool:
    """Whether an apparent name may be an ordinary word at the start of a sentence: "Place the pot"."""
    parts = [part for part in words_without_possessives(name) if part[0].isupper() or part[0].isdigit()]
    return len(parts) == 1 and _opens(text, span.start) and not _ACTS.match(text, span.end)


def _opens(claim: str, start: int) -> bool:
    return re.search(r"(?:^|[.!?:;]\s*|[“\"‘(•*-]\s*|\d[.)]\s*)$", claim[:start].rstrip(" ")) is not None
