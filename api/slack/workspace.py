"""What work on a question or a draft needs: the archive, the rules, the queue, and each workspace's Web API.

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
    """A workspace that has the app."""

    calls: Calls
    bot_user: str
    """The app's own user, which mentions name."""


@dataclass(frozen=True, slots=True)
class SlackContext:
    """Everything that answers questions from Slack. Safe for threads."""

    services: Services
    inbox: Inbox
    rules: Rules
    links: Links
    workspace: Callable[[str], Workspace]
    """By a workspace's id. Raises `SlackError` with the code `not_authed` where it hasn't installed the app."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromtimestamp(self.inbox.clock(), UTC)

    def caller(self, thread: Thread) -> Caller:
        """Who asks, as the archive sees it: with the scope to ask, within the channel's part.

        Raises `NotFoundError` where the channel's saved filter is not there any more.
        """
        name = self.rules.of(thread.team, thread.channel).filter
        part = None if name is None else saved_filter(self.services.archive, name).filters
        return Caller(None, frozenset({"ask"}), part)


def moment_of(ts: str) -> datetime:
    """Slack's time of a message, e.g. `1630497600.000100`, to the microsecond."""
    seconds, _, rest = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(rest.ljust(6, "0")[:6] or 0))


def lost_messages(context: SlackContext, work: Work) -> list[str]:
    """Messages of the app's own in a work's thread that it doesn't remember: it was killed before it could note them.

    One work at a time writes into a thread, so that they are of the one that is under way.
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
