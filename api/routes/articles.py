"""Routes about articles: lists of them, one with its text, the answers that cite it. Knows nothing of tables."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api import openapi
from api.dependencies import Ready
from api.paging import page_of_answers, page_of_articles
from api.wire import ArticleList, ArticlesQuery, FullArticle
from api.wire_answers import CitingAnswerList, Cursor, PageLimit

routes = APIRouter()


@routes.get("/v1/articles", tags=["articles"])
def list_articles(query: Annotated[ArticlesQuery, Query()], services: Ready) -> ArticleList:
    """The articles in use, by id, a page at a time."""
    filters = query.with_as_of(query.as_of)
    return ArticleList.of(page_of_articles(services.archive, filters, limit=query.limit, cursor=query.cursor))


@routes.get("/v1/articles/{article_id}", tags=["articles"], responses=openapi.GONE)
def get_article(
    article_id: str,
    services: Ready,
    revision: Annotated[int | None, Query(ge=1, description="An older revision; default: the current one.")] = None,
) -> FullArticle:
    """An article with its text, withdrawn or not; 410 with the tombstone where it was purged."""
    return FullArticle.of(services.archive.article(article_id, revision))


@routes.get("/v1/articles/{article_id}/answers", tags=["articles"])
def list_answers(
    article_id: str,
    services: Ready,
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[Cursor, Query()] = None,
) -> CitingAnswerList:
    """The answers that cite an article, oldest first, a page at a time, each with its flags."""
    return CitingAnswerList.of(page_of_answers(services.archive, article_id, limit=limit, cursor=cursor))
