"""Opens the services in a background thread, so that the server can answer `/healthz` and `/readyz` meanwhile.

Knows nothing of HTTP.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

from dateline.api.compose import Services
from dateline.index.errors import BusyError

log = logging.getLogger("uvicorn.error")  # the server's own log, which is set up to be seen


class ServiceStartup:
    """Opens the services in a background thread; until they are open, `get` raises `BusyError`."""

    def __init__(self, open_services: Callable[[], Services]) -> None:
        self._open = open_services
        self._services: Future[Services] = Future()

    def start(self) -> None:
        """Start opening."""
        threading.Thread(target=self._run, name="opening", daemon=True).start()

    def get(self) -> Services:
        """The services. Raises `BusyError` while they are being opened, and what opening them raised."""
        if not self._services.done():
            raise BusyError("the archive is still being opened", hint="Try again in a moment; see /readyz.")
        return self._services.result()

    def peek(self) -> Services | None:
        """The services, if they are open."""
        return self._services.result() if self._services.done() and self._services.exception() is None else None

    def close(self) -> None:
        """Close them if they were opened."""
        if (services := self.peek()) is not None:
            services.close()

    def _run(self) -> None:
        try:
            self._services.set_result(self._open())
        except Exception as error:  # noqa: BLE001  # whatever it is, each request gets to know
            log.error("the archive can't be opened: %s", error)
            self._services.set_exception(error)
