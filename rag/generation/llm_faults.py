"""Maps exceptions of the `openai` SDK to Dateline's own errors.

No text from a server gets into a message. Knows nothing of prompts.
"""

from __future__ import annotations

import socket
import ssl
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from dateline.index.errors import (
    LlmAccessError,
    LlmBrokenOffError,
    LlmBusyError,
    LlmError,
    LlmProtocolError,
    LlmRequestError,
    LlmServerError,
    LlmTimeoutError,
    LlmUnreachableError,
)

if TYPE_CHECKING:
    import httpx2
    import openai


def fault_of(error: Exception, *, started: bool) -> LlmError:
    """The error for an exception of the SDK. `started`: whether a part of the completion has arrived."""
    import httpx2
    import openai  # slow to import, and not needed without a model

    match error:
        case openai.APITimeoutError() | httpx2.TimeoutException():
            return too_slow()
        case openai.APIStatusError():
            return _refused(error)
        case openai.APIConnectionError() | httpx2.TransportError():
            return broken_off() if started else _unreachable(error)
        case openai.APIError():  # an error sent as an event
            return LlmServerError("the server reported an error instead of a completion", hint=_SERVER)
        case _:
            return LlmProtocolError(
                "what the server sent is no completion", hint="Check DATELINE_LLM_BASE_URL; most end in /v1."
            )


def too_slow() -> LlmError:
    """The error for a missed deadline."""
    return LlmTimeoutError(
        "no whole completion within the deadline", hint="Raise DATELINE_LLM_TIMEOUT, or use a faster model."
    )


def broken_off() -> LlmError:
    """The error for a stream that ended early."""
    return LlmBrokenOffError("the completion broke off", hint=_SERVER)


_SERVER = "See the server's own log."


def _refused(error: openai.APIStatusError) -> LlmError:
    status = error.status_code
    match status:
        case 401 | 403:
            return LlmAccessError(f"the server refuses the key (HTTP {status})", hint="Check DATELINE_LLM_API_KEY.")
        case 429:
            return LlmBusyError(
                "too many requests (HTTP 429)",
                hint="Wait, or raise the limits at its provider.",
                retry_after=_retry_after(error.response.headers),
            )
        case _ if status >= 500:
            return LlmServerError(f"the server failed (HTTP {status})", hint=_SERVER)
        case _:
            return LlmRequestError(
                f"the server refuses the request (HTTP {status})",
                hint="Check DATELINE_LLM_MODEL and DATELINE_LLM_BASE_URL.",
            )


def _unreachable(error: BaseException) -> LlmError:
    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None and cause not in causes:
        causes.append(cause)
    known = {
        socket.gaierror: "no such host",
        ssl.SSLError: "no secure connection",
        ConnectionRefusedError: "connection refused",
    }
    why = next((why for kind, why in known.items() if any(isinstance(c, kind) for c in causes)), "connection broken")
    return LlmUnreachableError(
        f"the server can't be reached: {why}", hint="Check that it runs at DATELINE_LLM_BASE_URL."
    )


def _retry_after(headers: httpx2.Headers) -> float | None:
    """Seconds by the Retry-After header (RFC 9110 §10.2.3); a date in it is relative to the server's `Date`."""
    value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))).total_seconds())
    except (ValueError, TypeError):
        return None
