"""Processes uploads in a background thread, slice by slice, so that other writers get their turn.

A job that is interrupted, also by a kill, continues when the server starts again. Knows nothing of HTTP.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from filelock import FileLock, Timeout

from dateline.api.compose import Services
from dateline.api.intake import Intake
from dateline.index.article import Problem
from dateline.index.errors import BusyError, DatelineError
from dateline.index.ingest import Run
from dateline.index.jobs import Job, open_jobs, save_job, upload_file
from dateline.index.read import Record, records

log = logging.getLogger("uvicorn.error")  # the server's own log, which is set up to be seen

SLICE_RECORDS = 200
SLICE_BYTES = 4_000_000
RETRY_SECONDS = 2.0
"""Seconds to wait while another process writes."""


class UploadJobs:
    """The thread that processes uploads. Of several processes over one archive, one does so at a time."""

    def __init__(self, services: Services, intake: Intake, clock: Callable[[], datetime]) -> None:
        self._archive = services.archive
        self._intake = intake
        self._clock = clock
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._lock = FileLock(services.archive.home / "jobs.lock")
        self._thread = threading.Thread(target=self._run, name="uploads", daemon=True)

    def start(self) -> None:
        """Start, with the jobs that an earlier server left."""
        self._wake.set()
        self._thread.start()

    def wake(self) -> None:
        """Look for a new job at once."""
        self._wake.set()

    def stop(self) -> None:
        """Stop after the current slice."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait()
            self._wake.clear()
            try:
                with self._lock.acquire(timeout=RETRY_SECONDS):
                    for job in open_jobs(self._archive):
                        self._work_off(job)
            except (Timeout, BusyError):
                self._wake.set()  # another process works or writes: try again
                self._stopping.wait(RETRY_SECONDS)
            except DatelineError as error:
                log.error("uploads can't be processed: %s", error.message)
            except Exception:
                log.exception("uploads can't be processed; retrying")
                self._wake.set()
                self._stopping.wait(RETRY_SECONDS)

    def _work_off(self, job: Job) -> None:
        file = upload_file(self._archive, job.id)
        run = Run()
        job = replace(job, state="running")
        save_job(self._archive, job)
        try:
            for piece in _slices(records([file]), after=job.line):
                if self._stopping.is_set():
                    save_job(self._archive, replace(job, state="interrupted"))
                    return
                job = job.with_batch(self._intake.take_in(piece, run=run, stop=self._stopping.is_set))
                save_job(self._archive, job)
            job = replace(job, state="done", finished=self._clock())
        except BusyError:
            raise
        except DatelineError as error:
            job = replace(job, state="failed", finished=self._clock(), message=f"{error.message}. {error.hint}")
        except Exception:
            log.exception("the upload %s failed", job.id)
            job = replace(job, state="failed", finished=self._clock(), message="something went wrong inside Dateline")
        save_job(self._archive, job)
        file.unlink(missing_ok=True)


def _slices(items: Iterator[Record | Problem], *, after: int) -> Iterator[list[Record | Problem]]:
    """The records after line `after`, in slices; a warning stays with its record."""
    piece: list[Record | Problem] = []
    size = 0
    for item in items:
        if item.line is not None and item.line <= after:
            continue
        piece.append(item)
        size += len(item.payload) if isinstance(item, Record) else 0
        is_warning = isinstance(item, Problem) and item.severity == "warning"
        if (len(piece) >= SLICE_RECORDS or size >= SLICE_BYTES) and not is_warning:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece
