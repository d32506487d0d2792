"""Installations by OAuth: the encrypted tokens of several workspaces, and the two steps of an installation.

Knows how tokens are stored, nothing of what they are used for.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from slack_sdk.oauth import AuthorizeUrlGenerator
from sqlalchemy import Engine, delete, insert, select

from dateline.api.slack.calls import Calls
from dateline.api.slack.database import WHAT, installations, oauth_states
from dateline.api.slack.errors import SlackError
from dateline.api.slack.manifest import BOT_SCOPES
from dateline.api.slack.settings import SlackSettings
from dateline.api.slack.workspaces import Identity, web_client
from dateline.index.database import for_writing, storage_errors
from dateline.index.errors import InputError

STATE_SECONDS = 600
"""Seconds that an installation may take."""
INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"


class Installations:
    """The workspaces that installed the app, and their tokens. Safe for threads."""

    def __init__(self, engine: Engine, settings: SlackSettings, clock: Callable[[], float] = time.time) -> None:
        """Raises `InputError` if the key is not valid."""
        if settings.token_key is None or settings.client_id is None or settings.client_secret is None:
            raise InputError("several workspaces need a client id, its secret and a key", hint="See docs/slack.md.")
        try:
            self._cipher = Fernet(settings.token_key.get_secret_value())
        except ValueError as error:
            raise InputError("DATELINE_SLACK_TOKEN_KEY is not valid", hint="`dateline slack key` makes one.") from error
        self._engine = engine
        self._writing = for_writing(engine)
        self._settings = settings
        self._client_secret = settings.client_secret
        self._clock = clock

    def identity(self, team: str) -> Identity:
        """See `api.slack.workspaces.Workspaces`."""
        with storage_errors(WHAT), self._engine.connect() as connection:
            query = select(installations.c.installation).where(installations.c.team == team)
            sealed = connection.execute(query).scalar()
        if sealed is None:
            raise SlackError.of("oauth.v2.access", "not_authed")
        try:
            return Identity(**json.loads(self._cipher.decrypt(sealed)))
        except InvalidToken as error:
            raise InputError(
                "the workspaces' tokens were encrypted with another key",
                hint="Restore the old DATELINE_SLACK_TOKEN_KEY, or install the app again.",
            ) from error

    def keep(self, identity: Identity) -> None:
        """Store a workspace's token, replacing an earlier one."""
        sealed = self._cipher.encrypt(json.dumps(asdict(identity)).encode())
        with storage_errors(WHAT), self._writing.begin() as connection:
            new = insert(installations).prefix_with("OR REPLACE", dialect="sqlite")
            connection.execute(new.values(team=identity.team, installation=sealed))

    def forget(self, team: str) -> None:
        """A workspace has removed the app."""
        with storage_errors(WHAT), self._writing.begin() as connection:
            connection.execute(delete(installations).where(installations.c.team == team))

    def begin(self) -> str:
        """The address at which a user allows the app into their workspace."""
        state = secrets.token_urlsafe(32)
        now = self._clock()
        with storage_errors(WHAT), self._writing.begin() as connection:
            connection.execute(delete(oauth_states).where(oauth_states.c.created < now - STATE_SECONDS))
            connection.execute(insert(oauth_states).values(state=state, created=now))
        generator = AuthorizeUrlGenerator(client_id=self._settings.client_id or "", scopes=list(BOT_SCOPES))
        return generator.generate(state)

    def finish(self, query: Mapping[str, str]) -> Identity:
        """Store the installation. Returns the workspace. `query`: parameters of Slack's redirect.

        Raises `InputError` if the user refused or did not start here, and what calling Slack raises.
        """
        known = delete(oauth_states).where(
            oauth_states.c.state == query.get("state", ""), oauth_states.c.created >= self._clock() - STATE_SECONDS
        )
        with storage_errors(WHAT), self._writing.begin() as connection:
            began_here = connection.execute(known).rowcount == 1
        if "error" in query or not began_here or "code" not in query:
            why = "was refused" if "error" in query else "did not start here, or took more than ten minutes"
            raise InputError(f"the installation {why}", hint=f"Start again at {INSTALL_PATH}.")
        calls = Calls(web_client(None, self._settings.api_url))
        given: Any = calls(
            "oauth.v2.access",
            {
                "client_id": self._settings.client_id,
                "client_secret": self._client_secret.get_secret_value(),
                "code": query["code"],
            },
        )
        token = given["access_token"]
        bot = Calls(web_client(token, self._settings.api_url))("auth.test")
        identity = Identity(given["team"]["id"], given["bot_user_id"], bot.get("bot_id", ""), token)
        self.keep(identity)
        return identity


def new_key() -> str:
    """A new key for encrypting tokens."""
    return Fernet.generate_key().decode()
