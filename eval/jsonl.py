"""Reads and writes JSONL and JSON files, gzipped or not, with errors that name the line.

Knows nothing of what the lines mean.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dateline.index.errors import InputError


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank."""

    number: int
    """From 1."""
    text: str


def read_lines(file: Path) -> Iterator[Line]:
    """The lines of a file (`.gz` too) that are not blank. Raises `InputError` if it can't be read as UTF-8."""
    try:
        raw = file.read_bytes()
        content = gzip.decompress(raw) if file.suffix == ".gz" else raw
        lines = content.decode("utf-8-sig").split("\n")
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise InputError(f"{file}: can't be read ({reason})", hint="Check the path.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: is not UTF-8 (byte {error.start})", hint="Save the file as UTF-8.") from None
    return (Line(number, line) for number, line in enumerate(lines, 1) if line.strip())


def read_objects(file: Path, *, growing: bool = False) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a file, each with its line. Raises `InputError` naming every line that is none.

    `growing`: the file is appended to, and a kill may have cut off its last line, which then doesn't count.
    """
    found, problems = [], []
    lines = list(read_lines(file))
    if growing and not file.read_bytes().endswith(b"\n"):
        del lines[-1:]
    for line in lines:
        try:
            value = json.loads(line.text)
        except json.JSONDecodeError as error:
            problems.append(f"{file}: line {line.number}: Invalid JSON: {error.msg}")
            continue
        if isinstance(value, dict):
            found.append((line.number, value))
        else:
            problems.append(f"{file}: line {line.number}: is no JSON object")
    if problems:
        raise InputError("\n".join(problems), hint="Each line is one JSON object.")
    return iter(found)


def dump(value: Any) -> str:
    """A line of JSON, the same value always the same line."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": ")) + "\n"


def write_lines(file: Path, values: Iterable[Any]) -> None:
    """Write the values, one a line; the file is there whole or as it was before."""
    aside = file.with_name(file.name + ".new")
    aside.write_text("".join(map(dump, values)), "utf-8")
    aside.replace(file)


def write_json(file: Path, value: Any) -> None:
    """Write one value, indented for people; the file is there whole or as it was before."""
    aside = file.with_name(file.name + ".new")
    aside.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")
    aside.replace(file)


def read_json(file: Path) -> dict[str, Any]:
    """The JSON object of a file. Raises `InputError` if there is none."""
    try:
        value = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: holds no JSON that can be read ({error})", hint="Is it a run's folder?") from None
    if not isinstance(value, dict):
        raise InputError(f"{file}: holds no JSON object", hint="Is it a run's folder?")
    return value


def cut_to_whole_lines(file: Path) -> None:
    """Take away what a kill has left of a last line, so that the file can be appended to."""
    if file.exists():
        whole, newline, _ = file.read_bytes().rpartition(b"\n")
        file.write_bytes(whole + newline)


def explained(error: ValidationError) -> list[str]:
    """Each error of pydantic in words: where in the object, and what."""
    return [_said(each) for each in error.errors(include_url=False)]


def _said(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    what = "unknown field" if error["type"] == "extra_forbidden" else str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
