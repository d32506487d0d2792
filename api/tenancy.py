"""Restricts a caller to their part of the archive: filters are narrowed to it, and ids outside it are not found.

Knows callers and the archive, nothing of routes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from dateline.api.access import Caller
from dateline.api.asking import NEW
from dateline.api.http.wire.common import FiltersIn
from dateline.index.answers import CitingAnswer
from dateline.index.archive import Archive, StoredArticle, no_answer, no_article
from dateline.index.conversations import conversation_of, no_conversation, turns_of
from dateline.index.copies import copies_of
from dateline.index.corrections import corrections_of
from dateline.index.errors import NotFoundError, PurgedError
from dateline.index.filters import Filters
from dateline.index.flags import Flag
from dateline.index.parts import CURRENT, answers_in, revisions_within
from dateline.index.revision_history import RevisionHead, revisions_of
from dateline.index.saved_filters import saved_filter
from dateline.rag.redaction import as_asked


def filters_within(archive: Archive, caller: Caller, given: FiltersIn, as_of: date | datetime | None) -> Filters:
    """The filters of a request, narrowed to its saved filter and to the caller's part.

    Raises `QuestionError` if they contradict each other, `NotFoundError` if there is no such saved filter.
    """
    named = () if given.saved is None else (saved_filter(archive, given.saved).filters,)
    part = () if caller.part is None else (caller.part,)
    return given.with_as_of(as_of, within=named + part)


def article_in_part(archive: Archive, caller: Caller, article_id: str, revision: int | None = None) -> StoredArticle:
    """A revision of an article (None: the current one).

    Raises `NotFoundError` if the caller doesn't see it, `PurgedError` if it was purged and they see the whole archive.
    """
    try:
        stored = archive.article(article_id, revision)
    except PurgedError:
        if caller.part is None:
            raise
        raise no_article(article_id, revision) from None  # its part is not known any more
    if caller.part is None or (article_id, stored.revision) in revisions_within(archive, [article_id], caller.part):
        return stored
    raise no_article(article_id, revision)


@dataclass(frozen=True, slots=True)
class Related:
    """The articles related to one, as far as the caller sees them."""

    revisions: list[RevisionHead]
    copies: list[StoredArticle]
    corrected_by: list[StoredArticle]
    corrects: StoredArticle | None


def related_in_part(archive: Archive, caller: Caller, article_id: str) -> Related:
    """Revisions, near-copies and corrections of an article. Raises as `article_in_part`."""
    stored = article_in_part(archive, caller, article_id)
    filters = filters_within(archive, caller, FiltersIn(), None)
    heads = revisions_of(archive, article_id)
    if caller.part is not None:
        inside = revisions_within(archive, [article_id], caller.part)
        heads = [head for head in heads if (article_id, head.number) in inside]
    copies = copies_of(archive, [stored.story_id], filters).get(stored.story_id, ())
    corrections = corrections_of(archive, [article_id], filters).get(article_id, ())
    corrects = None
    if stored.article.corrects is not None:
        with suppress(NotFoundError, PurgedError):  # an article may say that it corrects any
            corrects = article_in_part(archive, caller, stored.article.corrects)
    return Related(
        heads,
        [archive.article(one) for one in copies if one != article_id],
        [archive.article(one) for one in corrections],
        corrects,
    )


def answer_in_part(archive: Archive, caller: Caller, answer_id: str) -> str:
    """A stored answer, JSON. Raises `NotFoundError` unless the caller sees all articles that it names.

    A follow-up may have been understood from turns that the caller doesn't see; then it is shown only as it was asked.
    """
    stored = archive.answer(answer_id)
    if caller.part is None:
        return stored
    if not all(answers_in(archive, [stored], caller.part)):
        raise no_answer(answer_id)
    conversation_id = conversation_of(archive, answer_id)
    return stored if conversation_id and _in_part(archive, caller.part, conversation_id) else as_asked(stored)


def conversation_in_part(archive: Archive, caller: Caller, conversation_id: str | None) -> None:
    """Raise `NotFoundError` unless the caller sees every answer of the conversation. None and `NEW` always pass."""
    if caller.part is None or conversation_id is None or conversation_id == NEW:
        return
    if not _in_part(archive, caller.part, conversation_id):
        raise no_conversation(conversation_id)


def _in_part(archive: Archive, part: Filters, conversation_id: str) -> bool:
    stored = [archive.answer(turn.answer_id) for turn in turns_of(archive, conversation_id)]
    return all(answers_in(archive, stored, part))


def citing_in_part(archive: Archive, caller: Caller, found: Sequence[CitingAnswer]) -> list[CitingAnswer]:
    """The answers that cite an article and that the caller sees."""
    if caller.part is None:
        return list(found)
    inside = answers_in(archive, [archive.answer(answer.id) for answer in found], caller.part)
    return [
        replace(answer, flags=flags_in_part(archive, caller, answer.flags))
        for answer, is_inside in zip(found, inside, strict=True)
        if is_inside
    ]


def flags_in_part(archive: Archive, caller: Caller, flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """The flags of an answer, without the id of a correcting article that the caller doesn't see."""
    if caller.part is None:
        return tuple(flags)
    inside = revisions_within(archive, [flag.by for flag in flags if flag.by is not None], caller.part)
    return tuple(flag if (flag.by, CURRENT) in inside else replace(flag, by=None) for flag in flags)
