"""The Slack app running over an archive, beside a stand-in of Slack: by signed HTTP or by Socket Mode."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import uvicorn

from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.api.slack.app import SlackApp, open_slack
from dateline.api.slack.calls import Calls
from dateline.api.slack.settings import SlackSettings
from tests.api.page.scenes import Stage
from tests.api.slack.people import SECRET, Http, People, Socket
from tests.api.slack.stand_in import APP_TOKEN, PATIENCE, TOKEN, Message, StandIn


@dataclass
class Desk:
    """An app, its stand-in of Slack, and the people who use it."""

    slack: StandIn
    app: SlackApp
    people: People
    stage: Stage
    services: Services

    def settle(self) -> None:
        """Wait until nothing is queued or under way."""
        until = time.monotonic() + PATIENCE
        while self.app.inbox.unfinished():
            assert time.monotonic() < until, self.slack.calls[-5:]
            time.sleep(0.01)

    def ask(self, channel: str, user: str, text: str, **more: Any) -> str:
        """Say something, and wait until it is dealt with; its time."""
        ts = self.people.say(channel, user, text, **more)
        self.settle()
        return ts

    def answer(self, channel: str, thread: str) -> Message:
        """The last message of the app's in a thread."""
        return self.slack.own(channel, thread)[-1]


@contextmanager
def open_desk(
    slack: StandIn, services: Services, home: Path, *, socket: Socket | None = None, **settings: Any
) -> Iterator[Desk]:
    """An app over `services`; `settings` as `SlackSettings` has them. It works until the end of the `with`."""
    stage = Stage(services)
    staged = replace(services, answerer=stage)
    chosen = {"bot_token": TOKEN, "app_token": APP_TOKEN, "signing_secret": SECRET, "api_url": slack.url}
    slack_settings = SlackSettings(**chosen | settings)
    apps: list[SlackApp] = []

    def make(services: Services) -> SlackApp:
        def calls_of(client: Any) -> Calls:
            return Calls(client, slack.time.wait, slack.time.now)

        apps.append(open_slack(services, slack_settings, home, calls_of=calls_of))
        return apps[0]

    if socket is not None:
        app = make(staged)
        app.start()
        app.connect()
        try:
            socket.until_connected()
            yield Desk(slack, app, People(slack, socket), stage, staged)
        finally:
            app.close()
        return
    config = uvicorn.Config(create_app(lambda: staged, slack=make), port=0, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        way = Http(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
        with closing(way.client):
            while (ready := way.client.get(f"{way.url}/readyz").status_code) != 200:
                assert ready == 503, "the app can't be opened"
                time.sleep(0.01)
            yield Desk(slack, apps[0], People(slack, way), stage, staged)
    finally:
        server.should_exit = True
        thread.join()
