"""WebSub from end to end: a real server, and a hub over HTTP that verifies, notifies and lets go."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from benchmarks._stand_in import FeedItem, StandIn, conditional, rss, stand_in
from dateline.api.compose import Fetching, Services
from dateline.index.archive import Archive
from dateline.index.sources.fetch import FetchLimits
from dateline.index.sources.subscriptions import all_subscriptions
from tests.api.conftest import CommandLine
from tests.index.sources.hub import CHALLENGE, Hub

CENSUS = FeedItem("census", "Census", "Larkfield has 8,100 inhabitants. The mayor read the figures out on Monday.")
FERRY = FeedItem("ferry", "Ferry", "The ferry of Ellery runs until spring. The harbour board voted for it on Tuesday.")


@pytest.fixture
def site() -> Iterator[StandIn]:
    with stand_in() as site:
        yield site


def feed(site: StandIn, *items: FeedItem) -> str:
    """A feed that names the hub and itself."""
    links = "".join(
        f'<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="{rel}" href="{site.url(path)}"/>'
        for rel, path in (("hub", "/hub"), ("self", "/rss"))
    )
    return rss(list(items)).replace("<channel>", f"<channel>{links}")


def until(client: httpx.Client, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The source, once it is so."""
    found: dict[str, Any] = {"subscription": None, "entries": {"taken": 0}}
    while not holds(found):
        time.sleep(0.02)
        found = client.get("/v1/sources/harbor").json()
    return found


def test_a_feed_is_pushed(
    services: Services, serve: Callable[..., str], site: StandIn, archive: Archive, bare: CommandLine
) -> None:
    hub = Hub(site, public="https://dateline.example/archive")  # behind a proxy that gives the server a path of its own
    site.put("/rss", conditional(feed(site, CENSUS)))
    fetching = Fetching(FetchLimits(allowed_hosts=("127.0.0.1",)), 0.0, f"{hub.public}/")
    hub.callbacks = address = serve(replace(services, fetching=fetching))
    client = httpx.Client(base_url=address, timeout=None)
    source = {"kind": "feed", "address": site.url("/rss"), "interval_seconds": 86_400}
    client.put("/v1/sources/harbor", json=source).raise_for_status()
    found = until(client, lambda one: (one["subscription"] or {}).get("state") == "active")
    assert found["subscription"] | {"expires": ""} == {
        "hub": site.url("/hub"), "topic": site.url("/rss"), "state": "active", "expires": "", "error": None,
    }  # fmt: skip
    assert found["subscription"]["expires"] == "2021-09-01T13:00:00Z"
    shown = bare("sources", "show", "harbor").output
    assert f"subscription active until 2021-09-01 13:00 UTC at {site.url('/hub')}" in shown

    until(client, lambda one: one["entries"]["taken"] == 1)
    site.put("/rss", conditional(feed(site, FERRY, CENSUS)))
    polled = site.count("/rss")
    assert hub.publish(site.url("/rss"), secret="not the hub's") == [202]
    assert client.get("/v1/sources/harbor").json()["next_run"] > "2021-09-01T12:00:00Z"
    assert site.count("/rss") == polled
    assert hub.publish(site.url("/rss")) == [202]
    until(client, lambda one: one["entries"]["taken"] == 2)
    assert ["if-none-match" in one.headers for one in site.asked if one.path == "/rss"] == [False, True]

    (callback,) = hub.subscriptions
    client.delete("/v1/sources/harbor").raise_for_status()
    while hub.subscriptions:
        time.sleep(0.02)
    assert all_subscriptions(archive) == []
    assert client.post(hub.place(callback)).status_code == 410
    client.close()


def test_what_a_callback_answers_to_anybody_else(services: Services, serve: Callable[..., str]) -> None:
    client = httpx.Client(base_url=serve(services), timeout=None)
    asked = {"hub.mode": "subscribe", "hub.topic": "https://a.example/rss", "hub.challenge": CHALLENGE}
    for change in ({}, {"hub.mode": "unsubscribe"}, {"hub.mode": "denied"}):
        answer = client.get("/websub/0123", params=asked | change)
        assert (answer.status_code, CHALLENGE in answer.text) == (404, False)
    assert client.get("/websub/0123", params=asked | {"hub.mode": "publish"}).status_code == 422
    assert client.post("/websub/0123", content=b"x").status_code == 410
    client.close()


def test_without_a_public_address_no_hub_is_asked(services: Services, serve: Callable[..., str], site: StandIn) -> None:
    hub = Hub(site)
    site.put("/rss", feed(site, CENSUS))
    fetching = Fetching(FetchLimits(allowed_hosts=("127.0.0.1",)), 0.0)
    client = httpx.Client(base_url=serve(replace(services, fetching=fetching)), timeout=None)
    client.put("/v1/sources/harbor", json={"address": site.url("/rss")}).raise_for_status()
    assert until(client, lambda one: one["entries"]["taken"] == 1)["subscription"] is None
    assert hub.asked == []
    client.close()
