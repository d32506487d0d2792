"""`dateline ingest`: reads files and folders into the archive, with progress and a report of problems.

Knows nothing of how articles are read or stored.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.api.cli.long_run import INTERRUPTED, Shown, Unfinished, in_thread, progress_bar
from dateline.api.terminal import note, say, say_value
from dateline.index.errors import DatelineError, InputError

if TYPE_CHECKING:
    from dateline.index.article import Problem
    from dateline.index.dates import DateOrder
    from dateline.index.ingest_report import Report

SHOWN = 5
"""Warnings and skipped pages listed without --verbose; all errors are listed."""
SOME_FAILED = 1
"""Exit code if some inputs could not be read."""


class Columns(click.ParamType[dict[str, str]]):
    """FIELD=COLUMN pairs, separated by commas."""

    name = "columns"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, str]:
        """Field → column, or click's error that names the fields."""
        from dateline.index.read.metadata import FIELDS

        pairs = [pair.partition("=") for pair in str(value).split(",")]
        found = {field.strip(): column.strip() for field, _, column in pairs}
        if not all(found.values()) or not set(found) <= set(FIELDS):
            self.fail(f"{value!r} is not FIELD=COLUMN,…; the fields are {', '.join(FIELDS)}.", param, ctx)
        return found


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@click.option("--readmit", is_flag=True, help="Ingest purged articles too.")
@click.option(
    "--date-order",
    type=click.Choice(["dmy", "mdy", "ymd"]),
    help="How to read 03/04/2021; without this option such a date is ignored.",
)
@click.option(
    "--columns",
    type=Columns(),
    metavar="FIELD=COLUMN,…",
    help="Which column of a table, or key of JSON, holds which field.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("-v", "--verbose", is_flag=True, help="List every warning, and every skipped page and removed line.")
@click.pass_context
def ingest(
    ctx: click.Context,
    paths: tuple[Path, ...],
    readmit: bool,
    date_order: DateOrder | None,
    columns: dict[str, str] | None,
    as_json: bool,
    verbose: bool,
) -> None:
    """Ingest articles from files and folders.

    Formats: text, Markdown, HTML, JSON and JSON lines, RSS and Atom, NITF, NewsML-G2 and ninjs, CSV, TSV, Parquet,
    mail, PDF, Word, WARC; also compressed as .gz or in a .zip.

    Known articles are skipped; changed ones become new revisions. Ctrl-C stops at once and keeps what is stored; the
    same command continues from there. Exit code 1: some inputs could not be read, the others were stored.
    """
    from dateline.api.compose import open_archive, open_bulk_encoder
    from dateline.api.settings import load_settings
    from dateline.index.ingest import ingest as run
    from dateline.index.read import HowToRead

    if not any(path.exists() for path in paths):
        raise InputError(f"there is no such file or folder: {paths[0]}", hint="Check the path.")
    settings = load_settings()
    # The archive first, so that it fails before a model is loaded.
    archive = open_archive(settings, create=True)
    try:
        with progress_bar(quiet=as_json) as bar:
            shown = Shown(bar, "articles", lines=bar.disable and not as_json)
            try:
                report = in_thread(
                    lambda stop: run(
                        paths,
                        archive,
                        open_bulk_encoder(settings, archive),
                        now=lambda: datetime.now(UTC),
                        on_progress=lambda progress: shown.update(progress.done, progress.total),
                        stop=stop,
                        readmit=readmit,
                        how=HowToRead(date_order, columns or {}),
                    )
                )
            except (DatelineError, Unfinished):
                if shown.done:
                    note(f"stopped after {shown.done:,} of {shown.total:,} articles; they are kept")
                raise
    finally:
        archive.close()
    if as_json:
        say_value(asdict(report))
    else:
        _print_report(report, verbose=verbose)
    if report.stopped:
        ctx.exit(INTERRUPTED)
    if report.failed:
        ctx.exit(SOME_FAILED)


def _print_report(report: Report, *, verbose: bool) -> None:
    kinds: dict[str, list[Problem]] = {"error": [], "warning": [], "skipped": []}
    for problem in report.problems:
        kinds[problem.severity].append(problem)
    _list("errors, not stored", kinds["error"], len(kinds["error"]))
    _list("warnings, stored anyway", kinds["warning"], len(kinds["warning"]) if verbose else SHOWN)
    _list("skipped, not articles", kinds["skipped"], len(kinds["skipped"]) if verbose else SHOWN)
    say(
        f"{report.added:,} added, {report.revised:,} revised, {report.unchanged:,} unchanged, "
        f"{report.kept_out:,} skipped, {report.failed:,} failed"
    )
    _say_what_to_know(report, verbose=verbose)
    if report.stopped:
        say(f"stopped after {report.done:,} articles; run the same command again to continue")


def _say_what_to_know(report: Report, *, verbose: bool) -> None:
    if report.withdrawn:
        say(f"{count(report.withdrawn, 'article')} withdrawn by the provider")
    if report.embargoed:
        say(f"{count(report.embargoed, 'article')} held back: under an embargo")
    if report.unread_languages:
        languages = ", ".join(f"{name} {many:,}" for name, many in sorted(report.unread_languages.items()))
        many = count(sum(report.unread_languages.values()), "article")
        say(f"{many} in languages that the models don't read ({languages}): found by their words only")
    if report.removed:
        where = "" if verbose else "; --verbose and `dateline articles show ID` list them"
        say(f"{count(report.removed, 'line')} of page furniture removed{where}")
    if verbose:
        for article_id, line in report.removed_lines:
            note(f"  {article_id}:{line.line}: {line.reason}: {line.text}")


def count(number: int, noun: str) -> str:
    """E.g. "1 article", "2,000 articles"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _list(title: str, problems: list[Problem], shown: int) -> None:
    if not problems:
        return
    note(f"{title} ({len(problems):,}):")
    for problem in problems[:shown]:
        note(f"  {problem}")
    if len(problems) > shown:
        note(f"  … and {len(problems) - shown:,} more; --verbose lists them all")
