"""File system events of watched folders, by watchdog. Knows nothing of what is done about them.

Without watchdog, or without events (some network folders), a folder is polled at its interval.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import Any

from dateline.index.sources.source import Source

log = logging.getLogger(__name__)

_CHANGES = ("created", "modified", "moved", "deleted", "closed")
"""Events that are changes; reading a file is an event, too."""


class FolderObserver:
    """Calls `touch` with the name of a folder's source when something in the folder changes."""

    def __init__(self, touch: Callable[[str], None]) -> None:
        self._touch = touch
        self._observer: Any = None
        self._watched: dict[tuple[str, str], Any] = {}
        """(source, folder) → the watch."""

    def follow(self, sources: Collection[Source]) -> None:
        """Observe the folders of these sources, and no others."""
        wanted = {
            (one.name, one.settings.address)
            for one in sources
            if one.settings.kind == "folder" and one.state == "active"
        }
        for key in self._watched.keys() - wanted:
            watch = self._watched.pop(key)
            if watch is not None:
                self._observer.unschedule(watch)
        for name, folder in wanted - self._watched.keys():
            self._watched[name, folder] = self._schedule(name, folder)

    def stop(self) -> None:
        """End."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    def _schedule(self, name: str, folder: str) -> Any:
        try:
            from watchdog.events import FileSystemEventHandler
            from watchdog.observers import Observer
        except ImportError:
            log.info("source %s is polled: pip install 'dateline[sources]' to notice changes at once", name)
            return None
        touch = self._touch

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: Any) -> None:
                if event.event_type in _CHANGES:
                    touch(name)

        if self._observer is None:
            self._observer = Observer()
            self._observer.start()
        try:
            return self._observer.schedule(Handler(), folder, recursive=True)
        except OSError as error:
            log.warning("source %s is polled: %s can't be observed (%s)", name, folder, error.strerror)
            return None
