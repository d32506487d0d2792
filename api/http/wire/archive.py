"""Models of outlets and of the articles related to one.

Knows nothing of routes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from dateline.index import dates
from dateline.index.archive import StoredArticle
from dateline.index.outlets import Outlet
from dateline.index.revision_history import RevisionHead


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True)


class OutletOut(_Wire):
    """An outlet with articles in the archive."""

    name: str | None = Field(description="Null: articles of unknown outlet.")
    articles: int = Field(description="Articles in use.")
    oldest: str | None = Field(description="The date of its oldest article, ISO 8601; null: none is dated.")
    newest: str | None


class OutletList(_Wire):
    """All outlets, those with most articles first."""

    outlets: list[OutletOut]

    @classmethod
    def of(cls, found: Iterable[Outlet]) -> Self:
        """From the outlets as the archive finds them."""
        return cls(outlets=[OutletOut(**asdict(outlet)) for outlet in found])


class RevisionOut(_Wire):
    """A revision of an article; `GET /v1/articles/{id}?revision=` has its text."""

    number: int
    current: bool
    title: str | None
    ingested: datetime
    published: str | None
    updated: str | None


class ArticleHead(_Wire):
    """The id, title, outlet and date of an article."""

    id: str
    title: str | None
    outlet: str | None
    published: str | None

    @classmethod
    def of(cls, stored: StoredArticle) -> Self:
        """From an article as the archive holds it."""
        article = stored.article
        published = None if article.published is None else dates.to_text(article.published)
        return cls(id=article.id, title=article.title, outlet=article.outlet, published=published)


class RelatedArticles(_Wire):
    """An article's revisions, near-copies and corrections."""

    revisions: list[RevisionOut] = Field(description="Oldest first.")
    copies: list[ArticleHead] = Field(description="Other articles of the same story, by id; at most 20.")
    corrected_by: list[ArticleHead] = Field(description="Articles that say that they correct it, oldest first.")
    corrects: ArticleHead | None = Field(description="The article that it corrects, if the archive has it.")

    @classmethod
    def of(
        cls,
        revisions: Iterable[RevisionHead],
        copies: Iterable[StoredArticle],
        corrected_by: Iterable[StoredArticle],
        corrects: StoredArticle | None,
    ) -> Self:
        """From what the archive holds."""
        return cls(
            revisions=[RevisionOut(**asdict(revision)) for revision in revisions],
            copies=[ArticleHead.of(stored) for stored in copies],
            corrected_by=[ArticleHead.of(stored) for stored in corrected_by],
            corrects=None if corrects is None else ArticleHead.of(corrects),
        )
