"""`dateline check`: checks each sentence of a text against the archive.

Knows nothing of how a text is checked.
"""

from __future__ import annotations

from typing import Any, TextIO, get_args

import click

from dateline.api.cli.options import filter_options, filters_of, within_saved
from dateline.api.terminal import Page, say_json
from dateline.index.errors import InputError

FAILED = 1
"""Exit code if a sentence has one of the labels of `--fail-on`."""


def _labels(_ctx: click.Context, _option: click.Parameter, value: str) -> frozenset[str]:
    from dateline.rag.answer import SupportLabel

    labels = frozenset(one.strip() for one in value.split(",") if one.strip())
    known = get_args(SupportLabel)
    if strange := sorted(labels - set(known)):
        raise click.BadParameter(f"{', '.join(strange)}: the labels are {', '.join(known)}.")
    return labels


@click.command()
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@filter_options
@click.option(
    "--llm/--no-llm",
    "llm",
    default=None,
    help="Whether the language model checks too; default: DATELINE_LLM_VERIFIES.",
)
@click.option(
    "--fail-on",
    metavar="LABELS",
    default="",
    callback=_labels,
    help="Exit with code 1 if a sentence has one of these labels, separated by commas: supported, partial, "
    "contradicted, unsupported.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as the HTTP API sends it.")
def check(
    file: TextIO,
    saved: str | None,
    llm: bool | None,
    fail_on: frozenset[str],
    as_json: bool,
    **filters: Any,
) -> None:
    """Check each sentence of FILE against the archive.

    FILE is plain text or Markdown; “-” reads standard input. The exit code is 0 whatever the result, unless --fail-on
    is given.
    """
    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise InputError(f"{file.name} is not UTF-8 text", hint="Save it as UTF-8.") from error
    allowed = filters_of(**filters)
    from dateline.api.compose import open_checker
    from dateline.api.settings import load_settings
    from dateline.rag.verification.checking import check_text

    settings = load_settings()
    if llm and settings.llm_model is None:
        raise InputError("no language model is configured", hint="Set DATELINE_LLM_MODEL, or leave out --llm.")
    if llm is not None:
        settings = settings.model_copy(update={"llm_verifies": "drafts" if llm else "off"})
    with open_checker(settings) as (searcher, support):
        allowed = within_saved(searcher.archive, allowed, saved)
        checked = check_text(text, searcher, support, filters=allowed)
    if as_json:
        from pydantic import TypeAdapter

        from dateline.rag.verification.checked import CheckedText

        say_json(TypeAdapter(CheckedText).dump_json(checked).decode())
    else:
        from dateline.api.cli.render_check import render_check

        render_check(checked, Page())
    if any(claim.support is not None and claim.support.label in fail_on for claim in checked.claims):
        click.get_current_context().exit(FAILED)
