"""Immediate replies outside the queue: place in the queue, refusals, suggested prompts, modals, thanks.

Failures are logged only: the user can press again. Knows nothing of how payloads arrive.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from dateline.api.access import Caller
from dateline.api.asking import from_json
from dateline.api.http.wire.common import FiltersIn
from dateline.api.slack.answer_blocks import source_blocks
from dateline.api.slack.errors import SlackError, SlackUnreachableError
from dateline.api.slack.inbox import Queued
from dateline.api.slack.incoming import Refused
from dateline.api.slack.live_message import post, take_away
from dateline.api.slack.modals import Origin, View, again_view, check_view, feedback_view, sources_view
from dateline.api.slack.rich_text import escape
from dateline.api.slack.rules import Action
from dateline.api.slack.work import Thread
from dateline.api.slack.work_runner import in_line
from dateline.api.slack.workers import Process
from dateline.api.slack.workspace import SlackContext
from dateline.api.tenancy import answer_in_part, filters_within
from dateline.index.errors import DatelineError
from dateline.index.feedback import Feedback, Rating, Reason, add_feedback
from dateline.index.outlets import outlets_of
from dateline.rag.answer import Answer

log = logging.getLogger("uvicorn.error")

THREADS = 4
MAY_NOT: dict[Action, str] = {
    "ask": "You may not ask Dateline questions here.",
    "check": "You may not have texts checked here.",
    "feedback": "You may not give feedback here.",
}
PROMPTS = (
    ("What is disputed?", "Where do sources disagree about …?"),
    ("What changed?", "What has happened since … about …?"),
    ("Who said it?", "Who said that …, and when?"),
)
"""Suggested in the agent view: (title, message)."""


class ImmediateReplies:
    """Makes small calls of Slack in its own threads, so that acknowledgements don't wait."""

    def __init__(self, context: SlackContext, home: Path, workers: int) -> None:
        """`workers`: how much work runs at once; further work waits."""
        self._context = context
        self._process = Process(home)
        self._workers = workers
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="slack-reply")

    def close(self) -> None:
        """Stop after the running calls."""
        self._pool.shutdown()
        self._process.end()

    def soon(self, task: Callable[[], None]) -> None:
        """Run it in a thread."""
        self._pool.submit(self._quietly, task)

    def may(self, action: Action, origin: Origin, user: str) -> bool:
        """Whether a user may do something; if not, they are told."""
        if self._context.rules.of(origin.team, origin.channel).allows(action, user):
            return True
        self.whisper(origin, user, MAY_NOT[action])
        return False

    def refuse(self, team: str, refused: Refused, why: str) -> None:
        """Tell a user why there is no answer."""
        self.whisper(Origin(team, refused.channel, refused.thread_ts or ""), refused.user, why)

    def whisper(self, origin: Origin, user: str, text: str) -> None:
        """Post a message that only one user sees."""
        said = {"channel": origin.channel, "user": user, "text": escape(text), "thread_ts": origin.thread_ts or None}
        self.soon(lambda: self._call(origin.team, "chat.postEphemeral", said))

    def show_place(self, thread: Thread, queued: Queued) -> None:
        """Post the length of the queue if work has to wait."""
        ahead = queued.ahead - self._workers + 1
        if ahead > 0 and thread.ts:
            self.soon(lambda: self._show_place(thread, queued, ahead))

    def prompts(self, team: str, channel: str) -> None:
        """Suggest questions in the agent view."""
        prompts = [{"title": title, "message": message} for title, message in PROMPTS]
        said = {"channel_id": channel, "title": "Ask the archive", "prompts": prompts}
        self.soon(lambda: self._call(team, "assistant.threads.setSuggestedPrompts", said))

    def take_away(self, team: str, channel: str, times: tuple[str, ...]) -> None:
        """Delete messages."""
        self.soon(lambda: take_away(self._context.workspace(team).calls, channel, times))

    def show_sources(self, origin: Origin, trigger: str) -> None:
        """Show the sources of an answer in a modal."""
        self._open(origin, trigger, lambda: sources_view(source_blocks(self.answer(origin), self._context.links)))

    def ask_again(self, origin: Origin, trigger: str) -> None:
        """Ask for the restrictions of a question in a modal."""

        def view() -> View:
            archive = self._context.services.archive
            filters = filters_within(archive, self._caller(origin), FiltersIn(), None)
            names = sorted(one.name for one in outlets_of(archive, filters) if one.name)
            return again_view(origin, self.answer(origin).question, names)

        self._open(origin, trigger, view)

    def ask_reasons(self, origin: Origin, trigger: str) -> None:
        """Ask in a modal what is wrong with an answer."""
        self._open(origin, trigger, lambda: feedback_view(origin))

    def ask_text(self, origin: Origin, trigger: str) -> None:
        """Ask for a text to check in a modal."""
        self._open(origin, trigger, lambda: check_view(origin))

    def answer(self, origin: Origin) -> Answer:
        """The answer to which a button belongs. Raises `NotFoundError` if the channel doesn't see it."""
        return from_json(answer_in_part(self._context.services.archive, self._caller(origin), origin.answer_id))

    def keep_feedback(
        self, origin: Origin, user: str, rating: Rating, reasons: tuple[Reason, ...] = (), comment: str | None = None
    ) -> None:
        """Store a user's feedback on an answer; a repetition changes nothing."""
        now = self._context.now()
        self.soon(lambda: self._keep_feedback(origin, user, rating, reasons, comment, now))

    def _keep_feedback(
        self, origin: Origin, user: str, rating: Rating, reasons: tuple[Reason, ...], comment: str | None, now: datetime
    ) -> None:
        self.answer(origin)
        # The user is not stored, as on the page; the hash only tells repetitions.
        same = "\n".join((origin.team, user, origin.answer_id, rating, *reasons, comment or ""))
        feedback_id = f"fb_{sha256(same.encode()).hexdigest()[:24]}"
        archive = self._context.services.archive
        add_feedback(archive, Feedback(feedback_id, origin.answer_id, None, rating, reasons, comment, now))
        self.whisper(origin, user, "Thank you. Your feedback is stored.")

    def _open(self, origin: Origin, trigger: str, view: Callable[[], View]) -> None:
        self.soon(lambda: self._call(origin.team, "views.open", {"trigger_id": trigger, "view": view()}))

    def _show_place(self, thread: Thread, queued: Queued, ahead: int) -> None:
        """The work is held meanwhile, so that it isn't answered before the message is recorded."""
        inbox = self._context.inbox
        if not inbox.hold(queued.id, self._process.id):
            return
        posted: list[str] | None = []
        try:
            posted = [post(self._context.workspace(thread.team).calls, thread, in_line(ahead), patient=False)]
        except SlackUnreachableError:
            posted = None
            raise
        finally:
            inbox.let_go(queued.id, posted)

    def _call(self, team: str, method: str, arguments: dict[str, Any]) -> None:
        self._context.workspace(team).calls(method, arguments)

    def _caller(self, origin: Origin) -> Caller:
        return self._context.caller(Thread(origin.team, origin.channel, origin.thread_ts))

    def _quietly(self, task: Callable[[], None]) -> None:
        try:
            task()
        except (SlackError, SlackUnreachableError) as error:
            log.warning("%s. %s", error.message, error.hint)
            self._context.inbox.problem("", error.code, f"{error.message}. {error.hint}")
        except DatelineError as error:
            log.warning("%s", error.message)
        except Exception:
            log.exception("a button press in Slack failed")
