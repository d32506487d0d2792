"""Options shared by several commands: dates, limits, filters, and the opened archive.

Knows how options are written on the command line, nothing of what commands do with them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dateline.index import dates
from dateline.index.filters import Filters

if TYPE_CHECKING:
    from dateline.index.archive import Archive

Command = TypeVar("Command", bound=Callable[..., Any])

MOST = 1_000
"""The highest --limit."""


class Moment(click.ParamType[date | datetime]):
    """Parameter type of a date or datetime, parsed by `index.dates`."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date | datetime:
        """The date, or click's error that names the option."""
        found = dates.parse_date(value)
        if found is None:
            self.fail(
                f"{value!r} can't be read as a date; write it as 2021-08-05 or 2021-08-05T12:00:00Z.",
                param,
                ctx,
            )
        return found


_PART = (
    click.option("--from", "published_from", type=Moment(), help="Published on this day or later."),
    click.option("--to", "published_to", type=Moment(), help="Published on this day or earlier."),
    click.option("--outlet", "outlets", multiple=True, help="Only this outlet; may be repeated."),
    click.option("--language", "languages", multiple=True, help="Only this language, e.g. en; may be repeated."),
    click.option("--article", "article_ids", multiple=True, help="Only the article with this id; may be repeated."),
)
_AS_OF = click.option(
    "--as-of",
    type=Moment(),
    help="Use the archive as it was at the end of this day, or at this time: no later and no undated articles.",
)
_SAVED = click.option(
    "--filter", "saved", metavar="NAME", help="Only within this saved filter; `dateline filters list` shows them."
)


def part_options(command: Command) -> Command:
    """Options for the conditions of a saved filter: keyword arguments of `filters_of`."""
    for option in reversed(_PART):
        command = option(command)
    return command


def filter_options(command: Command) -> Command:
    """Options for all filters: keyword arguments of `filters_of`, and `saved` of `within_saved`."""
    return part_options(_AS_OF(_SAVED(command)))


def limit_option(default: int) -> Callable[[Any], Any]:
    """`--limit`, from 1 to `MOST`."""
    return click.option(
        "--limit", type=click.IntRange(1, MOST), default=default, show_default=True, help="Maximum number of results."
    )


def filters_of(**given: Any) -> Filters:
    """`Filters` from the options. Raises `QuestionError` if they contradict each other."""
    return Filters(**given)


def within_saved(archive: Archive, filters: Filters, saved: str | None) -> Filters:
    """The filters, restricted to the saved filter of this name. Raises `NotFoundError`."""
    if saved is None:
        return filters
    from dateline.index.saved_filters import saved_filter

    return replace(filters, within=(saved_filter(archive, saved).filters,))


def moment_of(value: date | datetime | None, now: datetime) -> datetime:
    """The time of a question in UTC: `value`, the last second of that day, or `now`."""
    if value is None:
        return now
    return dates.bounds(value)[1].astimezone(UTC).replace(microsecond=0)


def opened_archive(*, create: bool = False) -> closing[Archive]:
    """Context manager: the archive in DATELINE_HOME, for commands that need no model."""
    from dateline.api.compose import open_archive
    from dateline.api.settings import load_settings

    return closing(open_archive(load_settings(), create=create))
