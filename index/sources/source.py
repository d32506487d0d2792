"""A source: name, kind, address, settings, and state; and the validation of these.

Knows nothing of tables or of how a source is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dateline.index.errors import InputError

SourceKind = Literal["feed", "sitemap", "page", "folder"]
Gone = Literal["keep", "flag", "withdraw"]
SourceState = Literal["active", "paused", "ended"]

SHORTEST_INTERVAL = 1
LONGEST_INTERVAL = 30 * 86_400
DEFAULT_INTERVAL = 900
"""Seconds; a quarter of an hour is what feeds usually ask for."""
LONGEST_ADDRESS = 2_000

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """The user's settings of a source."""

    kind: SourceKind
    address: str
    """A URL; for a folder its absolute path."""
    interval: int = DEFAULT_INTERVAL
    """Seconds between two runs, `SHORTEST_INTERVAL` to `LONGEST_INTERVAL`."""
    gone: Gone = "keep"
    """What happens to an article that the source has taken down: nothing, its entry is marked, it is withdrawn."""
    full_text: bool = False
    """Feeds: whether the text is that of each entry's page instead of the feed's."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source as stored in the archive."""

    name: str
    settings: SourceSettings
    state: SourceState
    """`ended`: its server said that it is gone for good (410); `resume` tries again."""
    created: datetime
    next_run: datetime
    etag: str | None = None
    last_modified: str | None = None
    """The header as it was sent."""
    checked: datetime | None = None
    """When it was last run."""
    succeeded: datetime | None = None
    """When a run last succeeded."""
    failures: int = 0
    """Failed runs in a row."""
    error: str | None = None
    """Why the last run failed, or what was wrong with what it brought."""

    @property
    def needs_pages(self) -> bool:
        """Whether the pages of its entries are fetched."""
        return self.settings.kind == "sitemap" or (self.settings.kind == "feed" and self.settings.full_text)

    @property
    def host(self) -> str | None:
        """Host and port of its address in lower case; None for a folder."""
        return None if self.settings.kind == "folder" else host_of(self.settings.address)


def host_of(url: str) -> str:
    """Host and port of a URL in lower case, the unit of pauses."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def check_name(name: str) -> None:
    """Raise `InputError` for an invalid name of a source."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} can't be the name of a source",
            hint="Take 1 to 64 of a–z, 0–9, _, . and -, and begin with a letter or digit: harbor-post.",
        )


def checked(settings: SourceSettings) -> SourceSettings:
    """The settings with a folder's path made absolute. Raises `InputError` if they are invalid."""
    if not SHORTEST_INTERVAL <= settings.interval <= LONGEST_INTERVAL:
        raise InputError(
            f"an interval of {settings.interval} seconds can't be used",
            hint=f"Take {SHORTEST_INTERVAL} to {LONGEST_INTERVAL} seconds; most feeds are content with 900.",
        )
    if settings.full_text and settings.kind != "feed":
        raise InputError(
            f"full text is fetched for feeds; a {settings.kind} is always read in full", hint="Leave it out."
        )
    if settings.kind == "folder":
        return _with_folder(settings)
    check_url(settings.address)
    return settings


def check_url(url: str) -> None:
    """Raise `InputError` unless this is a web address without credentials."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme.lower() in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        sound, parts = False, urlsplit("")
    if not sound or len(url) > LONGEST_ADDRESS or any(c.isspace() or not c.isprintable() for c in url):
        raise InputError(
            f"{url[:80]!r} is not a web address", hint="Write it as https://harborpost.example/rss, or name a folder."
        )
    if parts.username is not None or parts.password is not None:
        raise InputError(
            "an address with a name and a password in it is not kept: it would be shown with the source",
            hint="Use an address that needs no login.",
        )


def _with_folder(settings: SourceSettings) -> SourceSettings:
    path = Path(settings.address).expanduser().absolute()
    if not path.is_dir():
        raise InputError(f"there is no folder {path}", hint="Make it first, or check the path.")
    return replace(settings, address=str(path))
