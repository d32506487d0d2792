"""A figure as a sentence gives it, and whether two figures say the same.

Knows nothing of how figures are found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dateline.index.article import Span
from dateline.rag.values.units import MEASURED

Approximate = Literal["", "about", "at least", "more than", "at most", "less than"]

ABOUT = 0.05
"""How far from the truth "about" may be; rounding to two digits never errs by more."""
BEYOND = 0.25
"""How far above "more than", or below "less than", the truth may be."""


@dataclass(frozen=True, slots=True)
class Value:
    """A figure as a sentence gives it."""

    number: float
    """In the base unit: metres, square metres, kilograms, seconds, metres per second, degrees Celsius."""
    upper: float | None
    """The other end of a range, in the same unit."""
    unit: str | None
    """A base unit, "percent", "percentage point", or a currency's code; None for a count."""
    of: str | None
    """What is counted: a class such as "dead" or "inhabitants", or a noun in the singular; "more dead" where they come
    on top of others. None where it isn't told."""
    group: str | None
    """Of `dead`, `injured` and the like: who, as a noun in the singular; None where it isn't told."""
    approximate: Approximate
    span: Span
    """Within the sentence: the figure with the words that qualify it and its unit."""
    text: str


def comparable(one: Value, other: Value) -> bool:
    """Whether the two count the same thing in the same unit, so far as is told."""
    if one.unit != other.unit:
        return False
    if one.of is None or other.of is None:
        return True
    return one.of == other.of and (one.group or "person") == (other.group or "person")


def same(one: Value, other: Value) -> bool:
    """Whether the two are comparable and may be one number, given the words that qualify them."""
    if not comparable(one, other):
        return False
    (low, high), (other_low, other_high) = _bounds(one), _bounds(other)
    slack = 1e-9 * max(abs(high), abs(other_high))
    return low <= other_high + slack and other_low <= high + slack


def _bounds(value: Value) -> tuple[float, float]:
    """Between which numbers the true one may lie. Lengths and the like are rounded when they are converted."""
    low, high = value.number, value.number if value.upper is None else value.upper
    if value.approximate == "more than":
        return low, high * (1 + BEYOND)
    if value.approximate == "less than":
        return low * (1 - BEYOND), high
    if value.approximate == "about" or value.unit in MEASURED:
        rounded = ABOUT if value.approximate == "about" else ABOUT / 2
        return low - abs(low) * rounded, high + abs(high) * rounded
    return low, high
