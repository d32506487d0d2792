"""Positions: the different values that sources give as the answer, each with the sentences that give it.

A sentence takes another position if its value is of the same kind as the best answer's, is not the same in other words,
and is about the same thing. Knows nothing of which value is right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from dateline.index import dates
from dateline.index.article import Span
from dateline.index.search import RankedPassage
from dateline.rag.disagreements.revisions import FigureMention, Revision, revisions_in
from dateline.rag.disagreements.same_event import (
    GROWING,
    are_rivals,
    both_answer,
    is_later,
    is_of_another_time,
)
from dateline.rag.reading.passages import Candidate, Reading
from dateline.rag.reading.question_features import (
    LEAST_COVERAGE,
    content_stems,
    coverage,
    expected_type,
)
from dateline.rag.values.figures import values_in
from dateline.rag.values.names import names_in, same_name
from dateline.rag.values.same_answer import answer_type, differs, same_answer
from dateline.rag.values.value import Value, comparable, same_figure

CERTAIN = GROWING | {"inhabitants"}
"""What different figures most often count in the same way; of other things they mostly count different ones."""
SHORT = 3
"""Most words of two answers other than names that differ if they share no stem."""
FURTHER = 4
"""Most further passages that are read for another figure."""
_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ValueGroup:
    """A value and the sentences that give it, best first, one for each origin."""

    value: str
    sentences: tuple[Candidate, ...]
    superseded: bool = False

    @property
    def published(self) -> date | datetime | None:
        """The latest publication date of its articles."""
        known = [value for each in self.sentences if (value := each.passage.article.published) is not None]
        return max(known, key=lambda value: dates.bounds(value)[0], default=None)


def matches_asked_count(question: str, figure: Value) -> bool:
    """Whether a figure counts what "how many …" asks for: not the dead if the question is about the injured."""
    how_many = _HOW_MANY.search(question)
    if how_many is None:
        return True
    figures = values_in(f"{question[: how_many.start()]}5{question[how_many.end() :]}")
    asked = next((value for value in figures if value.span.start <= how_many.start() < value.span.end), None)
    if asked is None or None in (asked.of, figure.of) or asked.of == "person":
        return True
    return asked.of == figure.of


def figure_positions(question: str, best: Candidate, figure: Value, others: Sequence[Candidate]) -> list[ValueGroup]:
    """Positions on a figure: what other sentences give for what the best one counts, whatever their answer spans."""
    passages = {each.passage.id: each.passage for each in (best, *others)}
    revisions = [revision for passage in passages.values() for revision in revisions_in(passage)]
    positions, values = _revised(question, best, figure, revisions)
    revised = {(each.passage.article.id, each.earlier.span): each for each in revisions}
    grows = figure.of in GROWING
    # If an article also gives the best figure, its other figures count something else, unless the count grows or a
    # later article corrects it.
    agreeing = {
        each.passage.article.id
        for each in others
        if not grows
        and not is_later(each.passage.article.published, best.passage.article.published)
        and any(same_figure(value, figure) for value in values_in(each.text))
    }
    for other in others:
        like = [each for each in _by_answer(other) if _like(each, figure) and _holds(each, other, revised)]
        if not like:
            continue
        value = next((each for each in like if any(same_figure(each, one) for one in values)), like[0])
        known = next((n for n, each in enumerate(values) if same_figure(value, each)), None)
        if known is not None:
            positions[known] = _joined(positions[known], other)
        elif (
            other.passage.article.id not in agreeing
            and (figure.of == "inhabitants" or not is_of_another_time(question, best, other))
            and not any(same_figure(value, asked) for asked in values_in(question))
            and (figure.of in CERTAIN or both_answer(question, best, other))
            and are_rivals(question, best, other, (figure.text, value.text), count=figure.of)
        ):
            positions.append(ValueGroup(value.text, (other,)))
            values.append(value)
    return positions


def _revised(
    question: str, best: Candidate, figure: Value, revisions: Sequence[Revision]
) -> tuple[list[ValueGroup], list[Value]]:
    """The best figure, and those that it replaces or that replace it according to an article."""
    positions, values = [ValueGroup(figure.text, (best,))], [figure]
    for revision in revisions:
        other, holds = _other_side(question, best, figure, revision)
        if other is None:
            continue
        positions[0] = replace(positions[0], superseded=positions[0].superseded or holds)
        if not any(same_figure(other.value, value) for value in values):
            start = other.span.start
            answer = Span(start + other.value.span.start, start + other.value.span.end)
            sentence = replace(best, passage=revision.passage, span=other.span, answer=answer)
            positions.append(ValueGroup(other.value.text, (sentence,), superseded=not holds))
            values.append(other.value)
    return positions, values


def _holds(value: Value, candidate: Candidate, revised: Mapping[tuple[str, Span], Revision]) -> bool:
    """Whether a sentence gives a figure as current, not as one that it retracts."""
    revision = revised.get(candidate.place)
    if revision is None:
        return True
    return revision.now is not None and revision.now.span == candidate.span and revision.now.value.span == value.span


def _other_side(question: str, best: Candidate, figure: Value, revision: Revision) -> tuple[FigureMention | None, bool]:
    """The other figure in a revision of the best figure, if it is one, and whether that other figure is current."""
    article, earlier, now = revision.passage.article, revision.earlier, revision.now
    own = article.id == best.passage.article.id
    if now is None:  # "An earlier version gave the number of dead as 19"
        of_it = own and comparable(earlier.value, figure) and not same_figure(earlier.value, figure)
        of_it = (
            of_it and coverage(content_stems(question), content_stems(earlier.span.of(article.text))) >= LEAST_COVERAGE
        )
        return (earlier if of_it else None), False
    for this, other in ((earlier, now), (now, earlier)):
        if same_figure(this.value, figure) and (own or this.value.of == figure.of is not None):
            return other, other is now
    return None, False


def name_positions(question: str, best: Candidate, others: Sequence[Candidate]) -> list[ValueGroup]:
    """Positions on a name, place or date: the reader's answer spans.

    Only where an article has no date: in dated ones names differ in their roles more often than they contradict.
    """
    positions = [ValueGroup(_answer(best), (best,))]
    answering = [each for each in others if each.answer is not None]
    # If an article also gives the best answer, its other answer is to something else: who won, and who lost.
    agreeing = {each.passage.article.id for each in answering if same_answer(_answer(each), _answer(best))}
    for other in answering:
        value = _answer(other)
        known = next((n for n, position in enumerate(positions) if same_answer(value, position.value)), None)
        if known is not None:
            positions[known] = _joined(positions[known], other)
        elif (
            other.passage.article.id not in agreeing
            and not any(
                _has_name(position.sentences[0].text, value) or _has_name(other.text, position.value)
                for position in positions
            )
            and all(_differ(question, value, position.value) for position in positions)
            and not is_of_another_time(question, best, other)
            and not _named(question, value)
            and None in (best.passage.article.published, other.passage.article.published)
            and are_rivals(question, best, other, (positions[0].value, value))
        ):
            positions.append(ValueGroup(value, (other,)))
    return positions


def _differ(question: str, value: str, other: str) -> bool:
    """Whether two short answers clearly differ, as do "hockey" and "chess" unless the question expects a person."""
    if differs(value, other):
        return True
    short = max(len(value.split()), len(other.split())) <= SHORT
    types = {answer_type(value), answer_type(other)}
    apart = not content_stems(value) & content_stems(other) and not same_answer(value, other)
    return types <= {"name", "other"} and short and apart and expected_type(question) == "any"


def unread_rivals(reading: Reading, passages: Sequence[RankedPassage]) -> list[RankedPassage]:
    """Unread passages, at most `FURTHER`, with another figure for what the best sentence counts."""
    figure = figure_of(reading.candidates[0]) if reading.candidates else None
    if figure is None or (figure.of is None and figure.unit is None):
        return []
    read = {candidate.passage.id for candidate in reading.candidates}

    def rivals(ranked: RankedPassage) -> bool:
        article = ranked.passage.article
        values = (value for span in ranked.passage.sentences for value in values_in(span.of(article.text)))
        return any(_like(value, figure) and not same_figure(value, figure) for value in values)

    return [ranked for ranked in passages if ranked.passage.id not in read and rivals(ranked)][:FURTHER]


def _like(one: Value, other: Value) -> bool:
    """Whether both figures count the same thing, or both are silent about it: a magnitude is no count of the dead."""
    return one.of == other.of and comparable(one, other)


def _has_name(sentence: str, name: str) -> bool:
    """Whether a sentence has a name, by its last word: a sentence that names both contradicts neither."""
    words = re.findall(r"\w[\w’'-]*", name)
    return re.search(rf"\b{re.escape(words[-1])}\b", sentence) is not None if words else False


def _named(question: str, value: str) -> bool:
    """Whether a value is already a name in the question, or an abbreviation of one."""
    return _has_name(question, value) or any(same_name(name, value) for name, _ in names_in(question))


def _joined(position: ValueGroup, other: Candidate) -> ValueGroup:
    """The group with another sentence added, if that is of another origin."""
    stories = {each.passage.story_id for each in position.sentences}
    return position if other.passage.story_id in stories else replace(position, sentences=(*position.sentences, other))


def _answer(candidate: Candidate) -> str:
    assert candidate.answer is not None
    return candidate.answer.of(candidate.passage.article.text)


def figure_of(candidate: Candidate) -> Value | None:
    """The figure in a candidate's answer span; None if there is none."""
    value = next(iter(_by_answer(candidate)), None)
    place = _answer_in_sentence(candidate)
    return value if value is not None and place is not None and _overlap(value.span, place) else None


def _by_answer(candidate: Candidate) -> list[Value]:
    """The figures of a sentence, the one in its answer span first."""
    place = _answer_in_sentence(candidate)
    return sorted(values_in(candidate.text), key=lambda value: not (place and _overlap(value.span, place)))


def _answer_in_sentence(candidate: Candidate) -> Span | None:
    if candidate.answer is None:
        return None
    start = candidate.span.start
    return Span(candidate.answer.start - start, candidate.answer.end - start)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
