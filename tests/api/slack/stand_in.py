"""A stand-in of Slack's Web API over real HTTP that keeps Slack's rules, and fails on command.

Messages, streams, sessions and views are kept as Slack would; what breaks a rule is refused with Slack's own error. Time is
made up: it passes only while somebody waits, so that limits hold and no test takes long.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any

from dateline.api.slack.manifest import BOT_SCOPES
from tests.api.slack.block_rules import BrokenRuleError, check_chunks, check_message, check_view, words
from tests.api.slack.stand_in_http import handler

TEAM, BOT, BOT_ID, TOKEN, APP_TOKEN = "T0NEWS", "U0BOT", "B0BOT", "xoxb-one", "xapp-one"
PATIENCE = 300.0
"""Seconds until a test that waits fails; a machine may be busy."""
BEGINNING = 1_630_497_600
"""The first message's time: 1 September 2021, noon in UTC."""


class MadeUpTime:
    """Seconds that pass only while somebody waits."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._lock = threading.Lock()
        self.waits: list[float] = []

    def now(self) -> float:
        """Since the beginning."""
        return self._seconds

    def wait(self, seconds: float, stop: threading.Event | None) -> None:
        """Let them pass, at once, whatever `stop` says."""
        with self._lock:
            self._seconds += seconds
            self.waits.append(seconds)


@dataclass
class Message:
    """A message as Slack keeps it."""

    channel: str
    ts: str
    thread_ts: str
    user: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    streaming: bool = False
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    chunk_blocks: int = 0
    stopped_blocks: list[dict[str, Any]] = field(default_factory=list)
    updates: int = 0
    unfurls: bool = True

    @property
    def words(self) -> str:
        """What a person reads."""
        said = words([*self.blocks, *self.stopped_blocks])
        return said or self.text


@dataclass
class Fault:
    """What goes wrong with the next calls of a method."""

    kind: str
    """`limited`, `status`, `cut` (done, and the connection is cut), `down` (cut before), or an error's code."""
    times: int
    value: float = 0.0


class StandIn:
    """The server. `url` is its Web API's."""

    def __init__(self, time: Any = None) -> None:
        """`time`: what knows `now()`; None: made-up time, `StandIn.time`, by which whoever calls is to wait."""
        self.time = time or MadeUpTime()
        self.per_minute: dict[str, int] = {}
        """Most calls of a method within sixty seconds."""
        self._recent: dict[str, list[float]] = defaultdict(list)
        self.first_words: dict[tuple[str, str], float] = {}
        """When a thread had the first words of an answer."""
        self.changed = threading.Condition()
        self.messages: dict[tuple[str, str], Message] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.sessions: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.titles: dict[tuple[str, str], str] = {}
        self.views: list[dict[str, Any]] = []
        self.whispers: list[tuple[str, str, str]] = []
        self.prompts: list[dict[str, Any]] = []
        self.triggers: set[str] = set()
        self.archived: set[str] = set()
        self.outside: set[str] = set()
        """Channels that the app is not in."""
        self.tokens = {TOKEN: TEAM}
        self.revoked: set[str] = set()
        self.scopes = set(BOT_SCOPES)
        self.subscribed = True
        """To agent_session_stopped."""
        self.date_shift = 0.0
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.free_at: dict[str, float] = {}
        self.stream_life: int | None = None
        """Appends after which a stream has expired; None: never."""
        self.socket_url = ""
        self.responses: list[dict[str, Any]] = []
        """What was sent to response URLs."""
        self._count = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/api/"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()

    def next_ts(self) -> str:
        """The time of a further message."""
        with self.changed:
            self._count += 1
            return f"{BEGINNING + self._count}.{self._count:06d}"

    def fault(self, method: str, kind: str, times: int = 1, value: float = 0.0) -> None:
        """Have the next calls of a method go wrong."""
        self.faults[method].append(Fault(kind, times, value))

    def wait_for(self, method: str) -> float:
        """Seconds until a method may be called; 0 or less: it may, which is counted."""
        now = self.time.now()
        wait = self.free_at.get(method, 0.0) - now
        if method in self.per_minute:
            recent = self._recent[method] = [one for one in self._recent[method] if one > now - 60]
            if len(recent) >= self.per_minute[method]:
                return max(wait, recent[0] + 60 - now)
        if wait <= 0:
            self._recent[method].append(now)
        return wait

    def until(self, what: Callable[[], bool]) -> None:
        """Wait until something is so; looked at after every call."""
        with self.changed:
            assert self.changed.wait_for(what, PATIENCE), f"it did not come about; the last calls: {self.calls[-5:]}"

    def own(self, channel: str | None = None, thread_ts: str | None = None) -> list[Message]:
        """The app's messages, oldest first."""
        found = [one for one in self.messages.values() if one.user == BOT]
        return sorted(
            (m for m in found if channel in (None, m.channel) and thread_ts in (None, m.thread_ts)), key=lambda m: m.ts
        )

    def called(self, method: str) -> list[dict[str, Any]]:
        """The arguments of all calls of a method that went well."""
        return [given for name, given in list(self.calls) if name == method]

    def respond(self, method: str, token: str, given: dict[str, Any]) -> dict[str, Any]:
        """A call's response; one that breaks a rule is refused."""
        if method not in ("apps.connections.open", "oauth.v2.access"):
            if token in self.revoked:
                return {"ok": False, "error": "token_revoked"}
            if token not in self.tokens:
                return {"ok": False, "error": "invalid_auth"}
        call = getattr(self, f"_{method.replace('.', '_').lower()}", None)
        if call is None:
            return {"ok": False, "error": "unknown_method"}
        try:
            with self.changed:
                found: dict[str, Any] = call(given, token)
                self._note_words(method, given | found)
                self.calls.append((method, given))
                return {"ok": True} | found
        except BrokenRuleError as error:
            return {"ok": False, "error": str(error)}

    def _note_words(self, method: str, given: dict[str, Any]) -> None:
        if method.startswith("chat.") and ("chunks" in given or "blocks" in given):
            message = self.messages.get((given["channel"], given.get("ts", "")))
            if message is not None and message.blocks and "In line" not in message.words:
                self.first_words.setdefault((message.channel, message.thread_ts), self.time.now())

    def _auth_test(self, _given: dict[str, Any], token: str) -> dict[str, Any]:
        return {
            "team": "SlackContext",
            "team_id": self.tokens[token],
            "user": "dateline",
            "user_id": BOT,
            "bot_id": BOT_ID,
        }

    def _apps_connections_open(self, _given: dict[str, Any], token: str) -> dict[str, Any]:
        if token != APP_TOKEN:
            raise BrokenRuleError("invalid_auth")
        return {"url": self.socket_url}

    def _oauth_v2_access(self, given: dict[str, Any], _token: str) -> dict[str, Any]:
        if given["code"] != "good" or given["client_secret"] != "secret":
            raise BrokenRuleError("invalid_code")
        self.tokens["xoxb-two"] = "T0OTHER"
        return {"access_token": "xoxb-two", "bot_user_id": BOT, "team": {"id": "T0OTHER", "name": "Other"}}

    def _place(self, channel: str) -> None:
        if channel in self.archived:
            raise BrokenRuleError("is_archived")
        if channel in self.outside:
            raise BrokenRuleError("not_in_channel")

    def _chat_postmessage(self, given: dict[str, Any], _token: str) -> dict[str, Any]:
        self._place(given["channel"])
        check_message(given)
        ts = self.next_ts()
        message = Message(given["channel"], ts, given.get("thread_ts") or ts, BOT, given.get("text", ""))
        message.blocks = given.get("blocks", [])
        message.unfurls = given.get("unfurl_links", True) or given.get("unfurl_media", True)
        self.messages[message.channel, ts] = message
        return {"ts": ts, "channel": message.channel}

    def _chat_update(self, given: dict[str, Any], _token: str) -> dict[str, Any]:
        message = self._message(given)
        if message.streaming:
            raise BrokenRuleError("streaming_state_conflict")
        check_message(given, [*message.blocks, *message.stopped_blocks])
        message.blocks, message.stopped_blocks, message.text = given.get("blocks", []), [], given.get("text", "")
        message.updates += 1
        return {"ts": message.ts}

    def _chat_delete(self, given: dict[str, Any], _token: str) -> dict[str, Any]:
        message = self._message(given)
        del self.messages[message.channel, message.ts]
        return {"ts": message.ts}

    def _chat_startstream(self, given: dict[str, Any], _token: str) -> dict[str, Any]:
        self._place(given["channel"])
        if not given.get("thread_ts"):
            raise BrokenRuleError("invalid_arguments")
        if not given["channel"].startswith("D") and not (given.get("recipient_user_id") and given["recipient_team_id"]):
            raise BrokenRuleError("missing_recipient_user_id")
        ts = self.next_ts()
        message = Message(given["channel"], ts, given["thread_ts"], BOT, streaming=True)
        self._take(message, given)
        self.messages[message.channel, ts] = message
        return {"ts": ts}

    def _chat_appendstream(self, given: dict[str, Any], _token: str) -> dict[str, Any]:
        message = self._message(given)
        message.updates += 1
        if self.stream_life is not None and message.updates > self.stream_life:
            message.streaming = False
        if not message.streaming:
            raise BrokenRuleError("message_not_in_streaming_state")
        if not given.get("chunks"):
            raise BrokenRuleError("no_text")
        self._take(message, given)
        return {"ts": message.ts}

    def _chat_stopstream(self, given: dict[str, Any], _token: str) -> dict[str, Any]:
        message = self._message(given)
        if not message.streaming:
            raise BrokenRuleError("message_not_in_streaming_state")
        blocks = given.get("blocks") or []
        check_message({"blocks": blocks, "text": "x"})
        message.streaming, message.stopped_blocks = False, blocks
        return {"ts": message.ts}

    def _take(self, message: Message, given: dict[str, Any]) -> None:
        chunks = given.get("chunks") or []
        message.chunk_blocks += check_chunks(chunks)
        if message.chunk_blocks > 50:
            raise BrokenRuleError("invalid_blocks")
        for chunk in chunks:
            if chunk["type"] == "task_update":
                message.tasks[chunk["id"]] = chunk
            elif chunk["type"] == "blocks":
                message.blocks = [*message.blocks, *chunk["blocks"]]

    def _agents_sessions_setstatus(self, given: dict[str, Any], _token: str) -> dict[str, Any]:
        if given["status"] not in ("active", "processing", "suspended", "closed") or len(given.get("title", "")) > 200:
            raise BrokenRuleError("invalid_arguments")
        place = given["channel_id"], given["thread_ts"]
        self._place(given["channel_id"])
        self.titles.setdefault(place, given.get("title", ""))
        self.sessions[place].append(given["status"])
        warning = {} if self.subscribed else {"warning": "missing_agent_session_stopped_event_subscription"}
        return {"status": given["status"]} | warning

    def _conversations_replies(self, given: dict[str, Any], _token: str) -> dict[str, Any]:
        there = [m for m in self.messages.values() if (m.channel, m.thread_ts) == (given["channel"], given["ts"])]
        return {"messages": [{"user": m.user, "ts": m.ts, "text": m.text} for m in sorted(there, key=lambda m: m.ts)]}

    def _chat_postephemeral(self, given: dict[str, Any], _token: str) -> dict[str, Any]:
        self.whispers.append((given["channel"], given["user"], given["text"]))
        return {"message_ts": "1"}

    def _assistant_threads_setsuggestedprompts(self, given: dict[str, Any], _token: str) -> dict[str, Any]:
        if not 0 < len(given["prompts"]) <= 4:
            raise BrokenRuleError("invalid_arguments")
        self.prompts.append(given)
        return {}

    def _views_open(self, given: dict[str, Any], _token: str) -> dict[str, Any]:
        if given["trigger_id"] not in self.triggers:
            raise BrokenRuleError("expired_trigger_id")
        self.triggers.remove(given["trigger_id"])
        check_view(given["view"])
        self.views.append(given["view"] | {"id": f"V{len(self.views)}"})
        return {"view": self.views[-1]}

    def _message(self, given: dict[str, Any]) -> Message:
        message = self.messages.get((given["channel"], given["ts"]))
        self._place(given["channel"])
        if message is None or message.user != BOT:
            raise BrokenRuleError("message_not_found")
        return message
