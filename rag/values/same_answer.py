"""Compares short answers: whether two are the same, or clearly differ. Both may be false.

Numbers are compared by value, names as names, dates by the parts that both give, anything else by its words. Knows
nothing of their sentences or of meaning: "the mayor" and "Anna Berg" are neither the same nor clearly different.
"""

from __future__ import annotations

import re
from typing import Literal

from dateline.rag.language.time_values import CalendarDate
from dateline.rag.time.phrases import TimePhrase, phrases_in
from dateline.rag.values.figures import values_in
from dateline.rag.values.names import names_in, same_name
from dateline.rag.values.value import Value, same_figure

ShortAnswerType = Literal["number", "name", "date", "other"]

OVERLAP = 0.6
"""The share of the shorter answer's words that the longer one must have."""

_DROPPED = frozenset(
    {"the", "a", "an", "of", "in", "on", "at", "by", "to", "for", "and", "or", "his", "her", "its", "their"}
    | {"acting", "former", "then", "current", "new", "mr", "mrs", "ms", "dr", "gen", "general", "president", "minister"}
    | {
        "about",
        "around",
        "some",
        "nearly",
        "almost",
        "approximately",
        "least",
        "more",
        "than",
        "commander",
        "spokesman",
    }
)
"""Words that make no difference between answers."""


def answer_type(text: str) -> ShortAnswerType:
    """The type of a short answer."""
    values, time = values_in(text), _time_in(text)
    if values and (time is None or values[0].span.start < time.start):
        return "number"
    if time is not None and (time.kind in ("day", "month", "year") or not _mostly_names(text)):
        return "date"
    return "name" if _mostly_names(text) else "other"


def same_answer(one: str, other: str) -> bool:
    """Whether two short answers are the same; one may be more precise."""
    if _words(one) == _words(other):
        return True
    kind, other_kind = answer_type(one), answer_type(other)
    if kind == other_kind == "date":
        return not _apart(_time_in(one), _time_in(other))
    if kind == other_kind == "number":
        return _numbers_agree(values_in(one), values_in(other))
    if kind == other_kind == "name":
        names, others = _names(one), _names(other)
        return _names_agree(names, others) or _contains(one, other)
    return _contains(one, other)


def differs(one: str, other: str) -> bool:
    """Whether two short answers of one type clearly can't both be right; False if unsure.

    Names differ if they share no word. One place may be inside another, but places can't be distinguished from people.
    """
    kind = answer_type(one)
    if kind != answer_type(other) or kind == "other" or same_answer(one, other):
        return False
    if kind == "date":
        return _apart(_time_in(one), _time_in(other))
    if kind == "number":
        values, others = values_in(one), values_in(other)
        return len(values) == len(others) == 1 and _one_measure(values[0], others[0])
    names, others_names = _names(one), _names(other)
    return bool(names and others_names) and not (_stems(one) & _stems(other))


# ---------------------------------------------------------------------------------------------- dates


def _time_in(text: str) -> TimePhrase | None:
    """The first time phrase; not a year that is really a figure: "2015 people"."""
    counted = [value.span for value in values_in(text)]
    return next(
        (
            one
            for one in phrases_in(text, None)
            if one.kind != "year" or not any(span.start <= one.start < span.end for span in counted)
        ),
        None,
    )


def _apart(one: TimePhrase | None, other: TimePhrase | None) -> bool:
    """Whether both are calendar dates that differ in a part that both give."""
    if one is None or other is None:
        return False
    first, second = one.value, other.value
    if not isinstance(first, CalendarDate) or not isinstance(second, CalendarDate):
        return False
    pairs = ((first.year, second.year), (first.month, second.month), (first.day, second.day))
    return any(a is not None and b is not None and a != b for a, b in pairs)


# ---------------------------------------------------------------------------------------------- numbers


def _numbers_agree(values: list[Value], others: list[Value]) -> bool:
    """Whether every figure of one answer matches one in the other."""
    like = [[_one_measure(a, b) and same_figure(_uncounted(a), _uncounted(b)) for b in others] for a in values]
    return _one_in_other(like)


def _one_measure(one: Value, other: Value) -> bool:
    """Whether units match, and what is counted is compatible: "people" may be the dead."""
    if one.unit != other.unit:
        return False
    vague = {None, "person", "inhabitants"}
    return one.of == other.of or one.of in vague or other.of in vague


def _uncounted(value: Value) -> Value:
    return Value(value.number, value.upper, value.unit, None, None, value.approximate, value.span, value.text)


# ---------------------------------------------------------------------------------------------- names and words


def _names(text: str) -> list[str]:
    return [name for name, _ in names_in(text)]


def _mostly_names(text: str) -> bool:
    """Whether names make up most of the content words."""
    words = _words(text)
    named = [word for name in _names(text) for word in _words(name)]
    return bool(named) and 2 * len(named) >= len(words)


def _names_agree(names: list[str], others: list[str]) -> bool:
    """Whether all names of one answer are in the other: "Kunduz, northern Afghanistan"."""
    return _one_in_other([[same_name(a, b) for b in others] for a in names])


def _one_in_other(like: list[list[bool]]) -> bool:
    """Whether every row, or every column, of the match matrix has a match."""
    rows = all(any(row) for row in like)
    return bool(like) and (rows or all(any(column) for column in zip(*like, strict=True)))


def _words(text: str) -> list[str]:
    """Words in lower case, without articles, titles and qualifiers; all of them if nothing else is left."""
    words = [word for word in re.findall(r"[\w]+(?:[.,]\d+)*", re.sub(r"[’']s\b", "", text.lower())) if word]
    return [word for word in words if word not in _DROPPED] or words


def _stems(text: str) -> set[str]:
    return {re.sub(r"(?:ing|ed|es|s|ly)$", "", word)[:6] if len(word) > 4 else word for word in _words(text)}


def _contains(one: str, other: str) -> bool:
    """Whether one has most of the other's words, and no figures that the other lacks."""
    stems, others = _stems(one), _stems(other)
    fewer = min(stems, others, key=len)
    if not fewer:
        return False
    return len(stems & others) >= OVERLAP * len(fewer)
