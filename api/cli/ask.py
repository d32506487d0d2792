"""`dateline ask`: answers one question, as text or JSON.

Knows nothing of how answers are found.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import click

from dateline.api.cli.options import Moment, filter_options, filters_of, moment_of, within_saved
from dateline.api.terminal import Page, note, say_json


@click.command()
@click.argument("question")
@filter_options
@click.option("--asked-at", type=Moment(), help="What “today” and “last month” are relative to; default: now.")
@click.option("--length", type=click.Choice(["short", "medium", "long"]), default="medium", show_default=True)
@click.option(
    "--llm",
    type=click.Choice(["off", "quotes", "prose"]),
    help="Who answers: off, the embedded reader; quotes, a language model in the articles' words; prose, a language "
    "model in its own words, each sentence checked. Default: DATELINE_LLM_STYLE.",
)
@click.option(
    "--conversation",
    metavar="ID",
    help="Ask as a turn of this conversation, so that “and in 2015?” is understood from the questions before; "
    "“new” starts one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the Answer as JSON, as the HTTP API sends it.")
def ask(
    question: str,
    asked_at: date | datetime | None,
    length: Any,
    llm: Any,
    conversation: str | None,
    saved: str | None,
    as_json: bool,
    **filters: Any,
) -> None:
    """Answer a QUESTION, citing the articles' exact words.

    A refusal is a result too: its exit code is 0.
    """
    now = datetime.now(UTC)
    from dateline.rag.question import Question

    # First, so that an invalid question fails before anything is opened.
    asked = Question(question, moment_of(asked_at, now), filters_of(**filters), length, llm=llm)
    from dateline.api.asking import ask as ask_archive
    from dateline.api.compose import open_services
    from dateline.api.settings import load_settings

    settings = load_settings()
    services = open_services(settings)
    try:
        asked = replace(asked, filters=within_saved(services.archive, asked.filters, saved))
        result = ask_archive(services, asked, now, conversation_id=conversation)
    finally:
        services.close()
    if settings.store_answers and not services.store_answers:
        note(f"{settings.home} is read-only: the answer is not stored")
    if as_json:
        say_json(result.json)
        return
    from dateline.api.render import render_answer

    render_answer(result.answer, Page())
