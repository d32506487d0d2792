"""Progress bars of long commands, and Ctrl-C that stops them.

A command that works in a thread, `in_thread`, ends within two seconds of Ctrl-C whatever the thread is doing: what it
has acknowledged is on disk. Knows nothing of what the commands do.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Event, Thread
from types import FrameType
from typing import TYPE_CHECKING, NoReturn, TypeVar

from dateline.api.terminal import note

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

T = TypeVar("T")

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it (128 + SIGINT)."""
GRACE_SECONDS = 1.5
"""How long after Ctrl-C a command has to finish what it is writing."""
POLL_SECONDS = 0.05
"""Between two looks at whether Ctrl-C was pressed."""
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


class Unfinished(Exception):  # noqa: N818  # not an error
    """The work did not end in time after Ctrl-C; its thread is left behind."""


def in_thread(
    work: Callable[[Callable[[], bool]], T],
    *,
    on_stop: Callable[[], None] = lambda: None,
    grace: float = GRACE_SECONDS,
) -> T:
    """What `work` returns or raises, called in a thread with a function that tells whether to stop.

    Ctrl-C or a SIGTERM asks it to stop, by that function and by `on_stop`. Raises `Unfinished` if it does not within
    `grace` seconds, and `KeyboardInterrupt` at the second signal.
    """
    asked = Event()
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(work(asked.is_set))
        except BaseException as error:  # noqa: BLE001  # raised where it is waited for
            result.set_exception(error)

    def receive(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = {number: signal.signal(number, receive) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        Thread(target=run, name="work", daemon=True).start()
        while not (result.done() or asked.is_set()):
            wait([result], POLL_SECONDS)
        if not result.done():
            note("stopping; what is being written is finished")
            Thread(target=on_stop, name="stopping", daemon=True).start()  # it may have to wait for a lock
            wait([result], grace)
        if not result.done():
            raise Unfinished
        return result.result()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leave(code: int) -> NoReturn:
    """End the process without waiting for its threads: one may be amid a long file, or a batch no one will store."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # a closed pipe
            stream.flush()
    os._exit(code)


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
