"""`dateline status`, `backup` and `restore`.

Knows nothing of what an archive holds.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click

from dateline.api.cli.options import opened_archive
from dateline.api.terminal import Page, say, say_value


@click.command()
@click.option("--check-llm", is_flag=True, help="Ask the language model for one word and report its response time.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(check_llm: bool, as_json: bool) -> None:
    """Show the archive's contents, index state and disk usage."""
    from dateline.api.compose import local_model_state, open_archive, open_llm, own_model_server
    from dateline.api.settings import load_settings
    from dateline.api.status import llm_status, status_of

    settings = load_settings()
    archive = open_archive(settings)
    try:
        found = status_of(archive, settings.cache)
    finally:
        archive.close()
    model = local_model_state(settings, time.time())
    answers = None
    if check_llm:
        with own_model_server(settings) or nullcontext() as servers:
            llm = open_llm(settings, servers)
            answers = llm_status(llm) if llm is not None else None
    if as_json:
        local = {"local_model": model.as_json()} if model is not None else {}
        say_value(found.as_json() | local | ({"llm": answers and answers.as_json()} if check_llm else {}))
    else:
        page = Page()
        for name, value in found.lines():
            page.line((f"{name:<10}", "dim"), value)
        if model is not None:
            page.line((f"{'model':<10}", "dim"), model.line())
        if check_llm:
            page.line((f"{'llm':<10}", "dim"), answers.line() if answers else "none configured: the reader answers")
    if answers is not None and answers.fault is not None:
        click.get_current_context().exit(answers.fault.exit_code)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def backup(file: Path, force: bool, as_json: bool) -> None:
    """Write a backup of the archive to FILE.

    The archive may be in use meanwhile. The indexes are left out; they are rebuilt from the archive.
    """
    from dateline.index.backup import back_up

    with opened_archive() as archive:
        made = back_up(archive, file, now=datetime.now(UTC), replace=force)
    if as_json:
        say_value(
            {"file": str(file), "articles": made.articles, "sequence": made.sequence, "bytes": file.stat().st_size}
        )
    else:
        say(f"{made.articles:,} articles backed up to {file} ({file.stat().st_size:,} bytes)")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace the existing archive.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def restore(file: Path, force: bool, as_json: bool) -> None:
    """Restore the archive from a backup FILE.

    DATELINE_HOME must be empty unless --force is given. A damaged backup changes nothing. The indexes are rebuilt at
    the next search.
    """
    from dateline.api.settings import load_settings
    from dateline.index.backup import restore as restore_archive

    settings = load_settings()
    restored = restore_archive(file, settings.home, replace=force)
    if as_json:
        say_value({"home": str(settings.home), "articles": restored.articles, "sequence": restored.sequence})
    else:
        say(f"{restored.articles:,} articles restored to {settings.home}, as of {restored.created}")
