"""Figures of a sentence: number, unit, and what is counted. By word patterns, without a parse.

Vague quantities ("hundreds") are left out. Knows nothing of articles.
"""

from __future__ import annotations

import re

from dateline.index.article import Span
from dateline.rag.values.count_classes import GROUPED, counted, counted_noun
from dateline.rag.values.number_spans import NumberSpan, number_spans
from dateline.rag.values.unit_patterns import HEAT, MASS, PATTERNS, TIME, UNIT, YEAR
from dateline.rag.values.value import Approximate, Value

_AGED = re.compile(r"\b(?:aged|age of) \Z", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:\b(?P<at_least>at least|no (?:fewer|less) than|not less than|a minimum of)"
    r"|\b(?P<more_than>(?:well |just |slightly |a little )?"
    r"(?:more than|over|above|upwards? of|in excess of|exceed(?:s|ed|ing)?))"
    r"|\b(?P<at_most>at most|up to|as many as|as much as|no more than|not more than|a maximum of)"
    r"|\b(?P<less_than>(?:well |just |slightly |a little )?(?:less than|fewer than|under|below))"
    r"|(?:\b(?P<about>about|around|some|approximately|roughly|nearly|almost|close to|an estimated|estimated|circa)|~))"
    r"(?: (?:the|an estimated))? ?\Z",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?P<plus>\+|-?plus\b)|\s(?P<more>or more|and (?:above|counting))\b|\s(?P<so>or so)\b")
_JOIN = re.compile(r"\s?[-–—]\s?|,? (?:to|and|or) (?:about |some |nearly |almost |even |perhaps )?")


def values_in(sentence: str) -> list[Value]:
    """The figures of a sentence, in order."""
    numbers = list(number_spans(sentence))
    values: list[Value] = []
    index = 0
    while index < len(numbers):
        first = numbers[index]
        last = numbers[index + 1] if _is_range(sentence, numbers, index) else first
        index += 1 if last is first else 2
        limit = numbers[index].start if index < len(numbers) else len(sentence)
        value = _value(sentence, first, last, limit, values)
        if value is not None:
            values.append(value)
    return values


def _is_range(sentence: str, numbers: list[NumberSpan], index: int) -> bool:
    """Whether a number and the next one form a range: "20 to 30", "between 20 and 30", "20-30 people"."""
    if index + 1 == len(numbers):
        return False
    first, second = numbers[index : index + 2]
    join = _JOIN.fullmatch(sentence, first.end, second.start)
    high, low = second.number, first.number * (second.scale if first.scale == 1 and second.scale > 1 else 1)
    if not join or low >= high or (first.currency and second.currency and first.currency != second.currency):
        return False
    before = sentence[max(0, first.start - 40) : first.start]
    if join[0].strip() == "and" or ", " in join[0]:
        return bool(re.search(r"\bbetween $", before, re.IGNORECASE))
    return not re.search(
        r"\b(?:ros\w*|ris\w*|increas\w*|gr[eo]w\w*|climb\w*|jump\w*|up|rais\w*|expand\w*|went|go) from $", before
    )


def _value(sentence: str, first: NumberSpan, last: NumberSpan, limit: int, earlier: list[Value]) -> Value | None:
    """The figure with its unit, qualification and what it counts; None if it is not a figure."""
    start, end = first.start, last.end
    unit, factor = first.currency or last.currency, 1.0
    low = first.number * (last.scale if first is not last and first.scale == 1 and not first.is_word else 1)
    high = last.number
    if (
        unit is None
        and (match := UNIT.match(sentence, end))
        and not (first.is_word and re.match(r"[ -]?(?:m|c|f)\b", match[0]))
    ):
        unit, factor = next(
            (name, factor) for pattern, name, factor in PATTERNS if pattern.fullmatch(match[0].strip(" -"))
        )
        end = match.end()
        if unit == MASS and last.scale >= 1e6 and "ound" in match[0]:
            unit, factor = "GBP", 1.0
    if unit == "fahrenheit":
        unit, low, high = HEAT, (low - 32) / 1.8, (high - 32) / 1.8
    of: str | None
    group: str | None = None
    approximate, start = _qualified(sentence, start, is_range=first is not last)
    if match := _AFTER.match(sentence, end):
        approximate = "more than" if match["plus"] else "at least" if match["more"] else "about"
        end = match.end()
    if unit is None and _AGED.search(sentence, 0, start):
        unit, factor, of = TIME, YEAR, "age"
    elif unit is None:
        of, group = counted(sentence, start, end, limit, low, earlier)
        if first.one and first is last and of not in GROUPED and sentence.strip() != sentence[start:end]:
            return None
    else:
        of = _of_measure(sentence[end:], unit)
    if of == "age" and (old := re.match(r"[ -]old\b", sentence[end:])):
        end += old.end()
    span = Span(start, end)
    upper = high * factor if last is not first else None
    return Value(low * factor, upper, unit, of, group, approximate, span, span.of(sentence))


def _qualified(sentence: str, start: int, *, is_range: bool) -> tuple[Approximate, int]:
    """The qualification before a figure, and its offset."""
    if between := re.search(r"\b(?:between|from) $", sentence[:start], re.IGNORECASE) if is_range else None:
        return "", between.start()
    match = _BEFORE.search(sentence, max(0, start - 40), start)
    kind = match.lastgroup if match else None
    if match is None or kind is None:
        return "", start
    qualified: dict[str, Approximate] = {
        "about": "about", "at_least": "at least", "at_most": "at most",
        "more_than": "more than", "less_than": "less than",
    }  # fmt: skip
    return (qualified[kind], match.start()) if kind in qualified else ("", start)


def _of_measure(after: str, unit: str) -> str | None:
    """What is measured: "20 percent of voters", "$3 million in aid", "52 years old"."""
    if unit == TIME and re.match(r"[ -](?:old\b|of age\b)", after):
        return "age"
    match = re.match(r" (of|in) (?:the |all |its |their |his |her )?(?=[a-z])", after)
    if match is None or (match[1] == "in" and not unit.isupper()):
        return None
    return counted_noun(" " + after[match.end() :], plural=False)
