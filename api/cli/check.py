"""`dateline check`: a text in, each of its sentences with what the archive says of it out.

Knows nothing of how a text is checked.
"""

from __future__ import annotations

from typing import Any, TextIO

import click

from api.cli.options import filter_options, filters_of, within_saved
from api.terminal import Page, say_json
from index.errors import InputError


@click.command()
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@filter_options
@click.option("--json", "as_json", is_flag=True, help="Print what the HTTP API sends.")
def check(file: TextIO, saved: str | None, as_json: bool, **filters: Any) -> None:
    """Check the sentences of FILE, a plain text or Markdown, against the archive; “-” reads standard input.

    The exit code is 0 whatever the result.
    """
    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise InputError(f"{file.name} is no text in UTF-8", hint="Save it as UTF-8.") from error
    allowed = filters_of(**filters)
    from api.compose import open_searcher, open_support
    from api.settings import load_settings
    from rag.checking import check_text

    settings = load_settings()
    searcher = open_searcher(settings)
    try:
        allowed = within_saved(searcher.archive, allowed, saved)
        checked = check_text(text, searcher, open_support(settings), filters=allowed)
    finally:
        searcher.archive.close()
    if as_json:
        from pydantic import TypeAdapter

        from rag.checked import CheckedText

        say_json(TypeAdapter(CheckedText).dump_json(checked).decode())
        return
    from api.cli.render_check import render_check

    render_check(checked, Page())
