"""Reading: files and folders into records (cheap), a record into a clean article (only if needed).

    for item in records([Path("samples")]):
        if isinstance(item, Record):
            parsed = parse(item)

A record has a fingerprint, so that known records need not be parsed again. Knows nothing of the archive, of passages or
of vectors; a file's modification time is never used.
"""

from __future__ import annotations

from dateline.index.read.files import AS_USUAL, HowToRead, records, records_of_file
from dateline.index.read.json_records import record_of
from dateline.index.read.parse import parse
from dateline.index.read.record import MAX_ARTICLE_BYTES, Format, NoticeError, Parsed, Record

__all__ = [
    "AS_USUAL",
    "MAX_ARTICLE_BYTES",
    "Format",
    "HowToRead",
    "NoticeError",
    "Parsed",
    "Record",
    "parse",
    "record_of",
    "records",
    "records_of_file",
]
