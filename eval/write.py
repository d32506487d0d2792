"""Writes scores and reports to files, and comparisons as JSON.

Knows nothing of how scores are computed, or of HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dateline.eval.compare import Difference, Pair
from dateline.eval.jsonl import write_json
from dateline.eval.judge import Judge
from dateline.eval.judging import Judged
from dateline.eval.report.page import render
from dateline.eval.scores import Scores
from dateline.eval.tables import csv_of_questions, markdown
from dateline.index.errors import StorageError


def write_scores(folder: Path, scores: Scores) -> None:
    """`scores.json`, `scores.csv` and `scores.md` into the run's folder. Raises `StorageError`."""
    try:
        write_json(folder / "scores.json", scores.as_json())
        (folder / "scores.csv").write_text(csv_of_questions(scores), "utf-8")
        (folder / "scores.md").write_text(markdown(scores), "utf-8")
    except OSError as error:
        raise StorageError(f"{folder} can't be written ({error.strerror})", hint="Is the disk full?") from error


def write_report(file: Path, scores: Scores, judge: Judge) -> None:
    """The report as one HTML file. Raises `StorageError`."""
    page = render(scores, judge)
    try:
        file.write_text(page, "utf-8")
    except OSError as error:
        raise StorageError(f"{file} can't be written ({error.strerror})", hint="Is the disk full?") from error


def differences_as_json(differences: Sequence[Difference]) -> list[dict[str, Any]]:
    """Each measure with its figures and the questions that one of the runs does better on."""
    return [
        {
            "measure": each.measure.name,
            "before": each.before,
            "after": each.after,
            "gain": asdict(each.gain),
            "p": each.p,
            "adjusted_p": each.adjusted_p,
            "verdict": each.verdict,
            "unpaired": each.unpaired,
            "wins": [_pair(pair) for pair in each.wins],
            "losses": [_pair(pair) for pair in each.losses],
        }
        for each in differences
    ]


def judged_as_json(found: Sequence[Judged]) -> list[dict[str, Any]]:
    """What `dateline eval judge` prints, for machines."""
    return [asdict(each) for each in found]


def _pair(pair: Pair) -> dict[str, Any]:
    return {"id": pair.gold.id, "before": pair.before.as_json(), "after": pair.after.as_json()}
