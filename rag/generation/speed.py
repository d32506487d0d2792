"""Speed of a local model on this machine, averaged over its server's timings and kept in a file.

Knows nothing of servers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from filelock import FileLock, Timeout

from dateline.rag.generation.completion_options import Timings

FEWEST_TOKENS = 32, 4
"""Least tokens of prompt and completion for a measurement."""
SHARE = 0.3
"""Weight of the latest measurement in the average."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Speed in tokens per second."""

    prompt: float
    """Reading."""
    completion: float
    """Writing."""

    def seconds(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Seconds to read and write so many tokens."""
        return prompt_tokens / self.prompt + completion_tokens / self.completion


class SpeedLog:
    """A moving average of a model's speed, shared by later processes. Thread-safe."""

    def __init__(self, file: Path | None = None) -> None:
        """`file`: see `speed_file`; None to keep it only in this process."""
        self._file = file
        self._lock = Lock()
        self._speed = None if file is None else _read(file)

    @property
    def speed(self) -> Speed | None:
        """The average; None before the first measurement."""
        return self._speed

    def note(self, timings: Timings) -> None:
        """Add a measurement, if it covers enough tokens."""
        old = self._speed
        enough = (
            timings.prompt_tokens >= FEWEST_TOKENS[0] and timings.prompt_per_second > 0,
            timings.completion_tokens >= FEWEST_TOKENS[1] and timings.completion_per_second > 0,
        )
        if not all(enough) and (old is None or not any(enough)):
            return
        with self._lock:
            self._speed = Speed(
                _averaged(old.prompt if old else None, timings.prompt_per_second if enough[0] else None),
                _averaged(old.completion if old else None, timings.completion_per_second if enough[1] else None),
            )
            if self._file is not None:
                _write(self._file, self._speed)


def speed_file(folder: Path, model: Path, about: Mapping[str, Any]) -> Path:
    """The file for the speed of `model`. `about`: what else it depends on, such as processor and threads."""
    stat = model.stat()
    identity = json.dumps([str(model), stat.st_size, stat.st_mtime_ns, dict(about)], sort_keys=True)
    return folder / f"{model.stem}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}.speed.json"


def _averaged(old: float | None, new: float | None) -> float:
    if new is None:
        return old or 0.0
    return new if old is None else (1 - SHARE) * old + SHARE * new


def _read(file: Path) -> Speed | None:
    try:
        speed = Speed(**json.loads(file.read_text()))
        return speed if speed.prompt > 0 and speed.completion > 0 else None
    except (OSError, ValueError, TypeError):
        return None


def _write(file: Path, speed: Speed) -> None:
    with suppress(OSError, Timeout):  # it will be measured again
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{file}.lock", timeout=0):
            new = file.with_suffix(".new")
            new.write_text(json.dumps(asdict(speed)))
            new.replace(file)
