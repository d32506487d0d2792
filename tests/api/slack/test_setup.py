"""Setting it up: settings, the manifest, the doctor, the commands, several workspaces by OAuth."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet

from dateline.api.slack.database import FILE_NAME, open_slack_database
from dateline.api.slack.doctor import diagnose
from dateline.api.slack.errors import SlackError
from dateline.api.slack.inbox import Inbox
from dateline.api.slack.installations import Installations, new_key
from dateline.api.slack.manifest import BOT_EVENTS, BOT_SCOPES, manifest
from dateline.api.slack.settings import SlackSettings, load_slack_settings
from dateline.index.archive import Archive
from dateline.index.errors import InputError
from tests.api.conftest import CommandLine
from tests.api.slack.desk import Desk
from tests.api.slack.people import Http
from tests.api.slack.stand_in import APP_TOKEN, TOKEN, StandIn

OAUTH = {"client_id": "1.2", "client_secret": "secret", "bot_token": None}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BOT_TOKEN", "xapp-secret", "does not begin with xoxb-"),
        ("APP_TOKEN", "xoxb-secret", "does not begin with xapp-"),
        ("WORKERS", "0", "DATELINE_SLACK_WORKERS"),
        ("PAGE_URL", "dateline.example", "DATELINE_SLACK_PAGE_URL"),
        ("API_URL", "https://slack.example", "DATELINE_SLACK_API_URL"),
        ("CLIENT_ID", "secret", "belong together"),
    ],
)
def test_settings_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(f"DATELINE_SLACK_{name}", value)
    with pytest.raises(InputError) as error:
        load_slack_settings()
    assert said in error.value.message
    assert "secret" not in error.value.message


def test_no_secret_is_in_a_repr() -> None:
    settings = SlackSettings(bot_token="xoxb-hidden", app_token="xapp-hidden", signing_secret="hidden")  # type: ignore[arg-type]
    assert "hidden" not in repr(settings)


def test_the_manifest_has_what_slack_limits() -> None:
    made = manifest()
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    view = made["features"]["agent_view"]
    assert len(view["agent_description"]) <= 300
    assert 0 < len(view["suggested_prompts"]) <= 4
    (shortcut,) = made["features"]["shortcuts"]
    assert len(shortcut["name"]) <= 24
    assert [one["command"] for one in made["features"]["slash_commands"]] == ["/ask", "/check"]
    assert made["settings"]["socket_mode_enabled"] is True
    assert set(made["settings"]["event_subscriptions"]["bot_events"]) == set(BOT_EVENTS)
    assert "request_url" not in json.dumps(made)


def test_the_manifest_by_http(bare: CommandLine) -> None:
    made = json.loads(bare("slack", "manifest", "--url", "https://dateline.example/", "--distributed").stdout)
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://dateline.example/slack/events"
    assert {one["url"] for one in made["features"]["slash_commands"]} == {"https://dateline.example/slack/events"}
    assert made["oauth_config"]["redirect_urls"] == ["https://dateline.example/slack/oauth_redirect"]
    assert bare("slack", "manifest", "--url", "http://dateline.example").exit_code == 2
    assert bare("slack", "manifest", "--distributed").exit_code == 2


def test_commands_without_tokens_say_what_to_set(bare: CommandLine) -> None:
    result = bare("slack", "run")
    assert result.exit_code == 2
    assert "DATELINE_SLACK_APP_TOKEN" in result.stderr
    result = bare("slack", "doctor")
    assert result.exit_code == 1
    assert "MISSING no bot token" in result.stdout
    Fernet(bare("slack", "key").stdout.strip())


def test_a_token_that_is_no_good_is_said_at_the_start(slack: StandIn, open_app: Callable[..., Desk]) -> None:
    desk = open_app(bot_token="xoxb-no")
    with pytest.raises(SlackError) as error:
        desk.app.connect()
    assert error.value.message == "Slack refuses auth.test: the bot token is not valid"


def findings(slack: StandIn, archive: Archive, **settings: object) -> dict[str, bool]:
    chosen = {"bot_token": TOKEN, "app_token": APP_TOKEN, "api_url": slack.url} | settings
    found = diagnose(SlackSettings(**chosen), archive, archive.home)  # type: ignore[arg-type]
    return {one.what: one.ok for one in found}


def test_the_doctor_is_content(slack: StandIn, archive: Archive) -> None:
    found = findings(slack, archive)
    assert all(found.values()), found
    assert "the bot token is dateline's in SlackContext (T0NEWS)" in found
    assert f"all {len(BOT_SCOPES)} scopes are granted" in found
    assert "Socket Mode can be used" in found


def test_the_doctor_says_what_is_missing(slack: StandIn, archive: Archive) -> None:
    slack.scopes.remove("im:history")
    slack.date_shift = time.time() - 600
    rules = archive.home / "rules.yaml"
    rules.write_text("workspaces: {T0NEWS: {filter: sports-desk}}")
    engine = open_slack_database(archive.home)
    Inbox(engine, time.time).problem("T0NEWS", "is_archived", "the channel is archived")
    engine.dispose()
    wrong = [what for what, ok in findings(slack, archive, app_token="xapp-no", rules=rules).items() if not ok]
    assert wrong[0] == "the scope im:history is missing"
    assert re.fullmatch(r"this machine's clock is 60\d s ahead of Slack's", wrong[1])
    assert wrong[2] == "the app-level token does not work: invalid_auth"
    assert wrong[3].endswith("there is no saved filter 'sports-desk'")
    assert wrong[4].endswith("UTC: the channel is archived")


def test_the_doctor_with_a_bad_token_or_no_network(slack: StandIn, archive: Archive) -> None:
    assert "the bot token does not work: invalid_auth" in findings(slack, archive, bot_token="xoxb-no")
    nowhere = findings(slack, archive, api_url="http://127.0.0.1:9/api/")
    assert any(what.startswith("Slack can't be reached") for what in nowhere)


def test_several_workspaces_install_it(open_app: Callable[..., Desk], slack: StandIn, archive: Archive) -> None:
    desk = open_app(**OAUTH, token_key=new_key())
    assert isinstance(desk.people.way, Http)
    http, url = desk.people.way.client, desk.people.way.url
    address = httpx.URL(http.get(f"{url}/slack/install").headers["location"])
    assert address.host == "slack.com"
    assert address.params["scope"] == ",".join(BOT_SCOPES)
    state = address.params["state"]
    assert http.get(f"{url}/slack/oauth_redirect", params={"code": "good", "state": "forged"}).status_code == 422
    assert http.get(f"{url}/slack/oauth_redirect", params={"code": "good", "state": state}).status_code == 200
    assert http.get(f"{url}/slack/oauth_redirect", params={"code": "good", "state": state}).status_code == 422
    assert b"xoxb-two" not in (archive.home / FILE_NAME).read_bytes()
    message = desk.people.draft("C1", "U1", "@Dateline Who won the chess title in nine rounds?")
    event = desk.people.event(message | {"type": "app_mention", "team": "T0OTHER"})
    assert desk.people.way.send(event | {"team_id": "T0OTHER"})
    desk.settle()
    assert desk.answer("C1", message["ts"]).words.startswith("Vera Quist won")


def test_tokens_need_their_key(tmp_path: Path) -> None:
    engine = open_slack_database(tmp_path)
    settings = {"client_id": "1.2", "client_secret": "s"}
    first = Installations(engine, SlackSettings(**settings, token_key=new_key()))  # type: ignore[arg-type]
    from dateline.api.slack.workspaces import Identity

    first.keep(Identity("T1", "U0BOT", "B1", "xoxb-1"))
    assert first.identity("T1").token == "xoxb-1"
    assert "xoxb" not in repr(first.identity("T1"))
    second = Installations(engine, SlackSettings(**settings, token_key=new_key()))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="another key"):
        second.identity("T1")
    first.forget("T1")
    with pytest.raises(Exception, match="not_authed"):
        first.identity("T1")
    with pytest.raises(InputError, match="TOKEN_KEY"):
        Installations(engine, SlackSettings(**settings, token_key="short"))  # type: ignore[arg-type]
    engine.dispose()
