"""Premise check: whether the passages support what a question presupposes. "When did X resign?" needs a resignation.

A premise is the event of the question's predicate (see `rag/event_lexicon.py`) with the question's other words. It is
supported by a sentence that asserts the event and names whom the question is about. It is contradicted if a sentence
that asserts the opposite shares more words with the question. By words alone: covers only questions of known form with
listed events, and does not check who did what to whom.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dateline.index.search import RankedPassage
from dateline.rag.event_lexicon import EVENT_CLASSES, EventClass
from dateline.rag.question_grammar import AUXILIARIES, question_parts, subject_end, word_matches
from dateline.rag.reading.context_dependence import depends_on_context
from dateline.rag.reading.question_features import content_stems, name_coverage, name_stems
from dateline.rag.time.phrases import without_phrases

NAMED = 0.5
"""The share of the subject's names that a sentence, the one before it or the title must have."""

_MODALS = frozenset({"can", "could", "will", "would", "may", "might", "should", "shall", "must"})
"""Questions with these don't presuppose that the event happened."""
_SKIPPED = AUXILIARIES | {"be", "been", "being", "not"}
_WH = re.compile(
    r"^(?:\w+ )?(?:who|whom|whose|what|which|when|where|why|how(?: (?:many|much|long|often|far|close))?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Premise:
    """What a question presupposes."""

    events: tuple[EventClass, ...]
    """Any of them supports it: a verb may be in several classes."""
    about: frozenset[str]
    """Names (from `name_stems`) that a sentence must mention."""
    words: frozenset[str]
    """Stems of the question's other words, names included."""
    asks_for_participant: bool
    """Whether the question asks who took part ("who resigned"): then its other words are less specific."""


@dataclass(frozen=True, slots=True)
class PremiseFailure:
    """A premise that no passage supports."""

    against: RankedPassage | None
    """The passage that asserts the opposite; None if no passage mentions the event."""


def premise_of(question: str) -> Premise | None:
    """What `question` presupposes; None if nothing that could be checked."""
    plain = without_phrases(question)
    if not any(event.question_pattern.search(plain) for event in EVENT_CLASSES.values()):
        return None  # as in most questions: saves loading the grammar's dictionary
    shape = question_parts(plain)
    if shape is None or not shape.wh or shape.aux.lower() in _MODALS:
        return None
    end = subject_end(shape.aux, shape.rest) if shape.aux else 0
    if end is None:
        return None
    tail = shape.rest[end:]
    verb = next((word for word in word_matches(tail) if not _is_skipped(word[0].lower())), None)
    predicate = tail[verb.start() :] if verb else ""
    events = tuple(one for one in EVENT_CLASSES.values() if one.question_pattern.match(predicate))
    if not verb or not events:
        return None
    telling = {
        word[0] for word in word_matches(plain) if any(one.sentence_pattern.fullmatch(word[0]) for one in events)
    }
    asked = _WH.sub("", plain)
    rest = content_stems(asked) - content_stems(" ".join([verb[0], *telling, "people"]))
    about = name_stems(shape.rest[:end]) or name_stems(asked)
    return Premise(events, about, frozenset(rest), asks_for_participant=not shape.aux)


def premise_failure(premise: Premise, passages: Sequence[RankedPassage]) -> PremiseFailure | None:
    """Why `premise` fails in `passages`; None if a sentence supports it at least as well as any denies it."""
    opposites = [EVENT_CLASSES[name] for event in premise.events for name in event.opposites]
    opposites = [one for one in opposites if one not in premise.events]
    asserted = denied = 0
    against: RankedPassage | None = None
    for ranked in passages:
        article = ranked.passage.article
        sentences = [span.of(article.text) for span in ranked.passage.sentences]
        for before, sentence in zip(["", *sentences], sentences, strict=False):
            if name_coverage(premise.about, f"{article.title or ''} {before} {sentence}") < NAMED:
                continue
            meant = f"{before} {sentence}" if depends_on_context(sentence) else sentence
            common = len(premise.words & content_stems(meant)) if premise.words else 1
            if _any_asserted(premise.events, sentence) or _any_denied(opposites, sentence):
                asserted = max(asserted, common)
            if common > denied and (_any_asserted(opposites, sentence) or _any_denied(premise.events, sentence)):
                denied, against = common, ranked
    if asserted and (asserted >= denied or premise.asks_for_participant):
        return None
    return PremiseFailure(against)


def asserts_premise(premise: Premise, sentence: str) -> bool:
    """Whether a sentence says that the event of `premise` happened, to anyone."""
    return _any_asserted(premise.events, sentence)


def _is_skipped(word: str) -> bool:
    return word in _SKIPPED or word.endswith("ly")


def _any_asserted(events: Sequence[EventClass], sentence: str) -> bool:
    return any(one.asserted_in(sentence) for one in events)


def _any_denied(events: Sequence[EventClass], sentence: str) -> bool:
    return any(one.denied_in(sentence) for one in events)
