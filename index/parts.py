"""Whether revisions and stored answers are within a part of the archive, for keys that are restricted to one.

A revision is judged by its own outlet, language and date, withdrawn or not. Of an answer only the members
`article_id`, `passage_id`, `copies` and `corrected_by` are read, at any depth; knows nothing else of its shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select

from dateline.index.archive import Archive
from dateline.index.conditions import part_conditions
from dateline.index.filters import Filters
from dateline.index.schema import articles, revisions

CURRENT = None
"""In place of a revision's number: the current one."""


def revisions_within(archive: Archive, article_ids: Iterable[str], part: Filters) -> set[tuple[str, int | None]]:
    """The revisions of these articles within `part`, as (article id, number); the current one also as `CURRENT`."""
    query = (
        select(revisions.c.article_id, revisions.c.number, articles.c.current_revision == revisions.c.id)
        .join(articles, articles.c.id == revisions.c.article_id)
        .where(revisions.c.article_id.in_(list(article_ids)), *part_conditions(part))
    )
    found: set[tuple[str, int | None]] = set()
    for article_id, number, current in (tuple(row.values()) for row in archive.rows(query)):
        found |= {(article_id, number), (article_id, CURRENT)} if current else {(article_id, number)}
    return found


def answers_in(archive: Archive, answers: Iterable[str], part: Filters) -> list[bool]:
    """For each stored answer (JSON) whether all that it names is within `part`; false for invalid JSON."""
    named = [_named(answer) for answer in answers]
    inside = revisions_within(archive, {article_id for one in named if one for article_id, _ in one}, part)
    return [one is not None and one <= inside for one in named]


def _named(answer: str) -> set[tuple[str, int | None]] | None:
    try:
        return set(_walk(json.loads(answer)))
    except (ValueError, RecursionError):
        return None


def _walk(value: Any) -> Iterator[tuple[str, int | None]]:
    """All named articles and revisions of passages. Raises ValueError for an invalid passage id."""
    if isinstance(value, list):
        for member in value:
            yield from _walk(member)
        return
    if not isinstance(value, dict):
        return
    for name, member in value.items():
        match name, member:
            case "article_id", str():
                yield member, CURRENT
            case "passage_id", str():
                article_id, number, _place = member.rsplit(":", 2)
                yield article_id, int(number)
            case "copies" | "corrected_by", list():
                yield from ((str(one), CURRENT) for one in member)
            case _:
                yield from _walk(member)
