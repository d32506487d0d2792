"""Filters of a search: which articles it may return. index/conditions.py turns them into SQL.

Knows nothing of questions, nor of the time windows that they imply.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dateline.index import dates
from dateline.index.errors import QuestionError


@dataclass(frozen=True, slots=True)
class Filters:
    """All conditions must hold; an empty tuple or None is no condition. Raises `QuestionError` for contradictions."""

    published_from: date | datetime | None = None
    """Published at this moment or day, or later; articles without a date are left out."""
    published_to: date | datetime | None = None
    """Published at this moment or day, or earlier; articles without a date are left out."""
    as_of: date | datetime | None = None
    """As the archive stood at the end of this day or at this moment: no later article, the revision then in force,
    nothing undated."""
    outlets: tuple[str, ...] = ()
    """Any of these outlets; case doesn't matter."""
    languages: tuple[str, ...] = ()
    """Any of these ISO 639-1 codes."""
    article_ids: tuple[str, ...] = ()
    within: tuple[Filters, ...] = ()
    """Parts of the archive that the search stays in, whatever becomes of the conditions above: where a refusal looks
    for articles of other times, or where near-copies are named, these hold. Of their `as_of` and `within` nothing is
    read."""

    def __post_init__(self) -> None:
        if self.published_from is None:
            return
        start = dates.bounds(self.published_from)[0]
        for name, limit in (("published_to", self.published_to), ("as_of", self.as_of)):
            if limit is not None and dates.bounds(limit)[1] < start:
                raise QuestionError(
                    f"the filters contradict each other: published_from {self.published_from.isoformat()} "
                    f"is later than {name} {limit.isoformat()}",
                    hint="Swap them, or leave one out.",
                )


NO_FILTERS = Filters()
