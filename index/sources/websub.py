"""The WebSub protocol (W3C): discovery of a feed's hub, requests to hubs, signatures of notifications.

Knows no tables and no network.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpx2
from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from dateline.index.errors import InputError
from dateline.index.sources.fetch import Fetched
from dateline.index.sources.source import check_url

LEASE_SECONDS = 10 * 86_400
"""The requested lease; the hub may grant another."""
_DIGESTS = ("sha256", "sha384", "sha512", "sha1")
"""Those of the specification; the hub chooses. HMAC-SHA1 is not broken, and the oldest hubs use it."""
_ATOM_LINK = "{http://www.w3.org/2005/Atom}link"


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub and the feed as it knows it."""

    url: str
    topic: str
    """The feed's canonical URL (rel=self)."""


def hub_of(found: Fetched) -> Hub | None:
    """The hub of a feed, by its Link headers or else its body; None if there is none with a valid address."""
    links = _links_in(found.body or b"") | _links_of_headers(found.links)
    if "hub" not in links:
        return None
    hub = Hub(urljoin(found.url, links["hub"]), urljoin(found.url, links.get("self", found.url)))
    try:
        check_url(hub.url)
        check_url(hub.topic)
    except InputError:
        return None
    return hub


def subscription_form(mode: str, topic: str, callback: str, secret: str) -> dict[str, str]:
    """The form of a request to a hub. `mode`: `subscribe` or `unsubscribe`."""
    form = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback}
    return form if mode == "unsubscribe" else form | {"hub.secret": secret, "hub.lease_seconds": str(LEASE_SECONDS)}


def is_signed(body: bytes, secret: str, signature: str | None) -> bool:
    """Whether `signature`, an X-Hub-Signature header, is that of `body` with `secret`; in constant time."""
    method, _, digest = (signature or "").strip().lower().partition("=")
    if method not in _DIGESTS:
        return False
    return hmac.compare_digest(hmac.new(secret.encode(), body, method).hexdigest().encode(), digest.encode())


def _links_of_headers(values: tuple[str, ...]) -> dict[str, str]:
    """The links of Link headers, by relation."""
    response = httpx2.Response(200, headers=[("Link", value) for value in values])
    return {rel: link["url"] for rel, link in response.links.items() if rel is not None}


def _links_in(body: bytes) -> dict[str, str]:
    """The links of an RSS, Atom or JSON feed, by relation; the first of each."""
    if b"hub" not in body:
        return {}
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _links_in_json(body)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root: Any = etree.fromstring(body, parser)  # None where nothing could be recovered
    except etree.XMLSyntaxError:
        return {}
    found: dict[str, str] = {}
    for link in () if root is None else (*root.iterfind(_ATOM_LINK), *root.iterfind(f"{{*}}channel/{_ATOM_LINK}")):
        for rel in (link.get("rel") or "").split():
            found.setdefault(rel, (link.get("href") or "").strip())
    return found


def _links_in_json(body: bytes) -> dict[str, str]:
    try:
        feed: Any = json.loads(body)
        hubs = [hub["url"] for hub in feed["hubs"] if hub["type"].lower() == "websub"]
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return {}
    links = {"hub": hubs[0] if hubs else None, "self": feed.get("feed_url")}
    return {rel: url for rel, url in links.items() if isinstance(url, str)}
