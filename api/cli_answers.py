"""`dateline answers`: what people thought of them.

Knows nothing of how feedback is stored.
"""

from __future__ import annotations

import click

from api.cli_options import limit_option, opened_archive
from api.terminal import Page, say_json


@click.group()
def answers() -> None:
    """See what people thought of answers."""


@answers.command()
@click.argument("answer_id", metavar="[ID]", required=False)
@limit_option(50)
@click.option("--json", "as_json", is_flag=True, help="Print for machines.")
def feedback(answer_id: str | None, limit: int, as_json: bool) -> None:
    """The feedback on the answer ID, oldest first; without an ID the newest on any answer, newest first."""
    from api.render import written
    from api.wire_feedback import FeedbackList
    from index.feedback import feedback_on, latest_feedback

    with opened_archive() as archive:
        found = latest_feedback(archive, limit) if answer_id is None else feedback_on(archive, answer_id)[:limit]
    if as_json:
        say_json(FeedbackList.of(found).model_dump_json(indent=2))
        return
    page = Page()
    for one in found:
        about = f"{one.answer_id} {one.claim_id}" if one.claim_id else one.answer_id
        reasons = f": {', '.join(one.reasons)}" if one.reasons else ""
        page.line((about, "cyan"), f"  {written(one.created)} — {one.rating}{reasons}")
        if one.comment:
            page.line(" ".join(one.comment.split()), indent=4)
