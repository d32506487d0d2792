"""Converts Slack's events to work: which messages are questions, and their plain text.

A mention starts a thread. In a thread of two every message is a question; once others are in it, only those with a
mention are. Bots are never answered. Knows Slack's payloads and the queue, nothing of answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dateline.api.slack.inbox import Delivery
from dateline.api.slack.rich_text import text_of
from dateline.api.slack.rules import Rules
from dateline.api.slack.work import NewWork, Request, Thread, is_direct, message_key

Payload = Mapping[str, Any]

QUESTIONS = (None, "file_share", "thread_broadcast", "me_message")
"""Subtypes of messages that people write."""
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^>]*))?>")
_ENTITY = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused request; only its user is told."""

    channel: str
    user: str
    thread_ts: str | None
    full: bool
    """Whether the only reason is a full queue."""


class Incoming:
    """Handles the messages of one workspace, one delivery at a time."""

    def __init__(self, delivery: Delivery, rules: Rules, team: str, bot_user: str, *, full: bool = False) -> None:
        """`bot_user`: the app's own user, for mentions. `full`: the queue is full."""
        self._delivery = delivery
        self._rules = rules
        self._team = team
        self._bot_user = bot_user
        self._full = full
        self.refused: Refused | None = None
        """Set if a request was refused."""
        self.gone: tuple[str, tuple[str, ...]] | None = None
        """Channel and times of messages to delete, if a question was deleted."""

    def event(self, event: Payload) -> None:
        """A message, a mention, an edit, a deletion, or Stop."""
        channel = str(event.get("channel", ""))
        match (event.get("type"), event.get("subtype")):
            case ("agent_session_stopped", _):
                thread = Thread(self._team, channel, str(event.get("thread_ts", "")))
                self._delivery.stop(thread, "stopped")
            case ("message", "message_deleted"):
                self._deleted(event, str(event.get("deleted_ts", "")), event.get("previous_message") or {})
            case ("message", "message_changed"):
                self._changed(event)
            case ("message" | "app_mention", subtype) if subtype in QUESTIONS:
                self._said(event, event, version=str(event.get("ts", "")))

    def _changed(self, event: Payload) -> None:
        message, before = event.get("message") or {}, event.get("previous_message") or {}
        ts = str(message.get("ts", ""))
        if message.get("subtype") == "tombstone":  # deleted, with replies below it
            self._deleted(event, ts, before)
        elif message.get("text") != before.get("text"):  # Slack also “edits” to show a link's preview
            edited = str((message.get("edited") or {}).get("ts") or event.get("event_ts", ""))
            self._said(event, message, version=edited)

    def _deleted(self, event: Payload, ts: str, before: Payload) -> None:
        channel = str(event.get("channel", ""))
        key = message_key(self._team, channel, ts)
        to_us = is_direct(channel) or self._bot_user in mentioned(str(before.get("text", "")))
        if ts and (to_us or self._delivery.is_known(key)):
            self.gone = channel, self._delivery.remove(self._team, channel, ts)

    def _said(self, event: Payload, message: Payload, *, version: str) -> None:
        """A message of a user. `event` has its channel, `message` its text."""
        user, ts, channel = str(message.get("user", "")), str(message.get("ts", "")), str(event.get("channel", ""))
        if not user or not ts or message.get("bot_id") or user in (self._bot_user, "USLACKBOT"):
            return
        thread = Thread(self._team, channel, str(message.get("thread_ts") or ts))
        text = text_of_message(message)
        key = message_key(self._team, channel, ts)
        if not self._is_question(thread, user, ts, text) and not self._delivery.is_known(key):
            return
        guest = str(message.get("user_team") or message.get("team") or self._team) != self._team
        allowed = self._rules.of(self._team, channel).allows("ask", user, guest=guest)
        if self._full or not allowed:
            if self._delivery.once(f"refused:{key}:{version}"):  # a mention comes as two events
                self.refused = Refused(channel, user, None if is_direct(channel) else thread.ts, full=allowed)
            return
        asked = Request(plain_text(text, without=self._bot_user), asked=ts)
        self._delivery.add(NewWork(key, version, "ask", thread, user, asked))

    def _is_question(self, thread: Thread, user: str, ts: str, text: str) -> bool:
        """Whether a message is a question to Dateline. Records who is in the thread."""
        direct = is_direct(thread.channel)
        named = mentioned(text)
        known = self._delivery.thread(thread)
        others = (known is not None and user != known.opener) or bool(named - {self._bot_user})
        if known is not None and others and not direct:
            self._delivery.crowd(thread)
        if direct or self._bot_user in named:
            # In a thread that others began, who is in it isn't known: a mention is needed each time.
            self._delivery.join(thread, user, crowded=not direct and (thread.ts != ts or others))
            return True
        return known is not None and not known.crowded and not others


def is_chatter(event: Payload, bot_user: str) -> bool:
    """Whether an event can be ignored: a message in a channel, outside threads, that doesn't mention the app."""
    if event.get("type") != "message" or event.get("subtype") not in QUESTIONS or is_direct(str(event.get("channel"))):
        return False
    return not event.get("thread_ts") and bot_user not in mentioned(str(event.get("text") or ""))


def mentioned(text: str) -> set[str]:
    """The users mentioned in a message's text."""
    return {match[1] for match in _MENTION.finditer(text)}


def text_of_message(message: Payload) -> str:
    """A message's text, or that of its blocks if it has none."""
    return str(message.get("text") or "") or text_of(list(message.get("blocks") or []))


def plain_text(text: str, *, without: str | None = None) -> str:
    """Slack's text as typed: links and names as words, entities as characters. `without`: a user to leave out."""

    def reference(match: re.Match[str]) -> str:
        inner, _, label = match[1].partition("|")
        if inner.startswith("@"):
            return f"@{label or inner[1:]}"
        if inner.startswith(("#", "!")):
            return f"{inner[0]}{label or inner[1:]}".lstrip("!")
        return label or inner.removeprefix("mailto:")

    if without is not None:  # “Tell me, @Dateline, why?” as well as “@Dateline: why?”
        text = re.sub(rf"\s*<@{re.escape(without)}(?:\|[^<>]*)?>[,:]?\s*", " ", text)
    words = re.sub(r"<([^<>]+)>", reference, text)
    words = re.sub("&(?:lt|gt|amp);", lambda match: _ENTITY[match[0]], words)
    return re.sub(r"[ \t]+", " ", words).strip()
