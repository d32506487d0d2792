"""Manages the server of a local model: starts it on demand, shares, checks and restarts it.

One server process serves all processes that share a private folder; the first that needs it starts it. Its address and
key are in that folder, which other users can't read. Knows nothing of prompts and completions.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread

from filelock import FileLock, Timeout

import dateline
from dateline.index.errors import InputError, LlmError, LlmPausedError, LlmStartError, LlmTimeoutError
from dateline.rag.generation import machine
from dateline.rag.generation.gguf import read_header
from dateline.rag.generation.model_process import OWNER_LOCK, SERVER_FILE, SERVER_LOCK
from dateline.rag.generation.server_folder import SHARED_FILE, Endpoint, call, held, running_in, running_servers
from dateline.rag.generation.server_state import MOST_PAUSE, ServerState, note_start, read_starts, state_in, states

START_LOCK, LOG_FILE = "start.lock", "server.log"
SLOTS = 2
"""Concurrent completions; others wait. They share the processor, so more would only be slower."""
CONTEXT = 4_096
"""Default tokens of a prompt with its completion."""
HEALTHY_WITHIN = 10.0
"""Seconds without a response after which a server is replaced."""
LOOK = 0.02
"""Seconds between checks of a starting server."""
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from dateline.rag.generation.model_process import main; main()"
_ROOT = str(Path(dateline.__file__).parents[1])


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A local model and its configuration."""

    path: Path
    context: int = CONTEXT
    """Tokens of a prompt with its completion."""
    threads: int | None = None
    """None for the number of physical cores."""

    @property
    def name(self) -> str:
        """The model's name, for users and receipts."""
        return self.path.stem


class ModelServer:
    """The server of a local model. Safe for threads, and for processes that share `folder`."""

    def __init__(self, model: LocalModel, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        """`folder`: a `ServerFolder`'s path. `clock`: seconds since the epoch."""
        self.model = model
        self._folder = folder
        self._clock = clock
        self._endpoint: Endpoint | None = None
        self._preparing: Thread | None = None
        self._lock = Lock()

    def endpoint(self, within: float) -> Endpoint:
        """The server's address; starts it if necessary. `within`: most seconds to wait.

        Raises `LlmStartError`, `LlmPausedError` or `LlmTimeoutError`.
        """
        deadline = time.monotonic() + within
        dead: list[Endpoint] = []
        ways: tuple[Callable[[], Endpoint | None], ...] = (
            self._known,
            self._running,
            self._shared_elsewhere,
            lambda: self._started(deadline, dead),
        )
        for find in ways:
            endpoint = find()
            if endpoint is not None and endpoint not in dead:
                if self._healthy(endpoint, deadline):
                    self._endpoint = endpoint
                    return endpoint
                dead.append(endpoint)
        raise LlmStartError("the local model ended as soon as it was started", hint=f"See {self._log}.")

    def prepare(self) -> None:
        """Start the server in the background unless it runs; failures are reported to the next caller."""
        with self._lock:
            if self._preparing is None or not self._preparing.is_alive():
                self._preparing = Thread(target=self._prepare, name="dateline-model", daemon=True)
                self._preparing.start()

    def state(self) -> ServerState:
        """The server's current state. Does not start it."""
        own = state_in(self._folder, self.model.path, self._clock())
        if own.state != "not started":
            return own
        return next(states(self._folder.parent, self.model.path, self._clock()), own)

    def _prepare(self) -> None:
        with suppress(LlmError):
            self.endpoint(within=MOST_PAUSE * 5)

    def _known(self) -> Endpoint | None:
        return self._endpoint

    def _running(self) -> Endpoint | None:
        return running_in(self._folder)

    def _shared_elsewhere(self) -> Endpoint | None:
        """A running server with the same model that another owner shares."""
        for endpoint in running_servers(self._folder.parent):
            if endpoint.shared and endpoint.model == self.model.path and endpoint.context >= self.model.context:
                return endpoint
        return None

    def _healthy(self, endpoint: Endpoint, deadline: float) -> bool:
        """Whether it responds. A hung server is killed."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise _too_slow()
        try:
            return call(endpoint, "GET", "/health", timeout=min(HEALTHY_WITHIN, left)) is not None
        except TimeoutError:
            if left < HEALTHY_WITHIN:
                raise _too_slow() from None
            if endpoint == self._running():
                with suppress(ProcessLookupError):
                    os.kill(endpoint.pid, signal.SIGKILL)
            return False
        except (OSError, http.client.HTTPException, ValueError):
            return False

    def _started(self, deadline: float, dead: Sequence[Endpoint]) -> Endpoint:
        """Start the server, or wait for another process that does. `dead`: servers that no longer respond."""
        if not held(self._folder / OWNER_LOCK):
            raise LlmStartError("the local model's server was closed", hint="The process that owned it has ended.")
        try:
            with FileLock(self._folder / START_LOCK, timeout=max(0.0, deadline - time.monotonic())):
                process: subprocess.Popen[bytes] | None = None
                while True:
                    # A killed process may be visible for a moment before its lock is released.
                    if (endpoint := self._running()) is not None and endpoint not in dead:
                        return endpoint
                    if process is None:
                        process = None if held(self._folder / SERVER_LOCK) else self._spawn()
                    elif process.poll() is not None:
                        raise self._failed()
                    if time.monotonic() >= deadline:
                        raise _too_slow()
                    time.sleep(LOOK)
        except Timeout:
            raise _too_slow() from None
        except OSError as error:
            raise LlmStartError(f"the local model can't be started: {error.strerror}") from error

    def _spawn(self) -> subprocess.Popen[bytes]:
        now = self._clock()
        starts = read_starts(self._folder, now)
        if (pause := starts.pause(now)) > 0:
            ended = f"it ended {len(starts.times)} times, {pause:.0f} s are left"
            raise LlmPausedError(
                f"the local model is paused: {ended}",
                hint=f"See {self._log}.",
            )
        self._check_that_it_fits()
        config = {
            "folder": str(self._folder),
            "model": str(self.model.path),
            "key": secrets.token_urlsafe(32),
            "context": self.model.context,
            "threads": self.model.threads or machine.cores(),
            "slots": SLOTS,
            "shared": (self._folder / SHARED_FILE).exists(),
        }
        (self._folder / SERVER_FILE).unlink(missing_ok=True)  # left by the previous server
        note_start(self._folder, self.model.path, now)
        with self._log.open("ab") as log:
            # A new session, so that Ctrl-C reaches only the owner, which then releases its lock.
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", _BOOT, _ROOT, "dateline-model"],
                stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        assert process.stdin is not None
        with suppress(BrokenPipeError), process.stdin as config_of:
            config_of.write(json.dumps(config).encode())
        Thread(target=process.wait, name="dateline-model-end", daemon=True).start()
        return process

    def _check_that_it_fits(self) -> None:
        from importlib.util import find_spec

        if find_spec("xllamacpp") is None:
            raise LlmStartError(
                "a local model needs the library xllamacpp",
                hint="Install the extra: pip install 'dateline[local-llm]'.",
            )
        try:
            header = read_header(self.model.path)
        except InputError as error:
            raise LlmStartError(
                "the local model's file can't be used", hint=f"{error.message}. {error.hint}"
            ) from error  # no path in a receipt
        needed, free = header.memory(self.model.context * SLOTS), machine.available_memory()
        if needed > free:
            sizes = f"it takes some {needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free"
            raise LlmStartError(
                f"the local model is too large: {sizes}",
                hint="Use a smaller model, or lower DATELINE_LLM_CONTEXT.",
            )

    def _failed(self) -> LlmStartError:
        """The error for a process that ended before it was ready, by its log."""
        with suppress(OSError):
            text = self._log.read_text("utf-8", "replace")[-10_000:]
            if "corrupted or incomplete" in text:
                return LlmStartError(
                    "the local model's file is damaged", hint="Remove it and get it again: dateline models pull NAME"
                )
            if "failed to load model" in text:
                return LlmStartError("llama.cpp can't load the local model", hint=f"See {self._log}.")
        return LlmStartError("the local model's process ended while it was starting", hint=f"See {self._log}.")

    @property
    def _log(self) -> Path:
        return self._folder / LOG_FILE


def _too_slow() -> LlmTimeoutError:
    return LlmTimeoutError("the local model was not ready within the deadline", hint="Raise DATELINE_LLM_TIMEOUT.")
