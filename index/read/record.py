"""What passes between the steps of reading: a record before it is parsed, a draft, and the parsed article.

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
"""The longest file or line that is read as one article, and the longest JSON list or feed that is read whole."""

READING_VERSION = 5
"""Grows when reading or cleaning change what comes out, so that the same records are read anew."""


class KeptOut(ArticleError):  # noqa: N818 - it says what was done, as in the report of an ingest
    """A whole page that is no article but a notice: registration, consent, paywall, or a survey about adverts."""

    title = "The page is a notice, not an article"


@dataclass(frozen=True, slots=True)
class Record:
    """One article-to-be: where it came from and its bytes, not looked into yet."""

    path: str
    line: int | None
    """Line of the file on which the record starts, where a file holds several; None for a feed's entries."""
    format: Format
    payload: bytes
    """The file's bytes, or, for `json` and `feed`, the record as canonical JSON."""
    address: str | None = None
    """Where a page was fetched from, which counts where the page itself names no address."""
    date_order: DateOrder | None = None
    """How 03/04/2021 is meant; None: it is not known."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex over format and payload: the same record gives the same, wherever it lies."""
        how = "".join(f" {part}" for part in (self.address, self.date_order) if part is not None)
        return hashlib.sha256(f"{READING_VERSION} {self.format}{how}\0".encode() + self.payload).hexdigest()


@dataclass(frozen=True, slots=True)
class Value:
    """A value of one field as it was found, not yet checked, and where it was found."""

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
    """What a format's reader found in a record: its own id, its fields as they stand, and its text."""

    text: str
    """Paragraphs are lines. Blank lines don't matter, except that they keep line numbers those of the file."""
    fields: Mapping[str, Value]
    """Keys are those of `index.article.FIELDS`, and `corrects`, `embargo`, `status` and `note`."""
    own_id: str | None = None
    notes: tuple[str, ...] = ()
    """Reasons for warnings, e.g. about an encoding."""
    pages: tuple[DraftPage, ...] = ()
    """Of a paged file, in order."""
    cut: str | None = None
    """What shows that the text breaks off, e.g. a paywall's words; None: nothing does."""
    prose_only: bool = False
    """Whether text without one whole sentence is no article: true for pages, which always have some words."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An article and what was left out of it."""

    article: Article
    removed: tuple[RemovedLine, ...] = ()
    embargo: datetime | None = None
    """Until when the article is to be held back."""
    withdraw: str | None = None
    """Why its provider takes the article back; None: it does not."""
    warnings: tuple[Problem, ...] = field(default=())
