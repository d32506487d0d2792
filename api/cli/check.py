"""`dateline check`: a text in, each of its sentences with what the archive says of it out.

Knows nothing of how a text is checked.
"""

from __future__ import annotations

from typing import Any, TextIO, get_args

import click

from dateline.api.cli.options import filter_options, filters_of, within_saved
from dateline.api.terminal import Page, say_json
from dateline.index.errors import InputError

FAILED = 1
"""The exit code where a sentence has a label that `--fail-on` names."""


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
    help="Whether the language model of DATELINE_LLM_MODEL checks, too; default: DATELINE_LLM_VERIFIES.",
)
@click.option(
    "--fail-on",
    metavar="LABELS",
    default="",
    callback=_labels,
    help="End with exit code 1 if a sentence has one of these labels, separated by commas: supported, partial, "
    "contradicted, unsupported.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what the HTTP API sends.")
def check(
    file: TextIO,
    saved: str | None,
    llm: bool | None,
    fail_on: frozenset[str],
    as_json: bool,
    **filters: Any,
) -> None:
    """Check the sentences of FILE, a plain text or Markdown, against the archive; “-” reads standard input.

    The exit code is 0 whatever the result, unless --fail-on says otherwise.
    """
    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise InputError(f"{file.name} is no text in UTF-8", hint="Save it as UTF-8.") from error
    allowed = filters_of(**filters)
    from dateline.api.compose import open_checker
    from dateline.api.settings import load_settings
    from dateline.rag.checking import check_text

    settings = load_settings()
    if llm and settings.llm_model is None:
        raise InputError("there is no language model to check with", hint="Set DATELINE_LLM_MODEL, or leave out --llm.")
    if llm is not None:
        settings = settings.model_copy(update={"llm_verifies": "drafts" if llm else "off"})
    with open_checker(settings) as (searcher, support):
        allowed = within_saved(searcher.archive, allowed, saved)
        checked = check_text(text, searcher, support, filters=allowed)
    if as_json:
        from pydantic import TypeAdapter

        from dateline.rag.checked import CheckedText

        say_json(TypeAdapter(CheckedText).dump_json(checked).decode())
    else:
        from dateline.api.cli.render_check import render_check

        render_check(checked, Page())
    if any(claim.support is not None and claim.support.label in fail_on for claim in checked.claims):
        click.get_current_context().exit(FAILED)
