"""Runs work from the queue: answers or checks, stops, retries while Slack is down, reports errors.

Errors end here, in a message to the user. Knows nothing of payloads.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from dateline.api.slack.answering import Answering, question_message, stopped_blocks
from dateline.api.slack.checking import check
from dateline.api.slack.errors import PLACE, TOKEN, SlackError, SlackUnreachableError
from dateline.api.slack.live_message import LiveMessage, Recipient, post, take_away
from dateline.api.slack.rich_text import notice, paragraph, words
from dateline.api.slack.work import Thread, Work
from dateline.api.slack.workers import Stop
from dateline.api.slack.workspace import SlackContext, Workspace, lost_messages
from dateline.index.errors import BusyError, DatelineError

log = logging.getLogger("uvicorn.error")

LONGEST_DELAY = 60.0
"""Seconds between attempts while Slack is down."""
MOST_ATTEMPTS = 1_000
"""Some 16 hours."""


class WorkRunner:
    """Runs one piece of work per call. Safe for threads."""

    def __init__(self, context: SlackContext) -> None:
        self._context = context

    def __call__(self, work: Work, stop: Stop) -> None:
        """Run it and record the result in the inbox. Raises `StorageError` if that fails."""
        try:
            workspace = self._context.workspace(work.thread.team)
            self._do(work, workspace, stop)
        except SlackUnreachableError as error:
            self._problem(work, error)
            self._put_back(work)
        except BusyError as error:
            log.warning("work %d from Slack is tried again: %s", work.id, error.message)
            self._put_back(work)
        except SlackError as error:
            self._problem(work, error)
            if error.code == "ratelimited":
                self._put_back(work)
                return
            if error.code in PLACE:
                self._say_elsewhere(work, error)
            self._end(work, "failed")
        except Exception:
            self._end(work, "failed")
            raise
        else:
            self._end(work, "done")

    def _do(self, work: Work, workspace: Workspace, stop: Stop) -> None:
        calls = workspace.calls
        if not work.thread.ts:
            work = self._begin_thread(work, workspace)
        posted = list(work.posted)
        if work.attempts > 1 and not posted:
            posted = lost_messages(self._context, work)
            self._context.inbox.save_posted(work.id, posted)  # so that no other work takes them for its own
        message = LiveMessage(
            calls,
            work.thread,
            Recipient(work.thread.team, work.user),
            posted=posted,
            save=lambda times: self._context.inbox.save_posted(work.id, times),
            stop=stop.event,
        )
        self._session(work, workspace, "processing")
        try:
            if not stop.event.is_set():
                self._answer(work, message, stop)
            if stop.reason == "stopped":
                message.finish(stopped_blocks(), "Stopped.")
            elif stop.reason is not None:
                message.abandon()
        except (SlackError, SlackUnreachableError, BusyError):
            raise
        except DatelineError as error:
            said = f"Error: {error.message}. {error.hint}"
            message.finish([paragraph(words(said))], said, body=())
        except Exception:
            said = "Something went wrong inside Dateline; see its log."
            message.finish([paragraph(words(said))], said, body=())
            raise
        finally:
            self._session(work, workspace, "active")

    def _answer(self, work: Work, message: LiveMessage, stop: Stop) -> None:
        if work.kind == "ask":
            Answering(self._context, work, message, stop.event).run()
        else:
            check(self._context, work, message)

    def _begin_thread(self, work: Work, workspace: Workspace) -> Work:
        """Post a slash command's question as the first message of its thread."""
        thread = Thread(work.thread.team, work.thread.channel, "")
        ts = post(workspace.calls, thread, question_message(work))
        begun = replace(thread, ts=ts)
        self._context.inbox.begin_thread(work.id, begun, work.user)
        return replace(work, thread=begun)

    def _session(self, work: Work, workspace: Workspace, status: str) -> None:
        """Show whether work is running, with Slack's Stop button. Missing sessions are no error."""
        if not work.thread.ts:
            return
        title = work.request.text[:200] if work.kind == "ask" else "Check against the archive"
        try:
            status_of = {"channel_id": work.thread.channel, "thread_ts": work.thread.ts, "status": status}
            named = {"title": title} if status == "processing" else {}
            answered = workspace.calls("agents.sessions.setStatus", status_of | named, patient=False)
        except (SlackError, SlackUnreachableError) as error:
            self._context.inbox.problem(work.thread.team, "session", error.message)
            return
        for warning in str(answered.get("warning") or "").split(","):
            if warning == "missing_agent_session_stopped_event_subscription":
                hint = "the app is not subscribed to agent_session_stopped, so that there is no Stop button"
                self._context.inbox.problem(work.thread.team, warning, hint)

    def _put_back(self, work: Work) -> None:
        if work.attempts < MOST_ATTEMPTS:
            self._context.inbox.put_back(work, min(2.0 ** min(work.attempts - 1, 10), LONGEST_DELAY))
        else:
            self._end(work, "failed")

    def _end(self, work: Work, state: str) -> None:
        gone = self._context.inbox.finish(work, state)
        if gone:
            take_away(self._context.workspace(work.thread.team).calls, work.thread.channel, gone)

    def _problem(self, work: Work, error: SlackError | SlackUnreachableError) -> None:
        said = f"{error.message}. {error.hint}"
        (log.error if error.code in TOKEN else log.warning)("channel %s: %s", work.thread.channel, said)
        self._context.inbox.problem(work.thread.team, error.code, said)

    def _say_elsewhere(self, work: Work, error: SlackError) -> None:
        """Tell the user, if the channel can't be written to: by the command's own address, else directly."""
        said = f"I can’t answer in <#{work.thread.channel}>: {error.message}. {error.hint}"
        try:
            if work.request.response_url is not None:
                WebhookClient(work.request.response_url).send(text=said, response_type="ephemeral")
            else:
                calls = self._context.workspace(work.thread.team).calls
                post(calls, Thread(work.thread.team, work.user, ""), {"text": said})
        except (SlackError, SlackUnreachableError, SlackClientError, OSError) as second:
            log.warning("%s can't be notified either: %s", work.user, type(second).__name__)


def in_line(ahead: int) -> dict[str, object]:
    """The message with the length of the queue; the answer replaces it."""
    said = f"In line: {ahead} {'question is' if ahead == 1 else 'questions are'} before this one."
    return {"blocks": [paragraph(words(said, italic=True))], "text": notice(said)}
