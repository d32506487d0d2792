"""Feeds that name a WebSub hub: found, asked for, confirmed, renewed, denied, ended; and polled less meanwhile."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from benchmarks._stand_in import FeedItem, Reply, StandIn, here, rss
from dateline.index.errors import FetchRefusedError, GoneError, NotFoundError
from dateline.index.sources.backoff import MOST_ATTEMPTS
from dateline.index.sources.fetch import Conditions, Fetched, Fetcher, FetchLimits
from dateline.index.sources.polite import Pacer, PoliteFetcher
from dateline.index.sources.registry import all_sources, put_source, remove_source, set_state, source_of
from dateline.index.sources.runner import SourceRunner
from dateline.index.sources.source import Source, SourceSettings
from dateline.index.sources.subscriber import Subscriber
from dateline.index.sources.subscriptions import (
    Subscription,
    all_subscriptions,
    confirm,
    deny,
    is_subscribed,
    notify,
    subscriptions_by_source,
)
from dateline.index.sources.websub import LEASE_SECONDS, Hub, hub_of, is_signed
from tests.index.sources.conftest import Bench
from tests.index.sources.hub import Hub as StandInHub

URL = "https://harborpost.example/rss"
HUB = Hub("https://hub.example/", URL)
PUBLIC = "https://dateline.example"
ATOM = 'xmlns:a="http://www.w3.org/2005/Atom"'
LINKS = f'<a:link {ATOM} rel="hub" href="https://hub.example/"/><a:link {ATOM} rel="self" href="{URL}"/>'
ITEM = FeedItem("a", "River", "The river Alm rose by two metres on Monday. Bakers gave away four hundred loaves.")


def found(body: str, *links: str, url: str = URL) -> Fetched:
    return Fetched(url, body.encode(), Conditions(), "", links)


def feed_with(links: str) -> str:
    return rss([ITEM]).replace("<channel>", f"<channel>{links}")


ATOM_FEED = (
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><link rel="hub" href="https://hub.example/"/>'
    f'<link rel="self" href="{URL}"/><entry><link rel="hub" href="https://entry.example/"/></entry></feed>'
)
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "feed_url": URL,
    "hubs": [{"type": "rssCloud", "url": "https://cloud.example/"}, {"type": "WebSub", "url": "https://hub.example/"}],
    "items": [],
}


@pytest.mark.parametrize(
    ("fetched", "hub"),
    [
        (found(feed_with(LINKS)), HUB),
        (found(ATOM_FEED), HUB),
        (found(json.dumps(JSON_FEED)), HUB),
        (found(rss([]), '<https://hub.example/>; rel="hub"', f"<{URL}>; rel=self"), HUB),
        (found(rss([]), f'</>; rel="hub", <{URL}>; rel=self', url="https://hub.example/feed"), HUB),
        # Headers come first, and a feed that doesn't say where it is itself is where it was found.
        (found(feed_with(LINKS), "<https://other.example/>; rel=hub"), Hub("https://other.example/", URL)),
        (found(feed_with(LINKS.replace("self", "next"))), HUB),
        (found(rss([FeedItem("a", "A hub", "A hub of the valley.")])), None),
        (found(feed_with(LINKS.replace("https://hub.example/", "javascript:alert(1)"))), None),
        (found(feed_with(LINKS.replace("https://hub", "https://ida:secret@hub"))), None),
        (found('{"hubs": [7]}'), None),
        (found('{"hubs": '), None),
        (found("hub"), None),
    ],
)
def test_the_hub_that_a_feed_names(fetched: Fetched, hub: Hub | None) -> None:
    assert hub_of(fetched) == hub


@pytest.mark.parametrize(
    ("signature", "valid"),
    [
        # The second test cases of RFC 4231 and RFC 2202.
        ("sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", True),
        ("SHA256=5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843", True),
        ("sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", True),
        ("sha256=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", False),
        ("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", False),
        ("md5=750c783e6ab0b503eaa86e310a5db738", False),
        ("sha256=ü", False),
        ("", False),
        (None, False),
    ],
)
def test_signatures(signature: str | None, valid: bool) -> None:
    assert is_signed(b"what do ya want for nothing?", "Jefe", signature) is valid


class Subscribed:
    """A source of the bench whose feed names the stand-in hub, and what asks the hub."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.hub = StandInHub(bench.site)
        limits = FetchLimits(allowed_hosts=("127.0.0.1",))
        self.fetcher = PoliteFetcher(Fetcher(limits, now=bench.clock), Pacer(0.0), bench.clock)
        self.publish(bench.site.url("/hub"))
        bench.add("harbor", "/rss")

    def publish(self, hub: str | None) -> None:
        links = f'<a:link {ATOM} rel="hub" href="{hub}"/>' if hub else ""
        self.bench.site.put("/rss", feed_with(links))

    def run(self) -> Source:
        """Run the source, then ask hubs what there is to ask."""
        runner = SourceRunner(self.bench.archive, self.fetcher, self.bench.take_in, self.bench.clock, websub=True)
        runner.run(source_of(self.bench.archive, "harbor"))
        self.ask()
        return source_of(self.bench.archive, "harbor")

    def ask(self, public_url: str = PUBLIC) -> int:
        """How many hubs were asked."""
        subscriber = Subscriber(self.bench.archive, self.fetcher, public_url, self.bench.clock)
        due = subscriber.due(all_sources(self.bench.archive))
        for one in due:
            subscriber.ask(one)
        return len(due)

    @property
    def one(self) -> Subscription:
        (found,) = all_subscriptions(self.bench.archive)
        return found

    def confirm(self, mode: str = "subscribe", lease: int | None = 36_000) -> None:
        one = self.one
        confirm(self.bench.archive, one.id, mode, one.hub.topic, lease, self.bench.clock())


@pytest.fixture
def subscribed(bench: Bench) -> Subscribed:
    return Subscribed(bench)


def test_subscribed_and_polled_less_once_the_hub_confirms(subscribed: Subscribed) -> None:
    bench, start = subscribed.bench, subscribed.bench.clock()
    assert subscribed.run().next_run == start + timedelta(seconds=900)
    (form,) = subscribed.hub.asked
    one = subscribed.one
    assert form == {
        "hub.mode": "subscribe",
        "hub.topic": bench.site.url("/rss"),
        "hub.callback": f"{PUBLIC}/websub/{one.id}",
        "hub.secret": one.secret,
        "hub.lease_seconds": str(LEASE_SECONDS),
    }
    assert (one.state, one.expires, len(one.id), len(one.secret)) == ("pending", None, 32, 64)
    subscribed.confirm(lease=36_000)
    assert (subscribed.one.state, subscribed.one.expires) == ("active", start + timedelta(seconds=36_000))
    assert subscribed.run().next_run == start + timedelta(seconds=8 * 900)
    assert len(subscribed.hub.asked) == 1
    bench.clock.pass_(seconds=36_000)
    assert not is_subscribed(bench.archive, "harbor", bench.clock())  # the lease has ended
    assert subscribed.run().next_run == bench.clock() + timedelta(seconds=900)


@pytest.mark.parametrize(("interval", "polled"), [(30, 240), (20_000, 86_400), (200_000, 200_000)])
def test_how_often_a_subscribed_source_is_polled(subscribed: Subscribed, interval: int, polled: int) -> None:
    bench = subscribed.bench
    bench.add("harbor", "/rss", interval=interval)
    subscribed.run()
    subscribed.confirm()
    assert subscribed.run().next_run == bench.clock() + timedelta(seconds=polled)


def test_a_notification_has_the_source_run_and_nothing_else(subscribed: Subscribed) -> None:
    bench = subscribed.bench
    subscribed.run()
    subscribed.confirm()
    due = subscribed.run().next_run
    one, body = subscribed.one, b"<rss/>"
    assert not notify(bench.archive, one.id, body, "sha256=00", bench.clock())
    assert not notify(bench.archive, one.id, body, None, bench.clock())
    assert source_of(bench.archive, "harbor").next_run == due
    import hmac

    signature = f"sha512={hmac.new(one.secret.encode(), body, 'sha512').hexdigest()}"
    assert notify(bench.archive, one.id, body, signature, bench.clock())
    assert source_of(bench.archive, "harbor").next_run == bench.clock()
    with pytest.raises(GoneError):
        notify(bench.archive, "0" * 32, body, signature, bench.clock())


def test_a_lease_is_renewed_before_it_ends(subscribed: Subscribed) -> None:
    subscribed.run()
    subscribed.confirm(lease=1_000)
    subscribed.bench.clock.pass_(seconds=799)
    assert subscribed.ask() == 0
    subscribed.bench.clock.pass_(seconds=1)
    assert subscribed.ask() == 1
    first, second = subscribed.hub.asked
    assert first == second
    subscribed.confirm(lease=1_000)
    assert subscribed.one.expires == subscribed.bench.clock() + timedelta(seconds=1_000)
    assert subscribed.ask() == 0


def test_only_what_is_meant_is_confirmed(subscribed: Subscribed) -> None:
    subscribed.run()
    archive, one, now = subscribed.bench.archive, subscribed.one, subscribed.bench.clock()
    for asked in (
        ("0" * 32, "subscribe", one.hub.topic),
        (one.id, "subscribe", "https://other.example/rss"),
        (one.id, "unsubscribe", one.hub.topic),
        (one.id, "publish", one.hub.topic),
    ):
        with pytest.raises(NotFoundError):
            confirm(archive, *asked, 1_000, now)
    assert subscribed.one == one
    with pytest.raises(NotFoundError):
        deny(archive, one.id, "https://other.example/rss", "no", now)


def test_a_hub_that_denies_is_asked_again_after_a_day(subscribed: Subscribed) -> None:
    bench = subscribed.bench
    subscribed.run()
    subscribed.confirm(lease=None)
    assert subscribed.one.expires == bench.clock() + timedelta(seconds=LEASE_SECONDS)
    deny(bench.archive, subscribed.one.id, subscribed.one.hub.topic, "too many", bench.clock())
    assert (subscribed.one.state, subscribed.one.error) == ("denied", "the hub has denied it: too many")
    assert subscribed.run().next_run == bench.clock() + timedelta(seconds=900)
    bench.clock.pass_(hours=23)
    assert subscribed.ask() == 0
    bench.clock.pass_(hours=1)
    assert subscribed.ask() == 1
    subscribed.confirm()
    assert (subscribed.one.state, subscribed.one.error) == ("active", None)


def test_a_hub_that_fails_is_asked_after_growing_pauses(subscribed: Subscribed) -> None:
    bench = subscribed.bench
    bench.site.put("/hub", Reply(status=404))
    subscribed.run()
    assert "not found (404)" in (subscribed.one.error or "")
    assert subscribed.one.next_try == bench.clock() + timedelta(seconds=600)
    bench.clock.pass_(seconds=600)
    bench.site.put("/hub", Reply(status=503, headers={"Retry-After": "5000"}))
    subscribed.ask()
    assert "answers with 503" in (subscribed.one.error or "")
    assert subscribed.one.next_try == bench.clock() + timedelta(seconds=5_000)
    assert (subscribed.one.state, subscribed.one.attempts) == ("pending", 2)
    set_state(bench.archive, "harbor", "paused", bench.clock())
    bench.clock.pass_(days=2)
    assert subscribed.ask() == 0


def test_removal_unsubscribes(subscribed: Subscribed) -> None:
    bench = subscribed.bench
    subscribed.run()
    subscribed.confirm()
    remove_source(bench.archive, "harbor")
    assert subscriptions_by_source(bench.archive) == {}
    with pytest.raises(GoneError):
        notify(bench.archive, subscribed.one.id, b"", None, bench.clock())
    assert subscribed.ask() == 1
    one = subscribed.one
    assert subscribed.hub.asked[-1] == {
        "hub.mode": "unsubscribe",
        "hub.topic": one.hub.topic,
        "hub.callback": f"{PUBLIC}/websub/{one.id}",
    }
    assert subscribed.ask("https://moved.example") == 0
    with pytest.raises(NotFoundError):
        subscribed.confirm("subscribe")
    subscribed.confirm("unsubscribe")
    assert all_subscriptions(bench.archive) == []


def test_a_hub_that_never_lets_go_is_given_up(subscribed: Subscribed) -> None:
    subscribed.run()
    remove_source(subscribed.bench.archive, "harbor")
    for _ in range(MOST_ATTEMPTS):
        assert subscribed.ask() == 1
        subscribed.bench.clock.pass_(days=1)
    assert subscribed.ask() == 1
    assert all_subscriptions(subscribed.bench.archive) == []
    assert [form["hub.mode"] for form in subscribed.hub.asked] == ["subscribe"] + MOST_ATTEMPTS * ["unsubscribe"]


def test_a_feed_that_names_another_hub_or_none(subscribed: Subscribed) -> None:
    bench = subscribed.bench
    subscribed.run()
    subscribed.confirm()
    bench.site.put("/second", Reply(status=202))
    subscribed.publish(bench.site.url("/second"))
    subscribed.run()
    states = {one.hub.url: one.state for one in all_subscriptions(bench.archive)}
    assert states == {bench.site.url("/hub"): "ending", bench.site.url("/second"): "pending"}
    assert subscribed.hub.asked[-1]["hub.mode"] == "unsubscribe"
    subscribed.publish(None)
    subscribed.run()
    assert {one.state for one in all_subscriptions(bench.archive)} == {"ending"}
    assert subscriptions_by_source(bench.archive) == {}


def test_a_source_of_another_kind_is_not_subscribed(subscribed: Subscribed) -> None:
    bench = subscribed.bench
    subscribed.run()
    put_source(bench.archive, "harbor", SourceSettings("page", bench.site.url("/rss")), bench.clock())
    subscribed.run()
    assert subscriptions_by_source(bench.archive) == {}


def test_the_hub_is_told_where_the_server_has_moved(subscribed: Subscribed) -> None:
    subscribed.run()
    subscribed.confirm()
    assert subscribed.ask("https://moved.example/") == 1
    assert subscribed.hub.asked[-1]["hub.callback"] == f"https://moved.example/websub/{subscribed.one.id}"
    assert subscribed.ask("https://moved.example/") == 0


def test_a_hub_at_a_private_address_is_refused(site: StandIn) -> None:
    fetcher = Fetcher(FetchLimits(), resolver=here)
    with pytest.raises(FetchRefusedError, match=r"hub\.example is at 127\.0\.0\.1, which is not a public address"):
        fetcher.post(site.url("/hub", "hub.example"), {"hub.mode": "subscribe"})
    assert site.asked == []


def test_a_form_follows_the_redirects_that_keep_it(site: StandIn) -> None:
    fetcher = Fetcher(FetchLimits(allowed_hosts=("127.0.0.1",)))
    site.put("/old", Reply(status=308, headers={"Location": "/hub"}))
    site.put("/hub", Reply(status=202))
    fetcher.post(site.url("/old"), {"hub.mode": "subscribe", "hub.topic": "https://a.example/?x=1&y=ü"})
    old, new = site.asked
    assert old.body == new.body == b"hub.mode=subscribe&hub.topic=https%3A%2F%2Fa.example%2F%3Fx%3D1%26y%3D%C3%BC"
    assert new.headers["content-type"] == "application/x-www-form-urlencoded"
