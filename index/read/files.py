"""Files and folders into records: which files count, how each is split, and what is wrong with those that don't read.

Looks into a record only as far as splitting needs. Knows nothing of articles, metadata or cleaning.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, cast

from index.article import Problem
from index.read.decode import decode, is_binary
from index.read.feed import entries
from index.read.record import MAX_ARTICLE_BYTES, Format, Record

FILES: dict[str, Format] = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html",
}  # fmt: skip
FEEDS = (".xml", ".rss", ".atom")
LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
JSON = (".json", ".json.gz")
_READABLE = (*FILES, *FEEDS, *LINES, *JSON)
_MEGABYTES = MAX_ARTICLE_BYTES // 1_000_000


def records(paths: Sequence[Path]) -> Iterator[Record | Problem]:
    """One record for each article-to-be under `paths`, in a stable order, and a problem for each that can't be one.

    Folders are walked in sorted order. What is found there and hidden, or named README, is passed over; files of
    other kinds are passed over too, and counted in one warning for each extension. A file that is named itself is
    read whatever its name, as long as its extension is known. Bad input never raises: reading goes on behind it.
    """
    for path in paths:
        try:
            if path.is_dir():
                yield from _folder(path)
            else:
                yield from _file(path)
        except (OSError, ValueError) as error:
            yield _unreadable(path, error)


def records_of_file(name: str, payload: bytes) -> list[Record | Problem]:
    """The records of a file that came over the wire, as if it stood on disk under this name; only its end is looked at.

    A record's path is the name: nothing of the disk is told.
    """
    shown = name.replace("\\", "/").rpartition("/")[2] or name
    extension = _extension(Path(shown)) if "\0" not in shown else None
    with tempfile.TemporaryDirectory(prefix="dateline-file-") as folder:
        path = Path(folder, f"file{extension or Path(shown).suffix[:20]}" if "\0" not in shown else "file")
        path.write_bytes(payload)
        return [replace(item, path=shown) for item in records([path])]


def _folder(folder: Path) -> Iterator[Record | Problem]:
    skipped: Counter[str] = Counter()
    failed: list[Problem] = []

    def unreadable(error: OSError) -> None:
        failed.append(_unreadable(Path(error.filename or folder), error))

    for here, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(here, name)
            if name.startswith(".") or name.lower().partition(".")[0] == "readme" or _is_special(path):
                continue
            if _extension(path) is None:
                skipped[path.suffix.lower() or "no extension"] += 1
            else:
                yield from _file(path)
    yield from failed
    for extension, count in sorted(skipped.items()):
        files = "1 file" if count == 1 else f"{count} files"
        reason = f"{files} with {extension} passed over; Dateline reads {', '.join(_READABLE)}."
        yield Problem(str(folder), None, reason, "warning")


def _file(path: Path) -> Iterator[Record | Problem]:
    extension = _extension(path)
    try:
        status = path.stat()
        if extension is None:
            reason = (
                f"Files with {path.suffix.lower() or 'no extension'} are not read; convert it to .txt, .md or .html."
            )
            yield Problem(str(path), None, reason)
        elif not stat.S_ISREG(status.st_mode):
            yield Problem(str(path), None, "This is no regular file; name a file or a folder.")
        elif status.st_size == 0:
            yield Problem(str(path), None, "The file is empty; remove it or fetch it again.")
        elif extension in LINES:
            yield from _lines(path)
        elif status.st_size > MAX_ARTICLE_BYTES:
            advice = "split it into .jsonl, one record a line" if extension in (*JSON, *FEEDS) else "is it an article?"
            yield Problem(str(path), None, f"The file is larger than {_MEGABYTES} MB and was not read; {advice}.")
        elif extension in JSON:
            yield from _json(path, _bytes(path))
        elif extension in FEEDS:
            yield from entries(str(path), path.read_bytes())
        else:
            payload = path.read_bytes()
            if is_binary(payload):
                reason = f"The file is binary in spite of its name; convert it to text first, or remove {extension}."
                yield Problem(str(path), None, reason)
            else:
                yield Record(str(path), None, FILES[extension], payload)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        yield _unreadable(path, error)


def _extension(path: Path) -> str | None:
    name = path.name.lower()
    if name.endswith(".gz"):
        name = "".join(Path(name).suffixes[-2:])
        return name if name in _READABLE else None
    return Path(name).suffix if Path(name).suffix in _READABLE else None


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


def _bytes(path: Path) -> bytes:
    if not path.name.lower().endswith(".gz"):
        return path.read_bytes()
    with gzip.open(path) as file:
        payload = file.read(MAX_ARTICLE_BYTES + 1)
    if len(payload) > MAX_ARTICLE_BYTES:
        raise OSError(0, f"unpacked it is larger than {_MEGABYTES} MB")
    return payload


def _lines(path: Path) -> Iterator[Record | Problem]:
    with _opened(path) as file:
        number, found = 0, 0
        while line := _line(file):
            number += 1
            if len(line) > MAX_ARTICLE_BYTES:
                while line and not line.endswith(b"\n"):
                    line = _line(file)
                reason = f"The line is longer than {_MEGABYTES} MB and was not read; one record belongs on each line."
                yield Problem(str(path), number, reason)
                found += 1
            elif line.strip(b"\xef\xbb\xbf \t\r\n"):
                found += 1
                yield from _json_line(path, number, line)
        if not found:
            yield Problem(str(path), None, "The file has no records; each line should be one JSON object.")


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes] | IO[str]]:
    """The file's bytes, unpacked; or its text where it is UTF-16, whose line ends are not found among bytes."""
    with path.open("rb") as packed, ExitStack() as stack:
        is_packed = path.name.lower().endswith(".gz")
        raw = stack.enter_context(gzip.open(packed)) if is_packed else packed
        mark = raw.read(2)
        raw.seek(0)
        if mark in (b"\xff\xfe", b"\xfe\xff"):
            yield stack.enter_context(io.TextIOWrapper(raw, "utf-16", errors="replace"))
        else:
            yield cast(IO[bytes], raw)


def _line(file: IO[bytes] | IO[str]) -> bytes:
    """The next line in UTF-8, or as much of it as shows that it is too long; empty at the end of the file."""
    line = file.readline(MAX_ARTICLE_BYTES + 1)
    return line.encode("utf-8", "replace") if isinstance(line, str) else line


def _json_line(path: Path, number: int, line: bytes) -> Iterator[Record | Problem]:
    decoded = decode(line)
    if decoded.replaced:
        yield Problem(str(path), number, _broken(decoded.replaced), "warning")
    try:
        value = json.loads(decoded.text.rstrip())
    except json.JSONDecodeError as error:
        reason = f"The JSON is broken at column {error.colno} ({error.msg}); each line should be one whole object."
        yield Problem(str(path), number, reason)
    except (ValueError, RecursionError):
        yield Problem(
            str(path), number, "The JSON is nested too deeply or holds a number too long to read; simplify it."
        )
    else:
        yield record_of(value, str(path), number)


def _json(path: Path, payload: bytes) -> Iterator[Record | Problem]:
    decoded = decode(payload)
    if decoded.replaced:
        yield Problem(str(path), None, _broken(decoded.replaced), "warning")
    found = 0
    try:
        for offset, value in _values(decoded.text):
            found += 1
            yield record_of(value, str(path), decoded.text.count("\n", 0, offset) + 1)
    except json.JSONDecodeError as error:
        before = f"; the {found} before it were read" if found else ""
        reason = (
            f"The JSON is broken at line {error.lineno}, column {error.colno} ({error.msg}){before}. Correct it there."
        )
        yield Problem(str(path), error.lineno, reason)
    except (ValueError, RecursionError):
        yield Problem(str(path), None, "The JSON is nested too deeply or holds a number too long to read; simplify it.")
    else:
        if not found:
            yield Problem(str(path), None, "The JSON holds no records; a list of objects with a text is expected.")


def record_of(value: object, path: str, line: int | None) -> Record | Problem:
    """The record that a JSON value from `path` is, or why it is none."""
    if not isinstance(value, dict):
        return Problem(path, line, f"A JSON object with a text is expected here, not a {_kind(value)}.")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Record(path, line, "json", text.encode("utf-8", "replace"))


def _kind(value: object) -> str:
    names = {list: "list", str: "string", bool: "truth value", int: "number", float: "number"}
    return names.get(type(value), "null")


def _broken(count: int) -> str:
    return f"{count} characters are broken UTF-8 and were replaced by U+FFFD; save the file again as UTF-8."


def _values(text: str) -> Iterator[tuple[int, object]]:
    """The records of a JSON file with their offsets: a list's items, those of {"articles": […]}, or one object."""
    start = _skip(text, 0)
    if text[start : start + 1] == "[":
        yield from _items(text, start)
        return
    value, end = json.JSONDecoder().raw_decode(text, start)
    if _skip(text, end) != len(text):
        raise json.JSONDecodeError("Extra data", text, _skip(text, end))
    if isinstance(value, dict) and isinstance(value.get("articles"), list):
        yield from _items(text, _member(text, start, "articles"))
    else:
        yield start, value


def _items(text: str, start: int) -> Iterator[tuple[int, object]]:
    decoder = json.JSONDecoder()
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]":
        value, end = decoder.raw_decode(text, at)
        yield at, value
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise json.JSONDecodeError("Expecting ',' or ']'", text, at)


def _member(text: str, start: int, name: str) -> int:
    """Offset of the value of the member `name` of the object that starts at `start` and is known to have it."""
    decoder = json.JSONDecoder()
    at, found = _skip(text, start + 1), start
    while text[at] != "}":
        key, end = decoder.raw_decode(text, at)
        at = _skip(text, _skip(text, end) + 1)
        found = at if key == name else found
        _, end = decoder.raw_decode(text, at)
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at
    return found


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n\ufeff":
        at += 1
    return at
