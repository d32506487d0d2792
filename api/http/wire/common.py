"""What goes over the wire apart from the Answer: requests, search results and articles, as pydantic models.

Names and meanings are fixed for clients; a field that isn't known is refused, not ignored. Knows nothing
of routes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from dateline.api.http.paging import ArticlePage
from dateline.api.http.search_pages import LONGEST_CURSOR, SearchPage
from dateline.index import dates
from dateline.index.archive import StoredArticle
from dateline.index.article import FIELDS, Article, Basis
from dateline.index.filters import Filters
from dateline.index.search import RankedPassage
from dateline.rag.question import Length, LlmStyle

MOST_PASSAGES = 100
MOST_ARTICLES = 100
MOST_NAMES = 1_000
"""Outlets, languages or ids in one filter."""


def _moment(value: Any) -> date | datetime:
    found = dates.parse_date(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("no full date; write it as 2021-08-05 or 2021-08-05T12:00:00Z")
    return found


Moment = Annotated[
    date | datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "description": "A day, or a moment with its offset, as ISO 8601 writes them."}),
]


def _encodable(text: str) -> str:
    """JSON can write half of a character, `"\\ud800"`, which no database takes."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("half of a surrogate pair is no character")
    return text


Words = Annotated[str, AfterValidator(_encodable)]
Names = Annotated[list[Words], Field(max_length=MOST_NAMES)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Response(BaseModel):
    model_config = ConfigDict(frozen=True)


class PartIn(_Request):
    """Which articles belong to a part of the archive; all conditions must hold."""

    published_from: Moment | None = Field(default=None, description="Published on this day, at this moment, or later.")
    published_to: Moment | None = Field(default=None, description="Published on this day, at this moment, or earlier.")
    outlets: Names = Field(default=[], description="Any of these outlets, in any case of letters.")
    languages: Names = Field(default=[], description="Any of these languages, as ISO 639-1 codes.")
    article_ids: Names = Field(default=[], description="Any of these articles.")

    def as_filters(self) -> Filters:
        """The conditions by themselves. Raises `QuestionError` if they contradict each other."""
        return Filters(
            published_from=self.published_from,
            published_to=self.published_to,
            outlets=tuple(self.outlets),
            languages=tuple(self.languages),
            article_ids=tuple(self.article_ids),
        )


class FiltersIn(PartIn):
    """Which articles may be used; all conditions must hold."""

    saved: Words | None = Field(default=None, description="Also within the saved filter of this name.")

    def with_as_of(self, as_of: date | datetime | None, *, within: tuple[Filters, ...]) -> Filters:
        """The filters for a search; `api.narrowing` says within which parts of the archive.

        Raises `QuestionError` if they contradict each other.
        """
        return replace(self.as_filters(), as_of=as_of, within=within)


_AS_OF = Field(
    default=None,
    description="As the archive stood at this moment, or at the end of this day: no later article, the revision then "
    "in force, nothing undated.",
    examples=["2015-10-31"],
)


class AnswerRequest(_Request):
    """A question."""

    question: Words = Field(description="What is asked.", examples=["Why did the Taliban shift to cities?"])
    asked_at: Moment | None = Field(
        default=None,
        description="What “today” and “last month” are relative to; default: now.",
        examples=["2021-08-09T12:00:00Z"],
    )
    as_of: Moment | None = _AS_OF
    filters: FiltersIn = Field(default=FiltersIn(), examples=[{"outlets": ["The Meridian Courier"]}])
    length: Length = Field(default="medium", description="How much is said.")
    llm: LlmStyle | None = Field(
        default=None,
        description="Who answers: `off`, the embedded reader; `quotes`, a language model in the articles' words; "
        "`prose`, a language model in its own, each sentence checked; null: as the server is set.",
    )
    conversation_id: Words | None = Field(
        default=None,
        description="The conversation that this question is a turn of; `new` begins one, whose id the answer has. "
        "“And in 2015?” is then understood by the turns before; null: the question stands by itself.",
        examples=["new"],
    )
    stream: bool = Field(
        default=False,
        description="Send the answer as it comes about, as Server-Sent Events: `retrieval`, each `claim` once it is "
        "verified, each `disagreement`, at last `done` with the whole Answer, or `error` with a problem.",
    )

    def moment(self, now: datetime) -> datetime:
        """When it is asked, in UTC: `asked_at`, the last second of that day, or now."""
        if self.asked_at is None:
            return now
        return dates.bounds(self.asked_at)[1].astimezone(UTC).replace(microsecond=0)


class SearchRequest(_Request):
    """Words to find passages for."""

    query: Words = Field(description="Words, a phrase or a question.", examples=["assault on Ghazni"])
    as_of: Moment | None = _AS_OF
    filters: FiltersIn = Field(default=FiltersIn())
    limit: int = Field(default=10, ge=1, le=MOST_PASSAGES, description="At most so many passages.")
    cursor: str | None = Field(
        default=None,
        max_length=LONGEST_CURSOR,
        description="`next_cursor` of the page before, with the same query and filters: goes on in the same ranking, "
        "whatever has come in since.",
    )

    def asked(self) -> str:
        """What is searched for, whichever page of it."""
        return self.model_dump_json(exclude={"limit", "cursor"})


class ArticlesQuery(FiltersIn):
    """Which articles to list."""

    as_of: Moment | None = _AS_OF
    limit: int = Field(default=50, ge=1, le=MOST_ARTICLES, description="At most so many articles.")
    cursor: str | None = Field(default=None, description="`next_cursor` of the page before.")


class SpanOut(_Response):
    """A stretch of an article's text in code points, end exclusive."""

    start: int
    end: int


class ArticleAbout(_Response):
    """What is known about an article; null: unknown."""

    id: str
    title: str | None
    outlet: str | None
    byline: str | None
    url: str | None
    language: str | None
    published: str | None = Field(description="ISO 8601: a day, or a moment with its offset.")
    updated: str | None
    corrects: str | None = Field(
        description="The article that this one says it corrects; there may be no such article."
    )
    basis: dict[str, Basis] = Field(description="Where each of these fields was read.")
    story_id: str = Field(description="Shared by near-copies of one story.")

    @classmethod
    def of_article(cls, article: Article, story_id: str) -> Self:
        """From an article as the archive holds it."""
        return cls(**_about(article, story_id))


class StoredArticleOut(ArticleAbout):
    """An article in the archive."""

    revision: int = Field(description="1, 2, … within the article.")
    current: bool = Field(description="Whether this is the newest revision.")
    ingested: datetime
    withdrawn: bool = Field(description="Withdrawn articles are in no answer.")
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    embargo: datetime | None = Field(description="Until when it is held back; null: it is not.")

    @classmethod
    def of(cls, stored: StoredArticle) -> Self:
        """From a revision as the archive holds it."""
        return cls(**_stored(stored))


class PageStartOut(_Response):
    """Where a page of a PDF or a Word file begins in the text."""

    offset: int = Field(description="In code points.")
    page: int


class RemovedLineOut(_Response):
    """A line of page furniture that was removed from the text."""

    line: int = Field(description="Line number in the text as it was read, from 1.")
    text: str
    reason: str


class FullArticle(StoredArticleOut):
    """An article with its text, which every citation's span is in."""

    text: str
    removed: list[RemovedLineOut]
    pages: list[PageStartOut] = Field(description="Of a PDF or a Word file; else empty.")

    @classmethod
    def of(cls, stored: StoredArticle) -> Self:
        """From a revision as the archive holds it."""
        removed = [RemovedLineOut(line=r.line, text=r.text, reason=r.reason) for r in stored.removed]
        pages = [PageStartOut(offset=start.offset, page=start.page) for start in stored.article.pages]
        return cls(**_stored(stored), text=stored.article.text, removed=removed, pages=pages)


class ArticleList(_Response):
    """A page of articles, by id."""

    articles: list[StoredArticleOut]
    next_cursor: str | None = Field(description="Hand it in as `cursor` for the next page; null: this was the last.")

    @classmethod
    def of(cls, page: ArticlePage) -> Self:
        """From a page of the archive."""
        return cls(articles=[StoredArticleOut.of(one) for one in page.articles], next_cursor=page.next_cursor)


class PassageOut(_Response):
    """A passage that was found: whole sentences of one article."""

    passage_id: str
    article_id: str
    quote: str = Field(description="Its exact words: the article's text from `start` to `end`.")
    source_span: SpanOut
    sentences: list[SpanOut] = Field(description="Its sentences, as spans of the article's text.")
    score: float = Field(description="Reciprocal rank fusion of meaning and words; higher is better.")
    cosine: float | None = Field(description="Similarity of meaning, −1…1; null: only the words matched.")
    bm25: float | None = Field(description="Match of words; null: only the meaning matched.")
    article: ArticleAbout

    @classmethod
    def of(cls, ranked: RankedPassage) -> Self:
        """From a passage that a search found."""
        passage = ranked.passage
        return cls(
            passage_id=passage.id,
            article_id=passage.article.id,
            quote=passage.text,
            source_span=SpanOut(start=passage.span.start, end=passage.span.end),
            sentences=[SpanOut(start=s.start, end=s.end) for s in passage.sentences],
            score=ranked.score,
            cosine=ranked.cosine,
            bm25=ranked.bm25,
            article=ArticleAbout.of_article(passage.article, passage.story_id),
        )


class SearchResponse(_Response):
    """Passages, best first."""

    index_snapshot: str = Field(description="The state of the archive that was searched.")
    considered: int = Field(description="How many passages the filters allowed.")
    passages: list[PassageOut]
    next_cursor: str | None = Field(
        description="Hand it in as `cursor` for the next page; null: this was the last. A search ranks the best 100 "
        "passages by meaning and by words each."
    )

    @classmethod
    def of(cls, page: SearchPage) -> Self:
        """From a page of a search."""
        return cls(
            index_snapshot=page.result.index_snapshot,
            considered=page.result.considered,
            passages=_passages(page.result.passages),
            next_cursor=page.next_cursor,
        )


def _passages(ranked: Iterable[RankedPassage]) -> list[PassageOut]:
    return [PassageOut.of(one) for one in ranked]


def _about(article: Article, story_id: str) -> dict[str, Any]:
    return {
        "id": article.id,
        **{name: getattr(article, name) for name in ("title", "outlet", "byline", "url", "language")},
        "published": article.published and dates.to_text(article.published),
        "updated": article.updated and dates.to_text(article.updated),
        "corrects": article.corrects,
        "basis": {name: article.basis.get(name, "unknown") for name in FIELDS},
        "story_id": story_id,
    }


def _stored(stored: StoredArticle) -> dict[str, Any]:
    return {
        **_about(stored.article, stored.story_id),
        "revision": stored.revision,
        "current": stored.current,
        "ingested": stored.ingested,
        "withdrawn": stored.withdrawn is not None,
        "withdrawn_at": stored.withdrawn,
        "withdrawn_reason": stored.withdrawn_reason,
        "embargo": stored.embargo,
    }
