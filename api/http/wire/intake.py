"""What goes over the wire when articles come in or go: requests, results, jobs. Knows nothing of routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, WithJsonSchema

from dateline.api.http.wire.common import Words
from dateline.index.article import Problem
from dateline.index.ingest_report import Taken
from dateline.index.jobs import MOST_ERRORS, Job, JobState
from dateline.index.purge import Purge
from dateline.index.read import Record, record_of
from dateline.index.writer import Withdrawal

MOST_IN_BATCH = 500
LONGEST_REASON = 500

ResultStatus = Literal["created", "revised", "unchanged", "withdrawn", "error"]
_STATUS: dict[str | None, ResultStatus] = {
    "added": "created", "revised": "revised", "unchanged": "unchanged", "withdrawn": "withdrawn"
}  # fmt: skip
Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_REASON, description="Why; kept with the article.")]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_EXAMPLE: dict[str, JsonValue] = {
    "id": "larkfield-census",
    "title": "Census",
    "outlet": "Larkfield Gazette",
    "published": "2021-08-05",
    "text": "Larkfield has 8,100 inhabitants.",
}


class ArticleIn(_Wire):
    """An article. It is cleaned and checked as `dateline ingest` does: HTML in the text, page furniture, dates."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    text: Words | list[Words] = Field(
        description="The article's text, or its paragraphs; HTML is read as a page shows it."
    )
    id: Words | None = Field(
        default=None, description="Its own id; default: one made of its url, without that of its text."
    )
    title: Words | None = None
    outlet: Words | None = None
    byline: Words | list[Words] | None = None
    url: Words | None = Field(default=None, description="Where it was published; nothing is fetched from there.")
    language: Words | None = Field(default=None, description="E.g. `en` or `en-GB`; default: read from the text.")
    published: Words | None = Field(default=None, description="A day, or a moment with its offset.")
    updated: Words | None = None
    corrects: Words | None = Field(default=None, description="The id of the article that this one corrects.")
    embargo: Words | None = Field(default=None, description="In no search and no answer before this day or moment.")
    status: Words | None = Field(
        default=None, description="`canceled`, `killed`, `withheld`: the provider takes the article back; else ignored."
    )

    def record(self, where: str) -> Record | Problem:
        """The same record that a line of a JSONL file with these fields would be."""
        return record_of(self.model_dump(exclude_none=True), where, None)


_ANY_ARTICLE = WithJsonSchema({"$ref": "#/components/schemas/ArticleIn"})


class BatchIn(_Wire):
    """Articles, each of which is taken in or refused by itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"articles": [_EXAMPLE]}]})

    articles: list[Annotated[Any, _ANY_ARTICLE]] = Field(max_length=MOST_IN_BATCH)


class ArticleFault(BaseModel):
    """Why an article was not taken in."""

    location: str | None = Field(description="Where in the request; null: the article as a whole.")
    message: str


class ArticleResult(BaseModel):
    """What became of an article."""

    status: ResultStatus
    id: str | None = Field(description="Its id in the archive; null: none was made of it.")
    warnings: list[str] = Field(default=[], description="What is doubtful, e.g. a date that can't be read.")
    error: ArticleFault | None = None

    @classmethod
    def of(cls, taken: Taken) -> Self:
        """From what the archive did."""
        status = _STATUS.get(taken.kind, "error")
        reasons = [problem.reason for problem in taken.problems]
        if status == "error":
            return cls(status=status, id=None, error=ArticleFault(location=taken.path, message=" ".join(reasons)))
        return cls(status=status, id=taken.article_id, warnings=reasons)


class BatchResult(BaseModel):
    """What became of each article, in their order."""

    created: int
    revised: int
    unchanged: int
    withdrawn: int = Field(default=0, description="Taken back by their provider.")
    errors: int
    results: list[ArticleResult]

    @classmethod
    def of(cls, results: Sequence[ArticleResult]) -> Self:
        """With the counts."""
        counts = {"created": 0, "revised": 0, "unchanged": 0, "withdrawn": 0, "error": 0}
        for result in results:
            counts[result.status] += 1
        return cls(errors=counts.pop("error"), **counts, results=list(results))


class LineErrorOut(BaseModel):
    """Why a line became no article."""

    line: int | None
    reason: str


class JobOut(BaseModel):
    """An upload and how far it is. What it counts is in the archive and searchable."""

    id: str
    state: JobState = Field(description="`interrupted`: the server was stopped; it goes on when it starts again.")
    created: datetime
    finished: datetime | None
    line: int = Field(description="Up to this line of the upload all is dealt with.")
    added: int
    revised: int
    unchanged: int
    kept_out: int = Field(description="Pages that are only a notice or a survey.")
    failed: int
    errors: list[LineErrorOut] = Field(description=f"Of lines that failed or were skipped, the first {MOST_ERRORS}.")
    message: str | None = Field(description="Why the job as a whole failed.")

    @classmethod
    def of(cls, job: Job) -> Self:
        """From the job as the archive holds it."""
        return cls(**asdict(job))


class Withdrawn(BaseModel):
    """What a withdrawal found."""

    article_id: str
    withdrawn: bool = True
    already: bool = Field(description="Whether it was withdrawn before; then nothing was changed.")
    answers: int = Field(description="How many stored answers cite it.")

    @classmethod
    def of(cls, article_id: str, found: Withdrawal) -> Self:
        """From what the archive found."""
        return cls(article_id=article_id, already=found.already, answers=found.answers)


class Reinstated(BaseModel):
    """What became of a withdrawal that was taken back."""

    article_id: str
    withdrawn: bool = False
    already: bool = Field(description="Whether it was not withdrawn; then nothing was changed.")
    answers: int = Field(description="How many stored answers cite it.")

    @classmethod
    def of(cls, article_id: str, found: Withdrawal) -> Self:
        """From what the archive found."""
        return cls(article_id=article_id, already=found.already, answers=found.answers)


class PurgeIn(_Wire):
    """Why an article is purged."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "court order of 2 August 2021"}]})

    reason: Reason


class Purged(BaseModel):
    """What a purge did; the first three are the tombstone."""

    article_id: str
    purged_at: datetime
    reason: str
    already: bool = Field(description="Whether it was purged before.")
    answers: int = Field(description="How many stored answers its words were erased from.")

    @classmethod
    def of(cls, done: Purge) -> Self:
        """From what the archive did."""
        return cls(
            article_id=done.article_id,
            purged_at=done.purged,
            reason=done.reason,
            already=done.already,
            answers=done.answers,
        )
