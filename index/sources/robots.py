"""robots.txt (RFC 9309): permission to fetch a page, and the pause between requests.

Parsed by Protego, as in Scrapy. Knows nothing of feeds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from dateline.index.errors import FetchError, FetchGoneError, FetchRefusedError, InputError
from dateline.index.sources.fetch import Fetched

KEPT = timedelta(hours=24)
KEPT_AFTER_FAILURE = timedelta(minutes=10)
MAX_BYTES = 512_000
"""RFC 9309: at least 500 KiB must be read; the rest is ignored."""
LONGEST_DELAY = 60.0
"""In seconds; a longer Crawl-delay is shortened to this."""


@dataclass(frozen=True, slots=True)
class _Rules:
    until: datetime
    parsed: Any
    """By Protego. None: robots.txt could not be fetched, and nothing may be fetched meanwhile."""


class Robots:
    """The rules of each host, fetched when needed and cached for a day. Safe for threads."""

    def __init__(self, fetch: Callable[[str], Fetched], user_agent: str, now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._rules: dict[str, _Rules] = {}
        self._lock = threading.Lock()
        # The product token, without version and comment, is what robots.txt names.
        self._agent = user_agent.split("/")[0].split()[0]

    def check(self, url: str) -> None:
        """Raise `FetchRefusedError` if the host forbids `url`, `FetchError` if its rules can't be fetched now."""
        rules = self._rules_for(url)
        if rules.parsed is None:
            raise FetchError(
                f"{urlsplit(url).netloc} can't be asked for its robots.txt, so nothing is fetched from it",
                hint="It is asked again later.",
            )
        if not rules.parsed.can_fetch(url, self._agent):
            raise FetchRefusedError(
                f"the robots.txt of {urlsplit(url).netloc} forbids {self._agent} to fetch this",
                hint="Ask its publisher for permission, or for another way to get the articles.",
            )

    def delay(self, host: str) -> float:
        """The host's Crawl-delay in seconds; 0 if it has none or is unknown."""
        with self._lock:
            rules = self._rules.get(f"https://{host}") or self._rules.get(f"http://{host}")
        if rules is None or rules.parsed is None:
            return 0.0
        return min(float(rules.parsed.crawl_delay(self._agent) or 0.0), LONGEST_DELAY)

    def _rules_for(self, url: str) -> _Rules:
        parts = urlsplit(url)
        origin = f"{parts.scheme.lower()}://{parts.netloc.lower()}"
        with self._lock:
            known = self._rules.get(origin)
        if known is None or known.until <= self._now():
            known = self._fetched(f"{origin}/robots.txt")
            with self._lock:
                self._rules[origin] = known
        return known

    def _fetched(self, url: str) -> _Rules:
        try:
            found = self._fetch(url)
        except FetchGoneError:
            return _Rules(self._now() + KEPT, _parsed(""))
        except FetchRefusedError:
            raise
        except FetchError as error:
            if error.answered is not None and 400 <= error.answered < 500 and error.answered != 429:
                return _Rules(self._now() + KEPT, _parsed(""))  # RFC 9309: unavailable is no prohibition
            return _Rules(self._now() + KEPT_AFTER_FAILURE, None)
        text = (found.body or b"")[:MAX_BYTES].decode("utf-8", "replace")
        return _Rules(self._now() + KEPT, _parsed(text))


def _parsed(text: str) -> Any:
    try:
        from protego import Protego
    except ImportError as error:
        raise InputError(
            "fetching needs Protego, which reads robots.txt", hint="pip install 'dateline[sources]' brings it."
        ) from error
    return Protego.parse(text)
