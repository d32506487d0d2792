"""Whether what a question takes for granted is borne out by what was found: "When did X resign?" needs a resignation.

A premise is the happening of the question's predicate (see `rag/happenings.py`) with what else the question says. It
is borne out by a sentence that tells of the happening and speaks of whom the question is about; it is contradicted
where a sentence that tells the opposite has more of the question's words. By words alone, so that it judges only
questions whose grammar it can tell and whose happening is listed. Who did it to whom is not told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dateline.index.search import RankedPassage
from dateline.rag.asked import names_asked, share_named, stems
from dateline.rag.happenings import HAPPENINGS, Happening
from dateline.rag.question_grammar import AUXILIARIES, shape_of, subject_end, words
from dateline.rag.reference import leans_on_what_precedes
from dateline.rag.time.phrases import without_phrases

NAMED = 0.5
"""The share of the names in a question's subject that stand in a sentence about it, the one before or the title."""

_MODALS = frozenset({"can", "could", "will", "would", "may", "might", "should", "shall", "must"})
"""What is asked with these need not have happened."""
_SKIPPED = AUXILIARIES | {"be", "been", "being", "not"}
_WH = re.compile(
    r"^(?:\w+ )?(?:who|whom|whose|what|which|when|where|why|how(?: (?:many|much|long|often|far|close))?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Premise:
    """What a question takes for granted."""

    happenings: tuple[Happening, ...]
    """Any of them would bear it out: a verb may stand in several families."""
    about: frozenset[str]
    """Names (as `names_asked` gives them) of which a sentence must speak."""
    words: frozenset[str]
    """Stems of whatever else the question says, names among it."""
    who_is_asked: bool
    """Whether the question is whom or what it happened to, or by: then the rest may tell of many things."""


@dataclass(frozen=True, slots=True)
class Unborne:
    """A premise that nothing bears out."""

    against: RankedPassage | None
    """The passage that tells the opposite; None where nothing is told of it at all."""


def premise_of(question: str) -> Premise | None:
    """What `question` takes for granted to have happened; None where it takes nothing so that could be told."""
    plain = without_phrases(question)
    if not any(happening.asked.search(plain) for happening in HAPPENINGS.values()):
        return None  # as most questions: the grammar's dictionary need not be loaded
    shape = shape_of(plain)
    if shape is None or not shape.wh or shape.aux.lower() in _MODALS:
        return None
    end = subject_end(shape.aux, shape.rest) if shape.aux else 0
    if end is None:
        return None
    tail = shape.rest[end:]
    verb = next((word for word in words(tail) if not _is_skipped(word[0].lower())), None)
    predicate = tail[verb.start() :] if verb else ""
    happenings = tuple(one for one in HAPPENINGS.values() if one.asked.match(predicate))
    if not verb or not happenings:
        return None
    telling = {word[0] for word in words(plain) if any(one.told.fullmatch(word[0]) for one in happenings)}
    asked = _WH.sub("", plain)
    rest = stems(asked) - stems(" ".join([verb[0], *telling, "people"]))
    about = names_asked(shape.rest[:end]) or names_asked(asked)
    return Premise(happenings, about, frozenset(rest), who_is_asked=not shape.aux)


def unborne(premise: Premise, passages: Sequence[RankedPassage]) -> Unborne | None:
    """What speaks against `premise` in `passages`; None where a sentence bears it out as well as any denies it."""
    opposites = [HAPPENINGS[name] for happening in premise.happenings for name in happening.opposites]
    opposites = [one for one in opposites if one not in premise.happenings]
    told = denied = 0
    against: RankedPassage | None = None
    for ranked in passages:
        article = ranked.passage.article
        sentences = [span.of(article.text) for span in ranked.passage.sentences]
        for before, sentence in zip(["", *sentences], sentences, strict=False):
            if share_named(premise.about, f"{article.title or ''} {before} {sentence}") < NAMED:
                continue
            meant = f"{before} {sentence}" if leans_on_what_precedes(sentence) else sentence
            common = len(premise.words & stems(meant)) if premise.words else 1
            if _any_told(premise.happenings, sentence) or _any_denied(opposites, sentence):
                told = max(told, common)
            if common > denied and (_any_told(opposites, sentence) or _any_denied(premise.happenings, sentence)):
                denied, against = common, ranked
    if told and (told >= denied or premise.who_is_asked):
        return None
    return Unborne(against)


def tells(premise: Premise, sentence: str) -> bool:
    """Whether a sentence says that what `premise` takes for granted happened, to whomever."""
    return _any_told(premise.happenings, sentence)


def _is_skipped(word: str) -> bool:
    return word in _SKIPPED or word.endswith("ly")


def _any_told(happenings: Sequence[Happening], sentence: str) -> bool:
    return any(one.told_in(sentence) for one in happenings)


def _any_denied(happenings: Sequence[Happening], sentence: str) -> bool:
    return any(one.denied_in(sentence) for one in happenings)
