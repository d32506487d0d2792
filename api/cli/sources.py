"""`dateline sources`: add, list, pause, run and remove watched feeds, sitemaps, pages and folders.

Knows nothing of how sources are stored or run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.api.cli.long_run import in_thread
from dateline.api.cli.options import limit_option, opened_archive
from dateline.api.terminal import Page, note, say, say_value

if TYPE_CHECKING:
    from dateline.index.sources.entries import EntryState
    from dateline.index.sources.source import Source, SourceKind
    from dateline.index.sources.subscriptions import Subscription

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class Duration(click.ParamType[int]):
    """Parameter type of a duration such as 15m, in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The seconds, or click's error that names the option."""
        found = re.fullmatch(r"(\d{1,9})([smhd]?)", str(value).strip().lower())
        if found is None:
            self.fail(f"{value!r} is not a duration; write it as 90s, 15m, 6h or 1d.", param, ctx)
        return int(found[1]) * _UNITS[found[2] or "s"]


@click.group()
def sources() -> None:
    """Manage watched feeds, sitemaps, pages and folders.

    `dateline watch` and `dateline serve` watch them.
    """


@sources.command()
@click.argument("name")
@click.argument("address", metavar="URL|FOLDER")
@click.option(
    "--kind",
    type=click.Choice(["feed", "sitemap", "page", "folder"]),
    help="Kind of source. Default: folder if it is one, else feed (RSS, Atom, JSON Feed).",
)
@click.option("--every", type=Duration(), default="15m", show_default=True, help="Time between runs: 90s, 15m, 6h, 1d.")
@click.option(
    "--gone",
    type=click.Choice(["keep", "flag", "withdraw"]),
    default="keep",
    show_default=True,
    help="What to do with an article that the source takes down.",
)
@click.option("--full-text", is_flag=True, help="For feeds of teasers: fetch and read the page of each entry.")
def add(name: str, address: str, kind: SourceKind | None, every: int, gone: Any, full_text: bool) -> None:
    """Add the source NAME, or change it.

    It runs for the first time when sources are watched; see `dateline watch`.
    """
    from dateline.index.sources.registry import put_source
    from dateline.index.sources.source import SourceSettings

    is_folder = "://" not in address and Path(address).expanduser().is_dir()
    chosen = kind or ("folder" if is_folder else "feed")
    with opened_archive(create=True) as archive:
        put_source(archive, name, SourceSettings(chosen, address, every, gone, full_text), datetime.now(UTC))
    say(f"the source {name} is added; `dateline sources run {name}` runs it now")


@sources.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_sources(as_json: bool) -> None:
    """List sources by name, with state, counts and last error."""
    from dateline.index.sources.entries import count_entries
    from dateline.index.sources.registry import all_sources
    from dateline.index.sources.subscriptions import subscriptions_by_source

    with opened_archive(create=True) as archive:
        found, counts, subscribed = all_sources(archive), count_entries(archive), subscriptions_by_source(archive)
    if as_json:
        from dateline.api.http.wire.sources import SourceList

        say_value(SourceList.of(found, counts, subscribed).model_dump(mode="json")["sources"])
        return
    page = Page()
    for source in found:
        _line(page, source, counts.get(source.name, Counter()), subscribed.get(source.name))


@sources.command()
@click.argument("name")
@click.option(
    "--state", type=click.Choice(["pending", "taken", "duplicate", "dead", "gone"]), help="Only entries in this state."
)
@limit_option(20)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(name: str, state: EntryState | None, limit: int, as_json: bool) -> None:
    """Show the source NAME and its entries, newest first.

    `--state dead` lists the dead letters: entries that can't be ingested.
    """
    from dateline.index.sources.entries import count_entries, list_entries
    from dateline.index.sources.registry import source_of
    from dateline.index.sources.subscriptions import subscriptions_by_source

    with opened_archive(create=True) as archive:
        source = source_of(archive, name)
        subscription = subscriptions_by_source(archive).get(name)
        counts = count_entries(archive).get(name, Counter())
        entries = list_entries(archive, name, state=state, limit=limit)
    if as_json:
        from dateline.api.http.wire.sources import EntryOut, SourceOut

        shown = [EntryOut.of(entry).model_dump(mode="json") for entry in entries]
        say_value(SourceOut.of(source, counts, subscription).model_dump(mode="json") | {"listed": shown})
        return
    page = Page()
    _line(page, source, counts, subscription)
    for entry in entries:
        page.line((entry.state, "cyan"), f"  {entry.key}  {' '.join(entry.articles)}", indent=2)
        if entry.error:
            page.line(entry.error, indent=4)


@sources.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget the source NAME and its entries; articles stay."""
    from dateline.index.sources.registry import remove_source

    with opened_archive(create=True) as archive:
        remove_source(archive, name)
    say(f"the source {name} is removed; its articles stay")


@sources.command()
@click.argument("name")
def pause(name: str) -> None:
    """Pause the source NAME until `resume`."""
    from dateline.index.sources.registry import set_state

    with opened_archive(create=True) as archive:
        set_state(archive, name, "paused", datetime.now(UTC))
    say(f"the source {name} is paused")


@sources.command()
@click.argument("name")
def resume(name: str) -> None:
    """Resume the source NAME; its next run is now."""
    from dateline.index.sources.registry import set_state

    with opened_archive(create=True) as archive:
        set_state(archive, name, "active", datetime.now(UTC))
    say(f"the source {name} is active")


@sources.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@click.option("--retry-dead", is_flag=True, help="Also retry entries that could not be ingested.")
@click.pass_context
def run(ctx: click.Context, names: tuple[str, ...], retry_dead: bool) -> None:
    """Run sources now, whatever their interval.

    If `dateline serve` or `dateline watch` watches the archive, it runs them within seconds. Exit code 1: a source
    failed.
    """
    from filelock import Timeout

    from dateline.api.cli.watch import watcher_here
    from dateline.index.sources import entries, registry
    from dateline.index.sources.watcher import watching_lock

    now = datetime.now(UTC)
    with opened_archive(create=True) as archive:
        for name in names:
            registry.run_soon(archive, name, now)
            if retry_dead:
                entries.retry_dead(archive, name, now)
        try:
            with watching_lock(archive.home).acquire(timeout=0), watcher_here() as watcher:
                in_thread(lambda _stop: watcher.run_once(names), on_stop=watcher.stop)
        except Timeout:
            note("another process watches this archive and runs them within seconds; see `dateline sources list`")
            return
        page, counts = Page(), entries.count_entries(archive)
        found = [registry.source_of(archive, name) for name in names]
        for source in found:
            _line(page, source, counts.get(source.name, Counter()), None)
    if any(source.error for source in found):
        ctx.exit(1)


def _line(page: Page, source: Source, counts: Mapping[EntryState, int], subscription: Subscription | None) -> None:
    """Print a source on one line, its subscription and its last error on others."""
    parts = [
        f"{counts[state]:,} {state}" for state in ("taken", "pending", "duplicate", "dead", "gone") if state in counts
    ]
    when = f"checked {source.checked:%Y-%m-%d %H:%M} UTC" if source.checked else "not run yet"
    page.line(
        (source.name, "cyan"),
        f"  {source.settings.kind}  {source.state}  {', '.join(parts) or 'nothing listed yet'}  {when}  ",
        source.settings.address,
    )
    if subscription is not None:
        until = f" until {subscription.expires:%Y-%m-%d %H:%M} UTC" if subscription.state == "active" else ""
        page.line(f"subscription {subscription.state}{until} at {subscription.hub.url}", indent=2)
        if subscription.error:
            page.line((subscription.error, "red"), indent=2)
    if source.error:
        page.line((source.error, "red"), indent=2)
