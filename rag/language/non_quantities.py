"""Numbers that are not quantities: in dates, times of day, scores and names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dateline.rag.language.numbers import Number
from dateline.rag.language.parse import Parse
from dateline.rag.language.time_expressions import TimeExpression
from dateline.rag.language.units import UNITS
from dateline.rag.language.word_set import word_set

_NUMBERED = word_set(
    "flight highway route article chapter title section number page phase level season game week day channel "
    "grade category round version step move type model unit terminal gate room pier proposition amendment resolution "
    "part stage tier act book episode district area interstate apollo group class fissure ward platform line"
)
"""Nouns that are followed by an identifying number."""
_NUMBER_SIGN = re.compile(r"(?:\bNos?\.? ?|#)$")


def is_no_quantity(parse: Parse, number: Number, times: Sequence[TimeExpression]) -> bool:
    """Whether a number is part of a date, a time of day, a score or a name."""
    span = parse.span(range(number.first, number.last + 1))
    if any(one.kind in ("date", "time") and one.span.start <= span.start < one.span.end and not _is_length(one)
           for one in times):  # fmt: skip
        return True
    return _is_numbered(parse, number) or (
        not number.in_words and (_is_named(parse, number) or _is_score(parse, number))
    )


def _is_length(one: TimeExpression) -> bool:
    """Whether a time expression has a duration: "two weeks ago" counts weeks."""
    return getattr(one.value, "unit", None) is not None


def _is_numbered(parse: Parse, number: Number) -> bool:
    """Whether a noun or "No." before a number makes it an identifier: "round four", "No. 6"."""
    before = parse.lower[number.first - 1] if number.first else ""
    start = parse.tokens[number.first].span.start
    counts_on = parse.tokens[number.last].dep == "nummod" and parse.tokens[number.last].head > number.last
    # "Round four", but not "last week 62 houses were flooded".
    return (before.rstrip("s") in _NUMBERED and not counts_on) or _NUMBER_SIGN.search(parse.text, 0, start) is not None


def _is_named(parse: Parse, number: Number) -> bool:
    """Whether digits are part of a name or identifier: "Boeing 737", "District 2", "No. 6", "move 18"."""
    token = parse.tokens[number.first]
    before = parse.lower[number.first - 1] if number.first else ""
    if before == "-" and number.first > 1 and parse.tokens[number.first - 2].span.end == token.span.start - 1:
        return parse.lower[number.first - 2].isalpha()  # "Covid-19", "F-16"
    follows = token.dep == "nummod" and token.head == number.first - 1
    return follows and parse.tokens[token.head].pos in ("PROPN", "NOUN") and before not in (*UNITS, "age", "aged")


def _is_score(parse: Parse, number: Number) -> bool:
    """Whether joined digits are a score or the like, not a range: "2-1", "29-11", "24/7"."""
    words = parse.lower
    for here, there in ((number.last + 1, number.last + 2), (number.first - 1, number.first - 2)):
        if 0 <= there < len(words) and 0 <= here < len(words) and words[here] in ("-", "–", "/"):
            other = words[there].replace(",", "")
            if not other.isdigit() or parse.tokens[here].span.start != parse.tokens[min(here, there)].span.end - (
                here < there
            ):
                continue
            low, high = (number.value, float(other)) if there > here else (float(other), number.value)
            right = max(there, number.last) + 1
            noun = right < len(words) and (
                words[right] in UNITS or words[right] == "%" or parse.tokens[right].tag in ("NNS", "CD")
            )
            if words[here] == "/" or low >= high or not noun:
                return True
    return False
