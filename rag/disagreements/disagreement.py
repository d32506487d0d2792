"""Disagreements between sources: conflicting or updated values of the answer, and which of them are superseded.

Knows nothing of how values are found (see `rag/disagreements/positions.py`), nor of what the answer says in the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from dateline.index import dates
from dateline.rag.answer import QuestionKind
from dateline.rag.disagreements.opposing_answers import two_sides
from dateline.rag.disagreements.positions import (
    CERTAIN,
    ValueGroup,
    figure_of,
    figure_positions,
    matches_asked_count,
    name_positions,
)
from dateline.rag.disagreements.same_event import GROWING, asks_about_state, far_apart, is_later
from dateline.rag.reading.passages import Candidate, Reading
from dateline.rag.values.figures import values_in

MOST_POSITIONS = 4
"""Values shown side by side."""
COMPARED = 20
"""Best candidates that are compared with the top one."""

_CORRECTS = re.compile(
    r"\b(?:correct(?:ed|ion|ing|s)|revised|updated|earlier (?:figure|report|estimate))\b", re.IGNORECASE
)
_AS_OF = re.compile(r"\b[Aa]s of (?!now\b)")


@dataclass(frozen=True, slots=True)
class ValueDisagreement:
    """A disagreement before its sources are numbered."""

    subject: str
    kind: Literal["conflict", "update"]
    positions: tuple[ValueGroup, ...]
    """Latest first."""


def find_disagreements(question: str, kind: QuestionKind, reading: Reading) -> tuple[ValueDisagreement, ...]:
    """The disagreements about the best answer; none for questions that take several sentences."""
    if not reading.candidates or kind not in {"fact", "yes_no"}:
        return ()
    if kind == "yes_no":  # its answer is chosen by score
        by_score = sorted(reading.candidates, key=lambda candidate: candidate.score, reverse=True)
        return _sides(question, by_score)
    candidates = reading.candidates[:COMPARED]
    best, *others = candidates
    if best.answer is None:
        return ()
    figure = figure_of(best)
    if figure is None:
        positions, of = name_positions(question, best, others), None
    elif matches_asked_count(question, figure):
        positions, of = figure_positions(question, best, figure, others), figure.of
    else:
        return ()
    if len(positions) < 2:
        return ()
    state = of == "inhabitants" or (of is None and asks_about_state(question))
    found = _disagreement(
        question,
        positions[:MOST_POSITIONS],
        grows=of in GROWING,
        changes=(state and far_apart([position.published for position in positions])) or _is_dated_value(positions),
    )
    dated = all(position.published is not None for position in positions)
    unsure = figure is not None and of not in CERTAIN and dated
    return () if unsure and found.kind == "conflict" else (found,)


def disagreeing_sentences(disagreements: Iterable[ValueDisagreement]) -> list[Candidate]:
    """The best sentence of each position, in the order of the answer: the current value first, else the likeliest."""
    sentences = []
    for disagreement in disagreements:
        best = [position.sentences[0] for position in disagreement.positions]
        if disagreement.kind == "conflict":
            best.sort(key=lambda sentence: -sentence.backed)
        sentences += best
    return sentences


def _sides(question: str, candidates: Sequence[Candidate]) -> tuple[ValueDisagreement, ...]:
    """The disagreement between a sentence that answers yes and one that answers no."""
    sides = two_sides(question, candidates)
    if sides is None:
        return ()
    positions = [ValueGroup(one.text, (one,)) for one in sides]
    changes = far_apart([position.published for position in positions])
    if changes and not asks_about_state(question):
        return ()
    return (_disagreement(question, positions, changes=changes),)


def _disagreement(
    question: str, positions: Sequence[ValueGroup], *, grows: bool = False, changes: bool = False
) -> ValueDisagreement:
    """The positions, latest first; an update if the latest one replaces the others.

    `grows`: the count can only increase. `changes`: the value may have changed since.
    """
    # Stable: at the same time, the best comes first.
    ordered = sorted(positions, key=lambda position: (not position.superseded, _moment(position)), reverse=True)
    latest, *earlier = ordered
    current = [position for position in earlier if not position.superseded]
    replaces = changes or (grows and _is_most(latest, earlier))
    if not current or (is_later(latest.published, current[0].published) and (replaces or _corrects(latest, current))):
        replaced = [replace(position, superseded=True) for position in earlier]
        return ValueDisagreement(question_subject(question), "update", (replace(latest, superseded=False), *replaced))
    return ValueDisagreement(
        question_subject(question), "conflict", tuple(replace(position, superseded=False) for position in ordered)
    )


def _is_dated_value(positions: Sequence[ValueGroup]) -> bool:
    """Whether a sentence dates its value: "as of Tuesday evening"."""
    return any(_AS_OF.search(position.sentences[0].text) for position in positions)


def _moment(position: ValueGroup) -> datetime:
    return dates.bounds(position.published or date.min)[0]


def _is_most(latest: ValueGroup, earlier: Sequence[ValueGroup]) -> bool:
    """Whether the latest figure is no less than the earlier ones."""
    figures = [values_in(position.value) for position in (latest, *earlier)]
    return not all(figures) or figures[0][0].number >= max(values[0].number for values in figures)


def _corrects(latest: ValueGroup, earlier: Sequence[ValueGroup]) -> bool:
    """Whether an article with the latest value is marked as a correction, by its words or its metadata."""
    corrected = {sentence.passage.article.id for position in earlier for sentence in position.sentences}
    return any(
        _CORRECTS.search(f"{sentence.passage.article.title or ''} {sentence.text}")
        or sentence.passage.article.corrects in corrected
        for sentence in latest.sentences
    )


_SUBJECT = (
    (re.compile(r"^what (?:is|was|are|were) (?:the )?(.+)$", re.IGNORECASE), r"\1"),
    (re.compile(r"^How\b"), "how"),
    (re.compile(r"^who (?:is|was|are|were) (?:the )?(.+)$", re.IGNORECASE), r"\1"),
)


def question_subject(question: str) -> str:
    """What a question asks for: "population of Kunduz"; else all its words: "how many people live in Kunduz"."""
    plain = question.strip().rstrip("?!. ")
    for pattern, subject in _SUBJECT:
        if pattern.match(plain):
            return pattern.sub(subject, plain)
    return plain
