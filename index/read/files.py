"""Files and folders into records, and problems for files that can't be read.

index/read/split.py splits a file. Knows nothing of articles, metadata or cleaning.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, cast

from dateline.index.article import Problem
from dateline.index.dates import DateOrder
from dateline.index.read.decode import is_binary
from dateline.index.read.json_records import records_of_line
from dateline.index.read.kinds import ADVICE, FileKind, extension_of, is_gzipped, kind_of
from dateline.index.read.record import MAX_ARTICLE_BYTES, Record
from dateline.index.read.split import MEGABYTES, READABLE, mailbox_records, records_in

_HEAD = 4_096
"""Bytes at the beginning that tell a file's kind if its name does not."""


@dataclass(frozen=True, slots=True)
class HowToRead:
    """The user's options for reading files."""

    date_order: DateOrder | None = None
    """Order of numeric dates such as 03/04/2021."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Field → the column of a table, or the key of a JSON record, with its value."""


AS_USUAL = HowToRead()
_CONTAINERS: tuple[FileKind, ...] = ("warc", "zip", "parquet", "csv", "tsv")
_LARGEST_CONTAINER = 500_000_000
"""Most bytes of a file with many articles that is read as a whole."""


def records(paths: Sequence[Path], how: HowToRead = AS_USUAL) -> Iterator[Record | Problem]:
    """One record for each article under `paths`, in a stable order, and a problem for each that can't be read.

    Folders are walked in sorted order. Hidden files and READMEs in them are skipped; files of other kinds too, with one
    warning per extension. A file that is named itself is read whatever its name is, if its extension is known. Bad
    input never raises.
    """
    for path in paths:
        try:
            for item in _folder(path) if path.is_dir() else _file(path):
                yield _read_as(item, how) if isinstance(item, Record) else item
        except (OSError, ValueError) as error:
            yield _unreadable(path, error)


def _read_as(record: Record, how: HowToRead) -> Record:
    if how.columns and record.format == "json":
        from dateline.index.read.tables import with_columns

        record = with_columns(record, how.columns)
    return record if how.date_order is None else replace(record, date_order=how.date_order)


def records_of_file(name: str, payload: bytes) -> list[Record | Problem]:
    """The records of a received file, as if it was on disk under this name; only the extension counts.

    A record's path is the name: nothing of the disk is disclosed.
    """
    shown = name.replace("\\", "/").rpartition("/")[2] or name
    with tempfile.TemporaryDirectory(prefix="dateline-file-") as folder:
        path = Path(folder, "file" + "".join(Path(shown).suffixes[-2:])[-20:] if "\0" not in shown else "file")
        path.write_bytes(payload)
        return [replace(item, path=item.path.replace(str(path), shown, 1)) for item in records([path])]


def _folder(folder: Path) -> Iterator[Record | Problem]:
    skipped: Counter[str] = Counter()
    failed: list[Problem] = []

    def unreadable(error: OSError) -> None:
        failed.append(_unreadable(Path(error.filename or folder), error))

    for path, kind in files_under(folder, unreadable):
        if kind is None:
            skipped[path.suffix.lower() or "no extension"] += 1
        else:
            yield from _file(path)
    yield from failed
    for extension, count in sorted(skipped.items()):
        files = "1 file" if count == 1 else f"{count} files"
        reason = f"{files} with {extension} skipped; {ADVICE.get(extension, f'Dateline reads {READABLE}')}."
        yield Problem(str(folder), None, reason, "warning")


def files_under(folder: Path, unreadable: Callable[[OSError], None]) -> Iterator[tuple[Path, FileKind | None]]:
    """The files in a folder, in a stable order, each with its kind; None: a kind that is not read.

    Hidden files and READMEs are skipped. `unreadable` is called with the error of a folder that can't be listed.
    """
    for here, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(here, name)
            if not name.startswith(".") and name.lower().partition(".")[0] != "readme" and not _is_special(path):
                yield path, _kind(path)


def _file(path: Path) -> Iterator[Record | Problem]:
    try:
        status = path.stat()
        kind = _kind(path, is_named=True)
        if not stat.S_ISREG(status.st_mode):
            yield Problem(str(path), None, "This is not a regular file; name a file or a folder.")
        elif kind is None:
            extension = extension_of(path.name)
            advice = ADVICE.get(extension, "convert them to .txt, .md or .html")
            yield Problem(str(path), None, f"Files with {extension or 'no extension'} are not read; {advice}.")
        elif status.st_size == 0:
            yield Problem(str(path), None, "The file is empty; remove it or fetch it again.")
        elif kind == "lines":
            yield from _lines(path)
        elif kind == "mbox" and not _is_packed(path):
            with path.open("rb") as file:
                yield from mailbox_records(str(path), file)
        elif status.st_size > (_LARGEST_CONTAINER if kind in _CONTAINERS else MAX_ARTICLE_BYTES):
            yield _too_large(path, kind)
        else:
            yield from records_in(str(path), kind, _bytes(path, kind))
    except (OSError, EOFError, zlib.error, ValueError) as error:
        yield _unreadable(path, error)


def _too_large(path: Path, kind: FileKind) -> Problem:
    advice = "split it into .jsonl, one record a line" if kind in ("json", "xml") else "split it, or is it an article?"
    largest = _LARGEST_CONTAINER if kind in _CONTAINERS else MAX_ARTICLE_BYTES
    return Problem(str(path), None, f"The file is larger than {largest // 1_000_000} MB and was not read; {advice}.")


def _kind(path: Path, *, is_named: bool = False) -> FileKind | None:
    """The kind of a file, by its name or else by its first bytes.

    `is_named`: whether the user named it; then a file without an extension is text unless its bytes say otherwise.
    """
    kind = kind_of(path.name)
    if kind is not None or not path.is_file():
        return kind
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return None  # of a file that is passed over by its name it doesn't matter why
    kind = kind_of(path.name, head)
    if kind is None and is_named and not path.suffix and head and not is_binary(head):
        return "json" if head.lstrip()[:1] in (b"{", b"[") else "text"
    return kind


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return is_gzipped(path.name, file.read(2))


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file()  # A pipe would block; a broken link is worth a problem.


def _unreadable(path: Path, error: Exception) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem(str(path), None, "There is no such file or folder; check the path.")
    if isinstance(error, PermissionError):
        return Problem(str(path), None, "Permission to read it was denied; change its permissions.")
    if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error):
        return Problem(str(path), None, "The compressed data is damaged or cut off from here on; fetch it again.")
    reason = error.strerror if isinstance(error, OSError) else None
    return Problem(str(path), None, f"It can't be read ({reason or 'not a valid path'}); check the path and the disk.")


def _bytes(path: Path, kind: FileKind) -> bytes:
    """The file's bytes, unpacked if it is gzipped."""
    payload = path.read_bytes()
    if not is_gzipped(path.name, payload[:2]):
        return payload
    largest = _LARGEST_CONTAINER if kind in _CONTAINERS else MAX_ARTICLE_BYTES
    with gzip.open(io.BytesIO(payload)) as file:
        unpacked = file.read(largest + 1)
    if len(unpacked) > largest:
        raise OSError(0, f"unpacked it is larger than {largest // 1_000_000} MB")
    return unpacked


def _lines(path: Path) -> Iterator[Record | Problem]:
    with _opened(path) as file:
        number, found = 0, 0
        while line := _line(file):
            number += 1
            if len(line) > MAX_ARTICLE_BYTES:
                while line and not line.endswith(b"\n"):
                    line = _line(file)
                reason = f"The line is longer than {MEGABYTES} MB and was not read; one record belongs on each line."
                yield Problem(str(path), number, reason)
                found += 1
            elif line.strip(b"\xef\xbb\xbf \t\r\n"):
                found += 1
                yield from records_of_line(str(path), number, line)
        if not found:
            yield Problem(str(path), None, "The file has no records; each line should be one JSON object.")


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes] | IO[str]]:
    """The file's bytes, unpacked; or its text if it is UTF-16, whose line ends can't be found in bytes."""
    with path.open("rb") as packed, ExitStack() as stack:
        is_packed = is_gzipped(path.name, packed.read(2))
        packed.seek(0)
        raw = stack.enter_context(gzip.open(packed)) if is_packed else packed
        mark = raw.read(2)
        raw.seek(0)
        if mark in (b"\xff\xfe", b"\xfe\xff"):
            yield stack.enter_context(io.TextIOWrapper(raw, "utf-16", errors="replace"))
        else:
            yield cast(IO[bytes], raw)


def _line(file: IO[bytes] | IO[str]) -> bytes:
    """The next line in UTF-8, or the beginning of one that is too long; empty at the end of the file."""
    line = file.readline(MAX_ARTICLE_BYTES + 1)
    return line.encode("utf-8", "replace") if isinstance(line, str) else line
