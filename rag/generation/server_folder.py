"""The private folder of a local model's server: owner, liveness, address, and calls to the server.

A process is alive while it holds a lock on a file there: the operating system releases the lock however the process
ends, and unlike a process id it can't pass to another process.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from filelock import FileLock

from dateline.index.errors import StorageError
from dateline.rag.generation.model_process import OWNER_LOCK, SERVER_FILE, SERVER_LOCK

SHARED_FILE = "shared"
"""Marks a server that processes of other owners may use."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Address and identity of a running server."""

    address: str
    key: str = field(repr=False)
    pid: int
    started: float
    """Seconds since the epoch."""
    model: Path
    context: int
    shared: bool
    """Whether processes of other owners may use it."""


class ServerFolder:
    """The private folder of an owner: its server does not outlive the process that created it."""

    def __init__(self, parent: Path, *, shared: bool = False) -> None:
        """`shared`: whether processes of other owners may use the server. Raises `StorageError`."""
        try:
            parent.mkdir(parents=True, exist_ok=True)
            with FileLock(parent / "folders.lock"):
                _remove_abandoned(parent)
                self.path = parent / f"{os.getpid()}-{secrets.token_hex(4)}"
                self.path.mkdir(mode=0o700)
                self._lock: int | None = os.open(self.path / OWNER_LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.flock(self._lock, fcntl.LOCK_EX)
            if shared:
                (self.path / SHARED_FILE).touch()
        except OSError as error:
            raise StorageError(
                f"{parent} can't be written: {error.strerror}", hint="Point DATELINE_CACHE to a folder that can."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server, and remove the folder."""
        if self._lock is None:
            return
        os.close(self._lock)
        self._lock = None
        if (pid := process_in(self.path)) is not None:  # it ends by itself, but not while loading
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with suppress(OSError), (self.path / SERVER_LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)  # the process has ended, or never existed
        shutil.rmtree(self.path, ignore_errors=True)


def process_in(folder: Path) -> int | None:
    """The id of the server's process, ready or loading; None if there is none."""
    lock = folder / SERVER_LOCK
    with suppress(OSError, ValueError):
        pid = int(lock.read_text())
        if held(lock):
            return pid
    return None


def running_in(folder: Path) -> Endpoint | None:
    """The server of this private folder, if it is ready."""
    try:
        about = json.loads((folder / SERVER_FILE).read_text())
    except (OSError, ValueError):
        return None
    if not held(folder / SERVER_LOCK):
        return None
    return Endpoint(
        about["address"], about["key"], about["pid"], about["started"],
        Path(about["model"]), about["context"], about["shared"],
    )  # fmt: skip


def running_servers(parent: Path) -> Iterator[Endpoint]:
    """The running servers of this user with private folders in `parent`."""
    for folder in sorted(parent.glob("*-*")):
        if (endpoint := running_in(folder)) is not None:
            yield endpoint


def call(endpoint: Endpoint, method: str, path: str, body: Any = None, *, timeout: float) -> Any:
    """Call the server and return its JSON. Raises `OSError`, `HTTPException` or `ValueError`."""
    parts = urlsplit(endpoint.address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        headers = {"authorization": f"Bearer {endpoint.key}", "content-type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        with connection.getresponse() as response:
            if response.status != http.client.OK:
                raise ValueError(f"HTTP {response.status}")
            return json.load(response)
    finally:
        connection.close()


def held(path: Path) -> bool:
    """Whether another process has locked the file."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _remove_abandoned(parent: Path) -> None:
    """Remove the folders of owners that were killed."""
    for folder in parent.glob("*-*"):
        if (folder / OWNER_LOCK).exists() and not held(folder / OWNER_LOCK) and not held(folder / SERVER_LOCK):
            shutil.rmtree(folder, ignore_errors=True)
