"""Upload jobs: their progress, and their uploaded files.

What a job counts as done is in the archive. An interrupted job resumes behind its last processed line. Knows nothing of
how articles are ingested.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import insert, select, update

from dateline.index.archive import Archive
from dateline.index.database import storage_errors
from dateline.index.errors import NotFoundError
from dateline.index.ingest_report import Report, Taken
from dateline.index.schema import jobs

JobState = Literal["queued", "running", "interrupted", "done", "failed"]
OPEN: tuple[JobState, ...] = ("queued", "running", "interrupted")
MOST_ERRORS = 100
"""Errors that a job lists; further ones are only counted."""


@dataclass(frozen=True, slots=True)
class LineError:
    """Why a line of an upload gave no article."""

    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Job:
    """An upload and its progress. Counts are of articles that are in the archive and searchable."""

    id: str
    state: JobState
    """`interrupted`: the server was stopped; the job resumes when it starts again."""
    created: datetime
    finished: datetime | None = None
    line: int = 0
    """The last processed line of the upload."""
    added: int = 0
    revised: int = 0
    unchanged: int = 0
    kept_out: int = 0
    failed: int = 0
    errors: tuple[LineError, ...] = ()
    """The first `MOST_ERRORS`."""
    message: str | None = None
    """Why it failed."""

    def with_batch(self, batch: Sequence[Taken]) -> Job:
        """The job after these lines were processed."""
        report = Report()
        for taken in batch:
            report.count(taken)
        errors = [LineError(one.line, one.reason) for one in report.problems if one.severity != "warning"]
        return replace(
            self,
            state="running",
            line=max([self.line, *(taken.line or 0 for taken in batch)]),
            added=self.added + report.added,
            revised=self.revised + report.revised + report.withdrawn,  # to a job a kill is one more revision
            unchanged=self.unchanged + report.unchanged,
            kept_out=self.kept_out + report.kept_out,
            failed=self.failed + report.failed,
            errors=(*self.errors, *errors)[:MOST_ERRORS],
        )


def upload_file(archive: Archive, job_id: str) -> Path:
    """The file of a job's upload, which exists until the job is over."""
    return archive.home / "uploads" / f"{job_id}.ndjson"


def add_job(archive: Archive, job: Job) -> None:
    """Add a job whose upload is on disk; durable when this returns."""
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(insert(jobs).values(_columns(job)))


def save_job(archive: Archive, job: Job) -> None:
    """Save the progress of a job."""
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job.id).values(_columns(job)))


def job_of(archive: Archive, job_id: str) -> Job:
    """A job. Raises `NotFoundError`."""
    for row in archive.rows(select(jobs).where(jobs.c.id == job_id)):
        return _job(row)
    raise NotFoundError(f"there is no job {job_id!r}", hint="A job's id begins with job_.")


def open_jobs(archive: Archive) -> list[Job]:
    """The jobs that are not over, oldest first."""
    query = select(jobs).where(jobs.c.state.in_(OPEN)).order_by(jobs.c.created, jobs.c.id)
    return [_job(row) for row in archive.rows(query)]


def _columns(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": job.state,
        "created": job.created.isoformat(),
        "finished": job.finished and job.finished.isoformat(),
        "line": job.line,
        "added": job.added,
        "revised": job.revised,
        "unchanged": job.unchanged,
        "kept_out": job.kept_out,
        "failed": job.failed,
        "errors": json.dumps([[error.line, error.reason] for error in job.errors], ensure_ascii=False),
        "message": job.message,
    }


def _job(row: Any) -> Job:
    return Job(
        id=row["id"],
        state=row["state"],
        created=datetime.fromisoformat(row["created"]),
        finished=datetime.fromisoformat(row["finished"]) if row["finished"] else None,
        line=row["line"],
        added=row["added"],
        revised=row["revised"],
        unchanged=row["unchanged"],
        kept_out=row["kept_out"],
        failed=row["failed"],
        errors=tuple(LineError(line, reason) for line, reason in json.loads(row["errors"])),
        message=row["message"],
    )
