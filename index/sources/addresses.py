"""Network addresses that may be fetched from: public ones, and hosts allowed by the settings (SSRF protection).

A name is resolved once, and the checked address is the one connected to. Knows nothing of HTTP.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection

from dateline.index.errors import FetchError, FetchRefusedError

Resolver = Callable[[str, int], list[str]]
"""(host, port) → IP addresses as text."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host by the system's resolver. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def checked_addresses(host: str, port: int, allowed: Collection[str], resolver: Resolver = resolve) -> list[str]:
    """The addresses that may be connected to for `host`.

    `allowed`: hosts, or hosts with a port (`feeds.intranet:8080`), that may have any address. Raises `FetchError` if
    the host has no address now, `FetchRefusedError` if one of its addresses is not public.
    """
    try:
        addresses = resolver(host, port)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"the host {host} has no address", hint="Check the name, and the network.") from error
    if host.lower() in allowed or f"{host.lower()}:{port}" in allowed:
        return addresses
    for address in addresses:
        if not is_public(address):
            raise FetchRefusedError(
                f"{address} is not a public address"
                if host == address
                else f"{host} is at {address}, which is not a public address",
                hint="If it is meant to be fetched from, put the host into DATELINE_FETCH_ALLOWED_HOSTS.",
            )
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address is public: not private, link-local, shared or multicast.

    An IPv6 address with an embedded IPv4 address (mapped, NAT64, 6to4) is as public as that.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        carried = ip.ipv4_mapped or ip.sixtofour
        if carried is not None:
            return is_public(str(carried))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast
