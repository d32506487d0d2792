"""What several commands share: options for dates, limits and filters, and the archive that they work on.

Knows how they are written on the command line, and nothing of what is done with them.
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
    """A day or a moment, as `index.dates` reads it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date | datetime:
        """The date, or click's error that names the option."""
        found = dates.parse_date(value)
        if found is None:
            self.fail(
                f"{value!r} is no full date that can be read in one way; "
                "write it as 2021-08-05 or 2021-08-05T12:00:00Z.",
                param,
                ctx,
            )
        return found


_PART = (
    click.option("--from", "published_from", type=Moment(), help="Published on this day or later."),
    click.option("--to", "published_to", type=Moment(), help="Published on this day or earlier."),
    click.option("--outlet", "outlets", multiple=True, help="Only this outlet; may be repeated."),
    click.option("--language", "languages", multiple=True, help="Only this language, e.g. en; may be repeated."),
    click.option("--article", "article_ids", multiple=True, help="Only the article of this id; may be repeated."),
)
_AS_OF = click.option(
    "--as-of", type=Moment(), help="Only what was published by the end of this day, or by this moment."
)
_SAVED = click.option(
    "--filter", "saved", metavar="NAME", help="Only within this saved filter; `dateline filters list` shows them."
)


def part_options(command: Command) -> Command:
    """The conditions of a saved filter, as keyword arguments that `filters_of` takes."""
    for option in reversed(_PART):
        command = option(command)
    return command


def filter_options(command: Command) -> Command:
    """All filters: keyword arguments that `filters_of` takes, and `saved`, which `within_saved` takes."""
    return part_options(_AS_OF(_SAVED(command)))


def limit_option(default: int) -> Callable[[Any], Any]:
    """`--limit`, from 1 to `MOST`."""
    return click.option(
        "--limit", type=click.IntRange(1, MOST), default=default, show_default=True, help="At most so many."
    )


def filters_of(**given: Any) -> Filters:
    """The `Filters` of what `filter_options` gave. Raises `QuestionError` if they contradict each other."""
    return Filters(**given)


def within_saved(archive: Archive, filters: Filters, saved: str | None) -> Filters:
    """The filters within the saved filter of this name. Raises `NotFoundError`."""
    if saved is None:
        return filters
    from dateline.index.saved_filters import saved_filter

    return replace(filters, within=(saved_filter(archive, saved).filters,))


def moment_of(value: date | datetime | None, now: datetime) -> datetime:
    """The moment at which something is asked, in UTC: `value`, the last second of that day, or now."""
    if value is None:
        return now
    return dates.bounds(value)[1].astimezone(UTC).replace(microsecond=0)


def opened_archive(*, create: bool = False) -> closing[Archive]:
    """The archive in DATELINE_HOME, for a `with`, at whose end it is closed. For what needs no model."""
    from dateline.api.compose import open_archive
    from dateline.api.settings import load_settings

    return closing(open_archive(load_settings(), create=create))
