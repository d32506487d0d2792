"""Opposing answers to a yes-or-no question: a sentence that says yes, and one that says no.

By the event in question (see `rag/event_lexicon.py`), by words of denial, and by how one article contrasts two
speakers. Knows nothing of which side is right, nor of dates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from dateline.rag.event_lexicon import EVENT_CLASSES, EventClass, follows_negation
from dateline.rag.question_grammar import FUNCTION, question_parts, subject_end, word_matches
from dateline.rag.reading.passages import Candidate
from dateline.rag.reading.question_features import LEAST_COVERAGE, content_stems
from dateline.rag.speech.reported_speech import is_denial, speaker_of
from dateline.rag.time.phrases import without_phrases
from dateline.rag.values.names import names_in

Side = Literal["yes", "no"]

_DISPUTED = re.compile(
    r"\b(?:disput\w+|disagree\w*|differ(?:s|ed|ing)?|depend(?:s|ed|ing)? on wh\w+|contested|at odds"
    r"|(?:conflicting|contradict|competing)\w*|two (?:versions|stories|accounts|sides))\b",
    re.IGNORECASE,
)
"""Words that introduce two opposing statements."""
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
"""Words before an event that has not happened yet, or need not."""
_NOUN = re.compile(r"\b(?:an?|the|of|in|at|on|his|her|its|their)\s+$", re.IGNORECASE)
"""Words before a noun."""


def two_sides(question: str, candidates: Sequence[Candidate]) -> tuple[Candidate, Candidate] | None:
    """The best of `candidates` (best first) on one side, and the best on the other; None if they don't disagree."""
    plain = without_phrases(question)
    events, predicate = _asked_about(plain)
    names = [name for name, _ in names_in(question)]
    asked = content_stems(_PRONOUN.sub("", plain)) - content_stems(" ".join([*names, predicate]))
    sides = []
    for candidate in candidates:
        side = _side(events, asked, candidate.text)
        if side and _speaks_of(names, asked, candidate):
            sides.append((candidate, side))
    for candidate, side in sides:
        for other, other_side in sides:
            if side != other_side and _contradict(names, candidate, other):
                return candidate, other
        if reply := _reply(candidate, asked):
            return candidate, reply
    return _denied(names, events, asked, candidates) if names else None


def _denied(
    names: Sequence[str], events: Sequence[EventClass], asked: set[str], candidates: Sequence[Candidate]
) -> tuple[Candidate, Candidate] | None:
    """The best candidate with all `names` that takes a side, and the best of another article that takes the other.

    One of the two must deny outright and share a word with `asked`, the question's other words.
    """
    telling = [
        (one, side) for one in candidates if _named(names, one.text) and (side := _side(events, set(), one.text))
    ]
    for other, side in telling[1:]:
        best, best_side = telling[0]
        denials = [one for one in (best, other) if _DENIES.search(one.text)]
        about_it = len(denials) == 1 and bool(not asked or asked & content_stems(denials[0].text))
        if side != best_side and about_it and other.passage.article.id != best.passage.article.id:
            return best, other
    return None


def _asked_about(question: str) -> tuple[tuple[EventClass, ...], str]:
    """The events that a question asks about, and the word for them.

    The first word that begins a listed predicate, else the first listed word that is not a noun, else the predicate.
    """
    found = [word for word in _WORD.finditer(question) if not _NOUN.search(question[: word.start()])]
    for word in found:
        asked = tuple(one for one in EVENT_CLASSES.values() if one.question_pattern.match(question, word.start()))
        if asked:
            return asked, word[0]
    for word in found:
        listed = tuple(one for one in EVENT_CLASSES.values() if one.sentence_pattern.fullmatch(word[0]))
        if listed:
            return listed, word[0]
    shape = question_parts(question)
    end = subject_end(shape.aux, shape.rest) if shape else None
    after = word_matches(shape.rest[end:]) if shape and end is not None else []
    predicate = next((word[0] for word in after if word[0].islower() and word[0] not in FUNCTION), "")
    (stem,) = content_stems(predicate) or {""}
    return ((EventClass(predicate, (), _NEVER, re.compile(rf"\b{stem}\w*", re.IGNORECASE)),) if stem else ()), predicate


def _side(events: Sequence[EventClass], asked: set[str], sentence: str) -> Side | None:
    """The side that a sentence takes; None if it mentions no such event, or takes both."""
    opposites = {name for one in events for name in one.opposites} - {one.name for one in events}
    patterns: list[tuple[re.Pattern[str], Side, Side]] = [(one.sentence_pattern, "yes", "no") for one in events]
    # Opposites by the narrower patterns of questions: nearly every sentence matches one of the others.
    patterns += [(EVENT_CLASSES[name].question_pattern, "no", "yes") for name in opposites]
    plain = _HE_SAID.sub("", sentence)
    sides = {
        negative if follows_negation(plain, found.start()) else positive
        for pattern, positive, negative in patterns
        for found in pattern.finditer(plain)
        if not asked & content_stems(found[0])  # "shutdown" says nothing of whether the shutdown has ended
        and not _UNREAL.search(plain[: found.start()])
        and (not asked or asked & content_stems(_clause(plain, found.start())))
    }
    if len(sides) == 2:
        return "no" if is_denial(sentence) else None
    return sides.pop() if sides else None


def _clause(sentence: str, at: int) -> str:
    """The clause around offset `at`."""
    ends = [0, *(end for cut in _CUT.finditer(sentence) for end in cut.span()), len(sentence)]
    return sentence[max(end for end in ends if end <= at) : min(end for end in ends if end > at)]


def _speaks_of(names: Sequence[str], asked: set[str], candidate: Candidate) -> bool:
    """Whether a sentence has enough of the question's other words; names may be in its title or the sentence before."""
    before = _beside(candidate, -1)
    context = f"{candidate.passage.article.title or ''} {before.text if before else ''} {candidate.text}"
    common = len(asked & content_stems(candidate.text))
    enough = common >= min(1, len(asked)) and common + 1 >= LEAST_COVERAGE * (len(asked) + 1)  # 1: the predicate
    return enough and _named(names, context)


def _named(names: Sequence[str], text: str) -> bool:
    """Whether a text has a word of each name."""
    return all(any(word[:4] in text for word in name.split() if len(word) > 2) for name in names)


def _contradict(names: Sequence[str], one: Candidate, other: Candidate) -> bool:
    """Whether two sentences on different sides contradict each other: by two speakers, or from two articles.

    From two articles, each sentence must have the question's names itself.
    """
    if one.passage.article.id == other.passage.article.id:
        return _two_voices(one, other)
    return _named(names, one.text) and _named(names, other.text)


def _reply(candidate: Candidate, asked: set[str]) -> Candidate | None:
    """The next sentence, if another speaker disagrees in it: about something disputed, or by a negation.

    A negation counts only if it shares a word with the sentence beyond those `asked`: else it may refer to anything.
    """
    before = _beside(candidate, -1)
    disputed = before is not None and _DISPUTED.search(before.text) is not None
    own = content_stems(candidate.text) - content_stems(" ".join(name for name, _ in names_in(candidate.text))) - asked
    reply = _beside(candidate, 1)
    if reply is None or not _two_voices(candidate, reply):
        return None
    opposes = bool(own & content_stems(reply.text)) and _negative(reply.text) != _negative(candidate.text)
    return reply if disputed or opposes else None


def _negative(sentence: str) -> bool:
    return is_denial(sentence) or _NONE.search(sentence) is not None


def _two_voices(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences of one article have different speakers."""
    return None is not _speaker(one) != _speaker(other) is not None


def _speaker(candidate: Candidate) -> str | None:
    speaker = speaker_of(candidate.passage.article.text, candidate.span)
    return speaker.name if speaker else None


def _beside(candidate: Candidate, steps: int) -> Candidate | None:
    """The sentence `steps` after one in its passage; None if there is none."""
    sentences = candidate.passage.sentences
    at = sentences.index(candidate.span) + steps
    return replace(candidate, span=sentences[at], answer=None) if 0 <= at < len(sentences) else None
