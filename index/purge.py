"""Purging an article: its text is erased from all files of the archive, and a tombstone remains.

Erased are the texts and metadata of all its revisions, its passages and vectors, the indexes as a whole (they are
rebuilt from the archive), and its text in stored answers. Knows the tables; redacting an answer is up to the caller.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from dateline.index.archive import Archive
from dateline.index.database import scrub, storage_errors
from dateline.index.digests import text_sha256
from dateline.index.errors import NotFoundError
from dateline.index.index_files import erase_indexes, index_lock
from dateline.index.schema import (
    answers,
    articles,
    changes,
    embeddings,
    feedback,
    idempotency,
    next_embeddings,
    passages,
    purged_texts,
    revisions,
    source_entries,
    turns,
)
from dateline.index.story_tables import leave_story
from dateline.index.writer import Writer

LOCK_WAIT_SECONDS = 5.0

Redact = Callable[[str, str], str | None]
"""A stored answer (JSON) and an article's id → the answer without the article's text; None if it has none."""
AsAsked = Callable[[str], str]
"""A stored answer (JSON) → the same with the question as asked in place of the standalone question."""


@dataclass(frozen=True, slots=True)
class Purge:
    """The result of a purge."""

    article_id: str
    purged: datetime
    reason: str
    already: bool
    """Whether the article was purged before; remains of an interrupted purge are erased now."""
    answers: int
    """Stored answers from which its text was erased."""


def purge(archive: Archive, article_id: str, reason: str, now: datetime, *, redact: Redact, as_asked: AsAsked) -> Purge:
    """Purge an article for good. When this returns, its text is in no file of the archive's folder.

    Earlier backups still have it. Raises `NotFoundError`, and `BusyError` if another process is writing or keeps
    reading; then it must be repeated.
    """
    with Writer(archive, wait=LOCK_WAIT_SECONDS), storage_errors("the archive"):
        # Locked, so that nobody who has read the words before writes them into the indexes again.
        with index_lock(archive.home, wait=LOCK_WAIT_SECONDS), archive.writing.begin() as connection:
            # Before the archive: killed in between, the indexes are made anew, but never followed up from the old ones.
            erase_indexes(archive.home)
            row = connection.execute(select(articles).where(articles.c.id == article_id)).mappings().first()
            if row is None:
                raise NotFoundError(
                    f"there is no article {article_id!r}", hint="dateline articles list shows all of them."
                )
            already = row["purged"] is not None
            if already:
                now, reason = datetime.fromisoformat(row["purged"]), row["withdrawn_reason"]
            else:
                _erase_article(connection, article_id, row["story_id"])
                connection.execute(
                    update(articles)
                    .where(articles.c.id == article_id)
                    .values(withdrawn=now.isoformat(), withdrawn_reason=reason, purged=now.isoformat())
                )
                connection.execute(insert(changes).values(kind="purged", revision_id=row["current_revision"]))
            count = _erase_from_answers(connection, article_id, redact, as_asked)
            _erase_listed(connection, article_id)
            said = idempotency.c.response.contains(article_id, autoescape=True)
            connection.execute(delete(idempotency).where(said))
        scrub(archive.engine)
    return Purge(article_id, now, reason, already, count)


def _erase_article(connection: Connection, article_id: str, story_id: str) -> None:
    of_article = revisions.c.article_id == article_id
    texts = connection.execute(select(revisions.c.text).where(of_article)).scalars()
    hashes = {text_sha256(text) for text in texts if text}
    if hashes:
        connection.execute(insert(purged_texts), [{"sha256": sha, "article_id": article_id} for sha in hashes])
    numbers = select(passages.c.id).join(revisions, revisions.c.id == passages.c.revision_id).where(of_article)
    for table in (embeddings, next_embeddings):
        connection.execute(delete(table).where(table.c.passage_id.in_(numbers)))
    of_revisions = select(revisions.c.id).where(of_article)
    connection.execute(delete(passages).where(passages.c.revision_id.in_(of_revisions)))
    kept = ("id", "article_id", "number", "ingested")
    empty = {"fingerprint": "", "text": "", "basis": "{}", "removed": "[]"}
    columns = {column.name: empty.get(column.name) for column in revisions.columns if column.name not in kept}
    connection.execute(update(revisions).where(of_article).values(columns))
    leave_story(connection, article_id, story_id)


def _erase_listed(connection: Connection, article_id: str) -> None:
    """Erase pending entries of sources for the article, which would be refused later."""
    of_article = source_entries.c.articles.contains(json.dumps(article_id, ensure_ascii=False), autoescape=True)
    waiting = update(source_entries).where(of_article, source_entries.c.record.is_not(None))
    connection.execute(waiting.values(record=None, state="dead", error="its article was purged"))


def _erase_from_answers(connection: Connection, article_id: str, redact: Redact, as_asked: AsAsked) -> int:
    """Erase the article's text from answers that may have it, from follow-up questions and from feedback.

    A standalone question may have words of earlier answers, and feedback may quote the answer.
    """
    mentions = answers.c.answer.contains(article_id, autoescape=True)
    redacted = {}
    for answer_id, answer in connection.execute(select(answers.c.id, answers.c.answer).where(mentions)).all():
        if (without := redact(answer, article_id)) is not None:
            redacted[answer_id] = without
    for answer_id, without in redacted.items():
        connection.execute(update(answers).where(answers.c.id == answer_id).values(answer=without))
        connection.execute(update(feedback).where(feedback.c.answer_id == answer_id).values(comment=None))
    for answer_id in redacted:
        _erase_from_follow_ups(connection, answer_id, as_asked)
    return len(redacted)


def _erase_from_follow_ups(connection: Connection, answer_id: str, as_asked: AsAsked) -> None:
    said = turns.alias()
    after = (
        select(turns)
        .join(said, (said.c.conversation_id == turns.c.conversation_id) & (said.c.number < turns.c.number))
        .where(said.c.answer_id == answer_id)
    )
    for turn in connection.execute(after).mappings().all():
        this = (turns.c.conversation_id == turn["conversation_id"]) & (turns.c.number == turn["number"])
        connection.execute(update(turns).where(this).values(standalone_question=turn["question"]))
        of_turn = answers.c.id == turn["answer_id"]
        answer = connection.execute(select(answers.c.answer).where(of_turn)).scalar_one()
        connection.execute(update(answers).where(of_turn).values(answer=as_asked(answer)))
