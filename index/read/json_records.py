"""JSON files into records: lists, JSON lines, concatenated objects, and lists wrapped by services.

Values are only inspected as far as splitting needs. Knows nothing of articles' fields; index/read/wrappers.py knows the
shapes of records.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from dateline.index.article import Problem
from dateline.index.read.decode import decode
from dateline.index.read.record import Record
from dateline.index.read.wrappers import LISTS, flattened, is_published, looks_like_article

_DEPTH = 4
"""Levels of objects that a service may wrap around its list."""
TOO_DEEP = "The JSON is nested too deeply or holds a number too long to read; simplify it."


def records_of_json(path: str, payload: bytes) -> Iterator[Record | Problem]:
    """One record for each article in a JSON file, with its line; records before a syntax error are read."""
    decoded = decode(payload)
    if decoded.replaced:
        yield Problem(path, None, broken(decoded.replaced), "warning")
    text = decoded.text
    found = 0
    try:
        for offset, value, around in _values(text):
            found += 1
            yield record_of(value, path, text.count("\n", 0, offset) + 1, around)
    except json.JSONDecodeError as error:
        before = f"; the {found} before it were read" if found else ""
        reason = (
            f"The JSON is broken at line {error.lineno}, column {error.colno} ({error.msg}){before}. Correct it there."
        )
        yield Problem(path, error.lineno, reason)
    except (ValueError, RecursionError):
        yield Problem(path, None, TOO_DEEP)
    else:
        if not found:
            yield Problem(path, None, "The JSON holds no records; a list of objects with a text is expected.")


def records_of_line(path: str, number: int, line: bytes) -> Iterator[Record | Problem]:
    """The record on a line of JSON lines."""
    decoded = decode(line)
    if decoded.replaced:
        yield Problem(path, number, broken(decoded.replaced), "warning")
    try:
        value = json.loads(decoded.text.rstrip())
    except json.JSONDecodeError as error:
        reason = f"The JSON is broken at column {error.colno} ({error.msg}); each line should be one whole object."
        yield Problem(path, number, reason)
    except (ValueError, RecursionError):
        yield Problem(path, number, TOO_DEEP)
    else:
        yield record_of(value, path, number)


def record_of(value: object, path: str, line: int | None, around: Mapping[str, Any] | None = None) -> Record | Problem:
    """The record of a JSON value from `path`, or the problem with it. `around`: the object that lists it."""
    if not isinstance(value, dict):
        return Problem(path, line, f"A JSON object with a text is expected here, not a {_kind(value)}.")
    if not is_published(value):
        reason = f"The post was never published (status {value['status']!r}) and was skipped."
        return Problem(path, line, reason, "warning")
    text = json.dumps(flattened(value, around), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Record(path, line, "json", text.encode("utf-8", "replace"))


def broken(count: int) -> str:
    """The warning about bytes that are not UTF-8."""
    return f"{count} characters are broken UTF-8 and were replaced by U+FFFD; save the file again as UTF-8."


def _kind(value: object) -> str:
    names = {list: "list", str: "string", bool: "truth value", int: "number", float: "number"}
    return names.get(type(value), "null")


_Found = tuple[int, object, Mapping[str, Any] | None]
"""A record's offset, its value, and the object that lists it."""


def _values(text: str) -> Iterator[_Found]:
    """The records of a JSON text: of its one value, or of several, concatenated or one per line."""
    decoder = json.JSONDecoder()
    at = _skip(text, 0)
    while at < len(text):
        if text[at] == "[":
            at = yield from _items(text, at, None)
        else:
            value, end = decoder.raw_decode(text, at)
            yield from _within(text, at, value, None, _DEPTH)
            at = end
        at = _skip(text, at)
        if text[at : at + 1] == ",":  # lines that were cut out of a list
            at = _skip(text, at + 1)


def _within(text: str, at: int, value: object, around: Mapping[str, Any] | None, depth: int) -> Iterator[_Found]:
    """The records in the value at `at`: the value itself, or the items of a list within it."""
    if not isinstance(value, dict) or looks_like_article(value) or depth == 0:
        yield at, value, around
        return
    name = next((name for name in LISTS if _holds_records(value.get(name), depth)), None)
    if name is None:
        yield at, value, around
        return
    start = _member(text, at, name)
    if isinstance(value[name], list):
        yield from _items(text, start, value)
    elif all(isinstance(item, dict) and looks_like_article(item) for item in value[name].values()):
        for key, item in value[name].items():
            yield _member(text, start, key), {"id": key} | item, value
    else:
        yield from _within(text, start, value[name], value, depth - 1)


def _holds_records(value: object, depth: int) -> bool:
    if isinstance(value, list):
        return not value or any(isinstance(item, dict) for item in value)
    if not isinstance(value, dict) or not value or depth == 0:
        return False
    if all(isinstance(item, dict) and looks_like_article(item) for item in value.values()):
        return True
    return any(_holds_records(value.get(name), depth - 1) for name in LISTS)


def _items(text: str, start: int, around: Mapping[str, Any] | None) -> Generator[_Found, None, int]:
    """The items of the list at `start`; returns the offset after it."""
    decoder = json.JSONDecoder()
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]":
        value, end = decoder.raw_decode(text, at)
        yield at, value, around
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise json.JSONDecodeError("Expecting ',' or ']'", text, at)
    return at + 1


def _member(text: str, start: int, name: str) -> int:
    """Offset of the value of member `name` of the object at `start`, which must have it."""
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
