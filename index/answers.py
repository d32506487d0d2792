"""Stored answers: which ones cite an article, and what has happened to the cited articles since.

Of an Answer only its question, status and stated corrections are read; knows nothing else of its shape.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_

from dateline.index.archive import Archive
from dateline.index.corrections import corrections_of
from dateline.index.filters import NO_FILTERS
from dateline.index.flags import Flag, Standing, flags_of
from dateline.index.schema import answers, articles, cited_articles, revisions


@dataclass(frozen=True, slots=True)
class CitingAnswer:
    """A stored answer without its text."""

    id: str
    created: datetime
    question: str | None
    """As it was asked; None if the stored JSON is not an Answer."""
    status: str | None
    """`answered` or `refused`; None as above."""
    flags: tuple[Flag, ...]
    """What has happened since to any article that it cites."""


def answers_citing(
    archive: Archive, article_id: str, *, after: str | None = None, limit: int = 50
) -> list[CitingAnswer]:
    """The answers that cite an article, oldest first, from the one after the answer `after` on; at most `limit`."""
    chosen = (
        select(answers.c.id, answers.c.created)
        .join(cited_articles, cited_articles.c.answer_id == answers.c.id)
        .where(cited_articles.c.article_id == article_id)
        .order_by(answers.c.created, answers.c.id)
        .limit(limit)
    )
    if after is not None:
        last = select(answers.c.created).where(answers.c.id == after).scalar_subquery()
        chosen = chosen.where(tuple_(answers.c.created, answers.c.id) > tuple_(last, after))
    created = {row["id"]: row["created"] for row in archive.rows(chosen)}
    stored = {
        row["id"]: row["answer"]
        for row in archive.rows(select(answers.c.id, answers.c.answer).where(answers.c.id.in_(created)))
    }
    return _with_flags(archive, {answer_id: (moment, stored[answer_id]) for answer_id, moment in created.items()})


def flags_of_answers(archive: Archive, stored: Mapping[str, str]) -> dict[str, tuple[Flag, ...]]:
    """The flags of each of some stored answers: id → JSON, as `Archive.answer` gives it."""
    cited: dict[str, dict[str, int | None]] = {answer_id: {} for answer_id in stored}
    for row in archive.rows(
        select(cited_articles)
        .where(cited_articles.c.answer_id.in_(list(stored)))
        .order_by(cited_articles.c.answer_id, cited_articles.c.article_id)
    ):
        cited[row["answer_id"]][row["article_id"]] = row["revision"]
    standing = _standing(archive, {article_id for of_answer in cited.values() for article_id in of_answer})
    return {
        answer_id: flags_of(cited[answer_id], standing, _stated_corrections(_read(answer)))
        for answer_id, answer in stored.items()
    }


def latest_answers(archive: Archive, limit: int) -> list[CitingAnswer]:
    """The newest answers and refusals, newest first."""
    query = select(answers).order_by(answers.c.created.desc(), answers.c.id).limit(limit)
    return _with_flags(archive, {row["id"]: (row["created"], row["answer"]) for row in archive.rows(query)})


def questions_of(archive: Archive, answer_ids: Collection[str]) -> dict[str, str | None]:
    """The question of each answer; None if the stored JSON is not an Answer."""
    query = select(answers.c.id, answers.c.answer).where(answers.c.id.in_(answer_ids))
    return {row["id"]: _text(_read(row["answer"]).get("question")) for row in archive.rows(query)}


def _with_flags(archive: Archive, stored: Mapping[str, tuple[str, str]]) -> list[CitingAnswer]:
    """List entries of stored answers, given as id → (when it was given, its JSON)."""
    flags = flags_of_answers(archive, {answer_id: answer for answer_id, (_, answer) in stored.items()})
    found = []
    for answer_id, (moment, answer) in stored.items():
        said = _read(answer)
        found.append(
            CitingAnswer(
                id=answer_id,
                created=datetime.fromisoformat(moment),
                question=_text(said.get("question")),
                status=_text(said.get("status")),
                flags=flags[answer_id],
            )
        )
    return found


def _standing(archive: Archive, article_ids: Iterable[str]) -> dict[str, Standing]:
    ids = list(article_ids)
    query = (
        select(
            articles.c.id,
            articles.c.withdrawn,
            articles.c.withdrawn_reason,
            articles.c.purged,
            revisions.c.number,
        )
        .join(revisions, revisions.c.id == articles.c.current_revision)
        .where(articles.c.id.in_(ids))
    )
    corrections = corrections_of(archive, ids, NO_FILTERS)
    return {
        row["id"]: Standing(
            revision=row["number"],
            withdrawn=row["withdrawn"] is not None,
            withdrawn_reason=row["withdrawn_reason"],
            purged=row["purged"] is not None,
            corrections=corrections.get(row["id"], ()),
        )
        for row in archive.rows(query)
    }


def _read(answer: str) -> dict[str, Any]:
    """The members of a stored answer; empty if it is not a JSON object."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _stated_corrections(said: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """For each source of an answer the corrections of it that the answer names; older answers name none."""
    sources = said.get("sources")
    found: dict[str, frozenset[str]] = {}
    for source in sources if isinstance(sources, list) else ():
        if isinstance(source, dict) and isinstance(source.get("article_id"), str):
            by = source.get("corrected_by")
            found[source["article_id"]] = frozenset(map(str, by)) if isinstance(by, list) else frozenset()
    return found
