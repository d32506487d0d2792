"""Answers with human labels of their unsupported spans, in the format of RAGTruth (Niu et al. 2024).

Reads lines with `context`, `response` and `labels`, or RAGTruth's own pair of `response.jsonl` and `source_info.jsonl`
in one folder. Knows nothing of judges.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dateline.eval.jsonl import read_objects
from dateline.index.article import Span
from dateline.index.errors import InputError

SOURCES = "source_info.jsonl"
MOST_PROBLEMS = 3
"""Bad lines that an error describes."""


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """An answer, its source text, and the spans that people have labelled as unsupported."""

    kind: str
    """The task, e.g. `qa` or `summary`."""
    source: str
    text: str
    unsupported: tuple[Span, ...]
    """Spans of `text` that the source does not support."""


def read_labelled(file: Path) -> list[LabelledAnswer]:
    """The answers in order. Raises one `InputError` that names every line that can't be read."""
    beside = file.with_name(SOURCES)
    sources = {str(row["source_id"]): row for _, row in read_objects(beside)} if beside.exists() else {}
    found, problems = [], []
    for number, row in read_objects(file):
        try:
            found.append(_answer(row, sources))
        except _BadLineError as error:
            problems.append(f"line {number} {error}")
    if not found and not problems:
        problems.append("there is no answer in it")
    if problems:
        more = f"; {len(problems) - MOST_PROBLEMS} more lines" if len(problems) > MOST_PROBLEMS else ""
        raise InputError(
            f"{file}: {'; '.join(problems[:MOST_PROBLEMS])}{more}",
            hint="Each line needs `context`, `response` and `labels`, a list of objects with `start` and `end`; "
            f"or `source_id` instead of `context`, with {SOURCES} in the same folder.",
        )
    return found


class _BadLineError(ValueError):
    """What is wrong with a line."""


def _answer(row: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> LabelledAnswer:
    missing = [name for name in ("response", "labels") if name not in row]
    if "context" not in row and "source_id" not in row:
        missing.insert(0, "context")
    if missing:
        raise _BadLineError(f"has no {', '.join(f'`{name}`' for name in missing)}")
    try:
        spans = tuple(Span(int(label["start"]), int(label["end"])) for label in row["labels"])
    except (KeyError, TypeError, ValueError) as error:
        raise _BadLineError("has `labels` without numbers `start` and `end`") from error
    if "context" in row:
        return LabelledAnswer(str(row.get("task", "all")), row["context"], row["response"], spans)
    source = sources.get(str(row["source_id"]))
    if source is None or "source_info" not in source:
        raise _BadLineError(f"has a `source_id` that {SOURCES} lacks")
    info = source["source_info"]
    text = info if isinstance(info, str) else info.get("passages") or json.dumps(info, ensure_ascii=False)
    return LabelledAnswer(str(source.get("task_type", "all")), text, row["response"], spans)
