"""Exponential backoff after failures, and Retry-After."""

from __future__ import annotations

from datetime import timedelta

FIRST_PAUSE = 60.0
LONGEST_PAUSE = 86_400.0
MOST_ATTEMPTS = 8
"""Most attempts for an entry's page; with the pauses between them they take about two hours."""


def pause_after(failures: int, *, first: float = FIRST_PAUSE, retry_after: float | None = None) -> timedelta:
    """The pause after so many failures in a row (at least 1): `first` seconds, doubled each time up to a day.

    `retry_after`: seconds that the server asks for, a lower bound.
    """
    growing = min(first * 2.0 ** min(failures - 1, 30), max(first, LONGEST_PAUSE))
    return timedelta(seconds=max(growing, retry_after or 0.0))
