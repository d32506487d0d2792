import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks._stand_in import Reply, StandIn
from dateline.index.errors import FetchError, FetchRefusedError
from dateline.index.sources.fetch import Fetcher, FetchLimits
from dateline.index.sources.polite import Pacer, PoliteFetcher
from tests.index.sources.conftest import Clock


def polite(clock: Clock, user_agent: str = "Dateline/0.1") -> PoliteFetcher:
    limits = FetchLimits(allowed_hosts=("127.0.0.1",), user_agent=user_agent)
    return PoliteFetcher(Fetcher(limits, now=clock), Pacer(0.0), clock)


def test_robots_txt_is_asked_once_a_day_and_kept_to(site: StandIn) -> None:
    clock = Clock()
    site.put("/robots.txt", "User-agent: *\nDisallow: /private/\n\nUser-agent: Dateline\nDisallow: /desk/\n")
    site.put("/a", "a")
    site.put("/private/a", "b")
    fetcher = polite(clock)
    assert fetcher.get(site.url("/a")).body == b"a"
    assert fetcher.get(site.url("/private/a")).body == b"b"
    with pytest.raises(FetchRefusedError, match=r"robots\.txt of 127\.0\.0\.1:\d+ forbids Dateline"):
        fetcher.get(site.url("/desk/x"))
    assert (site.count("/robots.txt"), site.count("/desk/x")) == (1, 0)
    clock.pass_(hours=25)
    fetcher.get(site.url("/a"))
    assert site.count("/robots.txt") == 2
    with pytest.raises(FetchRefusedError):
        polite(clock, "Desk/2 (+mailto:desk@newsroom.example)").get(site.url("/private/a"))


def test_robots_txt_holds_for_where_a_redirect_leads(site: StandIn) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /desk/\n")
    site.put("/a", Reply(status=302, headers={"Location": "/desk/a"}))
    with pytest.raises(FetchRefusedError, match="forbids"):
        polite(Clock()).get(site.url("/a"))
    assert site.count("/desk/a") == 0


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (401, True), (500, False), (503, False)])
def test_robots_txt_that_cannot_be_had(site: StandIn, status: int, allowed: bool) -> None:
    site.put("/robots.txt", Reply(status=status))
    site.put("/a", "a")
    clock = Clock()
    fetcher = polite(clock)
    if allowed:
        assert fetcher.get(site.url("/a")).body == b"a"
        return
    with pytest.raises(FetchError, match=r"can't be asked for its robots\.txt") as failed:
        fetcher.get(site.url("/a"))
    assert failed.value.retryable
    site.put("/robots.txt", "")
    clock.pass_(minutes=11)
    assert fetcher.get(site.url("/a")).body == b"a"


@dataclass
class Seconds:
    """A monotonic clock that a test moves."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_host_is_left_alone_for_the_pause() -> None:
    clock = Seconds()
    pacer = Pacer(2.0, clock=clock)
    assert pacer.ready_in("a.example") == 2  # it may have been asked before a restart
    clock.now = 2
    pacer.begin("a.example")
    assert pacer.ready_in("a.example") == float("inf")
    assert pacer.ready_in("b.example") == 0
    clock.now = 5
    pacer.end("a.example")
    assert pacer.ready_in("a.example") == 2
    clock.now = 7
    pacer.begin("a.example")
    pacer.end("a.example", delay=10)  # Crawl-delay, Retry-After
    assert pacer.ready_in("a.example") == 10


def test_one_request_to_a_host_at_a_time() -> None:
    pacer = Pacer(0.0)
    pacer.begin("a.example")
    order: list[str] = []

    def second() -> None:
        pacer.begin("a.example")
        order.append("second")
        pacer.end("a.example")

    thread = threading.Thread(target=second)
    thread.start()
    order.append("first")
    pacer.end("a.example")
    thread.join()
    assert order == ["first", "second"]


def test_a_waiting_request_ends_with_the_process() -> None:
    pacer = Pacer(100.0)
    failed: list[FetchError] = []

    def wait() -> None:
        try:
            pacer.begin("a.example")
        except FetchError as error:
            failed.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    pacer.stop()
    thread.join()
    assert len(failed) == 1


def test_nobody_waits_for_a_host_that_asked_for_hours() -> None:
    clock = Seconds()
    pacer = Pacer(0.0, clock=clock)
    pacer.end("a.example", delay=7_200)
    with pytest.raises(FetchError, match="asked to be left alone") as failed:
        pacer.begin("a.example")
    assert failed.value.retry_after == 7_200


def test_crawl_delay_and_retry_after_hold_the_host(site: StandIn) -> None:
    seconds = Seconds()
    clock = Clock(datetime(2021, 9, 1, tzinfo=UTC))
    pacer = Pacer(0.0, clock=seconds)
    fetcher = PoliteFetcher(Fetcher(FetchLimits(allowed_hosts=("127.0.0.1",)), now=clock), pacer, clock)
    host = f"127.0.0.1:{site.port}"
    site.put("/a", "a")
    fetcher.get(site.url("/a"))
    assert pacer.ready_in(host) == 0
    site.put("/a", Reply(status=429, headers={"Retry-After": "90"}))
    with pytest.raises(FetchError):
        fetcher.get(site.url("/a"))
    assert pacer.ready_in(host) == 90
    seconds.now += 90
    clock.now += timedelta(days=2)
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 7\n")
    site.put("/a", "a")
    fetcher.get(site.url("/a"))
    assert pacer.ready_in(host) == 7
