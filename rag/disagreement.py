"""Whether sources answer the question with different values: which, who gives each, and which of them is superseded.

A sentence gives another value if what it says is of the same kind as the best answer, is not the same in other words,
and the sentence speaks of the same thing. How likely that is, is weighed (see docs/decisions.md). Knows nothing of what
is said in the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from index import dates
from index.article import Span
from index.search import RankedPassage
from rag.answer import Kind
from rag.asked import ANSWERING, names_asked, share, share_named, stems
from rag.reading import Candidate, Reading
from rag.retrieval import day_of
from rag.revisions import Revision, Told, revisions_in
from rag.speech.reported_speech import is_denial
from rag.time.event_time import event_time
from rag.time.period import Period
from rag.time.phrases import without_phrases
from rag.time.window import asks_about_now
from rag.values.figures import values_in
from rag.values.same_answer import differs, same_answer
from rag.values.value import Value, comparable, same

MOST_STANDS = 4
"""Values shown side by side."""
FURTHER = 4
"""Passages read for the sake of another figure."""
COMPARED = 20
"""The best candidates are compared with the best of all."""
COMMON, ASKED, SCORE, SAME_COUNT, INTERCEPT = 1.0, 1.89, 0.17, 0.76, -1.57
"""Weights of `_rivals`, fitted (see docs/decisions.md)."""
SAME_EVENT_DAYS = 30
"""Names and places told further apart belong to different events, or to one state that has changed since."""
GROWING = frozenset({"dead", "injured", "missing", "arrested", "displaced"})
"""What is counted anew from hour to hour; inhabitants, and who holds an office, change more slowly."""
ABOUT_IT = 0.4
"""The share of a question's words that a denial must have to deny what is asked."""

_POINTS_BACK = re.compile(r"\W*(?:It|That|This|These|Those|They|He|She)\b")
"""A sentence that opens so may speak of any event."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_CORRECTS = re.compile(
    r"\b(?:correct(?:ed|ion|ing|s)|revised|updated|earlier (?:figure|report|estimate))\b", re.IGNORECASE
)


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
        return _denied(question, by_score[:COMPARED])
    candidates = reading.candidates[:COMPARED]
    best, *others = candidates
    if best.answer is None:
        return ()
    figure = _figure(best)
    if figure is not None:
        stands, of = _figures(question, best, figure, others), figure.of
    else:
        stands, of = _names(question, best, others), None
    if len(stands) < 2:
        return ()
    state = of == "inhabitants" or (of is None and asks_about_now(question))
    return (
        _contest(
            question,
            stands[:MOST_STANDS],
            grows=of in GROWING,
            changes=state and _far_apart([stand.published for stand in stands]),
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


def unread_rivals(reading: Reading, passages: Sequence[RankedPassage]) -> list[RankedPassage]:
    """The passages that were not read and have another figure for what the best sentence counts, at most `FURTHER`."""
    figure = _figure(reading.candidates[0]) if reading.candidates else None
    if figure is None or (figure.of is None and figure.unit is None):
        return []
    read = {candidate.passage.id for candidate in reading.candidates}

    def rivals(ranked: RankedPassage) -> bool:
        article = ranked.passage.article
        values = (value for span in ranked.passage.sentences for value in values_in(span.of(article.text)))
        return any(_like(value, figure) and not same(value, figure) for value in values)

    return [ranked for ranked in passages if ranked.passage.id not in read and rivals(ranked)][:FURTHER]


def _figures(question: str, best: Candidate, figure: Value, others: Sequence[Candidate]) -> list[Stand]:
    """Figures of what the best sentence counts, whatever the reader took for the others' answers."""
    passages = {each.passage.id: each.passage for each in (best, *others)}
    revisions = [revision for passage in passages.values() for revision in revisions_in(passage)]
    stands, values = _revised(question, best, figure, revisions)
    former = {(each.passage.article.id, each.earlier.span): each.earlier.value for each in revisions if each.now}
    grows = figure.of in GROWING
    # An article that gives the best figure too gives another one of something else, unless it tells how it grew or,
    # being later, corrects it.
    agreeing = {
        each.passage.article.id
        for each in others
        if not grows
        and not _is_later(each.passage.article.published, best.passage.article.published)
        and any(same(value, figure) for value in values_in(each.text))
    }
    for other in others:
        like = [each for each in _by_answer(other) if _like(each, figure) and each != former.get(other.place)]
        if not like:
            continue
        value = next((each for each in like if any(same(each, one) for one in values)), like[0])
        known = next((n for n, each in enumerate(values) if same(value, each)), None)
        if known is not None:
            stands[known] = _joined(stands[known], other)
        elif (
            other.place not in former
            and other.passage.article.id not in agreeing
            and (grows or figure.of == "inhabitants" or _of_one_event(question, best, other))
            and not (grows and _at_other_times(question, best, other))
            and _rivals(question, best, other, (figure.text, value.text), count=figure.of)
        ):
            stands.append(Stand(value.text, (other,)))
            values.append(value)
    return stands


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


def _names(question: str, best: Candidate, others: Sequence[Candidate]) -> list[Stand]:
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
            and all(differs(value, stand.value) for stand in stands)
            and _of_one_event(question, best, other)
            and _rivals(question, best, other, (stands[0].value, value))
        ):
            stands.append(Stand(value, (other,)))
    return stands


def _denied(question: str, candidates: Sequence[Candidate]) -> tuple[Contest, ...]:
    """An assertion and a denial of what is asked, the best of each."""
    names, asked = names_asked(question), stems(without_phrases(question))
    naming = [candidate for candidate in candidates if share_named(names, candidate.text) == 1] or list(candidates)
    best, *others = naming
    opposite = [
        other
        for other in others
        if is_denial(other.text) != is_denial(best.text)
        and other.passage.article.id != best.passage.article.id
        and share(asked, stems(other.text)) >= ABOUT_IT
    ]
    if not opposite:
        return ()
    stands = [Stand(one.text, (one,)) for one in (best, opposite[0])]
    return (_contest(question, stands),)


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
        _is_later(latest.published, standing[0].published) and (replaces or _corrects(latest, standing))
    ):
        replaced = [replace(stand, superseded=True) for stand in earlier]
        return Contest(subject_of(question), "update", (latest, *replaced))
    return Contest(subject_of(question), "conflict", tuple(ordered))


def _moment(stand: Stand) -> datetime:
    return dates.bounds(stand.published or date.min)[0]


def _is_later(one: date | datetime | None, other: date | datetime | None) -> bool:
    """Whether one was surely published later: two articles of one day tell only if both give the time."""
    return one is not None and other is not None and dates.bounds(one)[0] > dates.bounds(other)[1]


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


def _rivals(
    question: str, best: Candidate, other: Candidate, values: Sequence[str], *, count: str | None = None
) -> bool:
    """Whether two sentences with different `values` speak of the same thing, as far as their words tell.

    `count`: what both are known to count.
    """
    if other.passage.article.id == best.passage.article.id or _POINTS_BACK.match(other.text):
        return False
    names, asked = names_asked(question), stems(question)
    if share_named(names, _around(other)) < share_named(names, _around(best)):
        return False
    if count in GROWING and share(asked, stems(_around(other))) >= ANSWERING:
        return True  # whose dead they are, a report's first sentence says, and the one with their number need not
    given = {stem for value in values for stem in stems(value)}
    words, others = (stems(text) for text in (best.text, other.text))
    smaller = min(len(words - given), len(others - given)) or 1
    common = len((words & others) - given) / smaller
    weighed = COMMON * common + ASKED * share(asked, others) + SCORE * other.undated + SAME_COUNT * (count is not None)
    return weighed + INTERCEPT > 0


def _around(candidate: Candidate) -> str:
    """What tells what a sentence speaks of: its article's title and its passage."""
    return f"{candidate.passage.article.title or ''} {candidate.passage.text}"


def _like(one: Value, other: Value) -> bool:
    """Whether both count the same thing, or neither tells what it counts: 5.9 of magnitude are no 1,000 dead."""
    return one.of == other.of and comparable(one, other)


def _of_one_event(question: str, best: Candidate, other: Candidate) -> bool:
    """Whether they may speak of one event by their articles' days; a present state may have changed since."""
    return not _far_apart([each.passage.article.published for each in (best, other)]) or asks_about_now(question)


def _at_other_times(question: str, best: Candidate, other: Candidate) -> bool:
    """Whether the other sentence tells of a time that the question or the best one does not speak of."""
    day, published = (day_of(each.passage.article.published) for each in (best, other))
    years = set(_YEAR.findall(question))
    told = set(_YEAR.findall(other.text)) or ({str(published.year)} if published else set())
    if years and told and not years & told:
        return True
    first = event_time(best.text, day) or (Period(day, day) if day else None)
    second = event_time(other.text, published)
    if first is None or second is None:
        return False
    return max(second.start - first.end, first.start - second.end).days > SAME_EVENT_DAYS


def _far_apart(published: Sequence[date | datetime | None]) -> bool:
    """Whether two of these articles' dates are too far apart for one event."""
    days = [day for value in published if (day := day_of(value)) is not None]
    return bool(days) and (max(days) - min(days)).days > SAME_EVENT_DAYS


def _has_name(sentence: str, name: str) -> bool:
    """Whether a sentence has a name too, by its last word: what names both contradicts neither."""
    words = re.findall(r"\w[\w’'-]*", name)
    return re.search(rf"\b{re.escape(words[-1])}\b", sentence) is not None if words else False


def _joined(stand: Stand, other: Candidate) -> Stand:
    """The stand with a further sentence, if that is of another origin."""
    stories = {each.passage.story_id for each in stand.sentences}
    return stand if other.passage.story_id in stories else replace(stand, sentences=(*stand.sentences, other))


def _answer(candidate: Candidate) -> str:
    assert candidate.answer is not None
    return candidate.answer.of(candidate.passage.article.text)


def _figure(candidate: Candidate) -> Value | None:
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
