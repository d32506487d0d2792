"""Filters → SQL conditions, for every query that is subject to them.

Knows the tables, not what is selected.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_

from dateline.index import dates
from dateline.index.filters import Filters
from dateline.index.schema import articles, microseconds, revisions


def conditions(filters: Filters, *, in_force: bool = True) -> list[ColumnElement[bool]]:
    """Conditions on `revisions` joined with `articles`: in use, in force, and within the filters.

    An article under an embargo is not in use before it is released (`index/embargoes.py`).

    `in_force`: false to include revisions that have just been superseded.
    """
    found: list[ColumnElement[bool]] = [articles.c.withdrawn.is_(None), articles.c.embargo.is_(None)]
    if in_force and filters.as_of is None:
        found.append(revisions.c.id == articles.c.current_revision)
    elif in_force and filters.as_of is not None:
        moment = microseconds(dates.bounds(filters.as_of)[1])
        still = or_(revisions.c.valid_to.is_(None), revisions.c.valid_to > moment)
        found += [revisions.c.valid_from <= moment, still]
    for one in (filters, *filters.within):
        found += part_conditions(one)
    return found


def part_conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Conditions on the same rows for being in a part of the archive, whether in use and in force or not."""
    found: list[ColumnElement[bool]] = []
    if filters.published_from is not None:
        found.append(revisions.c.published_to >= microseconds(dates.bounds(filters.published_from)[0]))
    if filters.published_to is not None:
        found.append(revisions.c.published_from <= microseconds(dates.bounds(filters.published_to)[1]))
    if filters.outlets:
        found.append(func.lower(revisions.c.outlet).in_([outlet.lower() for outlet in filters.outlets]))
    if filters.languages:
        found.append(revisions.c.language.in_(filters.languages))
    if filters.article_ids:
        found.append(revisions.c.article_id.in_(filters.article_ids))
    return found
