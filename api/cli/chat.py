"""`dateline chat`: a conversation on the terminal.

Knows nothing of how answers are found.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from dateline.api.cli.options import filter_options, filters_of, within_saved
from dateline.api.terminal import Page, note

PROMPT = "? "


@click.command()
@filter_options
@click.option("--conversation", metavar="ID", help="Continue this conversation; default: a new one.")
def chat(conversation: str | None, saved: str | None, **filters: Any) -> None:
    """Ask questions in a conversation, one per line.

    Follow-up questions such as “and in 2015?” are understood from the conversation. An empty line, Ctrl-D or Ctrl-C
    ends it. Answers are stored like those of `dateline ask`.
    """
    chosen = filters_of(**filters)
    from dateline.api.asking import NEW, ask
    from dateline.api.compose import open_services
    from dateline.api.render import render_answer
    from dateline.api.settings import load_settings
    from dateline.index.errors import InputError
    from dateline.rag.question import Question

    services = open_services(load_settings())
    turn = conversation or (NEW if services.store_answers else None)
    if turn is None:
        note("questions are not stored here, so each one is understood on its own")
    try:
        chosen = within_saved(services.archive, chosen, saved)
        while (line := _line()) is not None:
            now = datetime.now(UTC)
            try:
                asked = ask(services, replace(Question(line, now), filters=chosen), now, conversation_id=turn)
            except InputError as error:  # a question that can't be one: the conversation goes on
                note(f"{error.message}. {error.hint}")
                continue
            turn = asked.answer.conversation_id
            render_answer(asked.answer, Page())
    finally:
        services.close()


def _line() -> str | None:
    """The next question; None at the end of the input."""
    try:
        line = str(click.prompt("", prompt_suffix=PROMPT, default="", show_default=False)).strip()
    except (click.Abort, EOFError):
        return None
    return line or None
