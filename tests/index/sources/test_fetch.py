import gzip
import threading
import zlib
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from benchmarks._stand_in import Reply, StandIn, here
from dateline.index.errors import FetchError, FetchGoneError, FetchRefusedError
from dateline.index.sources.addresses import is_public
from dateline.index.sources.fetch import Conditions, Fetcher, FetchLimits, retry_after


def fetcher(**given: Any) -> Fetcher:
    """One that may fetch from this machine."""
    limits = {"allowed_hosts": ("127.0.0.1",)} | {k: v for k, v in given.items() if k in FetchLimits.__slots__}
    return Fetcher(FetchLimits(**limits), **{k: v for k, v in given.items() if k not in FetchLimits.__slots__})


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]"]
)
def test_this_machine_is_refused_by_whatever_name(site: StandIn, host: str) -> None:
    site.put("/secret", "secret")
    with pytest.raises((FetchRefusedError, FetchError), match=r"not a public address|no address"):
        Fetcher().get(site.url("/secret", host))
    assert site.asked == []


def test_redirect_to_a_private_address_is_refused(site: StandIn) -> None:
    """The first host is allowed, the one that it sends on to is not."""
    site.put("/feed", Reply(status=302, headers={"Location": site.url("/secret", "inside.example")}))
    site.put("/secret", "secret")
    with pytest.raises(FetchRefusedError, match=r"inside\.example is at 127\.0\.0\.1, which is not a public address"):
        fetcher(resolver=here).get(site.url("/feed"))
    assert [one.path for one in site.asked] == ["/feed"]


def test_name_is_resolved_once_and_what_was_checked_is_connected_to(site: StandIn) -> None:
    """DNS rebinding: a public address for the check, this machine's for the connection."""
    site.put("/secret", "secret")
    answers = iter([["192.0.2.7"], ["127.0.0.1"]])
    with pytest.raises(FetchRefusedError):  # 192.0.2.0/24 is for documentation, and no public address either
        Fetcher(resolver=lambda _host, _port: next(answers)).get(site.url("/secret", "rebind.example"))
    asked = count()

    def one_address(_host: str, _port: int) -> list[str]:
        next(asked)
        return ["127.0.0.1"]

    fetcher(allowed_hosts=("rebind.example",), resolver=one_address).get(site.url("/secret", "rebind.example"))
    assert next(asked) == 1


def test_one_private_address_among_public_ones_is_refused() -> None:
    addresses = ["93.184.216.34", "10.0.0.1"]
    with pytest.raises(FetchRefusedError, match=r"10\.0\.0\.1"):
        Fetcher(resolver=lambda _host, _port: addresses).get("http://mixed.example/")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "javascript:x", "http://", ""]
)
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(FetchRefusedError):
        fetcher().get(url)


def test_redirect_to_another_scheme_is_refused(site: StandIn) -> None:
    site.put("/feed", Reply(status=301, headers={"Location": "file:///etc/passwd"}))
    with pytest.raises(FetchRefusedError, match="scheme 'file'"):
        fetcher().get(site.url("/feed"))


def test_redirects_are_followed_and_counted(site: StandIn) -> None:
    for i in range(7):
        site.put(f"/{i}", Reply(status=307, headers={"Location": f"/{i + 1}"}))
    site.put("/7", "here")
    found = fetcher().get(site.url("/2"))
    assert (found.body, found.url) == (b"here", site.url("/7"))
    with pytest.raises(FetchError, match="more than 5 redirects"):
        fetcher().get(site.url("/0"))


def test_conditions(site: StandIn) -> None:
    site.put("/feed", Reply(b"<rss/>", headers={"ETag": '"a"', "Last-Modified": "Thu, 05 Aug 2021 08:00:00 GMT"}))
    first = fetcher().get(site.url("/feed"))
    assert first.conditions == Conditions('"a"', "Thu, 05 Aug 2021 08:00:00 GMT")
    site.put("/feed", Reply(status=304))
    again = fetcher().get(site.url("/feed"), first.conditions)
    assert (again.body, again.conditions) == (None, first.conditions)
    sent = site.asked[-1].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"a"', "Thu, 05 Aug 2021 08:00:00 GMT")
    assert "cookie" not in sent


def test_etag_that_cannot_be_sent_back_is_not_kept(site: StandIn) -> None:
    site.put("/feed", Reply(b"<rss/>", headers={"ETag": '"caf\u00e9"', "Last-Modified": "x" * 2_000}))
    assert fetcher().get(site.url("/feed")).conditions == Conditions()


def test_too_many_bytes_are_refused(site: StandIn) -> None:
    site.put("/feed", b"x" * 20_001)
    assert fetcher(max_bytes=20_001).get(site.url("/feed")).body == b"x" * 20_001
    with pytest.raises(FetchRefusedError, match="more than 20,000 bytes"):
        fetcher(max_bytes=20_000).get(site.url("/feed"))


@pytest.mark.parametrize("encoding", ["gzip", "deflate", None])
def test_small_body_that_unpacks_to_a_large_one_is_refused(site: StandIn, encoding: str | None) -> None:
    pack = zlib.compress if encoding == "deflate" else gzip.compress
    headers = {"Content-Encoding": encoding} if encoding else {}
    site.put("/small", Reply(pack(b"hello" * 100), headers=headers))
    assert fetcher(max_bytes=10_000).get(site.url("/small")).body == b"hello" * 100
    bomb = pack(bytes(50_000_000))
    assert len(bomb) < 100_000
    site.put("/bomb", Reply(bomb, headers=headers))
    with pytest.raises(FetchRefusedError, match="more than 100,000 bytes"):
        fetcher(max_bytes=100_000).get(site.url("/bomb"))


def test_packed_twice(site: StandIn) -> None:
    """`sitemap.xml.gz`, packed once more on the way."""
    site.put("/news.xml.gz", Reply(gzip.compress(gzip.compress(b"<urlset/>")), headers={"Content-Encoding": "gzip"}))
    assert fetcher().get(site.url("/news.xml.gz")).body == b"<urlset/>"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_other_encodings_are_refused(site: StandIn, encoding: str) -> None:
    site.put("/feed", Reply(b"x", headers={"Content-Encoding": encoding}))
    with pytest.raises(FetchRefusedError, match="which was not asked for"):
        fetcher().get(site.url("/feed"))


@pytest.mark.parametrize("body", [gzip.compress(b"hello" * 1000)[:-20], b"no gzip"], ids=["cut off", "no gzip"])
def test_damaged_compression_is_tried_again(site: StandIn, body: bytes) -> None:
    site.put("/feed", Reply(body, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(FetchError, match=r"cut off|damaged") as failed:
        fetcher().get(site.url("/feed"))
    assert failed.value.retryable


def test_cut_off_body_is_tried_again(site: StandIn) -> None:
    site.put("/feed", Reply(b"<rss><channel>", cut_after=5))
    with pytest.raises(FetchError, match="broke off") as failed:
        fetcher().get(site.url("/feed"))
    assert failed.value.retryable


def test_server_that_says_nothing_is_given_up(site: StandIn) -> None:
    never = threading.Event()
    site.put("/feed", Reply(b"late", wait_for=never))
    with pytest.raises(FetchError, match="takes too long"):
        fetcher(silence_seconds=0.05).get(site.url("/feed"))
    never.set()


def test_request_ends_with_its_deadline_however_much_comes(site: StandIn) -> None:
    never = threading.Event()
    ticks = count()
    site.put("/feed", Reply(b"late", wait_for=never))
    with pytest.raises(FetchError, match="takes too long"):
        fetcher(whole_seconds=5, clock=lambda: float(next(ticks))).get(site.url("/feed"))
    never.set()


def test_stop_breaks_off_what_is_under_way(site: StandIn) -> None:
    never = threading.Event()
    site.put("/feed", Reply(b"late", wait_for=never))
    waiting = fetcher()
    failed: list[Exception] = []

    def fetch() -> None:
        try:
            waiting.get(site.url("/feed"))
        except FetchError as error:
            failed.append(error)

    thread = threading.Thread(target=fetch)
    thread.start()
    site.arrived.wait()
    waiting.stop()
    thread.join()
    never.set()
    assert len(failed) == 1


def test_nobody_listens(site: StandIn) -> None:
    with pytest.raises(FetchError, match="can't be reached"):
        fetcher().get("http://127.0.0.1:1/feed")
    with pytest.raises(FetchError, match="has no address"):
        fetcher().get("http://nowhere.invalid/feed")


@pytest.mark.parametrize("status", [404, 410])
def test_nothing_there(site: StandIn, status: int) -> None:
    site.put("/feed", Reply(status=status))
    with pytest.raises(FetchGoneError) as failed:
        fetcher().get(site.url("/feed"))
    assert failed.value.answered == status


def test_busy_server_says_when(site: StandIn) -> None:
    site.put("/feed", Reply(status=503, headers={"Retry-After": "120"}))
    with pytest.raises(FetchError, match="answers with 503") as failed:
        fetcher().get(site.url("/feed"))
    assert failed.value.retry_after == 120


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("30", 30),
        ("-5", 0),
        ("soon", None),
        ("Thu, 05 Aug 2021 08:01:30 GMT", 90),
        ("Thu, 05 Aug 2021 07:00:00 GMT", 0),
        ("99999999999", 7 * 86_400),
        ("9" * 400, 7 * 86_400),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, datetime(2021, 8, 5, 8, tzinfo=UTC)) == seconds
