"""A thread that does one thing again and again while serving, until it is stopped. Knows nothing of what it does."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod


class RepeatedTask(ABC):
    """The thread; what it does is `run_once`."""

    def __init__(self, name: str) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def run_once(self) -> float:
        """Do it, and return the seconds until the next time. Raises nothing that is to be expected."""

    def start(self) -> None:
        """Begin, at once."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            pause = self.run_once()
