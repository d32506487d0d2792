"""The extent of a noun phrase, word by word from its start.

Knows nothing of what the phrase means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dateline.rag.language.word_set import word_set
from dateline.rag.speech.speaker_lexicon import (
    DETERMINERS,
    NOT_IN_PHRASE,
    PARTICLES,
    TITLES,
    is_person_noun,
    is_plural,
)

_ABBREVIATED = r"(?:Gen|Lt|Col|Maj|Brig|Capt|Cmdr|Sgt|Adm|Cpl|Dr|Mr|Mrs|Ms|Mx|Prof|Rev|Fr|Sen|Rep|Gov|St|Hon|Jr|Sr)\."
_WORD = re.compile(
    rf"{_ABBREVIATED}(?!\w)|(?:[A-Z]\.)+(?:-?[A-Z]\.)*|\d[\d,]*(?:-\w+)*|&"
    r"|[“\"‘'][\ue000]{1,25}[”\"’'](?=\s[A-Z])"
    r"|[^\W\d_][^\W_]*(?:[’'\-–&][^\W_]+)*[’']?"
)
_LONGEST = 14


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        return self.text.lower()

    @property
    def bare(self) -> str:
        """In lower case, without a possessive ending."""
        return re.sub(r"[’']s?$", "", self.low)

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() or self.text[0] in "“\"‘'"


def words_at(text: str, start: int) -> list[Word]:
    """The words from `start` on, separated only by single spaces."""
    words: list[Word] = []
    at = start
    while len(words) < _LONGEST:
        match = _WORD.match(text, at)
        if match is None:
            break
        words.append(Word(match.group(), match.start(), match.end()))
        if text[match.end() : match.end() + 1] not in (" ", "\u00a0"):
            break
        at = match.end() + 1
    return words


def run_of(words: list[Word]) -> list[Word]:
    """The words before the first that ends a noun phrase."""
    if words[0].low in PARTICLES - DETERMINERS and words[0].low not in _FIRST_PARTICLES:
        return []
    for i in range(1, len(words)):
        if not _continues(words, i):
            return words[:i]
    return words


def _continues(words: list[Word], at: int) -> bool:
    """Whether the phrase continues over the word at `at`, which is not its first."""
    before, word = words[at - 1], words[at]
    if word.low == "of" and at + 1 < len(words) and before.low in _HEADS and words[at + 1].low in HEADED:
        return True
    if word.low in ("and", "of") and _role_goes_on(words, at):
        return True
    if word.low in _PARTICIPLES or (word.low in _ARTICLES and before.low not in PARTICLES):
        return False
    if word.low in PARTICLES - DETERMINERS:
        return (before.capital or before.low in PARTICLES) and at + 1 < len(words) and _goes_on(words, at + 1)
    # A name may contain such a word: "Doctors Without Borders".
    return word.low not in NOT_IN_PHRASE or (word.capital and before.capital and word.low not in _DAYS)


_FIRST_PARTICLES = word_set("al el de van von bin")
_HEADS = word_set("chief secretary head member minister director speaker chair")
HEADED = word_set("staff state police parliament defense defence operations mission congress")
_ARTICLES = frozenset({"a", "an", "the", "his", "her", "its", "their"})
_PARTICIPLES = word_set(
    "quoting citing staffing holding working speaking attending living seeking trying including calling"
)
_DAYS = frozenset(word for word in NOT_IN_PHRASE if word.endswith("day"))


def _role_goes_on(words: list[Word], at: int) -> bool:
    """Whether "and" or "of" is inside a role: "founder and CEO X", "head of sport X", "road and rail experts"."""
    after = words[at + 1 :]
    common = next((i for i, word in enumerate(after) if word.capital or word.low in NOT_IN_PHRASE), len(after))
    if words[at].low == "and" and any(is_plural(word.low) for word in after[: min(common, 3)]):
        return not is_person_noun(words[at - 1].low)
    named = [word for word in after[common : common + 2] if word.capital]
    if not is_person_noun(words[at - 1].low) or len(named) < 2:
        return False
    return 0 < common < 4 if words[at].low == "of" else common == 0 and is_title(named[0].text)


def _goes_on(words: list[Word], at: int) -> bool:
    if words[at].low in ("the", "la", "los", "las", "der", "den", "de") and at + 1 < len(words):
        at += 1
    return words[at].capital and words[at].low not in NOT_IN_PHRASE


def is_title(word: str) -> bool:
    """Whether a word in capitals before a name is a title: "President", "Gen.", "President-elect"."""
    return word.lower().removesuffix("-elect") in TITLES
