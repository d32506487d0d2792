"""Who gives which value for what the best sentence answers with: the stands that sources take.

A sentence gives another value if what it says is of the same kind as the best answer, is not the same in other words,
and the sentence speaks of the same thing. Knows nothing of which value is right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from dateline.index import dates
from dateline.index.article import Span
from dateline.index.search import RankedPassage
from dateline.rag.asked import ANSWERING, names_asked, share, share_named, stems, wanted
from dateline.rag.reading import Candidate, Reading
from dateline.rag.revisions import Revision, Told, revisions_in
from dateline.rag.same_event import GROWING, at_other_times, is_later, of_one_event, rivals, tell_what_is_asked
from dateline.rag.values.figures import values_in
from dateline.rag.values.names import names_in, same_name
from dateline.rag.values.same_answer import answer_type, differs, same_answer
from dateline.rag.values.value import Value, comparable, same

SHORT = 3
"""The most words of answers that are no names and yet differ if they have none in common."""
FURTHER = 4
"""Passages read for the sake of another figure."""
_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
_PART = re.compile(r"\b(?:including|among them|of them|of whom)(?: at least| about| some)? $")
"""What stands before a figure that is only a part of what is counted."""
_FORECAST = re.compile(
    r"\b(?:(?:predict|project)(?:ed|ing|ions?)|predicts?|forecast(?:s|ed|ing)?|expect(?:s|ed|ing|ations?)?)\b",
    re.IGNORECASE,
)
"""A figure that is expected is no rival of one that came about."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A value and the sentences that give it, the best first, one for each origin."""

    value: str
    sentences: tuple[Candidate, ...]
    superseded: bool = False

    @property
    def published(self) -> date | datetime | None:
        """When the latest of its articles was published."""
        known = [value for each in self.sentences if (value := each.passage.article.published) is not None]
        return max(known, key=lambda value: dates.bounds(value)[0], default=None)


def counts_what_is_asked(question: str, figure: Value) -> bool:
    """Whether a figure can be one of what "how many …" asks for: not the dead where the injured are asked for."""
    how_many = _HOW_MANY.search(question)
    if how_many is None:
        return True
    told = values_in(f"{question[: how_many.start()]}5{question[how_many.end() :]}")
    asked = next((value for value in told if value.span.start <= how_many.start() < value.span.end), None)
    if asked is None or None in (asked.of, figure.of) or asked.of == "person":
        return True
    return asked.of == figure.of


def of_figures(question: str, best: Candidate, figure: Value, others: Sequence[Candidate]) -> list[Stand]:
    """Figures of what the best sentence counts, whatever the reader took for the others' answers."""
    passages = {each.passage.id: each.passage for each in (best, *others)}
    revisions = [revision for passage in passages.values() for revision in revisions_in(passage)]
    stands, values = _revised(question, best, figure, revisions)
    retold = {(each.passage.article.id, each.earlier.span): each for each in revisions}
    grows = figure.of in GROWING
    # An article that gives the best figure too gives another one of something else, unless it tells how it grew or,
    # being later, corrects it.
    agreeing = {
        each.passage.article.id
        for each in others
        if not grows
        and not is_later(each.passage.article.published, best.passage.article.published)
        and any(same(value, figure) for value in values_in(each.text))
    }
    for other in others:
        like = [each for each in _by_answer(other) if _like(each, figure) and _holds(each, other, retold)]
        like = [each for each in like if not _PART.search(other.text[: each.span.start])]
        if not like:
            continue
        value = next((each for each in like if any(same(each, one) for one in values)), like[0])
        known = next((n for n, each in enumerate(values) if same(value, each)), None)
        if known is not None:
            stands[known] = _joined(stands[known], other)
        elif (
            other.passage.article.id not in agreeing
            and (grows or figure.of == "inhabitants" or of_one_event(question, best, other))
            and (figure.of == "inhabitants" or not at_other_times(question, best, other))
            and not any(same(value, asked) for asked in values_in(question))
            and bool(_FORECAST.search(best.text)) == bool(_FORECAST.search(other.text))
            and (figure.of != "age" or _is_named(question, other.text, value))
            and rivals(question, best, other, (figure.text, value.text), count=figure.of)
        ):
            stands.append(Stand(value.text, (other,)))
            values.append(value)
    return stands


def _is_named(question: str, sentence: str, age: Value) -> bool:
    """Whether the name that stands nearest to an age is one of the question's; also where either names nobody."""
    asked, named = names_asked(question), names_in(sentence)
    if not asked or not named:
        return True
    name, _ = min(named, key=lambda each: max(each[1].start - age.span.end, age.span.start - each[1].end))
    return share_named(asked, name) > 0


def _revised(
    question: str, best: Candidate, figure: Value, revisions: Sequence[Revision]
) -> tuple[list[Stand], list[Value]]:
    """The best figure, and beside it those that it replaces or that replace it, where an article tells of that."""
    stands, values = [Stand(figure.text, (best,))], [figure]
    for revision in revisions:
        told, holds = _other_side(question, best, figure, revision)
        if told is None:
            continue
        stands[0] = replace(stands[0], superseded=stands[0].superseded or holds)
        if not any(same(told.value, value) for value in values):
            start = told.span.start
            answer = Span(start + told.value.span.start, start + told.value.span.end)
            sentence = replace(best, passage=revision.passage, span=told.span, answer=answer)
            stands.append(Stand(told.value.text, (sentence,), superseded=not holds))
            values.append(told.value)
    return stands, values


def _holds(value: Value, candidate: Candidate, retold: Mapping[tuple[str, Span], Revision]) -> bool:
    """Whether a sentence gives a figure as one that holds, not beside one that it takes back."""
    revision = retold.get(candidate.place)
    if revision is None:
        return True
    return revision.now is not None and revision.now.span == candidate.span and revision.now.value.span == value.span


def _other_side(question: str, best: Candidate, figure: Value, revision: Revision) -> tuple[Told | None, bool]:
    """What replaced the best figure or what that replaced, if the revision is of it; and whether it is what holds."""
    article, earlier, now = revision.passage.article, revision.earlier, revision.now
    own = article.id == best.passage.article.id
    if now is None:  # "An earlier version gave the number of dead as 19"
        of_it = own and comparable(earlier.value, figure) and not same(earlier.value, figure)
        of_it = of_it and share(stems(question), stems(earlier.span.of(article.text))) >= ANSWERING
        return (earlier if of_it else None), False
    for this, other in ((earlier, now), (now, earlier)):
        if same(this.value, figure) and (own or this.value.of == figure.of is not None):
            return other, other is now
    return None, False


def of_names(question: str, best: Candidate, others: Sequence[Candidate]) -> list[Stand]:
    """Names, places and dates that the reader takes for answers."""
    stands = [Stand(_answer(best), (best,))]
    answering = [each for each in others if each.answer is not None]
    # An article that gives the best answer too, gives another one to something else: who won, and who lost.
    agreeing = {each.passage.article.id for each in answering if same_answer(_answer(each), _answer(best))}
    for other in answering:
        value = _answer(other)
        known = next((n for n, stand in enumerate(stands) if same_answer(value, stand.value)), None)
        if known is not None:
            stands[known] = _joined(stands[known], other)
        elif (
            other.passage.article.id not in agreeing
            and not any(
                _has_name(stand.sentences[0].text, value) or _has_name(other.text, stand.value) for stand in stands
            )
            and all(_differ(question, value, stand.value) for stand in stands)
            and of_one_event(question, best, other)
            and not at_other_times(question, best, other)
            and not _named(question, value)
            and tell_what_is_asked(question, best, other)
            and rivals(question, best, other, (stands[0].value, value))
        ):
            stands.append(Stand(value, (other,)))
    return stands


def _differ(question: str, value: str, other: str) -> bool:
    """Whether two short answers clearly differ; "hockey" and "chess" do too, where no person is asked for."""
    if differs(value, other):
        return True
    short = max(len(value.split()), len(other.split())) <= SHORT
    types = {answer_type(value), answer_type(other)}
    apart = not stems(value) & stems(other) and not same_answer(value, other)
    return types <= {"name", "other"} and short and apart and wanted(question) == "any"


def unread_rivals(reading: Reading, passages: Sequence[RankedPassage]) -> list[RankedPassage]:
    """The passages that were not read and have another figure for what the best sentence counts, at most `FURTHER`."""
    figure = figure_of(reading.candidates[0]) if reading.candidates else None
    if figure is None or (figure.of is None and figure.unit is None):
        return []
    read = {candidate.passage.id for candidate in reading.candidates}

    def rivals(ranked: RankedPassage) -> bool:
        article = ranked.passage.article
        values = (value for span in ranked.passage.sentences for value in values_in(span.of(article.text)))
        return any(_like(value, figure) and not same(value, figure) for value in values)

    return [ranked for ranked in passages if ranked.passage.id not in read and rivals(ranked)][:FURTHER]


def _like(one: Value, other: Value) -> bool:
    """Whether both count the same thing, or neither tells what it counts: 5.9 of magnitude are no 1,000 dead."""
    return one.of == other.of and comparable(one, other)


def _has_name(sentence: str, name: str) -> bool:
    """Whether a sentence has a name too, by its last word: what names both contradicts neither."""
    words = re.findall(r"\w[\w’'-]*", name)
    return re.search(rf"\b{re.escape(words[-1])}\b", sentence) is not None if words else False


def _named(question: str, value: str) -> bool:
    """Whether a question has a value as a name already, or what that abbreviates."""
    return _has_name(question, value) or any(same_name(name, value) for name, _ in names_in(question))


def _joined(stand: Stand, other: Candidate) -> Stand:
    """The stand with a further sentence, if that is of another origin."""
    stories = {each.passage.story_id for each in stand.sentences}
    return stand if other.passage.story_id in stories else replace(stand, sentences=(*stand.sentences, other))


def _answer(candidate: Candidate) -> str:
    assert candidate.answer is not None
    return candidate.answer.of(candidate.passage.article.text)


def figure_of(candidate: Candidate) -> Value | None:
    """The figure that a candidate's direct answer is, if it is one."""
    value = next(iter(_by_answer(candidate)), None)
    place = _answer_in_sentence(candidate)
    return value if value is not None and place is not None and _overlap(value.span, place) else None


def _by_answer(candidate: Candidate) -> list[Value]:
    """The figures of a sentence, the one in its direct answer first."""
    place = _answer_in_sentence(candidate)
    return sorted(values_in(candidate.text), key=lambda value: not (place and _overlap(value.span, place)))


def _answer_in_sentence(candidate: Candidate) -> Span | None:
    if candidate.answer is None:
        return None
    start = candidate.span.start
    return Span(candidate.answer.start - start, candidate.answer.end - start)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
