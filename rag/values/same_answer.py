"""Whether two short answers say the same, and whether they clearly differ; in between lies what can't be told.

Numbers are compared by value, names as names, dates as far as they are told, everything else by its words. Knows
nothing of the sentences they stand in, nor of meaning: "the mayor" and "Anna Berg" neither agree nor differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.values.figures import values_in
from rag.values.names import names_in, same_name
from rag.values.value import Value, same

AnswerType = Literal["number", "name", "date", "other"]

OVERLAP = 0.6
"""Share of the shorter answer's words that the longer one must have for them to say the same."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (?P<year>\d{{4}}))?\b",
        rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<year>\d{{4}}))?\b",
        rf"\b{_MONTH},? (?:of )?(?P<year>\d{{4}})\b",
        rf"(?<![a-z]){_MONTH}(?![a-z])",
        r"(?<![\d.,$€£-])(?P<year>1[4-9]\d\d|20\d\d)(?![\d,%]|\.\d)",
    )
)
_WEEKDAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|tomorrow|(?:last|this|next) (?:week|month|year)"
    r"|(?:[ap]\.?m\b)|noon|midnight|morning|evening|night)",
    re.IGNORECASE,
)
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
"""Words that tell no answer from another."""


@dataclass(frozen=True, slots=True)
class _Date:
    """A date as far as it is told."""

    year: int | None
    month: int | None
    day: int | None
    start: int
    """Where it begins in the text."""


def answer_type(text: str) -> AnswerType:
    """What kind of answer a few words are."""
    values, date = values_in(text), _date_in(text)
    if values and (date is None or values[0].span.start < date.start):
        return "number"
    if date is not None or (_WEEKDAY.search(text) and not _mostly_names(text)):
        return "date"
    return "name" if _mostly_names(text) else "other"


def same_answer(one: str, other: str) -> bool:
    """Whether two short answers say the same, one perhaps more exactly than the other."""
    if _words(one) == _words(other):
        return True
    kind, other_kind = answer_type(one), answer_type(other)
    if kind == other_kind == "date":
        return not _apart(_date_in(one), _date_in(other))
    if kind == other_kind == "number":
        return _numbers_agree(values_in(one), values_in(other))
    if kind == other_kind == "name":
        names, others = _names(one), _names(other)
        return _names_agree(names, others) or _contains(one, other)
    return _contains(one, other)


def differs(one: str, other: str) -> bool:
    """Whether two short answers of one kind clearly can't both be right; False where that is unsure.

    Names differ if no word of them is common. Places, of which one may lie in the other, can't be told from persons.
    """
    kind = answer_type(one)
    if kind != answer_type(other) or kind == "other" or same_answer(one, other):
        return False
    if kind == "date":
        return _apart(_date_in(one), _date_in(other))
    if kind == "number":
        values, others = values_in(one), values_in(other)
        return len(values) == len(others) == 1 and _one_measure(values[0], others[0])
    names, others_names = _names(one), _names(other)
    return bool(names and others_names) and not (_stems(one) & _stems(other))


# ---------------------------------------------------------------------------------------------- dates


def _date_in(text: str) -> _Date | None:
    for pattern in _DATES:
        if (match := pattern.search(text)) and not _is_counted(text, match):
            found = match.groupdict()
            month = found.get("month")
            if pattern is _DATES[4] and month and not month[0].isupper():
                continue  # "may", "march"
            number = (int(month) if month.isdigit() else _MONTHS.index(month[:3].casefold()) + 1) if month else None
            year, day = found.get("year"), found.get("day")
            return _Date(int(year) if year else None, number, int(day) if day else None, match.start())
    return None


def _is_counted(text: str, match: re.Match[str]) -> bool:
    """Whether what looks like a year is a figure or belongs to a name: "2015 people", "Expo 2020"."""
    return match.re is _DATES[5] and any(
        value.span.start <= match.start() < value.span.end for value in values_in(text)
    )


def _apart(one: _Date | None, other: _Date | None) -> bool:
    """Whether both are told and can't be one: they differ in something that both tell."""
    if one is None or other is None:
        return False
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return any(a is not None and b is not None and a != b for a, b in pairs)


# ---------------------------------------------------------------------------------------------- numbers


def _numbers_agree(values: list[Value], others: list[Value]) -> bool:
    """Whether every figure of one answer has its like in the other."""
    like = [[_one_measure(a, b) and same(_uncounted(a), _uncounted(b)) for b in others] for a in values]
    return _one_in_other(like)


def _one_measure(one: Value, other: Value) -> bool:
    """Whether units agree, and what is counted does so far as a short answer tells: "people" may be the dead."""
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
    """Whether names make up most of the words that say something."""
    words = _words(text)
    named = [word for name in _names(text) for word in _words(name)]
    return bool(named) and 2 * len(named) >= len(words)


def _names_agree(names: list[str], others: list[str]) -> bool:
    """Whether every name of one answer is in the other: "Kunduz, northern Afghanistan"."""
    return _one_in_other([[same_name(a, b) for b in others] for a in names])


def _one_in_other(like: list[list[bool]]) -> bool:
    """Whether every row has a pair, or every column; a pair is where both are alike."""
    rows = all(any(row) for row in like)
    return bool(like) and (rows or all(any(column) for column in zip(*like, strict=True)))


def _words(text: str) -> list[str]:
    """In lower case, without articles, titles and what qualifies; all of them if nothing else is left."""
    words = [word for word in re.findall(r"[\w]+(?:[.,]\d+)*", re.sub(r"[’']s\b", "", text.lower())) if word]
    return [word for word in words if word not in _DROPPED] or words


def _stems(text: str) -> set[str]:
    return {re.sub(r"(?:ing|ed|es|s|ly)$", "", word)[:6] if len(word) > 4 else word for word in _words(text)}


def _contains(one: str, other: str) -> bool:
    """Whether one has most of the words of the other, and no figures of its own that the other lacks."""
    stems, others = _stems(one), _stems(other)
    fewer = min(stems, others, key=len)
    if not fewer:
        return False
    return len(stems & others) >= OVERLAP * len(fewer)
