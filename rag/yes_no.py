"""The two sides of a yes-or-no question: a sentence that says yes to it, and one that says no.

By the happening that is asked about (see `rag/happenings.py`) or by words of denial; and by how one article sets one
person's words against another's, whatever the words. Knows nothing of which side is right, nor of dates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from dateline.rag.asked import ANSWERING, stems
from dateline.rag.happenings import HAPPENINGS, Happening, is_negated
from dateline.rag.question_grammar import FUNCTION, shape_of, subject_end, words
from dateline.rag.reading import Candidate
from dateline.rag.speech.reported_speech import is_denial, speaker_of
from dateline.rag.time.phrases import without_phrases
from dateline.rag.values.names import names_in

Side = Literal["yes", "no"]

_DISPUTED = re.compile(
    r"\b(?:disput\w+|disagree\w*|differ(?:s|ed|ing)?|depend(?:s|ed|ing)? on wh\w+|contested|at odds"
    r"|(?:conflicting|contradict|competing)\w*|two (?:versions|stories|accounts|sides))\b",
    re.IGNORECASE,
)
"""Words of a sentence behind which two sides have their say."""
_DENIES = re.compile(r"\bden(?:y|ies|ied|ying)\b", re.IGNORECASE)
_NONE = re.compile(r"\b(?:no|nobody|none)\b", re.IGNORECASE)
_WORD = re.compile(r"\b[a-z][\w’'-]*")
_PRONOUN = re.compile(r"\b(?:she|they|them|him|any(?:body|one|thing)|some(?:body|one|thing))\b", re.IGNORECASE)
_NEVER = re.compile(r"(?!)")
_CUT = re.compile(
    r"[,;:—–]|\b(?:that|who|which|when|while|as|after|before|because|if|whether|unless|but|where|since|until|and)\b"
)
"""Where a clause ends."""
_HE_SAID = re.compile(r",? (?:he|she|they|[A-Z]\w+) (?:said|says|added),(?= )")
_UNREAL = re.compile(
    r"\b(?:to|will|would|could|may|might|should|can|cannot|must|if|whether|unless|until|(?:order|demand|urg|expect|seek)\w*"
    r"|(?:vot|call)\w* (?:on|for))(?:n[’']t)?(?:\W+\w+){0,2}\W+$",
    re.IGNORECASE,
)
"""What stands before a word of what has not happened yet, or need not."""
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
        side = _side(happenings, asked, candidate.text)
        if side and _speaks_of(names, asked, candidate):
            sides.append((candidate, side))
    for candidate, side in sides:
        for other, other_side in sides:
            if side != other_side and _contradict(names, candidate, other):
                return candidate, other
        if reply := _reply(candidate, asked):
            return candidate, reply
    return _denied(names, happenings, asked, candidates) if names else None


def _denied(
    names: Sequence[str], happenings: Sequence[Happening], asked: set[str], candidates: Sequence[Candidate]
) -> tuple[Candidate, Candidate] | None:
    """The best that takes a side and has all `names`, and the best of another article that takes the other side.

    One of the two denies outright, and has some of what else is `asked`.
    """
    telling = [
        (one, side) for one in candidates if _named(names, one.text) and (side := _side(happenings, set(), one.text))
    ]
    for other, side in telling[1:]:
        best, best_side = telling[0]
        denials = [one for one in (best, other) if _DENIES.search(one.text)]
        about_it = len(denials) == 1 and bool(not asked or asked & stems(denials[0].text))
        if side != best_side and about_it and other.passage.article.id != best.passage.article.id:
            return best, other
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
    predicate = next((word[0] for word in after if word[0].islower() and word[0] not in FUNCTION), "")
    (stem,) = stems(predicate) or {""}
    return ((Happening(predicate, (), _NEVER, re.compile(rf"\b{stem}\w*", re.IGNORECASE)),) if stem else ()), predicate


def _side(happenings: Sequence[Happening], asked: set[str], sentence: str) -> Side | None:
    """Which side a sentence takes; None if it tells of no such happening, or of both."""
    opposites = {name for one in happenings for name in one.opposites} - {one.name for one in happenings}
    told: list[tuple[re.Pattern[str], Side, Side]] = [(one.told, "yes", "no") for one in happenings]
    # An opposite in the narrower words of questions: nearly every sentence has one of the others.
    told += [(HAPPENINGS[name].asked, "no", "yes") for name in opposites]
    plain = _HE_SAID.sub("", sentence)
    sides = {
        negative if is_negated(plain, found.start()) else positive
        for pattern, positive, negative in told
        for found in pattern.finditer(plain)
        if not asked & stems(found[0])  # "shutdown" says nothing of whether the shutdown has ended
        and not _UNREAL.search(plain[: found.start()])
        and (not asked or asked & stems(_clause(plain, found.start())))
    }
    if len(sides) == 2:
        return "no" if is_denial(sentence) else None
    return sides.pop() if sides else None


def _clause(sentence: str, at: int) -> str:
    """The clause that has the word at `at`."""
    ends = [0, *(end for cut in _CUT.finditer(sentence) for end in cut.span()), len(sentence)]
    return sentence[max(end for end in ends if end <= at) : min(end for end in ends if end > at)]


def _speaks_of(names: Sequence[str], asked: set[str], candidate: Candidate) -> bool:
    """Whether a sentence has what else the question says; its article's title and what precedes may name it."""
    before = _beside(candidate, -1)
    context = f"{candidate.passage.article.title or ''} {before.text if before else ''} {candidate.text}"
    common = len(asked & stems(candidate.text))
    enough = common >= min(1, len(asked)) and common + 1 >= ANSWERING * (len(asked) + 1)  # 1: the predicate
    return enough and _named(names, context)


def _named(names: Sequence[str], text: str) -> bool:
    """Whether a text has a word of each name."""
    return all(any(word[:4] in text for word in name.split() if len(word) > 2) for name in names)


def _contradict(names: Sequence[str], one: Candidate, other: Candidate) -> bool:
    """Whether two sentences on different sides may be set against each other: two people's, or two articles'.

    Of two articles each must name what is asked about by itself: what is near may be of something else.
    """
    if one.passage.article.id == other.passage.article.id:
        return _two_voices(one, other)
    return _named(names, one.text) and _named(names, other.text)


def _reply(candidate: Candidate, asked: set[str]) -> Candidate | None:
    """The sentence behind one, if in it somebody else says otherwise: of what is disputed, or with a "no".

    A "no" that has none of its words but those `asked` may be said to anything.
    """
    before = _beside(candidate, -1)
    disputed = before is not None and _DISPUTED.search(before.text) is not None
    own = stems(candidate.text) - stems(" ".join(name for name, _ in names_in(candidate.text))) - asked
    reply = _beside(candidate, 1)
    if reply is None or not _two_voices(candidate, reply):
        return None
    opposes = bool(own & stems(reply.text)) and _negative(reply.text) != _negative(candidate.text)
    return reply if disputed or opposes else None


def _negative(sentence: str) -> bool:
    return is_denial(sentence) or _NONE.search(sentence) is not None


def _two_voices(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences of one article give two people's words."""
    return None is not _speaker(one) != _speaker(other) is not None


def _speaker(candidate: Candidate) -> str | None:
    speaker = speaker_of(candidate.passage.article.text, candidate.span)
    return speaker.name if speaker else None


def _beside(candidate: Candidate, steps: int) -> Candidate | None:
    """The sentence so many steps behind one in its passage; None where there is none."""
    sentences = candidate.passage.sentences
    at = sentences.index(candidate.span) + steps
    return replace(candidate, span=sentences[at], answer=None) if 0 <= at < len(sentences) else None
