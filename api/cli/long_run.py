"""Progress bars of long commands, and Ctrl-C that stops them after the current batch.

Knows nothing of what the commands do.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import TYPE_CHECKING

from dateline.api.terminal import note

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

INTERRUPTED = 130
"""Exit code after Ctrl-C."""
LINE_SECONDS = 10
"""Seconds between lines of progress where there is no terminal."""


class Shown:
    """Shows progress: on the bar, or without a terminal as a line now and then."""

    def __init__(self, bar: Bar, noun: str, *, lines: bool) -> None:
        self._bar = bar
        self._noun = noun
        self._task = bar.add_task("reading", total=None)
        self._lines = lines
        self._start = self._said = time.monotonic()
        self._before: int | None = None
        """How much an earlier run had done."""
        self.done = self.total = 0

    def update(self, done: int, total: int) -> None:
        """Show the progress after a batch."""
        self.done, self.total = done, total
        self._before = done if self._before is None else self._before
        self._bar.update(self._task, description=self._noun, completed=done, total=total)
        now = time.monotonic()
        if self._lines and now - self._said >= LINE_SECONDS:
            self._said = now
            rate = max(1, done - self._before) / (now - self._start)
            left = timedelta(seconds=round((total - done) / rate))
            note(f"{done:,} of {total:,} {self._noun}, {rate:,.0f}/s, {left} left")


@contextmanager
def stop_flag() -> Iterator[list[int]]:
    """A list that Ctrl-C or a SIGTERM fills: the run ends after its batch. The second one stops at once."""
    received: list[int] = []

    def receive(number: int, _frame: FrameType | None) -> None:
        if received:
            raise KeyboardInterrupt
        received.append(number)
        note("stopping after this batch; press Ctrl-C again to stop at once")

    before = {number: signal.signal(number, receive) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Bar]:
    """A progress bar on stderr; hidden without a terminal and with `quiet`."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining
    from rich.text import Text

    class Rate(ProgressColumn):
        """Column with the items done per second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.finished_speed or task.speed or 0:,.0f}/s")

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        Remaining(),
        TextColumn("left"),
    )
    # Without a terminal a bar would be noise in a log file.
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        yield bar
