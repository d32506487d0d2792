"""The context of Slack work: the archive, the rules, the queue, and each workspace's Web API.

Knows which parts there are, nothing of what they do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from dateline.api.access import Caller
from dateline.api.compose import Services
from dateline.api.slack.calls import Calls
from dateline.api.slack.errors import SlackError
from dateline.api.slack.inbox import Inbox
from dateline.api.slack.links import Links
from dateline.api.slack.rules import Rules
from dateline.api.slack.work import Thread, Work
from dateline.index.saved_filters import saved_filter


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace with the app."""

    calls: Calls
    bot_user: str
    """The app's own user, for mentions."""


@dataclass(frozen=True, slots=True)
class SlackContext:
    """Everything needed to answer questions from Slack. Safe for threads."""

    services: Services
    inbox: Inbox
    rules: Rules
    links: Links
    workspace: Callable[[str], Workspace]
    """Workspace id → its Web API. Raises `SlackError` with the code `not_authed` if it hasn't installed the app."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromtimestamp(self.inbox.clock(), UTC)

    def caller(self, thread: Thread) -> Caller:
        """The caller for a channel: with the scope to ask, restricted to the channel's part.

        Raises `NotFoundError` if the channel's saved filter doesn't exist any more.
        """
        name = self.rules.of(thread.team, thread.channel).filter
        part = None if name is None else saved_filter(self.services.archive, name).filters
        return Caller(None, frozenset({"ask"}), part)


def moment_of(ts: str) -> datetime:
    """Slack's time of a message, e.g. `1630497600.000100`, to the microsecond."""
    seconds, _, rest = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(rest.ljust(6, "0")[:6] or 0))


def lost_messages(context: SlackContext, work: Work) -> list[str]:
    """The app's messages in a work's thread that are not recorded: the process was killed before it could.

    One work at a time writes into a thread, so they belong to the running one.
    """
    workspace = context.workspace(work.thread.team)
    try:
        thread = {"channel": work.thread.channel, "ts": work.thread.ts, "limit": 200}
        found = workspace.calls("conversations.replies", thread)
    except SlackError:
        return []
    known = context.inbox.posted_in(work.thread)
    own = [one for one in found.get("messages", []) if one.get("user") == workspace.bot_user]
    return [str(one["ts"]) for one in own if one["ts"] not in known and one["ts"] != work.thread.ts]
