"""Checks the configuration of the Slack app: tokens, scopes, events, clock, saved filters, latest errors.

Calls Slack, changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from dateline.api.slack.database import FILE_NAME, open_slack_database
from dateline.api.slack.inbox import Inbox
from dateline.api.slack.manifest import BOT_SCOPES
from dateline.api.slack.rules import read_rules
from dateline.api.slack.settings import SlackSettings
from dateline.api.slack.workspaces import web_client
from dateline.index.archive import Archive
from dateline.index.errors import DatelineError, NotFoundError
from dateline.index.saved_filters import saved_filter

MOST_SKEW = 60
"""Seconds by which this machine's clock may differ from Slack's; signatures are valid for five minutes."""
RECENT_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    ok: bool
    what: str
    hint: str = ""


def diagnose(
    settings: SlackSettings, archive: Archive, home: Path, clock: Callable[[], float] = time.time
) -> Iterator[Finding]:
    """Run the checks one after the other. `clock`: seconds since 1970."""
    yield from _settings(settings)
    if settings.bot_token is not None:
        yield from _bot_token(settings, clock)
    if settings.app_token is not None:
        yield from _app_token(settings)
    yield from _rules(settings, archive)
    if (home / FILE_NAME).is_file():
        yield from _problems(home, clock)


def _settings(settings: SlackSettings) -> Iterator[Finding]:
    if settings.bot_token is None and not settings.by_oauth:
        yield Finding(False, "no bot token", "Set DATELINE_SLACK_BOT_TOKEN; it is in the app's “OAuth & Permissions”.")
    if settings.app_token is None and settings.signing_secret is None:
        yield Finding(
            False,
            "neither an app-level token for Socket Mode nor a signing secret for HTTP",
            "Set DATELINE_SLACK_APP_TOKEN: “Basic Information”, “App-Level Tokens”, scope connections:write.",
        )
    if settings.page_url is None:
        yield Finding(True, "no DATELINE_SLACK_PAGE_URL: citations link to the originals, answers have no permalink")


def _bot_token(settings: SlackSettings, clock: Callable[[], float]) -> Iterator[Finding]:
    token = settings.bot_token.get_secret_value() if settings.bot_token else ""
    try:
        response = web_client(token, settings.api_url).api_call("auth.test")
    except SlackApiError as error:
        code = str(error.response.get("error"))
        yield Finding(False, f"the bot token does not work: {code}", "Install the app again, and set the new token.")
        return
    except OSError as error:
        yield _unreachable(settings, error)
        return
    workspace = f"{response.get('team')} ({response.get('team_id')})"
    yield Finding(True, f"the bot token is {response.get('user')}'s in {workspace}")
    granted = set(_header(response, "x-oauth-scopes").replace(" ", "").split(","))
    for scope in BOT_SCOPES:
        if scope not in granted:
            yield Finding(
                False,
                f"the scope {scope} is missing",
                "Paste `dateline slack manifest` into the app's manifest, and install it again.",
            )
    if granted.issuperset(BOT_SCOPES):
        yield Finding(True, f"all {len(BOT_SCOPES)} scopes are granted")
    yield from _clock(_header(response, "date"), clock)


def _clock(date: str, clock: Callable[[], float]) -> Iterator[Finding]:
    if not date:
        return
    skew = clock() - parsedate_to_datetime(date).timestamp()
    if abs(skew) > MOST_SKEW:
        way = "ahead of" if skew > 0 else "behind"
        yield Finding(
            False,
            f"this machine's clock is {abs(skew):.0f} s {way} Slack's",
            "Set it by NTP: requests whose signature looks older than five minutes are refused.",
        )
    else:
        yield Finding(True, "the clock agrees with Slack's")


def _app_token(settings: SlackSettings) -> Iterator[Finding]:
    token = settings.app_token.get_secret_value() if settings.app_token else ""
    try:
        web_client(None, settings.api_url).apps_connections_open(app_token=token)
    except SlackApiError as error:
        code = str(error.response.get("error"))
        hint = "Give it the scope connections:write, and turn on Socket Mode in the app's settings."
        yield Finding(False, f"the app-level token does not work: {code}", hint)
    except OSError as error:
        yield _unreachable(settings, error)
    else:
        yield Finding(True, "Socket Mode can be used")


def _rules(settings: SlackSettings, archive: Archive) -> Iterator[Finding]:
    try:
        rules = read_rules(settings.rules)
    except DatelineError as error:
        yield Finding(False, error.message, error.hint)
        return
    for name in sorted(rules.filters()):
        try:
            saved_filter(archive, name)
        except NotFoundError as error:
            yield Finding(False, f"{settings.rules}: {error.message}", "`dateline filters save` makes it.")
        else:
            yield Finding(True, f"the saved filter {name} is there")


def _problems(home: Path, clock: Callable[[], float]) -> Iterator[Finding]:
    engine = open_slack_database(home)
    try:
        inbox = Inbox(engine, clock)
        for problem in inbox.latest_problems():
            if problem["at"] >= clock() - RECENT_SECONDS:
                when = datetime.fromtimestamp(problem["at"], UTC)
                yield Finding(False, f"{when:%Y-%m-%d %H:%M} UTC: {problem['detail']}")
        if waiting := inbox.unfinished():
            yield Finding(True, f"{waiting} questions are waiting or running")
    finally:
        engine.dispose()


def _unreachable(settings: SlackSettings, error: OSError) -> Finding:
    return Finding(False, f"Slack can't be reached at {settings.api_url}: {error}", "Check the network and its proxy.")


def _header(response: SlackResponse, name: str) -> str:
    found = {str(key).lower(): value for key, value in response.headers.items()}.get(name, "")
    return str(found[0] if isinstance(found, list) and found else found)
