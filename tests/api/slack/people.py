"""What people do in Slack, as the payloads that it sends: over signed HTTP, or over the websocket of Socket Mode.

Delivered as Slack does: a mention comes as two events, what is not acknowledged comes again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from tests.api.slack.stand_in import BOT, PATIENCE, TEAM, Message, StandIn

SECRET = "signing-secret"
RETRIES = 3


class Way(Protocol):
    """How Slack reaches the app."""

    def send(self, payload: dict[str, Any], retry: int = 0) -> bool:
        """Whether it was acknowledged."""
        ...


@dataclass
class Http:
    """Signed requests to `/slack/events`."""

    url: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=PATIENCE))
    seconds: list[float] = field(default_factory=list)
    """From each request to its response."""
    last: dict[str, Any] = field(default_factory=dict)
    """What the last response said."""

    def send(self, payload: dict[str, Any], retry: int = 0) -> bool:
        """See `Way`."""
        is_event = payload.get("type") in ("event_callback", "url_verification")
        is_command = "command" in payload
        body = (
            json.dumps(payload) if is_event else urlencode(payload if is_command else {"payload": json.dumps(payload)})
        )
        kind = "application/json" if is_event else "application/x-www-form-urlencoded"
        headers = signed(body, str(int(time.time()))) | {"content-type": kind}
        if retry:
            headers["x-slack-retry-num"] = str(retry)
        began = time.perf_counter()
        try:
            response = self.client.post(f"{self.url}/slack/events", content=body, headers=headers)
        except httpx.HTTPError:
            return False
        self.seconds.append(time.perf_counter() - began)
        is_json = response.headers.get("content-type", "").startswith("application/json")
        self.last = response.json() if is_json else {"text": response.text}
        return response.status_code == 200


def signed(body: str, timestamp: str, secret: str = SECRET) -> dict[str, str]:
    """The headers of Slack's signature."""
    found = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={found}"}


class Socket:
    """The websocket server that the app connects to."""

    def __init__(self, slack: StandIn) -> None:
        self._connections: list[ServerConnection] = []
        self._changed = threading.Condition()
        self._acknowledged: set[str] = set()
        self._count = 0
        self.connected = 0
        """How often the app has connected."""
        self.seconds: list[float] = []
        self._server: Server = serve(self._serve, "127.0.0.1", 0)
        slack.socket_url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/link"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """End."""
        self._server.shutdown()

    def until_connected(self, times: int = 1) -> None:
        """Wait until the app has connected so often."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.connected >= times and bool(self._connections), PATIENCE)

    def drop(self) -> None:
        """Cut all connections."""
        for connection in list(self._connections):
            connection.close()

    def send(self, payload: dict[str, Any], retry: int = 0) -> bool:
        """See `Way`."""
        kind = "slash_commands" if "command" in payload else "interactive"
        kind = "events_api" if payload.get("type") == "event_callback" else kind
        with self._changed:
            self._count += 1
            envelope = f"e{self._count}"
            connection = self._connections[-1] if self._connections else None
        if connection is None:
            return False
        message = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True}
        began = time.perf_counter()
        try:
            connection.send(json.dumps(message | {"retry_attempt": retry}))
        except ConnectionClosed:
            return False
        with self._changed:
            known = self._changed.wait_for(
                lambda: envelope in self._acknowledged or connection not in self._connections, PATIENCE
            )
        self.seconds.append(time.perf_counter() - began)
        return known and envelope in self._acknowledged

    def _serve(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        with self._changed:
            self._connections.append(connection)
            self.connected += 1
            self._changed.notify_all()
        try:
            for message in connection:
                with self._changed:
                    self._acknowledged.add(json.loads(message).get("envelope_id", ""))
                    self._changed.notify_all()
        except ConnectionClosed:
            pass
        finally:
            with self._changed:
                self._connections.remove(connection)
                self._changed.notify_all()


class People:
    """Users of one workspace, and what they do."""

    def __init__(self, slack: StandIn, way: Way) -> None:
        self.slack = slack
        self.way = way
        self._events = 0
        self.deliveries: list[dict[str, Any]] = []
        """Every payload that was sent as an event, to send it again."""

    def say(self, channel: str, user: str, text: str, *, thread: str | None = None, **more: Any) -> str:
        """Write a message, and give its time. `@Dateline` in it is a mention."""
        message = self.draft(channel, user, text, thread=thread, **more)
        for event in self.events_of(message):
            self.deliver(event)
        return str(message["ts"])

    def draft(self, channel: str, user: str, text: str, *, thread: str | None = None, **more: Any) -> dict[str, Any]:
        """A message that is in Slack, but of which nothing was delivered yet."""
        ts = self.slack.next_ts()
        words = text.replace("@Dateline", f"<@{BOT}>")
        self.slack.messages[channel, ts] = Message(channel, ts, thread or ts, user, words)
        threaded = {"thread_ts": thread} if thread else {}
        return (
            {"type": "message", "channel": channel, "user": user, "text": words, "ts": ts, "team": TEAM}
            | threaded
            | more
        )

    def events_of(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """The events that Slack sends of a message."""
        channel = message["channel"]
        kind = {"D": "im", "G": "group"}.get(channel[0], "channel")
        said = self.event(message | {"channel_type": kind})
        if f"<@{BOT}>" in message["text"] and kind != "im" and "bot_id" not in message:
            return [self.event(message | {"type": "app_mention"}), said]
        return [said]

    def edit(self, channel: str, ts: str, user: str, text: str, *, thread: str | None = None) -> None:
        """Change what a message says."""
        self.deliver(self.edited(channel, ts, user, text, thread=thread))

    def edited(self, channel: str, ts: str, user: str, text: str, *, thread: str | None = None) -> dict[str, Any]:
        """The event of that."""
        known = self.slack.messages[channel, ts]
        now = self.slack.next_ts()
        words = text.replace("@Dateline", f"<@{BOT}>")
        before = {"type": "message", "user": user, "text": known.text, "ts": ts}
        after = (
            before | {"text": words, "edited": {"user": user, "ts": now}} | ({"thread_ts": thread} if thread else {})
        )
        known.text = words
        return self.event(
            {"type": "message", "subtype": "message_changed", "channel": channel, "message": after}
            | {"previous_message": before, "event_ts": now, "channel_type": "im" if channel[0] == "D" else "channel"}
        )

    def delete(self, channel: str, ts: str, user: str) -> None:
        """Take a message away."""
        known = self.slack.messages.pop((channel, ts))
        self.deliver(
            self.event(
                {"type": "message", "subtype": "message_deleted", "channel": channel, "deleted_ts": ts}
                | {"previous_message": {"user": user, "text": known.text, "ts": ts}, "event_ts": self.slack.next_ts()}
                | {"channel_type": "im" if channel[0] == "D" else "channel"}
            )
        )

    def stop(self, channel: str, thread: str, user: str) -> None:
        """Press Stop. Slack ends the streams itself."""
        streams = []
        with self.slack.changed:
            for message in self.slack.own(channel, thread):
                if message.streaming:
                    message.streaming = False
                    streams.append(message.ts)
        stopped = {"type": "agent_session_stopped", "channel": channel, "thread_ts": thread, "user": user}
        self.deliver(self.event(stopped | {"streaming_message_ts": streams}))

    def open_home(self, user: str, channel: str) -> None:
        """Look at the conversation with the app."""
        self.deliver(self.event({"type": "app_home_opened", "tab": "messages", "channel": channel, "user": user}))

    def command(self, command: str, text: str, channel: str, user: str) -> str:
        """A slash command; its trigger's id."""
        trigger = self._trigger()
        payload = {"command": command, "text": text, "channel_id": channel, "user_id": user, "team_id": TEAM}
        assert self.way.send(payload | {"trigger_id": trigger, "response_url": self._response_url()})
        return trigger

    def check(self, channel: str, ts: str, user: str, text: str) -> None:
        """The message shortcut."""
        payload = {"type": "message_action", "callback_id": "dateline_check", "trigger_id": self._trigger()}
        there = {"channel": {"id": channel}, "user": {"id": user}, "team": {"id": TEAM}, "message_ts": ts}
        message = {"message": {"type": "message", "ts": ts, "text": text, "user": "U0SOMEBODY"}}
        assert self.way.send(payload | there | message | {"response_url": self._response_url()})

    def press(self, message: Message, action: str, user: str, *, choice: str = "") -> None:
        """Press what has this action's id below a message. `choice`: of feedback, `positive` or `negative`."""
        element = next(
            element
            for block in [*message.blocks, *message.stopped_blocks]
            for element in block.get("elements", [])
            if element.get("action_id") == action
        )
        value = element[f"{choice}_button"]["value"] if choice else element["value"]
        pressed = {"type": element["type"], "action_id": action, "value": value, "block_id": "b"}
        there = {"channel": {"id": message.channel}, "user": {"id": user}, "team": {"id": TEAM}}
        of = {"message": {"ts": message.ts, "thread_ts": message.thread_ts}, "actions": [pressed]}
        assert self.way.send({"type": "block_actions", "trigger_id": self._trigger()} | there | of)

    def submit(self, view: dict[str, Any], user: str, values: dict[str, dict[str, Any]]) -> None:
        """Send a modal off. `values`: block's id → state of its element."""
        state = {"values": {block: {"value": value} for block, value in values.items()}}
        payload = {
            "type": "view_submission",
            "user": {"id": user},
            "team": {"id": TEAM},
            "view": view | {"state": state},
        }
        assert self.way.send(payload)

    def event(self, event: dict[str, Any]) -> dict[str, Any]:
        """An event with an id of its own."""
        self._events += 1
        return {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{self._events}", "event": event}

    def deliver(self, payload: dict[str, Any]) -> None:
        """Send an event, and again while it is not acknowledged."""
        self.deliveries.append(payload)
        for retry in range(RETRIES + 1):
            if self.way.send(payload, retry):
                return
        raise AssertionError("nobody acknowledged it")

    def _trigger(self) -> str:
        trigger = f"trigger-{self.slack.next_ts()}"
        self.slack.triggers.add(trigger)
        return trigger

    def _response_url(self) -> str:
        return f"{self.slack.url}response/{self.slack.next_ts()}"
