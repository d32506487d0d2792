"""How fast a local model reads and writes on this machine, by its server's own timings; kept in a file.

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
"""Of the prompt and of the completion: what was measured over fewer says little."""
SHARE = 0.3
"""Of the latest measurement in the average: the machine may have become busier."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second."""

    prompt: float
    """Reading."""
    completion: float
    """Writing."""

    def seconds(self, prompt_tokens: int, completion_tokens: int) -> float:
        """What reading and writing so many tokens takes."""
        return prompt_tokens / self.prompt + completion_tokens / self.completion


class SpeedLog:
    """A moving average of a model's speed. Safe for threads; a process that is started later begins with it."""

    def __init__(self, file: Path | None = None) -> None:
        """`file`: where it is kept, see `speed_file`; None: in this process alone."""
        self._file = file
        self._lock = Lock()
        self._speed = None if file is None else _read(file)

    @property
    def speed(self) -> Speed | None:
        """None: nothing was measured yet."""
        return self._speed

    def note(self, timings: Timings) -> None:
        """Take a measurement in, if it was made over enough tokens."""
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
    """Where the speed of `model` is kept. `about`: what else it depends on, such as processor and threads."""
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
    with suppress(OSError, Timeout):  # it is measured again
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{file}.lock", timeout=0):
            new = file.with_suffix(".new")
            new.write_text(json.dumps(asdict(speed)))
            new.replace(file)
