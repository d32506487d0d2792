"""`dateline filters`: named parts of the archive, to which keys and requests can be restricted.

Knows nothing of how they are stored.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from dateline.api.cli.options import filters_of, opened_archive, part_options
from dateline.api.terminal import Page, say, say_value

if TYPE_CHECKING:
    from dateline.index.saved_filters import SavedFilter


@click.group()
def filters() -> None:
    """Save, list and delete named parts of the archive."""


@filters.command("save")
@click.argument("name")
@part_options
def save_part(name: str, **part: Any) -> None:
    """Save a filter as NAME, replacing an existing one.

    Keys tied to it see the new part at once.
    """
    from dateline.index.saved_filters import save_filter

    chosen = filters_of(**part)
    with opened_archive(create=True) as archive:
        save_filter(archive, name, chosen, datetime.now(UTC))
    say(f"the filter {name} is saved")


@filters.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_filters(as_json: bool) -> None:
    """List saved filters by name."""
    from dateline.index.saved_filters import all_saved_filters

    with opened_archive(create=True) as archive:
        found = all_saved_filters(archive)
    if as_json:
        from dateline.api.http.wire.filters import SavedFilterList

        say_value(SavedFilterList.of(found).model_dump(mode="json")["filters"])
        return
    page = Page()
    for saved in found:
        page.line((saved.name, "cyan"), f"  {_in_words(saved)}")


@filters.command("delete")
@click.argument("name")
def delete(name: str) -> None:
    """Delete the filter NAME.

    It can't be deleted while a key is tied to it.
    """
    from dateline.index.saved_filters import delete_filter

    with opened_archive(create=True) as archive:
        delete_filter(archive, name)
    say(f"the filter {name} is deleted")


def _in_words(saved: SavedFilter) -> str:
    part = saved.filters
    conditions = [
        ("from", part.published_from and part.published_from.isoformat()),
        ("to", part.published_to and part.published_to.isoformat()),
        ("outlets", ", ".join(part.outlets)),
        ("languages", ", ".join(part.languages)),
        ("articles", ", ".join(part.article_ids)),
    ]
    return "; ".join(f"{name} {value}" for name, value in conditions if value)
