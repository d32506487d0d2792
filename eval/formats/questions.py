"""Reads a file of questions in any supported format as gold questions.

Knows nothing of runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from dateline.eval.formats.realtimeqa import read_realtimeqa
from dateline.eval.formats.topics import read_topics
from dateline.eval.gold import GoldQuestion, TextOf, read_gold

Format = Literal["gold", "realtimeqa"]


def read_questions(
    file: Path, form: Format = "gold", *, qrels: Path | None = None, text_of: TextOf | None = None
) -> list[GoldQuestion]:
    """The questions; with `qrels` the file has topics. `text_of`: see `read_gold`. Raises `InputError`."""
    if qrels is not None:
        return read_topics(file, qrels)
    if form == "realtimeqa":
        return read_realtimeqa(file)
    return read_gold(file, text_of)
