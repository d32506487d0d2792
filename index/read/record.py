"""Data types of reading: a record before it is parsed, a draft, and the parsed article.

Knows no format and opens no file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dateline.index.article import Article, Basis, Problem, RemovedLine
from dateline.index.dates import DateOrder
from dateline.index.errors import ArticleError

Format = Literal["text", "markdown", "html", "json", "feed", "mail", "pdf", "docx"]

MAX_ARTICLE_BYTES = 20_000_000
"""Largest file or line that is read as one article, and largest JSON list or feed."""

READING_VERSION = 5
"""Increased when reading or cleaning change, so that known records are read again."""


class NoticeError(ArticleError):
    """A page is only a notice: registration, consent, paywall, or a survey about adverts."""

    title = "The page is a notice, not an article"


@dataclass(frozen=True, slots=True)
class Record:
    """An article before parsing: its origin and its bytes."""

    path: str
    line: int | None
    """Line of a file with several records on which this one starts; None for a feed's entries."""
    format: Format
    payload: bytes
    """The file's bytes; for `json` and `feed` the record as canonical JSON."""
    address: str | None = None
    """The URL that a page was fetched from, used if the page names none itself."""
    date_order: DateOrder | None = None
    """Order of numeric dates such as 03/04/2021; None: unknown."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex of format and payload, whatever the path."""
        how = "".join(f" {part}" for part in (self.address, self.date_order) if part is not None)
        return hashlib.sha256(f"{READING_VERSION} {self.format}{how}\0".encode() + self.payload).hexdigest()


@dataclass(frozen=True, slots=True)
class Value:
    """The raw value of a field, and where it was found."""

    raw: object
    basis: Basis


@dataclass(frozen=True, slots=True)
class DraftPage:
    """Where a page of a paged file begins in the text of a draft."""

    line: int
    """From 1."""
    word: int
    """How many words of the line are still on the page before."""
    page: int
    """From 1, as the file counts them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a format's reader found in a record: its own id, its raw fields, and its text."""

    text: str
    """One line per paragraph; blank lines only keep the file's line numbers."""
    fields: Mapping[str, Value]
    """Keys are those of `index.article.FIELDS`, and `corrects`, `embargo`, `status` and `note`."""
    own_id: str | None = None
    notes: tuple[str, ...] = ()
    """Reasons for warnings, e.g. about an encoding."""
    pages: tuple[DraftPage, ...] = ()
    """Of a paged file, in order."""
    cut: str | None = None
    """The mark of a truncated text, e.g. of a paywall; None: it is complete."""
    prose_only: bool = False
    """Whether an article needs a whole sentence: true for pages, which always have some words."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An article with what was removed from it, and its release."""

    article: Article
    removed: tuple[RemovedLine, ...] = ()
    embargo: datetime | None = None
    """End of its embargo."""
    withdraw: str | None = None
    """Why its provider withdraws it; None: it does not."""
    warnings: tuple[Problem, ...] = field(default=())
