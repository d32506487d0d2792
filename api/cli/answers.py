"""`dateline answers`: stored answers and the feedback on them.

Knows nothing of how answers and feedback are stored.
"""

from __future__ import annotations

import click

from dateline.api.cli.options import limit_option, opened_archive
from dateline.api.terminal import Page, say_json, say_value


@click.group()
def answers() -> None:
    """List and show stored answers and their feedback."""


@answers.command("list")
@limit_option(50)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_answers(limit: int, as_json: bool) -> None:
    """List stored answers and refusals, newest first.

    Flags tell what has happened since to the articles that an answer cites.
    """
    from dateline.api.http.wire.answers import CitingAnswerOut
    from dateline.api.render import one_line, written
    from dateline.index.answers import latest_answers

    with opened_archive() as archive:
        found = latest_answers(archive, limit)
    if as_json:
        say_value([CitingAnswerOut.of(one).model_dump(mode="json") for one in found])
        return
    page = Page()
    for one in found:
        refused = " (refused)" if one.status == "refused" else ""
        page.line((one.id, "cyan"), f"  {written(one.created)} — {one_line(one.question or 'unreadable')}{refused}")
        for flag in one.flags:
            page.line((f"{flag.kind}: {flag.article_id}", "yellow"), indent=4)


@answers.command()
@click.argument("answer_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the Answer as the HTTP API sends it.")
def show(answer_id: str, as_json: bool) -> None:
    """Show the answer ID as it was given.

    Flags tell what has happened since to the articles that it cites.
    """
    from dateline.api.asking import from_json
    from dateline.api.http.wire.answers import with_flags
    from dateline.api.render import render_answer
    from dateline.index.answers import flags_of_answers

    with opened_archive() as archive:
        stored = archive.answer(answer_id)
        flags = flags_of_answers(archive, {answer_id: stored})[answer_id]
    if as_json:
        say_json(with_flags(stored, flags))
        return
    page = Page()
    render_answer(from_json(stored), page)
    for flag in flags:
        by = f" by {flag.by}" if flag.by is not None else ""
        detail = f": {flag.detail}" if flag.detail else ""
        page.line((f"{flag.kind} since: {flag.article_id}{by}{detail}", "yellow"))


@answers.command()
@click.argument("answer_id", metavar="[ID]", required=False)
@limit_option(50)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def feedback(answer_id: str | None, limit: int, as_json: bool) -> None:
    """Show the feedback on the answer ID, oldest first.

    Without an ID: the latest feedback on any answer, newest first.
    """
    from dateline.api.http.wire.feedback import FeedbackList
    from dateline.api.render import written
    from dateline.index.feedback import feedback_on, latest_feedback

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
