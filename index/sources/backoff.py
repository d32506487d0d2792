"""How long to wait after a failure: longer each time, and at least as long as the server asks for."""

from __future__ import annotations

from datetime import timedelta

FIRST_PAUSE = 60.0
LONGEST_PAUSE = 86_400.0
MOST_ATTEMPTS = 8
"""Of an entry's page; with the pauses between them they take about two hours."""


def pause_after(failures: int, *, first: float = FIRST_PAUSE, retry_after: float | None = None) -> timedelta:
    """The pause after so many failures in a row (1 or more): `first` seconds, doubled each time up to a day.

    It is never shorter than `first`. `retry_after`: seconds that the server asks for; it is never asked sooner.
    """
    growing = min(first * 2.0 ** min(failures - 1, 30), max(first, LONGEST_PAUSE))
    return timedelta(seconds=max(growing, retry_after or 0.0))
