"""Whose words a question asks for, and whether a sentence reports them.

"What goal did a senior Taliban commander give?" and "… according to Beg" name or describe who said it; "Who said that
the city had fallen?" asks who. By the question's form and the sentence's speaker (see `rag/speech/`); knows nothing
of what was said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Span
from rag.asked import stems
from rag.question_grammar import DETERMINERS, FUNCTION, words
from rag.speech.reported_speech import speaker_of
from rag.speech.speaker import Speaker, read_phrase
from rag.speech.verbs import THOUGHT
from rag.speech.words import words_of
from rag.values.names import same_name

_SAYING = words_of("""
    say tell claim name call describe blame warn promise think believe compare report deny argue expect consider
    estimate suggest accuse cite explain admit announce declare fear predict mention acknowledge insist vow pledge
    threaten urge demand propose criticise criticize praise recall speak
""")
"""Verbs in their base form, behind "did", by which a question asks for words."""
_GIVEN = re.compile(
    r"\b(?:accounts?|assessments?|aims?|causes?|estimates?|explanations?|figures?|goals?|motives?|numbers?|purposes?"
    r"|reasons?|versions?|views?)\b",
    re.IGNORECASE,
)
"""What is given in words."""
_IN_WORDS = re.compile(
    r"\baccording to (?P<source>(?:(?! (?:that|which|who)\b)[^,?])+)"
    r"|\bin (?P<owner>[^,?]+?)(?:[’']s|s[’']) (?:account|opinion|view|words)\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"who (?:has |had )?", re.IGNORECASE)
_DID = re.compile(r"(?P<what>(?:\w+ )?wh\w+\b.*?|how\b.*?) (?:do|does|did) (?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_IN_PHRASE = DETERMINERS | words_of("of for in from at")
"""Function words that whoever is described may have: "a member of the council"."""


@dataclass(frozen=True, slots=True)
class Sayer:
    """Whose words are asked for."""

    name: str | None
    """Of a person or an outlet; None for who is only described, or asked for."""
    described: frozenset[str]
    """Stems that a speaker's name and role must have; empty for who is named, or asked for."""

    def said_in(self, text: str, sentence: Span) -> Speaker | None:
        """The speaker of a sentence of the article `text`, if it is the one asked for."""
        speaker = speaker_of(text, sentence)
        if speaker is None or (self.name is not None and not same_name(speaker.name, self.name)):
            return None
        return speaker if self.described <= stems(f"{speaker.name} {speaker.role or ''}") else None

    @property
    def asked_for(self) -> bool:
        """Whether the question is who said it."""
        return self.name is None and not self.described


def sayer_of(question: str) -> Sayer | None:
    """Whose words `question` asks for; None where it asks for no one's, or that can't be told."""
    told = _IN_WORDS.search(question)
    if told is not None:
        return _sayer(told["source"] or told["owner"])
    who = _WHO.match(question)
    if who is not None and THOUGHT.match(question, who.end()):
        return Sayer(None, frozenset())
    asked = _DID.match(question)
    if asked is None:
        return None
    found = words(asked["rest"])
    at = next((n for n in range(1, len(found)) if _is_verb(found, n) and not _is_verb(found, n + 1)), None)
    if at is None or any(word[0].lower() in FUNCTION - _IN_PHRASE for word in found[:at]):
        return None
    given = found[at][0] != "give" or _GIVEN.search(asked["what"]) is not None
    return _sayer(asked["rest"][: found[at].start()].strip()) if given else None


def _is_verb(found: Sequence[re.Match[str]], n: int) -> bool:
    """Whether a word of a question is a verb of saying that follows "did": not "the report"."""
    return n < len(found) and found[n][0] in _SAYING | {"give"} and found[n - 1][0].lower() not in DETERMINERS


def _sayer(who: str) -> Sayer | None:
    phrase = read_phrase(who, 0)
    if phrase is None or phrase.kind == "pronoun":
        return None
    if phrase.kind in ("person", "word"):
        return Sayer(phrase.name, frozenset())
    return Sayer(None, frozenset(stems(who))) if stems(who) else None
