"""Makes a run of another system's predictions, to be scored, compared and reported like any other.

Knows nothing of measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from dateline.eval.formats.plain import PlainPrediction
from dateline.eval.gold import GoldQuestion
from dateline.eval.jsonl import dump, write_lines
from dateline.eval.run import ANSWERS, Outcome, about, begin
from dateline.index.errors import StorageError


def record(
    folder: Path, gold: Sequence[GoldQuestion], predictions: Sequence[PlainPrediction], commit: str | None
) -> Outcome:
    """The run of these predictions. A question without one is kept as such: it is never left out without a word.

    `predictions`: for none but these questions, at most one each, as `read_plain` sees to. Raises `ConflictError` if
    the folder holds another run, `StorageError` if it can't be written.
    """
    ids = [each.id for each in gold]
    lines = {
        each.id: {"id": each.id, "plain": each.model_dump(mode="json", exclude_unset=True)} for each in predictions
    }
    said = sha256("".join(map(dump, lines.values())).encode()).hexdigest()
    try:
        begin(folder, about(gold, commit, {"system": "predictions", "predictions_sha256": said}), gold)
        write_lines(folder / ANSWERS, (lines.get(name, {"id": name, "error": "no prediction"}) for name in ids))
    except OSError as error:
        raise StorageError(f"{folder} can't be written ({error.strerror})", hint="Check --out and the disk.") from error
    return Outcome(len(lines), len(ids) - len(lines), len(ids))
