"""Pagination by opaque cursors: articles, citing answers, turns of a conversation, entries of a source.

A cursor names the item after which to continue, so items added or removed between two pages neither repeat nor hide
others.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from dateline.index.answers import CitingAnswer, answers_citing
from dateline.index.archive import Archive, StoredArticle
from dateline.index.conversations import answers_before
from dateline.index.errors import InputError, PurgedError
from dateline.index.filters import Filters
from dateline.index.sources.entries import Entry, EntryState, list_entries
from dateline.index.sources.registry import source_of

_ARTICLES = "after:"
_ANSWERS = "after answer:"
_TURNS = "before turn:"
_ENTRIES = "before entry:"
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A page of articles; `cursor` None: the last page."""

    articles: list[StoredArticle]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """A page of answers that cite an article; `cursor` None: the last page."""

    answers: list[CitingAnswer]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class TurnPage:
    """A page of a conversation's answers, oldest first; `cursor`: of the page before, None: the first page."""

    answers: dict[str, str]
    """Id → JSON."""
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A page of a source's entries; `cursor` None: the last page."""

    entries: list[Entry]
    next_cursor: str | None


def page_of_articles(archive: Archive, filters: Filters, *, limit: int, cursor: str | None) -> ArticlePage:
    """At most `limit` articles in use, by id. Raises `InputError` for an invalid cursor."""
    after = None if cursor is None else _read(cursor, _ARTICLES)
    found = archive.list_articles(filters, after=after, limit=limit + 1)
    last = found[limit - 1].article.id if len(found) > limit else None
    return ArticlePage(found[:limit], None if last is None else _write(last, _ARTICLES))


def page_of_answers(
    archive: Archive,
    article_id: str,
    *,
    limit: int,
    cursor: str | None,
    seen: Callable[[list[CitingAnswer]], list[CitingAnswer]] = list,
) -> AnswerPage:
    """At most `limit` answers that cite an article, oldest first. Raises `InputError` as above, `NotFoundError`.

    `seen`: filters the answers that may be shown; the others don't appear, in the cursor neither.
    """
    after = None if cursor is None else _read(cursor, _ANSWERS)
    with suppress(PurgedError):  # past answers may be asked for all the same
        archive.article(article_id)  # an unknown article is an error, not an empty page
    found: list[CitingAnswer] = []
    while len(found) <= limit and (more := answers_citing(archive, article_id, after=after, limit=limit + 1)):
        found += seen(more)
        after = more[-1].id
    last = found[limit - 1].id if len(found) > limit else None
    return AnswerPage(found[:limit], None if last is None else _write(last, _ANSWERS))


def page_of_conversation(archive: Archive, conversation_id: str, *, limit: int, cursor: str | None) -> TurnPage:
    """The last `limit` answers of a conversation, or those before the cursor. Raises `InputError`, `NotFoundError`."""
    before = _number(cursor, _TURNS)
    found = answers_before(archive, conversation_id, before=before, limit=limit + 1)
    shown = found[-limit:]
    earlier = _write(str(shown[0][0]), _TURNS) if len(found) > limit else None
    return TurnPage({answer_id: answer for _, answer_id, answer in shown}, earlier)


def page_of_entries(
    archive: Archive, source: str, *, state: EntryState | None, limit: int, cursor: str | None
) -> EntryPage:
    """At most `limit` entries of a source, newest first. Raises `InputError`, `NotFoundError`."""
    before = _number(cursor, _ENTRIES)
    source_of(archive, source)  # an unknown source is an error, not an empty page
    found = list_entries(archive, source, state=state, before=before, limit=limit + 1)
    last = found[limit - 1].number if len(found) > limit else None
    return EntryPage(found[:limit], None if last is None else _write(str(last), _ENTRIES))


def _number(cursor: str | None, mark: str) -> int | None:
    """The number in a cursor; 0, before which there is nothing, if it is not a number."""
    if cursor is None:
        return None
    number = _read(cursor, mark)
    return int(number) if number.isdecimal() and len(number) < _DIGITS else 0


def _write(last: str, mark: str) -> str:
    return base64.urlsafe_b64encode((mark + last).encode()).decode().rstrip("=")


def _read(cursor: str, mark: str) -> str:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    if not text.startswith(mark):
        raise InputError("the cursor is not valid", hint="Send next_cursor unchanged, or leave it out.")
    return text.removeprefix(mark)
