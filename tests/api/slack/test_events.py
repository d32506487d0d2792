"""The ways in: what Slack has not signed is refused, a websocket that breaks comes again, two apps answer once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.index.search import Searcher
from dateline.rag.answerer import Answerer
from dateline.rag.verification.support import WordSupport
from tests.api.conftest import HERE
from tests.api.slack.desk import Desk, open_desk
from tests.api.slack.people import Http, Socket, signed
from tests.api.slack.stand_in import BOT, TEAM, StandIn
from tests.articles import FAKE, READER, opened

CHESS = "@Dateline Who won the chess title in nine rounds?"


@pytest.fixture
def way(desk: Desk) -> Http:
    return way_of(desk)


@pytest.fixture(scope="module")
def idle_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One app for all requests that bring no work, over an empty archive."""
    home = tmp_path_factory.mktemp("home")
    with closing(StandIn()) as slack, opened(home) as archive:
        searcher = Searcher(archive, FAKE)
        services = Services(archive, searcher, Answerer(searcher, READER), WordSupport)
        with open_desk(slack, services, home) as desk:
            yield desk


def way_of(desk: Desk) -> Http:
    """How its requests are sent."""
    assert isinstance(desk.people.way, Http)
    return desk.people.way


def test_slack_verifies_the_address(idle_desk: Desk) -> None:
    way = way_of(idle_desk)
    assert way.send({"type": "url_verification", "challenge": "abc"})
    assert way.last == {"challenge": "abc"}


def body_of(text: str) -> str:
    event = {"type": "app_mention", "channel": "C1", "user": "U1", "text": f"<@{BOT}> {text}", "ts": "1.0"}
    return json.dumps({"type": "event_callback", "team_id": TEAM, "event_id": "Ev0", "event": event})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers: headers.pop("x-slack-signature"),
        lambda headers: headers.pop("x-slack-request-timestamp"),
        lambda headers: headers.update({"x-slack-signature": "v0=00"}),
        lambda headers: headers.update({"x-slack-signature": "v0=\u00fc".encode().decode("latin-1")}),
        lambda headers: headers.update(signed(body_of("Who won?"), str(int(time.time())), secret="another")),
        lambda headers: headers.update(signed(body_of("Who lost?"), str(int(time.time())))),
        lambda headers: headers.update(signed(body_of("Who won?"), str(int(time.time()) - 400))),
        lambda headers: headers.update(signed(body_of("Who won?"), str(int(time.time()) + 400))),
        lambda headers: headers.update(signed(body_of("Who won?"), "yesterday")),
        lambda headers: headers.update(signed(body_of("Who won?"), "")),
        lambda headers: headers.update(signed(body_of("Who won?"), "1e9")),
        lambda headers: headers.update(signed(body_of("Who won?"), "9" * 5_000)),
        lambda headers: headers.update({"x-slack-request-timestamp": "\u00b2".encode("latin-1").decode("latin-1")}),
    ],
)
def test_what_slack_has_not_signed_is_refused(idle_desk: Desk, spoil: Callable[[dict[str, str]], object]) -> None:
    way, body = way_of(idle_desk), body_of("Who won?")
    headers: dict[str, str] = signed(body, str(int(time.time())))
    spoil(headers)
    raw = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    response = way.client.post(
        f"{way.url}/slack/events", content=body, headers=raw | {b"content-type": b"application/json"}
    )
    assert (response.status_code, response.json()) == (401, {"error": "not signed by Slack"})
    assert idle_desk.app.inbox.unfinished() == 0


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b"", b"[]", b'{"type": "event_callback"}', b"payload=%7B"])
def test_a_body_that_is_none_is_no_error_inside(idle_desk: Desk, body: bytes) -> None:
    way = way_of(idle_desk)
    headers = signed(body.decode("latin-1"), str(int(time.time()))) | {"content-type": "application/json"}
    response = way.client.post(f"{way.url}/slack/events", content=body, headers=headers)
    assert response.status_code in (200, 400, 401, 404)


def test_without_the_app_the_routes_are_not_there(services: Services) -> None:
    with TestClient(create_app(lambda: services), base_url=HERE) as client:
        while client.get("/readyz").status_code == 503:
            pass
        for response in (client.post("/slack/events"), client.get("/slack/install")):
            assert response.status_code == 404
            assert response.json()["hint"] == "docs/slack.md says how to set one up."


def test_what_comes_twice_is_answered_once(desk: Desk, way: Http) -> None:
    ts = desk.ask("C1", "U1", CHESS)
    for payload in desk.people.deliveries * 3:
        assert way.send(payload, retry=1)
    desk.settle()
    assert len(desk.slack.own("C1", ts)) == 1


def test_two_apps_over_one_archive_answer_once(open_app: Callable[..., Desk]) -> None:
    first, second = open_app(), open_app()
    message = first.people.draft("C1", "U1", CHESS)
    mention, said = first.people.events_of(message)
    assert second.people.way.send(mention)
    assert first.people.way.send(mention)
    assert first.people.way.send(said)
    assert second.people.way.send(said)
    first.settle()
    assert len(first.slack.own("C1", message["ts"])) == 1


def test_stop_reaches_the_app_that_does_the_work(open_app: Callable[..., Desk]) -> None:
    from tests.api.page.scenes import Gate, Said, answer_of

    first, second = open_app(), open_app()
    gates = Gate(), Gate()
    for desk, gate in zip((first, second), gates, strict=True):
        answer = answer_of(
            desk.services.archive, "Tell me of the bridge", [Said("bridge", "Ferries carry the traffic")]
        )
        desk.stage.plays[answer.question] = gate.hold(answer, after=1)
    ts = first.people.say("C1", "U1", "@Dateline Tell me of the bridge")
    first.slack.until(lambda: bool(first.slack.own("C1", ts)))
    for desk in (first, second):
        desk.people.way.send(desk.people.event({"type": "agent_session_stopped", "channel": "C1", "thread_ts": ts}))
    first.settle()
    assert any(gate.closed_early.is_set() for gate in gates)
    assert "Stopped." in first.answer("C1", ts).words


@pytest.fixture
def socket(slack: StandIn) -> Iterator[Socket]:
    """The websocket's other end."""
    server = Socket(slack)
    yield server
    server.close()


def test_by_socket_mode(socket: Socket, open_app: Callable[..., Desk]) -> None:
    desk = open_app(socket=socket)
    ts = desk.ask("C1", "U1", CHESS)
    assert desk.answer("C1", ts).words.startswith("Vera Quist won the chess title")
    desk.people.command("/ask", "Why did the Ziegel bridge close?", "C1", "U1")
    desk.settle()
    desk.people.press(desk.answer("C1", ts), "dateline_sources", "U1")
    desk.slack.until(lambda: bool(desk.slack.views))


@pytest.mark.slow  # the SDK looks after its connection every ten seconds
def test_a_websocket_that_breaks_is_made_anew(socket: Socket, open_app: Callable[..., Desk]) -> None:
    desk = open_app(socket=socket)
    socket.drop()
    socket.until_connected(2)
    ts = desk.ask("C1", "U1", CHESS)
    assert len(desk.slack.own("C1", ts)) == 1


def test_a_command_with_a_team_that_is_not_ours(idle_desk: Desk) -> None:
    desk, way = idle_desk, way_of(idle_desk)
    payload = {"command": "/ask", "text": "x", "channel_id": "C1", "user_id": "U1", "team_id": "T9", "trigger_id": "1"}
    body = urlencode(payload | {"response_url": f"{desk.slack.url}response/1"})
    headers = signed(body, str(int(time.time()))) | {"content-type": "application/x-www-form-urlencoded"}
    way.client.post(f"{way.url}/slack/events", content=body, headers=headers)
    desk.settle()
    assert desk.slack.own() == []
