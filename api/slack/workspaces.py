"""The workspaces with the app: one by its token, or those that installed it by OAuth.

Knows tokens, nothing of what they are used for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from dateline.api.slack.calls import Calls
from dateline.api.slack.errors import SlackError
from dateline.api.slack.workspace import Workspace

TIMEOUT = 30
"""Seconds for one call."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The app's identity in a workspace."""

    team: str
    bot_user: str
    bot_id: str
    token: str = field(repr=False)


class Workspaces(Protocol):
    """Finds the identity of the app in a workspace."""

    def identity(self, team: str) -> Identity:
        """The identity in a workspace. Raises `SlackError` with the code `not_authed` if there is none."""
        ...


def web_client(token: str | None, api_url: str) -> WebClient:
    """A client without retries, which `Calls` makes."""
    return WebClient(token=token, base_url=api_url, timeout=TIMEOUT, retry_handlers=[])


class OneWorkspace:
    """The workspace of a bot token. Its identity is requested at the first use."""

    def __init__(self, token: str, api_url: str) -> None:
        self._token = token
        self._calls = Calls(web_client(token, api_url))
        self._identity: Identity | None = None
        self._lock = threading.Lock()

    def identity(self, team: str = "") -> Identity:
        """See `Workspaces`. Also raises `SlackUnreachableError`."""
        with self._lock:
            if self._identity is None:
                found = self._calls("auth.test")
                self._identity = Identity(found["team_id"], found["user_id"], found.get("bot_id", ""), self._token)
        if team not in ("", self._identity.team):
            raise SlackError.of("auth.test", "not_authed")
        return self._identity


class CallsOfWorkspaces:
    """One `Calls` for each workspace, so that a rate limit holds for all its work. Safe for threads."""

    def __init__(self, workspaces: Workspaces, api_url: str, calls_of: Callable[[WebClient], Calls] = Calls) -> None:
        self._workspaces = workspaces
        self._api_url = api_url
        self._calls_of = calls_of
        self._known: dict[str, tuple[str, Calls]] = {}
        self._lock = threading.Lock()

    def __call__(self, team: str) -> Workspace:
        """The calls of a workspace; raises what `Workspaces.identity` raises."""
        identity = self._workspaces.identity(team)
        with self._lock:
            token, calls = self._known.get(team, ("", None))
            if calls is None or token != identity.token:
                calls = self._calls_of(web_client(identity.token, self._api_url))
                self._known[team] = (identity.token, calls)
        return Workspace(calls, identity.bot_user)

    def authorize(self, team_id: str | None) -> AuthorizeResult:
        """The app's identity in a payload's workspace, for Bolt."""
        identity = self._workspaces.identity(team_id or "")
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_token=identity.token,
            bot_user_id=identity.bot_user,
            bot_id=identity.bot_id or None,
        )
