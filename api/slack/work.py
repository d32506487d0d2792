"""What is asked for in Slack and where it is to be answered. Knows nothing of queues or of Slack's payloads."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

Kind = Literal["ask", "check"]
StopReason = Literal["stopped", "edited", "deleted"]
"""Why a running work is to end: somebody pressed Stop, or the message that asks was edited or deleted."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread of Slack's."""

    team: str
    channel: str
    ts: str
    """Of its first message; empty: a slash command's, which begins when its turn comes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked."""

    text: str
    """The question, or the draft to check."""
    asked: str
    """When, as Slack writes times: `1630497600.000100`; a message's is its own, and no other in its channel has it."""
    as_of: str | None = None
    """A day, ISO 8601."""
    outlets: tuple[str, ...] = ()
    response_url: str | None = None
    """Where a slash command or a shortcut may be answered if its channel can't be written to."""

    def to_json(self) -> str:
        """As it is stored."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Request:
        """What `to_json` wrote."""
        stored = json.loads(text)
        return cls(**stored | {"outlets": tuple(stored["outlets"])})


@dataclass(frozen=True, slots=True)
class NewWork:
    """Work to be queued."""

    key: str
    """Tells it from all other work; see `message_key`."""
    version: str
    """Times of edits, compared as text: Slack's all have the same length."""
    kind: Kind
    thread: Thread
    user: str
    request: Request


@dataclass(frozen=True, slots=True)
class Work:
    """Work that was taken from the queue."""

    id: int
    kind: Kind
    thread: Thread
    user: str
    request: Request
    attempts: int
    """How often it was taken, this time included."""
    posted: tuple[str, ...]
    """Times of its messages in Slack so far."""


def is_direct(channel: str) -> bool:
    """Whether a channel is a conversation with the app alone, by its id."""
    return channel.startswith("D")


def message_key(team: str, channel: str, ts: str) -> str:
    """The key of the work that a message asks for, by whichever events it comes."""
    return f"message:{team}:{channel}:{ts}"
