"""The words that names are made of: whether two of them are of one people, and whether one is a name at all.

"China" and "Chinese", "Afghan" and "Afghans"; a plain word that opens a sentence is none. By spelling alone.
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
"""What follows a name that opens a sentence, but seldom a plain word there."""


def words_of(text: str) -> list[str]:
    """The words of a text, without the "’s" of a possessive."""
    return [re.sub(r"['’]s?$", "", word) for word in _WORD.findall(text)]


def root_of(word: str) -> str:
    """A word without its ending, so that "Afghan" bears out "Afghans"."""
    return re.sub(r"(?<=\w{4})(?:ians?|ans?|ese|ish|s|i|is|n)$", "", word.lower())


def place_of(word: str) -> str:
    """A place's name as the root of its people's: "China", "Italy", "US" for "Chinese", "Italians", "American"."""
    return "americ" if word in ("US", "USA") else re.sub(r"(?<=\w{4})(?:any|ey|ia|y|a)$", "", word.lower())


def is_people(word: str) -> bool:
    """Whether a word ends as those do that name a people."""
    return _PEOPLE.search(word) is not None


def of_one_people(one: str, other: str) -> bool:
    """Whether two words name one place and its people, or are forms of one name: "China" and "Chinese"."""
    if root_of(one) == root_of(other):
        return True
    return any(is_people(a) and root_of(a) == place_of(b) for a, b in ((one, other), (other, one)))


def may_be_a_word(text: str, name: str, span: Span) -> bool:
    """Whether what looks like a name is as likely a plain word that opens a sentence: "Place the pot"."""
    parts = [part for part in words_of(name) if part[0].isupper() or part[0].isdigit()]
    return len(parts) == 1 and _opens(text, span.start) and not _ACTS.match(text, span.end)


def _opens(claim: str, start: int) -> bool:
    return re.search(r"(?:^|[.!?:;]\s*|[“\"‘(•*-]\s*|\d[.)]\s*)$", claim[:start].rstrip(" ")) is not None
