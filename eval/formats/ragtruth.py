"""Answers in which people have marked what their sources don't bear out: RAGTruth (Niu et al. 2024), or any such file.

Reads lines that hold an answer with its source (`context`, `response`, `labels`), and RAGTruth's own pair of
`response.jsonl` with `source_info.jsonl` beside it. Knows nothing of judges.
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


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """An answer, what it is said to stand on, and what people have marked in it."""

    kind: str
    """The task, e.g. `qa` or `summary`."""
    source: str
    text: str
    unsupported: tuple[Span, ...]
    """The stretches of `text` that the source does not bear out."""


def read_labelled(file: Path) -> list[LabelledAnswer]:
    """The answers in order. Raises one `InputError` that names every line that can't be read."""
    beside = file.with_name(SOURCES)
    sources = {str(row["source_id"]): row for _, row in read_objects(beside)} if beside.exists() else {}
    found, problems = [], []
    for number, row in read_objects(file):
        try:
            found.append(_answer(row, sources))
        except (KeyError, TypeError, ValueError) as error:
            problems.append(f"{file}: line {number}: is no labelled answer ({type(error).__name__}: {error})")
    if not found and not problems:
        problems.append(f"{file}: there is no answer in it")
    if problems:
        raise InputError("\n".join(problems), hint="A line has `context`, `response`, and `labels` with start and end.")
    return found


def _answer(row: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> LabelledAnswer:
    spans = tuple(Span(int(label["start"]), int(label["end"])) for label in row["labels"])
    if "context" in row:
        return LabelledAnswer(str(row.get("task", "all")), row["context"], row["response"], spans)
    source = sources[str(row["source_id"])]
    told = source["source_info"]
    text = told if isinstance(told, str) else told.get("passages") or json.dumps(told, ensure_ascii=False)
    return LabelledAnswer(str(source.get("task_type", "all")), text, row["response"], spans)
