"""The two sides of a yes-or-no question: a sentence that says yes to it, and one that says no.

By the happening that is asked about (see `rag/happenings.py`) or by words of denial; and by how one article sets one
person's words against another's, whatever the words. Knows nothing of which side is right, nor of dates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from rag.asked import ANSWERING, stems
from rag.conversation.grammar import FUNCTION, shape_of, subject_end, words
from rag.happenings import HAPPENINGS, Happening
from rag.reading import Candidate
from rag.speech.reported_speech import is_denial, speaker_of
from rag.time.phrases import without_phrases
from rag.values.names import names_in

Side = Literal["yes", "no"]

NEAR = 2
"""How many sentences behind one the reply to it may stand."""

_DISPUTED = re.compile(
    r"\b(?:disput\w+|disagree\w*|differ(?:s|ed|ing)?|depend(?:s|ed|ing)? on wh\w+|contested|at odds"
    r"|(?:conflicting|contradict|competing)\w*|two (?:versions|stories|accounts|sides))\b",
    re.IGNORECASE,
)
"""Words of a sentence behind which two sides have their say."""
_NONE = re.compile(r"\b(?:no|nobody|none|neither|without)\b", re.IGNORECASE)
_WORD = re.compile(r"\b[a-z][\w’'-]*")
_PRONOUN = re.compile(r"\b(?:she|they|them|him|any(?:body|one|thing)|some(?:body|one|thing))\b", re.IGNORECASE)
_NOUN = re.compile(r"\b(?:an?|the|of|in|at|on|his|her|its|their)\s+$", re.IGNORECASE)
"""What stands before a noun."""


def two_sides(question: str, candidates: Sequence[Candidate]) -> tuple[Candidate, Candidate] | None:
    """The best of `candidates`, best first, that takes a side, and the best that takes the other; None: all agree."""
    plain = without_phrases(question)
    happenings, predicate = _asked_about(plain)
    names = [name for name, _ in names_in(question)]
    asked = stems(_PRONOUN.sub("", plain)) - stems(" ".join([*names, predicate]))
    sides = []
    for candidate in candidates:
        side = _side(happenings, predicate, candidate.text)
        if side and _speaks_of(names, asked, candidate):
            sides.append((candidate, side))
    for candidate, side in sides:
        for other, other_side in sides:
            if side != other_side and not _same_voice(candidate, other):
                return candidate, other
        if reply := _reply(candidate, asked):
            return candidate, reply
    return None


def _asked_about(question: str) -> tuple[tuple[Happening, ...], str]:
    """The happenings that a question asks about, and the word that tells of them.

    The first that a predicate may begin with, else the first that is no noun. Where none is listed, the predicate.
    """
    found = [word for word in _WORD.finditer(question) if not _NOUN.search(question[: word.start()])]
    for word in found:
        asked = tuple(one for one in HAPPENINGS.values() if one.asked.match(question, word.start()))
        if asked:
            return asked, word[0]
    for word in found:
        told = tuple(one for one in HAPPENINGS.values() if one.told.fullmatch(word[0]))
        if told:
            return told, word[0]
    shape = shape_of(question)
    end = subject_end(shape.aux, shape.rest) if shape else None
    after = words(shape.rest[end:]) if shape and end is not None else []
    return (), next((word[0] for word in after if word[0].islower() and word[0] not in FUNCTION), "")


def _side(happenings: Sequence[Happening], predicate: str, sentence: str) -> Side | None:
    """Which side a sentence takes; None if it tells of no such happening, or of both."""
    if not happenings:
        if not predicate or not stems(predicate) <= stems(sentence):
            return None
        return "no" if is_denial(sentence) else "yes"
    opposites = {name for one in happenings for name in one.opposites} - {one.name for one in happenings}
    # In the narrower words of questions: nearly every sentence has one of an opposite's.
    against = [HAPPENINGS[name] for name in opposites if HAPPENINGS[name].asked.search(sentence)]
    yes = any(one.told_in(sentence) for one in happenings) or any(one.denied_in(sentence) for one in against)
    no = any(one.denied_in(sentence) for one in happenings) or any(one.told_in(sentence) for one in against)
    if yes and no:
        return "no" if is_denial(sentence) else None
    return "yes" if yes else "no" if no else None


def _speaks_of(names: Sequence[str], asked: set[str], candidate: Candidate) -> bool:
    """Whether a sentence has what else the question says; its article's title and what precedes may name it."""
    before = _beside(candidate, -1)
    context = f"{candidate.passage.article.title or ''} {before.text if before else ''} {candidate.text}"
    named = all(any(word[:4] in context for word in name.split() if len(word) > 2) for name in names)
    common = len(asked & stems(candidate.text))
    return named and common >= min(1, len(asked)) and common + 1 >= ANSWERING * (len(asked) + 1)  # 1: the predicate


def _reply(candidate: Candidate, asked: set[str]) -> Candidate | None:
    """A sentence right behind one in which somebody else says otherwise: of what is disputed, or with a "no".

    A "no" that has none of its words but those `asked` may be said to anything.
    """
    before = _beside(candidate, -1)
    disputed = before is not None and _DISPUTED.search(before.text) is not None
    own = stems(candidate.text) - stems(" ".join(name for name, _ in names_in(candidate.text))) - asked
    for steps in range(1, NEAR + 1):
        reply = _beside(candidate, steps)
        if reply is None:
            break
        if _speaker(reply) is None or _same_voice(candidate, reply):
            continue
        if disputed or (own & stems(reply.text) and _negative(reply.text) != _negative(candidate.text)):
            return reply
    return None


def _negative(sentence: str) -> bool:
    return is_denial(sentence) or _NONE.search(sentence) is not None


def _same_voice(one: Candidate, other: Candidate) -> bool:
    """Whether both are one article's words, and of one speaker as far as can be told."""
    return one.passage.article.id == other.passage.article.id and _speaker(one) == _speaker(other)


def _speaker(candidate: Candidate) -> str | None:
    speaker = speaker_of(candidate.passage.article.text, candidate.span)
    return speaker.name if speaker else None


def _beside(candidate: Candidate, steps: int) -> Candidate | None:
    """The sentence so many steps behind one in its passage; None where there is none."""
    sentences = candidate.passage.sentences
    at = sentences.index(candidate.span) + steps
    return replace(candidate, span=sentences[at], answer=None) if 0 <= at < len(sentences) else None
