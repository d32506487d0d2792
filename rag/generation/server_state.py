"""The state of a local model's server: not started, loading, ready, or paused after failures.

Starts are recorded in a file of its private folder, for all processes that may start it. Does not start it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from dateline.rag.generation import machine
from dateline.rag.generation.server_folder import process_in, running_in

STARTS_FILE = "starts.json"
RECENT = 600.0
"""Seconds for which starts are remembered."""
MOST_PAUSE = 60.0
"""Longest pause between restarts in seconds; pauses double up to it."""

State = Literal["not started", "loading", "ready", "paused"]


@dataclass(frozen=True, slots=True)
class ServerState:
    """The state shown by `dateline status`."""

    model: str
    state: State = "not started"
    pid: int | None = None
    memory_bytes: int | None = None
    """Resident set."""
    uptime_seconds: float | None = None
    starts: int = 0
    """In the last ten minutes."""

    def as_json(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    def line(self) -> str:
        """As a line of text."""
        parts = [self.model, self.state]
        if self.pid is not None:
            parts.append(f"process {self.pid}")
        if self.memory_bytes is not None:
            parts.append(f"{self.memory_bytes / 1e9:.1f} GB of memory")
        if self.uptime_seconds is not None:
            parts.append(f"up for {self.uptime_seconds:.0f} s")
        if self.starts > 1:
            parts.append(f"started {self.starts} times in ten minutes")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Starts:
    """Recent starts of a folder's server."""

    model: Path | None = None
    times: tuple[float, ...] = ()
    """Seconds since the epoch, oldest first."""

    def pause(self, now: float) -> float:
        """Seconds until it may be restarted: 0 after one start, then 2, 4, 8 … after the previous one."""
        if len(self.times) < 2:
            return 0.0
        return float(max(0.0, self.times[-1] + min(MOST_PAUSE, 2.0 ** (len(self.times) - 1)) - now))


def read_starts(folder: Path, now: float) -> Starts:
    """The starts of the last ten minutes."""
    try:
        found = json.loads((folder / STARTS_FILE).read_text())
        return Starts(Path(found["model"]), tuple(time for time in found["times"] if now - time < RECENT))
    except (OSError, ValueError, KeyError, TypeError):
        return Starts()


def note_start(folder: Path, model: Path, now: float) -> None:
    """Record a start."""
    times = [*read_starts(folder, now).times, now]
    (folder / STARTS_FILE).write_text(json.dumps({"model": str(model), "times": times}))


def state_in(folder: Path, model: Path, now: float) -> ServerState:
    """The state of the server of `model` in this private folder. `now`: seconds since the epoch."""
    starts = read_starts(folder, now)
    count = len(starts.times)
    if (endpoint := running_in(folder)) is not None:
        memory, uptime = machine.memory_of(endpoint.pid), max(0.0, now - endpoint.started)
        return ServerState(model.stem, "ready", endpoint.pid, memory, uptime, count)
    if (pid := process_in(folder)) is not None:
        return ServerState(model.stem, "loading", pid, machine.memory_of(pid), starts=count)
    return ServerState(model.stem, "paused" if starts.pause(now) > 0 else "not started", starts=count)


def states(parent: Path, model: Path, now: float) -> Iterator[ServerState]:
    """The states of all live servers of `model`, of any owner, with private folders in `parent`."""
    for folder in sorted(parent.glob("*-*")):
        if folder.is_dir() and read_starts(folder, now).model == model:
            found = state_in(folder, model, now)
            if found.state != "not started":
                yield found
