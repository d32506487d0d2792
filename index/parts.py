"""Whether what is stored lies in a part of the archive: an article's revision, and all that an answer names.

A revision is judged by its own outlet, language and date, withdrawn or not. Of an answer only its members
`article_id`, `passage_id`, `copies` and `corrected_by` are read, wherever they stand; knows nothing else of its shape.
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
"""In place of a revision's number: the one that is current."""


def revisions_in(archive: Archive, article_ids: Iterable[str], part: Filters) -> set[tuple[str, int | None]]:
    """Which revisions of these articles lie in `part`, as (article id, number); the current one also as CURRENT."""
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
    """Of each stored answer (JSON), whether all that it names lies in `part`; not so for what is no JSON."""
    named = [_named(answer) for answer in answers]
    inside = revisions_in(archive, {article_id for one in named if one for article_id, _ in one}, part)
    return [one is not None and one <= inside for one in named]


def _named(answer: str) -> set[tuple[str, int | None]] | None:
    try:
        return set(_walk(json.loads(answer)))
    except (ValueError, RecursionError):
        return None


def _walk(value: Any) -> Iterator[tuple[str, int | None]]:
    """Every article that is named, and every passage's revision. Raises ValueError for a passage's id that is none."""
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
