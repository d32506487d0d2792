"""Asking, as every way in does it: answer, store, hand out; what is handed out is what was stored.

Knows the Answer's wire form; nothing of HTTP or terminals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from api.compose import Services
from rag.answer import Answer
from rag.question import Question


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer that is stored, and its JSON as it was stored."""

    answer: Answer
    json: str


def ask(services: Services, question: Question, now: datetime) -> Asked:
    """The answer to `question`. It is on disk before this returns, so that whoever has it can look it up."""
    answer = services.answer(question)
    text = to_json(answer)
    services.archive.save_answer(answer.id, now, text)
    return Asked(answer, text)


def to_json(answer: Answer) -> str:
    """The Answer on the wire."""
    return _adapter().dump_json(answer, by_alias=True).decode()


@cache
def _adapter() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)
