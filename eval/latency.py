"""Latency of a run's answers, in total and by stage.

Knows nothing of the answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dateline.eval.intervals import Estimate, bootstrap_quantile

WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of answering, in milliseconds."""

    name: str
    """As receipts have it; `whole` for a question from end to end, as the run measured it."""
    median: Estimate
    p95: Estimate


def latency(timings: Iterable[Mapping[str, Any]]) -> list[Stage]:
    """The whole first, then the stages in the order in which they run; empty without timings.

    A question that a resumed run asked again counts as it was asked last; a stage that a question never reached is no
    0 for it.
    """
    last = {timing["id"]: timing for timing in timings if "ms" in timing}
    spent: dict[str, list[float]] = {WHOLE: [timing["ms"] for timing in last.values()]} if last else {}
    for timing in last.values():
        for stage, milliseconds in timing["stages_ms"].items():
            spent.setdefault(stage, []).append(milliseconds)
    return [Stage(name, bootstrap_quantile(ms, 0.5), bootstrap_quantile(ms, 0.95)) for name, ms in spent.items()]
