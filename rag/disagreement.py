"""Whether sources answer the question with different values: which, who gives each, and which of them is superseded.

Knows nothing of how such values are found, nor of what is said in the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from dateline.index import dates
from dateline.rag.answer import Kind
from dateline.rag.reading import Candidate, Reading
from dateline.rag.same_event import GROWING, asks_about_state, far_apart, is_later, of_another
from dateline.rag.stands import Stand, counts_what_is_asked, figure_of, of_figures, of_names
from dateline.rag.values.figures import values_in
from dateline.rag.yes_no import two_sides

MOST_STANDS = 4
"""Values shown side by side."""
COMPARED = 20
"""The best candidates are compared with the best of all."""

_CORRECTS = re.compile(
    r"\b(?:correct(?:ed|ion|ing|s)|revised|updated|earlier (?:figure|report|estimate))\b", re.IGNORECASE
)
_AS_OF = re.compile(r"\b[Aa]s of (?!now\b)")


@dataclass(frozen=True, slots=True)
class Contest:
    """A disagreement as it was found, before its sources have numbers."""

    subject: str
    kind: Literal["conflict", "update"]
    stands: tuple[Stand, ...]
    """Latest first."""


def find_contests(question: str, kind: Kind, reading: Reading) -> tuple[Contest, ...]:
    """The disagreements about the answer of what was read; none for questions that several sentences answer."""
    if not reading.candidates or kind not in {"fact", "yes_no"}:
        return ()
    if kind == "yes_no":  # those are said by their scores
        by_score = sorted(reading.candidates, key=lambda candidate: candidate.score, reverse=True)
        return _sides(question, by_score)
    candidates = reading.candidates[:COMPARED]
    best, *others = candidates
    if best.answer is None or of_another(question, best.text):
        return ()
    figure = figure_of(best)
    if figure is None:
        stands, of = of_names(question, best, others), None
    elif counts_what_is_asked(question, figure):
        stands, of = of_figures(question, best, figure, others), figure.of
    else:
        return ()
    if len(stands) < 2:
        return ()
    state = of == "inhabitants" or (of is None and asks_about_state(question))
    return (
        _contest(
            question,
            stands[:MOST_STANDS],
            grows=of in GROWING,
            changes=(state and far_apart([stand.published for stand in stands])) or _told_as_of(stands),
        ),
    )


def contested(contests: Iterable[Contest]) -> list[Candidate]:
    """The best sentence of each stand, to be said in this order: what holds now first, else the likeliest."""
    sentences = []
    for contest in contests:
        stands = [stand.sentences[0] for stand in contest.stands]
        if contest.kind == "conflict":
            stands.sort(key=lambda sentence: -sentence.backed)
        sentences += stands
    return sentences


def _sides(question: str, candidates: Sequence[Candidate]) -> tuple[Contest, ...]:
    """Who says yes and who says no to what is asked."""
    sides = two_sides(question, candidates)
    if sides is None:
        return ()
    stands = [Stand(one.text, (one,)) for one in sides]
    changes = far_apart([stand.published for stand in stands])
    if changes and not asks_about_state(question):
        return ()
    return (_contest(question, stands, changes=changes),)


def _contest(question: str, stands: Sequence[Stand], *, grows: bool = False, changes: bool = False) -> Contest:
    """The stands, latest first; an update if the latest one replaces the others.

    `grows`: what is counted only becomes more. `changes`: it may have become anything since.
    """
    # Stable: the best first among those of one moment.
    ordered = sorted(stands, key=lambda stand: (not stand.superseded, _moment(stand)), reverse=True)
    latest, *earlier = ordered
    standing = [stand for stand in earlier if not stand.superseded]
    replaces = changes or (grows and _is_most(latest, earlier))
    if not standing or (
        is_later(latest.published, standing[0].published) and (replaces or _corrects(latest, standing))
    ):
        replaced = [replace(stand, superseded=True) for stand in earlier]
        return Contest(subject_of(question), "update", (replace(latest, superseded=False), *replaced))
    return Contest(subject_of(question), "conflict", tuple(replace(stand, superseded=False) for stand in ordered))


def _told_as_of(stands: Sequence[Stand]) -> bool:
    """Whether one of the values is told as what held at its time: "as of Tuesday evening"."""
    return any(_AS_OF.search(stand.sentences[0].text) for stand in stands)


def _moment(stand: Stand) -> datetime:
    return dates.bounds(stand.published or date.min)[0]


def _is_most(latest: Stand, earlier: Sequence[Stand]) -> bool:
    """Whether a figure is no less than the earlier ones."""
    figures = [values_in(stand.value) for stand in (latest, *earlier)]
    return not all(figures) or figures[0][0].number >= max(values[0].number for values in figures)


def _corrects(latest: Stand, earlier: Sequence[Stand]) -> bool:
    """Whether an article that gives the latest value says that it corrects: in its words or by naming another."""
    corrected = {sentence.passage.article.id for stand in earlier for sentence in stand.sentences}
    return any(
        _CORRECTS.search(f"{sentence.passage.article.title or ''} {sentence.text}")
        or sentence.passage.article.corrects in corrected
        for sentence in latest.sentences
    )


_SUBJECT = (
    (re.compile(r"^what (?:is|was|are|were) (?:the )?(.+)$", re.IGNORECASE), r"\1"),
    (re.compile(r"^how many (.+)$", re.IGNORECASE), r"number of \1"),
    (re.compile(r"^who (?:is|was|are|were) (?:the )?(.+)$", re.IGNORECASE), r"\1"),
)


def subject_of(question: str) -> str:
    """What a question asks for: "What is the population of Kunduz?" → "population of Kunduz"; else its own words."""
    plain = question.strip().rstrip("?!. ")
    for pattern, subject in _SUBJECT:
        if pattern.match(plain):
            return pattern.sub(subject, plain)
    return plain
