"""Models of stored answers with flags, and of the answers that cite an article.

A stored answer is sent as it was stored, with its flags added. Knows nothing of routes or of how flags are found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from dateline.api.http.paging import AnswerPage
from dateline.api.http.wire.common import MOST_ARTICLES, FullArticle
from dateline.index.answers import CitingAnswer
from dateline.index.archive import StoredArticle
from dateline.index.flags import Flag, FlagKind
from dateline.rag.answer import Answer

Cursor = Annotated[str | None, Field(description="`next_cursor` of the page before.")]
PageLimit = Annotated[int, Field(ge=1, le=MOST_ARTICLES, description="Maximum number of answers.")]


class FlagOut(BaseModel):
    """Something that has happened to a cited article since, or that the answer doesn't mention."""

    model_config = ConfigDict(frozen=True)

    kind: FlagKind = Field(
        description="`withdrawn`: in no answer any more; `revised`: another revision than the one cited is current; "
        "`corrected`: another article corrects it, and the answer doesn't name that one."
    )
    article_id: str = Field(description="The cited article.")
    by: str | None = Field(description="The article that corrects it.")
    detail: str | None = Field(description="The reason of the withdrawal, or the revisions.")

    @classmethod
    def of(cls, flag: Flag) -> Self:
        """From a flag as the archive finds it."""
        return cls(kind=flag.kind, article_id=flag.article_id, by=flag.by, detail=flag.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer(Answer):
    """An answer as it was given, and what has happened since to the articles that it cites."""

    flags: tuple[FlagOut, ...]


class CitingAnswerOut(BaseModel):
    """A stored answer that cites an article."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="`GET /v1/answers/{id}` has the whole answer.")
    created: datetime
    question: str | None
    status: str | None
    flags: list[FlagOut] = Field(description="Of all articles that the answer cites.")

    @classmethod
    def of(cls, answer: CitingAnswer) -> Self:
        """From an answer as the archive finds it."""
        flags = [FlagOut.of(flag) for flag in answer.flags]
        return cls(id=answer.id, created=answer.created, question=answer.question, status=answer.status, flags=flags)


class CitingAnswerList(BaseModel):
    """A page of the answers that cite an article, oldest first."""

    model_config = ConfigDict(frozen=True)

    answers: list[CitingAnswerOut]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null: this is the last.")

    @classmethod
    def of(cls, page: AnswerPage) -> Self:
        """From a page of the archive."""
        return cls(answers=[CitingAnswerOut.of(one) for one in page.answers], next_cursor=page.next_cursor)


class ShownArticle(FullArticle):
    """An article with its text and all answers that cite it, oldest first: `dateline articles show --json`."""

    answers: list[CitingAnswerOut]

    @classmethod
    def with_answers(cls, stored: StoredArticle, answers: Iterable[CitingAnswer]) -> Self:
        """From a revision, and the answers that cite any revision of it."""
        article = FullArticle.of(stored)
        return cls(**dict(article), answers=[CitingAnswerOut.of(one) for one in answers])


def with_flags(stored: str, flags: Iterable[Flag]) -> str:
    """A stored answer's JSON with its flags as the last member; the rest is unchanged, byte for byte."""
    body = stored.rstrip().removesuffix("}")
    comma = "" if body.rstrip().endswith("{") else ","
    found = json.dumps([FlagOut.of(flag).model_dump() for flag in flags], ensure_ascii=False, separators=(",", ":"))
    return f'{body}{comma}"flags":{found}}}'
