"""Client of Slack's Web API for one workspace, with rate limits, retries and typed errors.

Knows nothing of what the calls are for.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from dateline.api.slack.errors import SlackError, SlackUnreachableError

RETRIES = (0.5, 1.0, 2.0, 4.0)
"""Seconds between attempts to reach Slack; work that fails after the last attempt is queued again."""
LONGEST_WAIT = 900.0
"""Most seconds of `Retry-After` in one call; Slack usually sends 30."""
INSIDE = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
_ADDING = frozenset({"chat.postMessage", "chat.startStream", "chat.appendStream"})
"""Methods that must not be repeated."""
_READING = frozenset({"auth.test", "conversations.replies", "oauth.v2.access"})
"""Methods that don't accept JSON."""
_LIMITED = frozenset({"ratelimited", "rate_limited"})


class Pause(Protocol):
    """Waits for some seconds, or until `stop` is set."""

    def __call__(self, seconds: float, stop: threading.Event | None) -> None:
        """Wait."""


def pause(seconds: float, stop: threading.Event | None) -> None:
    """Wait by this machine's clock."""
    if stop is None:
        time.sleep(seconds)
    else:
        stop.wait(seconds)


class Calls:
    """The Web API with one workspace's token. Safe for threads: if one must wait, all wait."""

    def __init__(self, client: WebClient, wait: Pause = pause, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds. The client must have no retry handlers of its own."""
        self.client = client
        self._wait = wait
        self._clock = clock
        self._free_at: dict[tuple[str, str], float] = {}

    def __call__(
        self,
        method: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        stop: threading.Event | None = None,
        patient: bool = True,
    ) -> dict[str, Any]:
        """The response of `method`, e.g. `chat.postMessage`; arguments that are None are left out.

        `stop`: once set, nothing is waited for. `patient`: whether to wait for rate limits. Raises `SlackError`, with
        the code `ratelimited` if it doesn't wait, and `SlackUnreachableError`.
        """
        given = {name: value for name, value in (arguments or {}).items() if value is not None}
        place = (method, str(given.get("channel", "")))
        failures, waited = 0, 0.0
        while True:
            ahead = self._free_at.get(place, 0.0) - self._clock()
            if ahead > 0:
                if not patient or waited > LONGEST_WAIT or (stop is not None and stop.is_set()):
                    raise SlackError.of(method, "ratelimited")
                self._wait(ahead, stop)
                waited += ahead
            try:
                return self._once(method, given)
            except SlackError as error:
                if error.code not in _LIMITED:
                    raise
                self._free_at[place] = self._clock() + error.retry_after
            except SlackUnreachableError as error:
                if failures == len(RETRIES) or (stop is not None and stop.is_set()):
                    raise
                if method in _ADDING and not isinstance(_root(error), ConnectionRefusedError):
                    raise  # it may have been done
                self._wait(RETRIES[failures], stop)
                failures += 1

    def _once(self, method: str, given: dict[str, Any]) -> dict[str, Any]:
        try:
            if method in _READING:
                response = self.client.api_call(method, http_verb="GET", params=given)
            else:
                response = self.client.api_call(method, json=given)
        except SlackApiError as error:
            raise _refusal(method, error) from error
        except (OSError, http.client.HTTPException) as error:
            raise SlackUnreachableError.of(method) from error
        return response.data if isinstance(response.data, dict) else {}


def _refusal(method: str, error: SlackApiError) -> SlackError | SlackUnreachableError:
    response = error.response
    code = str(response.get("error") or "") if isinstance(response.data, dict) else ""
    if response.status_code == 429 or code in _LIMITED:
        headers = {str(name).lower(): value for name, value in response.headers.items()}
        limited = SlackError.of(method, "ratelimited")
        limited.retry_after = _seconds(headers.get("retry-after"))
        return limited
    if response.status_code >= 500 or code in INSIDE or not code.isidentifier():  # the SDK puts a strange body there
        return SlackUnreachableError.of(method)
    return SlackError.of(method, code, needed=response.get("needed"))


def _root(error: SlackUnreachableError) -> BaseException | None:
    cause = error.__cause__
    return cause.reason if isinstance(cause, URLError) and isinstance(cause.reason, BaseException) else cause


def _seconds(retry_after: object) -> float:
    text = str(retry_after[0] if isinstance(retry_after, list) and retry_after else retry_after or "")
    return max(1.0, float(text)) if text.isascii() and text.isdecimal() else 1.0
