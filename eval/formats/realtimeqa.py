"""RealTimeQA's questions (Kasai et al. 2023) as gold questions: the right choice is the one vital nugget.

Reads the published lines (`question_sentence`, `choices`, `answer`) and those that name the pages with the answer
(`question`, `gold`, `gold_pages`). Knows nothing of measures.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dateline.eval.gold import GoldQuestion
from dateline.eval.jsonl import explained, read_objects
from dateline.index.errors import InputError
from dateline.rag.question import question_kind


def read_realtimeqa(file: Path) -> list[GoldQuestion]:
    """The questions in order. Raises one `InputError` that names every line that can't be read."""
    found, problems = [], []
    for number, row in read_objects(file):
        try:
            found.append(_question(row))
        except ValidationError as error:
            problems += [f"{file}: line {number}: {said}" for said in explained(error)]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            problems.append(f"{file}: line {number}: is no question of RealTimeQA ({type(error).__name__}: {error})")
    if problems:
        raise InputError("\n".join(problems), hint="Lines are as github.com/realtimeqa/realtimeqa_public has them.")
    return found


def _question(row: dict[str, Any]) -> GoldQuestion:
    if "question_sentence" in row:
        name, asked, text = row["question_id"], row["question_date"].replace("/", "-"), row["question_sentence"]
        choice = row["answer"][0] if isinstance(row["answer"], list) else row["answer"]
        answer, pages = row["choices"][int(choice)], []
    else:
        name, asked, text, answer, pages = row["id"], row["asked"], row["question"], row["gold"], row["gold_pages"]
    fields: dict[str, Any] = {"nuggets": [{"accepted": [answer]}]}
    if pages:
        fields["relevant"] = [{"article_id": page} for page in pages]
    return GoldQuestion.model_validate(
        {"id": str(name), "question": text, "kind": question_kind(text), "asked_at": asked, **fields}
    )
