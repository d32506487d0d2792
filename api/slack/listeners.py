"""Bolt listeners: put Slack's requests into the queue, or reply at once. Work is stored before it is acknowledged.

Knows payloads, nothing of how questions are answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App, BoltContext

from dateline.api.slack.answer_blocks import AGAIN, FEEDBACK, SOURCES
from dateline.api.slack.immediate_replies import MAY_NOT, ImmediateReplies
from dateline.api.slack.inbox import Queued
from dateline.api.slack.incoming import Incoming, is_chatter, plain_text, text_of_message
from dateline.api.slack.modals import (
    AGAIN_VIEW,
    CHECK_VIEW,
    FEEDBACK_VIEW,
    Origin,
    judged,
    restrictions_of,
    text_to_check,
)
from dateline.api.slack.work import NewWork, Request, Thread, WorkKind
from dateline.api.slack.workers import Workers
from dateline.api.slack.workspace import SlackContext
from dateline.index.errors import DatelineError

EVENTS = ("app_mention", "message", "agent_session_stopped")
REMOVALS = ("app_uninstalled", "tokens_revoked")
SHORTCUT = "dateline_check"
BUSY = "Too many questions are waiting. Ask again in a few minutes."

Body = Mapping[str, Any]


class Listeners:
    """Registers the app's listeners."""

    def __init__(
        self,
        context: SlackContext,
        workers: Workers,
        replies: ImmediateReplies,
        longest_queue: int,
        forget: Callable[[str], None],
    ) -> None:
        """`longest_queue`: how much work may wait; further requests are refused.

        `forget`: called with a workspace that has removed the app.
        """
        self._context = context
        self._workers = workers
        self._replies = replies
        self._longest_queue = longest_queue
        self._forget = forget

    def register(self, app: App) -> None:
        """Register on a Bolt app that runs its listeners before it responds."""
        for event in EVENTS:
            app.event(event)(self.on_event)
        app.event("app_home_opened")(self.on_home)
        for event in REMOVALS:
            app.event(event)(self.on_removed)
        app.command("/ask")(self.on_ask)
        app.command("/check")(self.on_check)
        app.message_shortcut(SHORTCUT)(self.on_shortcut)
        for action in (FEEDBACK, SOURCES, AGAIN):
            app.action(action)(self.on_pressed)
        app.view(AGAIN_VIEW)(self.on_again)
        app.view(FEEDBACK_VIEW)(self.on_judged)
        app.view(CHECK_VIEW)(self.on_text)

    def on_event(self, body: Body, context: BoltContext) -> None:
        """A message, a mention, an edit, a deletion, or Stop."""
        team, event = str(context.team_id or ""), body["event"]
        bot_user = str(context.bot_user_id or "")
        if is_chatter(event, bot_user):
            return
        full = self._is_full()
        with self._context.inbox.delivery(body.get("event_id")) as delivery:
            if delivery is None:
                return
            incoming = Incoming(delivery, self._context.rules, team, bot_user, full=full)
            incoming.event(event)
        if incoming.refused is not None:
            self._replies.refuse(team, incoming.refused, BUSY if incoming.refused.full else MAY_NOT["ask"])
        if incoming.gone is not None:
            self._replies.take_away(team, *incoming.gone)
        message = event.get("message") or event
        thread_ts = str(message.get("thread_ts") or message.get("ts") or "")
        self._queued(Thread(team, str(event.get("channel", "")), thread_ts), delivery.queued)

    def on_home(self, body: Body, context: BoltContext) -> None:
        """A user opens the conversation with the app."""
        if body["event"].get("tab") == "messages":
            self._replies.prompts(str(context.team_id or ""), str(body["event"]["channel"]))

    def on_removed(self, context: BoltContext) -> None:
        """A workspace has removed the app, or revoked its token."""
        team = str(context.team_id or "")
        self._forget(team)
        self._context.inbox.problem(team, "token_revoked", "the app was removed from the workspace; install it again")

    def on_ask(self, ack: Ack, body: Body) -> None:
        """`/ask QUESTION`."""
        if body.get("text", "").strip():
            self._command(ack, body, "ask")
        else:
            ack(text="Write a question after it: /ask Who is the mayor?")

    def on_check(self, ack: Ack, body: Body) -> None:
        """`/check TEXT`, or a modal for a longer text."""
        if body.get("text", "").strip():
            self._command(ack, body, "check")
            return
        ack()
        origin = Origin(_team(body), body["channel_id"], "")
        if self._replies.may("check", origin, body["user_id"]):
            self._replies.ask_text(origin, body["trigger_id"])

    def on_shortcut(self, ack: Ack, body: Body) -> None:
        """“Check this against the archive” on a message."""
        ack()
        message, channel, team = body["message"], body["channel"]["id"], _team(body)
        thread = Thread(team, channel, str(message.get("thread_ts") or message["ts"]))
        origin = Origin(team, channel, thread.ts)
        if self._replies.may("check", origin, body["user"]["id"]):
            text = plain_text(text_of_message(message))
            asked = self._request(text, response_url=body.get("response_url"))
            self._add(f"shortcut:{team}:{body['trigger_id']}", "check", thread, body["user"]["id"], asked)

    def on_pressed(self, ack: Ack, body: Body) -> None:
        """A button below an answer."""
        ack()
        action, message = body["actions"][0], body.get("message") or {}
        rating, _, judged_id = action["value"].partition(":")
        is_feedback = action["action_id"] == FEEDBACK
        thread_ts = str(message.get("thread_ts") or message.get("ts") or "")
        answer_id = judged_id if is_feedback else action["value"]
        origin = Origin(_team(body), body["channel"]["id"], thread_ts, answer_id)
        user, trigger = body["user"]["id"], body["trigger_id"]
        if is_feedback:
            if not self._replies.may("feedback", origin, user):
                return
            if rating == "helpful":
                self._replies.keep_feedback(origin, user, "helpful")
            else:
                self._replies.ask_reasons(origin, trigger)
        elif action["action_id"] == SOURCES:
            self._replies.show_sources(origin, trigger)
        elif self._replies.may("ask", origin, user):
            self._replies.ask_again(origin, trigger)

    def on_again(self, ack: Ack, body: Body) -> None:
        """A question asked again, as of a day or from some outlets."""
        origin, chosen, user = Origin.of(body["view"]), restrictions_of(body["view"]), body["user"]["id"]
        try:
            question = self._replies.answer(origin).question
        except DatelineError as error:
            ack(response_action="errors", errors={"as_of": f"{error.message}. {error.hint}"})
            return
        ack()
        if self._replies.may("ask", origin, user):
            asked = replace(self._request(question), as_of=chosen.as_of, outlets=chosen.outlets)
            thread = Thread(origin.team, origin.channel, origin.thread_ts)
            self._add(f"view:{origin.team}:{body['view']['id']}", "ask", thread, user, asked)

    def on_judged(self, ack: Ack, body: Body) -> None:
        """Reasons from the feedback modal."""
        ack()
        origin, user = Origin.of(body["view"]), body["user"]["id"]
        reasons, comment = judged(body["view"])
        if self._replies.may("feedback", origin, user):
            self._replies.keep_feedback(origin, user, "unhelpful", reasons, comment)

    def on_text(self, ack: Ack, body: Body) -> None:
        """A text to check, from the modal."""
        ack()
        origin, user = Origin.of(body["view"]), body["user"]["id"]
        if self._replies.may("check", origin, user):
            asked = self._request(text_to_check(body["view"]))
            thread = Thread(origin.team, origin.channel, "")
            self._add(f"view:{origin.team}:{body['view']['id']}", "check", thread, user, asked)

    def _command(self, ack: Ack, body: Body, kind: WorkKind) -> None:
        team, channel, user = _team(body), body["channel_id"], body["user_id"]
        if not self._context.rules.of(team, channel).allows(kind, user):
            ack(text=MAY_NOT[kind])
        elif self._is_full():
            ack(text=BUSY)
        else:
            asked = self._request(plain_text(body["text"]), response_url=body["response_url"])
            self._add(f"command:{team}:{body['trigger_id']}", kind, Thread(team, channel, ""), user, asked)
            ack()

    def _request(self, text: str, *, response_url: str | None = None) -> Request:
        return Request(text, asked=f"{self._context.inbox.clock():.6f}", response_url=response_url)

    def _add(self, key: str, kind: WorkKind, thread: Thread, user: str, asked: Request) -> None:
        with self._context.inbox.delivery(None) as delivery:
            if delivery is not None:
                delivery.add(NewWork(key, asked.asked, kind, thread, user, asked))
        self._queued(thread, None if delivery is None else delivery.queued)

    def _queued(self, thread: Thread, queued: Queued | None) -> None:
        if queued is not None:
            self._replies.show_place(thread, queued)
        self._workers.wake()

    def _is_full(self) -> bool:
        return self._context.inbox.unfinished() >= self._longest_queue


def _team(body: Body) -> str:
    team = body.get("team")
    return str(body.get("team_id") or (team.get("id") if isinstance(team, Mapping) else team) or "")
