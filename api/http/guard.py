"""Authentication, authorisation and rate limits, as middleware around every route.

Routes that `api/access.py` doesn't list don't exist, so none can be left unguarded. Keys are read from the archive at
each request (a look-up in an index), so a revoked key stops working at once, in every process. Knows nothing of what
routes do.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dateline.api.access import ANYONE, OPERATOR, Caller, Rule, forbidden, methods_of, rule_of
from dateline.api.http import problems
from dateline.api.http.startup import ServiceStartup
from dateline.api.rates import Rates
from dateline.index.errors import DatelineError, ForbiddenError, KeyNeededError, TooManyRequestsError
from dateline.index.keys import find_key, has_keys

_BEARER = "bearer "
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:@/\[\]]+)(:\d+)?")


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Whom a server accepts without a key, and the rate limit."""

    hosts: tuple[str, ...] = ()
    """Host names of a server without keys, in addition to `localhost` and IP addresses."""
    origins: tuple[str, ...] = ()
    """Origins of pages whose scripts may use the API, e.g. `https://newsroom.example`."""
    rates: Rates | None = None
    """Per key, or per address without a key; None: no limit."""


class Guard:
    """Passes a request on with its `Caller` in `state.caller`, or responds itself: 401, 403, 404, 405 or 429."""

    def __init__(self, app: ASGIApp, *, startup: ServiceStartup, access: AccessPolicy) -> None:
        self.app = app
        self.startup = startup
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        path = scope["path"]  # as the router uses it; request.url contains Host, which callers choose
        rule = rule_of(request.method, path)
        if rule is None:
            await problems.nowhere(request, methods_of(path))(scope, receive, send)
            return
        if rule.scope is None:
            scope["state"]["caller"] = ANYONE
            await self.app(scope, receive, send)
            return
        counted: dict[str, str] = {}

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(counted)
            await send(message)

        try:
            caller = await self._authorise(request, rule, counted)
        except DatelineError as error:
            await problems.of_error(request, error)(scope, receive, send_counted)
            return
        scope["state"] |= {"caller": caller, "key_id": caller.key_id}
        await self.app(scope, receive, send_counted)

    async def _authorise(self, request: Request, rule: Rule, counted: dict[str, str]) -> Caller:
        """The caller, if they may use the route. `counted` gets the rate limit headers.

        Raises `KeyNeededError`, `ForbiddenError`, `TooManyRequestsError`, and what opening the archive raises.
        """
        caller = await run_in_threadpool(self._caller, request.headers)
        if self.access.rates is not None:
            # Those without a key count, too, so that keys can't be tried out in any number.
            address = request.client.host if request.client else "nowhere"
            who = caller.key_id if caller and caller.key_id else address
            count = await run_in_threadpool(self.access.rates.count, who)
            counted |= count.headers()
            if not count.allowed:
                raise TooManyRequestsError(
                    f"the limit is {count.rate}",
                    hint="Retry-After says when to continue.",
                    retry_after=count.reset,
                )
        if caller is None:
            raise KeyNeededError(
                "this needs a valid API key",
                hint="Send one as “Authorization: Bearer dl_…”; `dateline keys create` creates one.",
            )
        if not caller.may(rule):
            raise forbidden(rule, caller)
        return caller

    def _caller(self, headers: Headers) -> Caller | None:
        """The caller with these headers; None: unknown."""
        archive = self.startup.get().archive
        secret = key_in(headers)
        holder = find_key(archive, secret) if secret else None
        if holder is not None:
            return Caller(holder.key.id, frozenset(holder.key.scopes), holder.part)
        if has_keys(archive):
            return None
        self._refuse_foreign_pages(headers)
        return OPERATOR

    def _refuse_foreign_pages(self, headers: Headers) -> None:
        """Without keys, any page in a browser on this machine could use the server.

        Refused are pages that reach it by a host name of their own (DNS rebinding), and pages of other origins. Raises
        `ForbiddenError`.
        """
        host = headers.get("host", "")
        if not _is_allowed_host(host, self.access.hosts):
            raise ForbiddenError(
                "a server without keys doesn't accept this host name",
                hint="Use localhost or the IP address, or add the name to DATELINE_ALLOWED_HOSTS.",
            )
        origin = headers.get("origin")
        if origin is not None and origin not in self.access.origins and origin.partition("://")[2] != host:
            raise ForbiddenError(
                "a server without keys doesn't accept requests of other origins",
                hint="Add the page's origin to DATELINE_CORS_ORIGINS.",
            )


def key_in(headers: Headers) -> str | None:
    """The key in a request's headers: `Authorization: Bearer …` or `X-API-Key`."""
    authorization = headers.get("authorization", "")
    if authorization.lower().startswith(_BEARER):
        return authorization[len(_BEARER) :].strip()
    return headers.get("x-api-key")


def is_loopback(host: str) -> bool:
    """Whether a server that listens on `host` is reachable from this machine only."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_allowed_host(host: str, names: tuple[str, ...]) -> bool:
    """Whether the header Host is an IP address, which no page can point elsewhere, or a known name."""
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name = found[1].strip("[]").lower()
    return name == "localhost" or name in names or _is_address(name)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
