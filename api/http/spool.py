"""Writes an upload to disk block by block, with its checksum; a broken upload leaves nothing. Knows nothing of HTTP."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import datetime

from dateline.index.archive import Archive
from dateline.index.database import storage_errors
from dateline.index.jobs import Job, add_job, upload_file


class Spool:
    """A file that an upload is written to, and the job that it becomes."""

    def __init__(self, archive: Archive, now: datetime) -> None:
        self._archive = archive
        self._job = Job(f"job_{secrets.token_hex(12)}", "queued", now)
        self._file = upload_file(archive, self._job.id)
        self._part = self._file.with_suffix(".part")
        self._digest = hashlib.sha256()
        with storage_errors("the upload"):
            self._part.parent.mkdir(exist_ok=True)
            self._stream = self._part.open("xb")

    def write(self, block: bytes) -> None:
        """Append a block. Raises `StorageError`."""
        self._digest.update(block)
        with storage_errors("the upload"):
            self._stream.write(block)

    def sha256(self) -> str:
        """The digest of what was written."""
        return self._digest.hexdigest()

    def enter(self) -> Job:
        """Make it a job. Both are on disk when this returns."""
        with storage_errors("the upload"):
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._part.replace(self._file)
            folder = os.open(self._file.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        add_job(self._archive, self._job)
        return self._job

    def discard(self) -> None:
        """Delete the file unless it became a job."""
        self._stream.close()
        self._part.unlink(missing_ok=True)
