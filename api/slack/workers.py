"""Worker threads of the queue: limited concurrency, Stop within a second, take-over of a killed process's work.

Knows nothing of what the work is.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from dateline.api.slack.inbox import Inbox
from dateline.api.slack.work import StopReason, Work
from dateline.index.errors import DatelineError

log = logging.getLogger("uvicorn.error")  # the server's own log, which is set up to be seen

LOOK_SECONDS = 0.25
"""Seconds between polls of the queue, through which other processes stop work."""
ORPHANS_EVERY = 8
"""Polls between two searches for work of dead processes."""
FOLDER = "slack-processes"


@dataclass(slots=True)
class Stop:
    """Tells running work to stop."""

    event: threading.Event = field(default_factory=threading.Event)
    reason: StopReason | None = None


class Process:
    """A working process, alive as long as it holds the lock on its own file."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        self.id = uuid4().hex
        self._lock = self._of(self.id)
        self._lock.acquire()

    def is_alive(self, process_id: str) -> bool:
        """Whether a process is alive."""
        if process_id == self.id:
            return True
        lock = self._of(process_id)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        self._file(process_id).unlink(missing_ok=True)
        return False

    def end(self) -> None:
        """Release the lock and delete the file."""
        self._lock.release()
        self._file(self.id).unlink(missing_ok=True)

    def _of(self, process_id: str) -> FileLock:
        return FileLock(self._file(process_id), is_singleton=False, thread_local=False)

    def _file(self, process_id: str) -> Path:
        return self._folder / f"{process_id}.lock"


class Workers:
    """Takes work from the queue and runs it in threads."""

    def __init__(self, inbox: Inbox, home: Path, perform: Callable[[Work, Stop], None], count: int) -> None:
        """`perform` runs one piece of work, handles its errors, and records the result in the inbox."""
        self._inbox = inbox
        self._perform = perform
        self.count = count
        self._process = Process(home)
        self._changed = threading.Condition()
        self._is_changed = False
        self._under_way: dict[int, Stop] = {}
        self._ending = False
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="slack-work")
        self._thread = threading.Thread(target=self._run, name="slack-queue", daemon=True)

    def start(self) -> None:
        """Start, with the work that an earlier process left."""
        self._release_orphans()
        self._thread.start()

    def wake(self) -> None:
        """Poll the queue at once."""
        with self._changed:
            self._is_changed = True
            self._changed.notify()

    def close(self) -> None:
        """Stop: running work is finished, queued work stays for the next process."""
        self._ending = True
        self.wake()
        self._thread.join()
        self._pool.shutdown()
        self._process.end()

    def _run(self) -> None:
        looks = 0
        while not self._ending:
            looks += 1
            try:
                self._stop_what_is_to_end()
                if looks % ORPHANS_EVERY == 0:
                    self._release_orphans()
                while len(self._under_way) < self.count and not self._ending:
                    taken = self._inbox.take(self._process.id)
                    if taken is None:
                        break
                    stop = self._under_way[taken.id] = Stop()
                    self._stop_what_is_to_end()
                    self._pool.submit(self._work, taken, stop)
            except DatelineError as error:
                log.error("Slack's queue can't be read: %s", error.message)
            except Exception:
                log.exception("Slack's queue can't be worked off")
            with self._changed:
                if not self._is_changed:
                    self._changed.wait(LOOK_SECONDS)
                self._is_changed = False

    def _work(self, taken: Work, stop: Stop) -> None:
        try:
            self._perform(taken, stop)
        except Exception:
            log.exception("work %d from Slack failed", taken.id)
        finally:
            del self._under_way[taken.id]
            self.wake()

    def _stop_what_is_to_end(self) -> None:
        for work_id, reason in self._inbox.stops(self._process.id).items():
            stop = self._under_way.get(work_id)
            if stop is not None and not stop.event.is_set():
                stop.reason = reason
                stop.event.set()

    def _release_orphans(self) -> None:
        for owner in self._inbox.owners():
            if not self._process.is_alive(owner):
                released = self._inbox.release(owner)
                log.warning("a process ended in the middle of work from Slack; it is taken up again (%d)", released)
        # How work of this process ended may not have been written down: the file was locked, or the disk full.
        self._inbox.release(self._process.id, but=tuple(self._under_way))
