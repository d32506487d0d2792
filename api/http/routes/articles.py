"""Routes for reading articles: lists, texts, related articles, citing answers, outlets.

Knows nothing of tables.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from dateline.api.http import openapi
from dateline.api.http.dependencies import Calling, Ready
from dateline.api.http.paging import page_of_answers, page_of_articles
from dateline.api.http.wire.answers import CitingAnswerList, Cursor, PageLimit
from dateline.api.http.wire.archive import OutletList, RelatedArticles
from dateline.api.http.wire.common import ArticleList, ArticlesQuery, FiltersIn, FullArticle
from dateline.api.tenancy import article_in_part, citing_in_part, filters_within, related_in_part
from dateline.index.errors import PurgedError
from dateline.index.outlets import outlets_of

routes = APIRouter()


@routes.get("/v1/articles", tags=["articles"])
def list_articles(query: Annotated[ArticlesQuery, Query()], services: Ready, caller: Calling) -> ArticleList:
    """The articles in use, by id, in pages."""
    filters = filters_within(services.archive, caller, query, query.as_of)
    return ArticleList.of(page_of_articles(services.archive, filters, limit=query.limit, cursor=query.cursor))


@routes.get("/v1/articles/{article_id}", tags=["articles"], responses=openapi.GONE)
def get_article(
    article_id: str,
    services: Ready,
    caller: Calling,
    revision: Annotated[int | None, Query(ge=1, description="A revision; default: the current one.")] = None,
) -> FullArticle:
    """An article with its text, also if it is withdrawn; 410 with the tombstone if it was purged."""
    return FullArticle.of(article_in_part(services.archive, caller, article_id, revision))


@routes.get("/v1/articles/{article_id}/answers", tags=["articles"])
def list_answers(
    article_id: str,
    services: Ready,
    caller: Calling,
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[Cursor, Query()] = None,
) -> CitingAnswerList:
    """The answers that cite an article, oldest first, in pages, each with its flags.

    A key restricted to a part of the archive gets only answers within it.
    """
    with suppress(PurgedError):  # past answers may be asked for all the same
        article_in_part(services.archive, caller, article_id)
    seen = partial(citing_in_part, services.archive, caller)
    return CitingAnswerList.of(page_of_answers(services.archive, article_id, limit=limit, cursor=cursor, seen=seen))


@routes.get("/v1/articles/{article_id}/related", tags=["articles"], responses=openapi.GONE)
def get_related(article_id: str, services: Ready, caller: Calling) -> RelatedArticles:
    """An article's revisions, near-copies, corrections, and the article that it corrects."""
    related = related_in_part(services.archive, caller, article_id)
    return RelatedArticles.of(related.revisions, related.copies, related.corrected_by, related.corrects)


@routes.get("/v1/outlets", tags=["articles"])
def list_outlets(services: Ready, caller: Calling) -> OutletList:
    """The outlets in the archive, with the number and dates of their articles."""
    return OutletList.of(outlets_of(services.archive, filters_within(services.archive, caller, FiltersIn(), None)))
