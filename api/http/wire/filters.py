"""Models of saved filters. Knows nothing of routes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from dateline.index import dates
from dateline.index.saved_filters import SavedFilter


class PartOut(BaseModel):
    """The conditions of a saved filter; null and empty lists are no condition."""

    model_config = ConfigDict(frozen=True)

    published_from: str | None
    published_to: str | None
    outlets: list[str]
    languages: list[str]
    article_ids: list[str]


class SavedFilterOut(BaseModel):
    """A named part of the archive."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(examples=["sports-desk"])
    filters: PartOut
    saved: datetime = Field(description="When it was last saved.")

    @classmethod
    def of(cls, saved: SavedFilter) -> Self:
        """From a filter as the archive holds it."""
        chosen = saved.filters
        part = PartOut(
            published_from=None if chosen.published_from is None else dates.to_text(chosen.published_from),
            published_to=None if chosen.published_to is None else dates.to_text(chosen.published_to),
            outlets=list(chosen.outlets),
            languages=list(chosen.languages),
            article_ids=list(chosen.article_ids),
        )
        return cls(name=saved.name, filters=part, saved=saved.saved)


class SavedFilterList(BaseModel):
    """All saved filters, by name."""

    model_config = ConfigDict(frozen=True)

    filters: list[SavedFilterOut]

    @classmethod
    def of(cls, saved: Iterable[SavedFilter]) -> Self:
        """From the filters as the archive holds them."""
        return cls(filters=[SavedFilterOut.of(one) for one in saved])
