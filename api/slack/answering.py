"""Answers a question from Slack in its thread, sentence by sentence, as a turn of the thread's conversation.

Knows nothing of queues and payloads.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing

from dateline.api.asking import NEW, Asked, AskEvent, ask_stream, from_json
from dateline.api.http.wire.common import FiltersIn
from dateline.api.render import written
from dateline.api.slack.answer_blocks import claim_block, claim_blocks, ending_blocks, first_citations, refusal_text
from dateline.api.slack.links import source_name
from dateline.api.slack.live_message import LiveMessage
from dateline.api.slack.rich_text import Block, notice, paragraph, shortened, words
from dateline.api.slack.work import Work
from dateline.api.slack.workspace import SlackContext, moment_of
from dateline.api.tenancy import conversation_in_part, filters_within
from dateline.index import dates
from dateline.index.conversations import turns_of
from dateline.index.errors import NotFoundError
from dateline.rag.answer import Answer, Claim, Source
from dateline.rag.events import ClaimVerified, DisagreementFound, Retrieved, Waiting
from dateline.rag.question import Question

MOST_TASK_SOURCES = 10
_SEARCH, _READ, _CHECK = "search", "read", "check"


class Answering:
    """Answers one question."""

    def __init__(self, context: SlackContext, work: Work, message: LiveMessage, stop: threading.Event) -> None:
        self._context = context
        self._work = work
        self._message = message
        self._stop = stop
        self._claims: list[Claim] = []

    def run(self) -> None:
        """Answer it, or end early if `stop` is set. Raises what asking and Slack raise."""
        stored = self._given_before()
        if stored is not None:
            self._finish(stored)
            return
        self._message.task(_SEARCH, "Searching the archive", "in_progress")
        with closing(self._asked()) as events:
            for event in events:
                if self._stop.is_set():
                    return
                self._show(event)

    def _show(self, event: AskEvent) -> None:
        message = self._message
        match event:
            case Waiting():
                message.flush()
            case Retrieved(passages=passages):
                message.task(_SEARCH, "Searching the archive", "complete", output=f"{len(passages)} passages found")
                message.task(_READ, "Reading", "in_progress")
            case ClaimVerified(claim=claim):
                if not self._claims:
                    message.task(_READ, "Reading", "complete")
                    message.task(_CHECK, "Checking every sentence", "in_progress")
                before = self._claims[-1].heading if self._claims else None
                self._claims.append(claim)
                message.add(claim_block(claim, before, self._context.links))
            case DisagreementFound():
                pass  # below the sentences, with the whole answer
            case Asked(answer=answer):
                self._finish(answer)

    def _finish(self, answer: Answer) -> None:
        links = self._context.links
        cited = first_citations(citation for claim in answer.claims for citation in claim.citations)
        addressed = [(links.of_citation(cited[one.number]), one) for one in answer.sources if one.number in cited]
        sources = [(address, _task_source(one)) for address, one in addressed if address]
        title = "Checking every sentence" if answer.claims else "Reading"
        checked = f"{len(answer.claims)} sentences cite their articles" if answer.claims else "Nothing answers it"
        self._message.task(
            _CHECK if answer.claims else _READ, title, "complete", output=checked, sources=sources[:MOST_TASK_SOURCES]
        )
        self._message.finish(
            ending_blocks(answer, links, restricted=_restricted(self._work)),
            refusal_text(answer),
            body=None if list(answer.claims) == self._claims else claim_blocks(answer.claims, links),
        )

    def _given_before(self) -> Answer | None:
        """The stored answer of a process that was killed before it was sent; None: there is none."""
        conversation_id = self._context.inbox.conversation_of(self._work.thread)
        if self._work.attempts < 2 or conversation_id is None or not self._context.services.store_answers:
            return None
        archive = self._context.services.archive
        try:
            turns = turns_of(archive, conversation_id)
        except NotFoundError:
            return None
        asked_at = moment_of(self._work.request.asked)
        same = [turn for turn in turns if turn.asked_at == asked_at and turn.question == self._work.request.text]
        return from_json(archive.answer(same[-1].answer_id)) if same else None

    def _asked(self) -> Generator[AskEvent, None, None]:
        """The question, as a turn of its thread's conversation if questions are stored."""
        context, work = self._context, self._work
        archive = context.services.archive
        caller = context.caller(work.thread)
        as_of = None if work.request.as_of is None else dates.from_text(work.request.as_of)
        filters = filters_within(archive, caller, FiltersIn(outlets=list(work.request.outlets)), as_of)
        question = Question(work.request.text, moment_of(work.request.asked), filters)
        now = context.now()
        if not context.services.store_answers:
            return ask_stream(context.services, question, now)
        conversation_id = context.inbox.conversation_of(work.thread)
        if conversation_id is None:
            return ask_stream(context.services, question, now, conversation_id=NEW)
        try:
            conversation_in_part(archive, caller, conversation_id)
            return ask_stream(context.services, question, now, conversation_id=conversation_id)
        except NotFoundError:  # it begins now, was erased, or has something that the channel doesn't see any more
            if _has_turns(context, conversation_id):
                conversation_id = context.inbox.new_conversation(work.thread)
            known = conversation_id
            return ask_stream(context.services, question, now, conversation_id=NEW, new_id=lambda: known)


def stopped_blocks() -> list[Block]:
    """The block below a stopped answer."""
    return [paragraph(words("Stopped. Ask again for the whole answer.", italic=True))]


def question_message(work: Work) -> dict[str, object]:
    """The first message of the thread of a slash command's question."""
    said = {"type": "user", "user_id": work.user}
    verb = " asks: " if work.kind == "ask" else " has a text checked: "
    text = work.request.text if work.kind == "ask" else shortened(work.request.text, 500)
    block = paragraph(said, words(verb), words(text, bold=work.kind == "ask"))
    return {"blocks": [block], "text": notice(f"Question: {text}" if work.kind == "ask" else f"To check: {text}")}


def _has_turns(context: SlackContext, conversation_id: str) -> bool:
    try:
        return bool(turns_of(context.services.archive, conversation_id))
    except NotFoundError:
        return False


def _restricted(work: Work) -> str | None:
    """The restrictions of a question, in words."""
    parts = []
    if work.request.as_of is not None:
        parts.append(f"archive as of {written(dates.from_text(work.request.as_of))}")
    if work.request.outlets:
        parts.append(f"only {', '.join(work.request.outlets)}")
    return f"Asked again: {'; '.join(parts)}" if parts else None


def _task_source(source: Source) -> str:
    """The source's name for a task, escaped: Slack may read it as mrkdwn."""
    return shortened(source_name(source.outlet, source.title), 100).translate(str.maketrans("<>&", "‹›+"))
