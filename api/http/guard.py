"""Who may come in: the key that a request carries, the scope that its route asks for, and how many may come.

Around every route, so that none can be forgotten: what `api/access.py` doesn't list is not there. Keys are read from
the archive at each request (a look-up in an index), so that one that is revoked stops at once, in every process.
Knows nothing of what routes do.
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
    """Who a server lets in without a key, and how often anyone may ask."""

    hosts: tuple[str, ...] = ()
    """Names that a server without keys may be called by, in addition to `localhost` and addresses in numbers."""
    origins: tuple[str, ...] = ()
    """Origins of the pages whose scripts may use it, e.g. `https://newsroom.example`."""
    rates: Rates | None = None
    """For each key, and for each address without one; None: no limit."""


class Guard:
    """Lets a request in with its `Caller` in `state.caller`, or answers it itself: 401, 403, 404, 405 or 429."""

    def __init__(self, app: ASGIApp, *, startup: ServiceStartup, access: AccessPolicy) -> None:
        self.app = app
        self.startup = startup
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        path = scope["path"]  # what the router goes by; request.url is put together with Host, which callers choose
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
            caller = await self._let_in(request, rule, counted)
        except DatelineError as error:
            await problems.of_error(request, error)(scope, receive, send_counted)
            return
        scope["state"] |= {"caller": caller, "key_id": caller.key_id}
        await self.app(scope, receive, send_counted)

    async def _let_in(self, request: Request, rule: Rule, counted: dict[str, str]) -> Caller:
        """Who sends the request, if they may. `counted` gets the headers that say how many are left.

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
                    f"more than {count.rate} were sent",
                    hint="Retry-After says when to go on.",
                    retry_after=count.reset,
                )
        if caller is None:
            raise KeyNeededError(
                "this needs an API key that is in use",
                hint="Send one as “Authorization: Bearer dl_…”; `dateline keys create` makes them.",
            )
        if not caller.may(rule):
            raise forbidden(rule, caller)
        return caller

    def _caller(self, headers: Headers) -> Caller | None:
        """Who sends these headers; None: nobody who is known."""
        archive = self.startup.get().archive
        secret = key_in(headers)
        holder = find_key(archive, secret) if secret else None
        if holder is not None:
            return Caller(holder.key.id, frozenset(holder.key.scopes), holder.part)
        if has_keys(archive):
            return None
        self._no_page_from_elsewhere(headers)
        return OPERATOR

    def _no_page_from_elsewhere(self, headers: Headers) -> None:
        """Without keys a browser on this machine would let any page in.

        Refused are pages that reach it by a name of their own which they had pointed here (DNS rebinding), and those
        that send requests across origins. Raises `ForbiddenError`.
        """
        host = headers.get("host", "")
        if not _is_own(host, self.access.hosts):
            raise ForbiddenError(
                "a server without keys is not called by this name",
                hint="Call it by localhost or its address in numbers, or put the name into DATELINE_ALLOWED_HOSTS.",
            )
        origin = headers.get("origin")
        if origin is not None and origin not in self.access.origins and origin.partition("://")[2] != host:
            raise ForbiddenError(
                "pages of other origins can't use a server without keys",
                hint="Put the page's origin into DATELINE_CORS_ORIGINS.",
            )


def key_in(headers: Headers) -> str | None:
    """The key that a request carries, as `Authorization: Bearer …` or as `X-API-Key`."""
    authorization = headers.get("authorization", "")
    if authorization.lower().startswith(_BEARER):
        return authorization[len(_BEARER) :].strip()
    return headers.get("x-api-key")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens on `host`."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_own(host: str, names: tuple[str, ...]) -> bool:
    """Whether the header Host names this server: by an address, which nobody else can point here, or a known name."""
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
