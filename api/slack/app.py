"""The Slack app: queue, workers and listeners, with events by Socket Mode or signed HTTP requests.

Knows which parts there are and the order in which they start and stop.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import Engine

from dateline.api.compose import Services
from dateline.api.slack.calls import Calls
from dateline.api.slack.database import open_slack_database
from dateline.api.slack.errors import SlackError, SlackUnreachableError
from dateline.api.slack.immediate_replies import ImmediateReplies
from dateline.api.slack.inbox import Inbox
from dateline.api.slack.installations import Installations
from dateline.api.slack.links import Links
from dateline.api.slack.listeners import Listeners
from dateline.api.slack.rules import Rules, read_rules
from dateline.api.slack.settings import SlackSettings
from dateline.api.slack.work_runner import WorkRunner
from dateline.api.slack.workers import Workers
from dateline.api.slack.workspace import SlackContext
from dateline.api.slack.workspaces import CallsOfWorkspaces, OneWorkspace, Workspaces, web_client
from dateline.index.errors import InputError
from dateline.index.saved_filters import saved_filter

SOCKET_THREADS = 10
"""Events that can be stored at the same time."""


class SlackApp:
    """Answers requests from Slack until it is closed."""

    def __init__(
        self,
        services: Services,
        settings: SlackSettings,
        workspaces: Workspaces,
        *,
        engine: Engine,
        home: Path,
        rules: Rules,
        clock: Callable[[], float] = time.time,
        calls_of: Callable[..., Calls] = Calls,
    ) -> None:
        """`home`: the archive's folder. `clock`: seconds since 1970. Use `open_slack`."""
        self._settings = settings
        self._workspaces = workspaces
        self._clock = clock
        calls = CallsOfWorkspaces(workspaces, settings.api_url, calls_of)
        page = settings.page_url.rstrip("/") if settings.page_url else None
        self.inbox = Inbox(engine, clock)
        self.context = SlackContext(services, self.inbox, rules, Links(services.archive, page), calls)
        self.workers = Workers(self.inbox, home, WorkRunner(self.context), settings.workers)
        self._replies = ImmediateReplies(self.context, home, settings.workers)
        self.bolt = App(
            name="dateline",
            logger=logging.getLogger("dateline.api.slack.bolt"),
            client=web_client(None, settings.api_url),
            authorize=lambda team_id: self._authorize(calls, team_id),  # type: ignore[arg-type, return-value]  # or None
            process_before_response=True,  # what comes in is stored before Slack hears that it has come
            request_verification_enabled=False,  # see `handle`
            attaching_conversation_kwargs_enabled=False,
        )
        self._socket: SocketModeHandler | None = None
        self.installations = workspaces if isinstance(workspaces, Installations) else None
        """The installations of several workspaces; None: the app is for one."""
        forget = self.installations.forget if self.installations else lambda _team: None
        Listeners(self.context, self.workers, self._replies, settings.queue, forget).register(self.bolt)

    def start(self) -> None:
        """Start working on the queue."""
        self.workers.start()

    def connect(self) -> None:
        """Receive events by Socket Mode too.

        Raises `InputError` without an app-level token, `SlackError` for an invalid token, `SlackUnreachableError`.
        """
        if self._settings.app_token is None:
            raise InputError("Socket Mode needs an app-level token", hint="Set DATELINE_SLACK_APP_TOKEN.")
        if isinstance(self._workspaces, OneWorkspace):
            self._workspaces.identity()
        self._socket = SocketModeHandler(
            self.bolt,
            self._settings.app_token.get_secret_value(),
            web_client=web_client(None, self._settings.api_url),
            concurrency=SOCKET_THREADS,
        )
        try:
            self._socket.client.connect()
        except SlackApiError as error:
            raise SlackError.of("apps.connections.open", str(error.response.get("error"))) from error
        except OSError as error:
            raise SlackUnreachableError.of("apps.connections.open") from error

    def handle(self, body: bytes, headers: Mapping[str, str]) -> BoltResponse:
        """Handle a request to `/slack/events`. One that Slack did not sign in the last five minutes gets a 401."""
        if not self._is_signed(body, headers):
            return BoltResponse(status=401, body=json.dumps({"error": "not signed by Slack"}))
        try:
            request = BoltRequest(body=body.decode("utf-8"), headers=dict(headers))
        except (ValueError, AttributeError, TypeError):
            return BoltResponse(status=400, body=json.dumps({"error": "no payload of Slack's"}))
        return self.bolt.dispatch(request)

    def close(self) -> None:
        """Stop: running work is finished, queued work stays."""
        if self._socket is not None:
            self._socket.client.close()
        self.workers.close()
        self._replies.close()
        self.inbox.engine.dispose()

    def _authorize(self, calls: CallsOfWorkspaces, team_id: str | None) -> AuthorizeResult | None:
        """For Bolt; None: the workspace's token is invalid, which is stored for the doctor."""
        try:
            return calls.authorize(team_id)
        except SlackError as error:
            self.inbox.problem(team_id or "", error.code, f"{error.message}. {error.hint}")
            return None

    def _is_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        secret = self._settings.signing_secret
        timestamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        # The SDK's verifier raises for a time that is no number, and for what is not ASCII.
        is_time = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 20
        if secret is None or not is_time or not signature.isascii():
            return False
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            return False
        verifier = SignatureVerifier(secret.get_secret_value(), _Clock(self._clock))
        return verifier.is_valid(body, timestamp, signature)


class _Clock(SignatureClock):
    """The app's own, for the SDK."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def now(self) -> float:
        """Seconds since 1970."""
        return self._clock()


def open_slack(
    services: Services,
    settings: SlackSettings,
    home: Path,
    *,
    clock: Callable[[], float] = time.time,
    calls_of: Callable[..., Calls] = Calls,
) -> SlackApp:
    """The app over open services, not started.

    Raises `InputError` if a setting is missing or the rules can't be read, `NotFoundError` if they name an unknown
    saved filter.
    """
    rules = read_rules(settings.rules)
    for name in sorted(rules.filters()):
        saved_filter(services.archive, name)
    engine = open_slack_database(home)
    workspaces: Workspaces
    if settings.by_oauth:
        workspaces = Installations(engine, settings)
    elif settings.bot_token is not None:
        workspaces = OneWorkspace(settings.bot_token.get_secret_value(), settings.api_url)
    else:
        raise InputError("Slack needs a bot token", hint="Set DATELINE_SLACK_BOT_TOKEN; see docs/slack.md.")
    return SlackApp(
        services, settings, workspaces, engine=engine, home=home, rules=rules, clock=clock, calls_of=calls_of
    )
