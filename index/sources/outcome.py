"""The state of an entry after its ingest, or after its page could not be fetched.

Pure functions from entry to entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dateline.index.errors import DatelineError, FetchError, FetchGoneError, FetchRefusedError
from dateline.index.ingest_report import Taken
from dateline.index.sources.backoff import FIRST_PAUSE, MOST_ATTEMPTS, pause_after
from dateline.index.sources.entries import Entry

_LONGEST_ERROR = 500


def after_intake(entry: Entry, taken: Sequence[Taken], now: datetime) -> Entry:
    """The entry after these outcomes of its records: `taken` if one was ingested, else `dead`."""
    ids = [one.article_id for one in taken if one.article_id and one.kind in ("added", "revised", "unchanged")]
    reasons = [problem.reason for one in taken for problem in one.problems]
    return replace(
        entry,
        state="taken" if ids else "dead",
        articles=tuple(dict.fromkeys(ids)) or entry.articles,
        record=None,  # its words are in the archive now, or not wanted
        attempts=0,
        missing=0,
        changed=now,
        error=shortened(" ".join(reasons)) or (None if ids else "there is no article in it"),
    )


def after_failure(entry: Entry, error: DatelineError, now: datetime, *, first_pause: float = FIRST_PAUSE) -> Entry:
    """The entry after its page could not be fetched: to be retried, or `dead`. `first_pause`: in seconds."""
    attempts = entry.attempts + 1
    later = isinstance(error, FetchError) and not isinstance(error, FetchRefusedError | FetchGoneError)
    asked = error.retry_after if isinstance(error, FetchError) else None
    pause = pause_after(attempts, first=first_pause, retry_after=asked)
    dead = not later or attempts >= MOST_ATTEMPTS
    return replace(
        entry,
        state="dead" if dead else "pending",
        attempts=attempts,
        next_try=now + pause,
        changed=now if dead else entry.changed,
        error=in_words(error),
    )


def in_words(error: DatelineError) -> str:
    """The stored text of an error: what happened, then what to do."""
    return shortened(f"{error.message.rstrip('.')}. {error.hint}".strip())


def shortened(text: str) -> str:
    """`text`, truncated for a list of errors."""
    return text if len(text) <= _LONGEST_ERROR else text[: _LONGEST_ERROR - 1] + "…"
