"""The types of measures: `Case` (gold and prediction), `Score` (value with explanation), `Measure`.

A score is of one question; `eval/scores.py` aggregates. Knows no single measure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dateline.eval.gold import GoldQuestion
from dateline.eval.prediction import Prediction


@dataclass(frozen=True, slots=True)
class Case:
    """A gold question and the prediction for it."""

    gold: GoldQuestion
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class Score:
    """A measure's value for one question."""

    value: float | None
    """None: not scoreable, for the reason that `why` gives. Never NaN."""
    why: str
    """An explanation of the value."""
    judge_failed: bool = False
    """Whether there would be a value if the judge had not failed."""

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {"value": self.value, "why": self.why}


@dataclass(frozen=True, slots=True)
class Measure:
    """A pure function over cases, with its name, title and source."""

    name: str
    """As scores and gates have it, e.g. `nugget_recall`."""
    title: str
    source: str
    """Who defined it."""
    score: Callable[[Case], Score]
    higher_is_better: bool = True
    is_share: bool = True
    """Whether values are within 0…1."""
    headline: bool = False


def not_scoreable(why: str) -> Score:
    """A score without a value."""
    return Score(None, why)


def share(right: int, of: int, why: str) -> Score:
    """`right` of `of`, which is above 0."""
    return Score(right / of, why)


def each(right: Sequence[bool], names: Sequence[str], lacking: str) -> Score:
    """The share that is right, with what isn't by name: "2 of 3; lacks x"."""
    missed = [name for ok, name in zip(right, names, strict=True) if not ok]
    tail = f"; {lacking} {', '.join(missed)}" if missed else ""
    return share(sum(right), len(right), f"{sum(right)} of {len(right)}{tail}")
