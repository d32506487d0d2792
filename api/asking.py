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
    services.archive.save_answer(answer.id, now, text, cited=cited_revisions(answer))
    return Asked(answer, text)


def cited_revisions(answer: Answer) -> dict[str, int]:
    """The articles that an answer cites, in claims and positions, each with the revision cited; the oldest, if several.

    A passage's id is `article:revision:n`, and the article's own id may have colons.
    """
    claimed = [citation for claim in answer.claims for citation in claim.citations]
    positions = [position for disagreement in answer.disagreements for position in disagreement.positions]
    found: dict[str, int] = {}
    for citation in (*claimed, *(citation for position in positions for citation in position.citations)):
        revision = int(citation.passage_id.rsplit(":", 2)[1])
        found[citation.article_id] = min(revision, found.get(citation.article_id, revision))
    return found


def to_json(answer: Answer) -> str:
    """The Answer on the wire."""
    return _adapter().dump_json(answer, by_alias=True).decode()


@cache
def _adapter() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)
