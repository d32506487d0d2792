"""Requests over HTTP, GET and the POST of a form: conditions, redirects, and limits of bytes, time and addresses.

Addresses may come from untrusted feeds: private, non-web, too large and too slow ones are refused. Cookies, credentials
and proxies are never used. Knows nothing of feeds, robots.txt or how often to ask.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Literal
from urllib.parse import urlencode, urlsplit

import httpcore2
import httpx2

from dateline.index.errors import FetchError, FetchGoneError, FetchRefusedError
from dateline.index.sources.addresses import Resolver, resolve
from dateline.index.sources.connection import CheckedBackend, Deadline
from dateline.index.sources.unpack import ACCEPT_ENCODING, unpacked

USER_AGENT = "Dateline/0.1"
MAX_BYTES = 20_000_000
"""The longest file that is read as one article, see `index/read/record.py`."""
MOST_REDIRECTS = 5
CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 20.0
"""Longest silence of a server."""
WHOLE_SECONDS = 60.0
"""Longest duration of a request; each redirect is a request."""
LONGEST_RETRY_AFTER = 7 * 86_400.0

_REDIRECTS = (301, 302, 303, 307, 308)
_REDIRECTS_OF_POST = (307, 308)
"""Those that keep the method."""
_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Limits and options of fetching."""

    max_bytes: int = MAX_BYTES
    """Of a body, before and after decompression."""
    allowed_hosts: tuple[str, ...] = ()
    """Hosts that may have a private address: `feeds.intranet` or `127.0.0.1:8080`."""
    user_agent: str = USER_AGENT
    connect_seconds: float = CONNECT_SECONDS
    silence_seconds: float = SILENCE_SECONDS
    whole_seconds: float = WHOLE_SECONDS


@dataclass(frozen=True, slots=True)
class Conditions:
    """Validators of the last response, for conditional requests (304)."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """The request headers."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response."""

    url: str
    """Its URL after redirects."""
    body: bytes | None
    """None: not modified."""
    conditions: Conditions
    content_type: str
    links: tuple[str, ...] = ()
    """Link headers."""


@dataclass(frozen=True, slots=True)
class _Request:
    method: Literal["GET", "POST"]
    body: bytes | None = None
    """A form."""
    conditions: Conditions = Conditions()  # frozen

    def headers(self) -> dict[str, str]:
        if self.body is None:
            return self.conditions.headers()
        return {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(self.body))}


class Fetcher:
    """Fetches addresses within limits. Safe for threads; `stop` ends what is under way."""

    def __init__(
        self,
        limits: FetchLimits = FetchLimits(),  # frozen
        *,
        resolver: Resolver = resolve,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`clock`: seconds, for deadlines; `now`: for a Retry-After that is a date."""
        self.limits = limits
        self._resolver = resolver
        self._clock = clock
        self._now = now
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Abort requests in progress, and refuse later ones."""
        self._stopping.set()

    @property
    def stopped(self) -> bool:
        """Whether it was stopped."""
        return self._stopping.is_set()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpcore2.default_ssl_context()

    def get(
        self,
        url: str,
        conditions: Conditions = Conditions(),  # frozen
        *,
        before_hop: Callable[[str], None] = lambda _url: None,
    ) -> Fetched:
        """The response at `url`. `before_hop` is called with each address before its request, redirects included.

        Raises `FetchError` for failures that may pass, `FetchRefusedError` for addresses that are not fetched,
        `FetchGoneError` for 404 and 410, and the errors of `before_hop`.
        """
        return self._followed(_Request("GET", conditions=conditions), url, before_hop)

    def post(self, url: str, form: Mapping[str, str], *, before_hop: Callable[[str], None] = lambda _url: None) -> None:
        """Send a form to `url`; a status of 2xx is success, whatever comes with it. Raises as `get`."""
        self._followed(_Request("POST", urlencode(form).encode()), url, before_hop)

    def _followed(self, request: _Request, url: str, before_hop: Callable[[str], None]) -> Fetched:
        """The response to a request, after redirects."""
        deadline = Deadline(self.limits.whole_seconds, self._clock, self._stopping.is_set)
        backend = CheckedBackend(self.limits.allowed_hosts, deadline, self._resolver)
        context = self._tls if url.lower().startswith("https:") else None
        with _fetch_errors(urlsplit(url).netloc), httpcore2.ConnectionPool(context, network_backend=backend) as pool:
            for _ in range(MOST_REDIRECTS + 1):
                before_hop(url)
                deadline.begin()
                found = self._send(pool, request, url)
                if isinstance(found, Fetched):
                    return found
                url = found
        raise FetchError(
            f"there are more than {MOST_REDIRECTS} redirects", hint="Name the address that it should lead to."
        )

    def _send(self, pool: httpcore2.ConnectionPool, request: _Request, url: str) -> Fetched | str:
        """The response, or the address of a redirect."""
        address = _parsed(url)
        target = httpcore2.URL(
            scheme=address.raw_scheme, host=address.raw_host, port=address.port, target=address.raw_path
        )
        headers = {
            "Host": address.netloc.decode("ascii"),
            "User-Agent": self.limits.user_agent,
            "Accept": "*/*",
            "Accept-Encoding": ACCEPT_ENCODING,
            **request.headers(),
        }
        limits = self.limits
        timeouts = {"connect": limits.connect_seconds, "read": limits.silence_seconds, "write": limits.silence_seconds}
        with pool.stream(
            request.method,
            target,
            headers=list(headers.items()),
            content=request.body,
            extensions={"timeout": timeouts},
        ) as response:
            said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            redirects = _REDIRECTS if request.method == "GET" else _REDIRECTS_OF_POST
            if response.status in redirects and "location" in said:
                return _joined(address, said["location"])
            if response.status == 304:
                return Fetched(url, None, request.conditions, "")
            if request.method == "POST" and 200 <= response.status < 300:
                return Fetched(url, None, request.conditions, "")
            if response.status != 200:
                raise self._refusal(response.status, said, address.host)
            body = unpacked(response.iter_stream(), said.get("content-encoding", ""), limits.max_bytes)
            links = [value.decode("latin-1") for name, value in response.headers if name.lower() == b"link"]
        kept = Conditions(_kept(said.get("etag")), _kept(said.get("last-modified")))
        return Fetched(url, body, kept, said.get("content-type", ""), tuple(links))

    def _refusal(self, status: int, said: Mapping[str, str], host: str) -> FetchError:
        if status in _GONE:
            meaning = "gone for good" if status == 410 else "not found"
            return FetchGoneError(
                f"{host} says that it is {meaning} ({status})", hint="Check the address in a browser.", answered=status
            )
        return FetchError(
            f"{host} answers with {status}",
            hint="It is asked again later.",
            retry_after=retry_after(said.get("retry-after"), self._now()),
            answered=status,
        )


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds of a Retry-After header, a number or a date, at most `LONGEST_RETRY_AFTER`; None if invalid."""
    if value is None:
        return None
    try:
        seconds = float(max(0, min(int(value), 10**9)))
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def _parsed(url: str) -> httpx2.URL:
    try:
        address = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise FetchRefusedError(f"{url[:80]!r} is not a web address", hint="Correct it.") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise FetchRefusedError(
            f"addresses with the scheme {address.scheme[:20]!r} are not fetched", hint="Only http and https are."
        )
    return address


def _kept(value: str | None) -> str | None:
    """A header's value if it can be sent back."""
    return value if value and len(value) <= 1_000 and value.isascii() and value.isprintable() else None


def _joined(address: httpx2.URL, location: str) -> str:
    try:
        return str(address.join(location).copy_with(fragment=None, username="", password=""))
    except (httpx2.InvalidURL, ValueError) as error:
        raise FetchError(
            f"{address.host} redirects to something that is not an address", hint="Check it there."
        ) from error


@contextmanager
def _fetch_errors(host: str) -> Iterator[None]:
    """Raise errors of the network as `FetchError`."""
    again = "It is asked again later."
    try:
        yield
    except httpcore2.TimeoutException as error:
        raise FetchError(f"{host} takes too long", hint=again) from error
    except httpcore2.ConnectError as error:
        raise FetchError(f"{host} can't be reached", hint=again) from error
    except httpcore2.RemoteProtocolError as error:
        raise FetchError(f"{host} broke off in the middle of its answer, or doesn't speak HTTP", hint=again) from error
    except (httpcore2.NetworkError, httpcore2.LocalProtocolError, ssl.SSLError, OSError) as error:
        raise FetchError(f"the connection to {host} failed", hint=again) from error
