"""Articles, passages and spans: the data types of index/.

Offsets are code points into `Article.text`, end exclusive. Knows nothing of files, tables or vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Basis = Literal["metadata", "text", "address", "unknown"]
"""Where a value was read: in the metadata, in the visible text, in the address of the page (a date), or nowhere."""

FIELDS = ("title", "outlet", "byline", "url", "language", "published", "updated")
"""The fields of an article that carry a basis."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range of an article's text, in code points, end exclusive."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The text of the span in `text`."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page of a paged file begins."""

    offset: int
    """In the article's text, in code points."""
    page: int
    """From 1, as the file counts them."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its text and what is known about it. `None` means unknown, never guessed."""

    id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    url: str | None = None
    language: str | None = None
    """ISO 639-1 code in lower case, e.g. `en`."""
    published: date | datetime | None = None
    """A `datetime` is always aware; a plain `date` says that only the day is known."""
    updated: date | datetime | None = None
    corrects: str | None = None
    """Id of the article that this one says it corrects; the archive may not have it."""
    pages: tuple[PageStart, ...] = ()
    """Of a PDF or a Word file, in order; empty: it has no pages."""
    basis: Mapping[str, Basis] = field(default_factory=dict)
    """For each of `FIELDS` where its value was read; a missing key means `unknown`."""

    def page_at(self, offset: int) -> int | None:
        """The page on which the text at `offset` begins; None if the article has no pages."""
        return next((start.page for start in reversed(self.pages) if start.offset <= offset), None)


@dataclass(frozen=True, slots=True)
class Passage:
    """The retrieved unit: whole sentences of one article, short enough for the encoder to read with its header."""

    span: Span
    sentences: tuple[Span, ...]
    """Spans within the article's text; together with white space they cover the passage."""


@dataclass(frozen=True, slots=True)
class RemovedLine:
    """A line of page furniture that was removed from an article's text."""

    line: int
    """Line number in the text as it was read, from 1."""
    text: str
    reason: str
    """E.g. `caption`, `share bar`, `read-more list`, `newsletter`, `disclaimer`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem with an input, for the report of an ingest run."""

    path: str
    line: int | None
    reason: str
    """What is wrong and what to do about it, in one sentence."""
    severity: Literal["error", "warning", "skipped"] = "error"
    """`error`: not ingested. `warning`: ingested, but worth a look. `skipped`: not an article (a notice, a survey)."""

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.reason}"
