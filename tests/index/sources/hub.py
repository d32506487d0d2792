"""A WebSub hub over HTTP, on the stand-in: it verifies what is asked of it at the callback, and signs notifications."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import httpx

from benchmarks._stand_in import Asked, Reply, StandIn

CHALLENGE = "c0ffee"


@dataclass
class Hub:
    """Answers at `/hub` of the stand-in."""

    site: StandIn
    public: str = "https://dateline.example"
    """What the subscriber calls itself."""
    callbacks: str = ""
    """Where that really is; empty: nowhere."""
    lease: int = 3_600
    subscriptions: dict[str, dict[str, str]] = field(default_factory=dict)
    """Callback → the form that subscribed."""
    asked: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.site.put("/hub", self.answer)

    def answer(self, asked: Asked) -> Reply:
        """Verify a request at its callback before it is accepted; without `callbacks` accept it, and say nothing."""
        form = dict(parse_qsl(asked.body.decode(), strict_parsing=True))
        self.asked.append(form)
        if not self.callbacks:
            return Reply(status=202)
        query = {name: form[name] for name in ("hub.mode", "hub.topic")}
        query |= {"hub.challenge": CHALLENGE, "hub.lease_seconds": str(self.lease)}
        meant = httpx.get(self.place(form["hub.callback"]), params=query, timeout=None)
        if (meant.status_code, meant.text) != (200, CHALLENGE):
            return Reply(f"the callback says {meant.status_code}".encode(), 409)
        if form["hub.mode"] == "subscribe":
            self.subscriptions[form["hub.callback"]] = form
        else:
            self.subscriptions.pop(form["hub.callback"])
        return Reply(status=202)

    def place(self, callback: str) -> str:
        """Where a callback really is."""
        return callback.replace(self.public, self.callbacks, 1)

    def publish(self, topic: str, *, secret: str | None = None) -> list[int]:
        """Notify each subscriber of a topic; their statuses. `secret`: sign with this one instead of theirs."""
        statuses = []
        for callback, form in self.subscriptions.items():
            if form["hub.topic"] == topic:
                body = b"<rss>what a hub says is not used</rss>"
                digest = hmac.new((secret or form["hub.secret"]).encode(), body, "sha256").hexdigest()
                headers = {"X-Hub-Signature": f"sha256={digest}"}
                sent = httpx.post(self.place(callback), content=body, headers=headers, timeout=None)
                statuses.append(sent.status_code)
        return statuses
