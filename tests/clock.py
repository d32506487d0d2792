"""A clock that a test puts forward, so that a deadline passes when the test says so and no machine is too slow."""

import time


class Clock:
    """Runs as `time.monotonic` does, ahead of it by what was skipped."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return time.monotonic() + self._ahead

    def skip(self, seconds: float) -> None:
        """Go forward."""
        self._ahead += seconds
