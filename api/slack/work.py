"""Requests from Slack and the threads to answer in. Knows nothing of queues or of Slack's payloads."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

WorkKind = Literal["ask", "check"]
StopReason = Literal["stopped", "edited", "deleted"]
"""Why running work is to stop: the user pressed Stop, or edited or deleted the message."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread of Slack's."""

    team: str
    channel: str
    ts: str
    """Time of its first message; empty: a slash command's thread, not started yet."""


@dataclass(frozen=True, slots=True)
class Request:
    """A question or a draft to check."""

    text: str
    """The question, or the draft to check."""
    asked: str
    """Slack's time, `1630497600.000100`; a message's is unique in its channel."""
    as_of: str | None = None
    """A day, ISO 8601."""
    outlets: tuple[str, ...] = ()
    response_url: str | None = None
    """Where to answer a slash command or shortcut if its channel can't be written to."""

    def to_json(self) -> str:
        """JSON for storage."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Request:
        """From the JSON of `to_json`."""
        stored = json.loads(text)
        return cls(**stored | {"outlets": tuple(stored["outlets"])})


@dataclass(frozen=True, slots=True)
class NewWork:
    """Work to be queued."""

    key: str
    """Unique key; see `message_key`."""
    version: str
    """Time of the last edit, compared as text: Slack's times have the same length."""
    kind: WorkKind
    thread: Thread
    user: str
    request: Request


@dataclass(frozen=True, slots=True)
class Work:
    """Work that was taken from the queue."""

    id: int
    kind: WorkKind
    thread: Thread
    user: str
    request: Request
    attempts: int
    """Number of attempts, this one included."""
    posted: tuple[str, ...]
    """Times of its messages in Slack so far."""


def is_direct(channel: str) -> bool:
    """Whether a channel is a conversation with the app alone, by its id."""
    return channel.startswith("D")


def message_key(team: str, channel: str, ts: str) -> str:
    """The key of a message's work, whichever events deliver it."""
    return f"message:{team}:{channel}:{ts}"
