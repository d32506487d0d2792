"""`dateline slack`: run the Slack app, print its manifest, check its configuration.

Knows nothing of how questions are answered.
"""

from __future__ import annotations

import logging.config
import signal
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from dateline.api.cli.options import opened_archive
from dateline.api.terminal import note, say
from dateline.index.errors import InputError

if TYPE_CHECKING:
    from dateline.api.slack.settings import SlackSettings


@click.group()
def slack() -> None:
    """Answer questions in Slack; see docs/slack.md."""
    from dateline.api.slack.settings import need_slack

    need_slack()


@slack.command()
def run() -> None:
    """Run the Slack app over Socket Mode, until Ctrl-C.

    Needs the bot token and the app-level token.
    """
    from dateline.api import logs
    from dateline.api.compose import open_services
    from dateline.api.http.dependencies import system_clock
    from dateline.api.recurring import embargo_release, retention
    from dateline.api.settings import load_settings
    from dateline.api.slack.app import open_slack
    from dateline.api.slack.settings import load_slack_settings

    slack_settings = load_slack_settings()
    if slack_settings.app_token is None:
        raise InputError(
            "Socket Mode needs an app-level token",
            hint="Set DATELINE_SLACK_APP_TOKEN. Over HTTP, `dateline serve` answers instead; see docs/slack.md.",
        )
    settings = load_settings()
    logging.config.dictConfig(logs.config(settings.log_format))
    ended = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: ended.set())
    with ExitStack() as stack:
        stack.callback(signal.signal, signal.SIGTERM, before)
        services = open_services(settings)
        stack.callback(services.close)
        recurring = [embargo_release(services.archive, system_clock)]
        if services.retain_answers_days is not None:
            recurring.append(retention(services.archive, services.retain_answers_days, system_clock))
        for one in recurring:
            one.start()
            stack.callback(one.stop)
        app = open_slack(services, slack_settings, settings.home)
        app.start()
        stack.callback(app.close)
        app.connect()
        note("listening to Slack; Ctrl-C stops")
        ended.wait()


@slack.command()
@click.option("--url", metavar="URL", help="Address at which Slack reaches `dateline serve`; default: Socket Mode.")
@click.option("--distributed", is_flag=True, help="Let several workspaces install the app; needs --url.")
def manifest(url: str | None, distributed: bool) -> None:
    """Print the app's manifest for api.slack.com/apps.

    Paste it there under “Create New App”, “From a manifest”.
    """
    from dateline.api.slack.manifest import manifest_json

    if url is not None and not url.startswith("https://"):
        raise InputError(f"Slack doesn't send events to {url}", hint="It needs an address that begins with https://.")
    if distributed and url is None:
        raise InputError("several workspaces install the app over HTTP", hint="Add --url https://…")
    say(manifest_json(url, distributed=distributed))


@slack.command()
def doctor() -> None:
    """Check tokens, scopes, events, the clock and filters.

    Exit code 1: something is missing.
    """
    from dateline.api.settings import load_settings
    from dateline.api.slack.doctor import diagnose
    from dateline.api.slack.settings import load_slack_settings

    wrong = 0
    slack_settings: SlackSettings = load_slack_settings()
    with opened_archive(create=True) as archive:
        for finding in diagnose(slack_settings, archive, load_settings().home):
            wrong += not finding.ok
            say(f"{'ok  ' if finding.ok else 'MISSING'} {finding.what}")
            if finding.hint:
                say(f"        {finding.hint}")
    if wrong:
        click.get_current_context().exit(1)


@slack.command()
def key() -> None:
    """Print a new key for DATELINE_SLACK_TOKEN_KEY.

    The tokens of several workspaces are encrypted with it.
    """
    from dateline.api.slack.installations import new_key

    say(new_key())
