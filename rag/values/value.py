"""A figure of a sentence, and whether two figures are the same.

Knows nothing of how figures are found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dateline.index.article import Span
from dateline.rag.values.unit_patterns import MEASURED

Approximate = Literal["", "about", "at least", "more than", "at most", "less than"]

ABOUT = 0.05
"""Relative error of "about": the most that rounding to two digits can cause."""
BEYOND = 0.25
"""How far the true value may be above "more than" or below "less than", as a share."""


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of a sentence."""

    number: float
    """In the base unit: metres, square metres, kilograms, seconds, metres per second, degrees Celsius."""
    upper: float | None
    """The other end of a range, in the same unit."""
    unit: str | None
    """A base unit, "percent", "percentage point", or a currency's code; None for a count."""
    of: str | None
    """What is counted: a class such as "dead" or "inhabitants", or a noun in the singular; "more dead" for additional
    ones. None if not stated."""
    group: str | None
    """For `dead`, `injured` and the like: who, as a noun in the singular; None if not stated."""
    approximate: Approximate
    span: Span
    """Within the sentence: the figure with its qualifying words and unit."""
    text: str


def is_money(value: Value) -> bool:
    """Whether it is an amount of money; so may be pounds of weight."""
    return value.unit is not None and (re.fullmatch("[A-Z]{3}", value.unit) is not None or "pound" in value.text)


def comparable(one: Value, other: Value) -> bool:
    """Whether both count the same thing in the same unit, as far as stated."""
    if one.unit != other.unit:
        return False
    if one.of is None or other.of is None:
        return True
    return one.of == other.of and (one.group or "person") == (other.group or "person")


def same_figure(one: Value, other: Value) -> bool:
    """Whether two comparable figures may be the same number, given their qualifying words."""
    if not comparable(one, other):
        return False
    (low, high), (other_low, other_high) = _bounds(one), _bounds(other)
    slack = 1e-9 * max(abs(high), abs(other_high))
    return low <= other_high + slack and other_low <= high + slack


def _bounds(value: Value) -> tuple[float, float]:
    """The interval of the true value. Allows for rounding in unit conversions of lengths and the like."""
    low, high = value.number, value.number if value.upper is None else value.upper
    if value.approximate == "more than":
        return low, high * (1 + BEYOND)
    if value.approximate == "less than":
        return low * (1 - BEYOND), high
    if value.approximate == "about" or value.unit in MEASURED:
        rounded = ABOUT if value.approximate == "about" else ABOUT / 2
        return low - abs(low) * rounded, high + abs(high) * rounded
    return low, high
