"""Time expressions of a sentence with their values: "on 8 August 2021", "last month", "since May", "for three days".

Matched by `time_patterns` and checked by the parse, which excludes the verb "may" and decides by tense whether "Friday"
is past or future.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from dateline.index.article import Span
from dateline.rag.language.parse import Parse
from dateline.rag.language.time_patterns import PATTERNS, TimexType
from dateline.rag.language.time_values import CalendarDate, Direction, TimeValue, days
from dateline.rag.time.period import Period


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A date, time, duration or recurring time."""

    span: Span
    """Within the sentence, without the preposition before it."""
    kind: TimexType
    value: TimeValue | None
    """None for a clock time without a day."""
    until: CalendarDate | None
    """The end of a range that begins with `value`: "6 to 8 August"."""
    relation: str
    """The preposition before it, in lower case: "in", "since", "between"; empty without one."""
    direction: Direction | None
    """Whether its clause is about the past or the future; None if unknown."""

    def days(self, read_on: date | None) -> Period | None:
        """The days that it denotes relative to a day; None if unknown."""
        if self.value is None:
            return None
        first = days(self.value, read_on, self.direction)
        if self.until is None or first is None:
            return first
        last = days(self.until, first.start, "future")
        return Period(first.start, last.end) if last is not None and last.end >= first.start else None


_RELATION = re.compile(
    r"\b(in|on|at|by|since|after|before|until|till|through|throughout|from|to|for|of|during|over|within|between|as\s+of"
    r"|up\s+to|than|around|about|towards?)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_FUTURE_CUES = frozenset({"will", "shall", "'ll", "wo", "going"})
_PLANNING = frozenset({"plan", "expect", "schedule", "intend", "set", "due", "hope", "prepare"})
_STATES = frozenset({"be", "have", "say", "show", "do", "remain", "mean", "include", "suggest", "seem"})
"""Verbs whose present tense gives no direction: "the figures for May show"."""
_VERBS = frozenset({"MD", "VB", "VBP", "VBD", "VBZ", "VBN", "VBG"})
_ALSO_VERBS = frozenset({"may", "march", "mar", "second", "seconds", "fall", "spring", "sat", "wed", "sun"})
"""Names of times that are also ordinary words."""


def time_expressions(parse: Parse) -> tuple[TimeExpression, ...]:
    """The time expressions of a sentence, in order; none overlap."""
    found: list[TimeExpression] = []
    for pattern, read in PATTERNS:
        for match in pattern.finditer(parse.text):
            span = Span(*match.span())
            if any(span.start < other.span.end and other.span.start < span.end for other in found):
                continue  # already part of a longer expression
            if _is_other_word(parse, span):
                continue
            reading = read(match)
            if reading.value is None and reading.kind != "time":
                continue
            before = _RELATION.search(parse.text, max(0, span.start - 20), span.start)
            relation = " ".join(before[1].lower().split()) if before else ""
            found.append(
                TimeExpression(
                    span,
                    reading.kind,
                    reading.value,
                    reading.until,
                    relation,
                    _direction(parse, span, relation, reading.value),
                )
            )
    return tuple(sorted(found, key=lambda one: one.span.start))


def _is_other_word(parse: Parse, span: Span) -> bool:
    """Whether an ambiguous word is not a time here, but a verb or part of a name."""
    inside = parse.at(span)
    if any(parse.lower[one] == "second" and parse.tokens[one].tag != "NN" for one in inside[-1:]):
        return True  # "for a second time"
    if len(inside) == 1 and parse.lower[inside[0]] in _ALSO_VERBS and parse.tokens[inside[0]].tag in _VERBS:
        return True
    if len(inside) == 1 and _follows_name(parse, inside[0]):
        return True  # "Theresa May"
    return any(
        entity.label not in ("DATE", "TIME", "CARDINAL", "ORDINAL", "QUANTITY")
        and entity.span.start <= span.start
        and span.end <= entity.span.end
        and (entity.label in ("PERSON", "WORK_OF_ART") or span.end < entity.span.end)
        for entity in parse.entities
    )


def _follows_name(parse: Parse, at: int) -> bool:
    """Whether the name of a month or weekday continues a name."""
    before = parse.tokens[at - 1] if at else None
    dates = [entity.span for entity in parse.entities if entity.label in ("DATE", "TIME")]
    return (
        before is not None
        and before.pos == "PROPN"
        and before.head == at
        and before.dep == "compound"
        and not any(span.start <= before.span.start < span.end for span in dates)
    )


def _direction(parse: Parse, span: Span, relation: str, value: TimeValue | None) -> Direction | None:
    """Past or future, by the auxiliaries and the tense of the clause's verb."""
    inside = parse.root_of(span)
    if inside is None:
        return None
    verb = parse.clause_of(inside)
    words = {parse.lower[one] for one in parse.children[verb] if parse.tokens[one].dep in ("aux", "auxpass")}
    if words & _FUTURE_CUES or parse.tokens[verb].lemma in _PLANNING:
        return "future"
    tags = {parse.tokens[one].tag for one in parse.children[verb] if parse.tokens[one].dep in ("aux", "auxpass")}
    tags.add(parse.tokens[verb].tag)
    if "VBD" in tags or words & {"have", "has", "had"}:
        return "past"
    # "The rights expire on 21 November", "supposed to conclude by May"; but "has been shut since May".
    present = parse.tokens[verb].tag in ("VBZ", "VBP") and parse.tokens[verb].lemma not in _STATES
    if isinstance(value, CalendarDate) and value.weekday is not None and value.day is None:
        present = False  # "Leaders meet Friday" may be about last Friday as well
    return "future" if (present or "to" in words) and relation not in ("since", "from") else None
