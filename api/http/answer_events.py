"""Encodes the events of an answer: name, number and JSON; the last is `done` with the Answer, or `error`.

Knows nothing of how they are sent.
"""

from __future__ import annotations

from fastapi.sse import format_sse_event
from pydantic import TypeAdapter

from dateline.api.asking import Asked, AskEvent
from dateline.api.http.problems import Problem
from dateline.api.http.streaming import HEARTBEAT
from dateline.rag.events import ClaimVerified, DisagreementFound, Retrieved, Waiting

_RETRIEVED, _CLAIM, _DISAGREEMENT = TypeAdapter(Retrieved), TypeAdapter(ClaimVerified), TypeAdapter(DisagreementFound)


class AnswerEvents:
    """Numbers the events of one answer as they are encoded."""

    def __init__(self) -> None:
        self._number = 0

    def encode(self, event: AskEvent) -> bytes:
        """One event."""
        match event:
            case Waiting():
                return HEARTBEAT
            case Asked(json=answer):
                return self._named("done", answer.encode())
            case Retrieved():
                return self._named("retrieval", _RETRIEVED.dump_json(event, by_alias=True))
            case ClaimVerified():
                return self._named("claim", _CLAIM.dump_json(event, by_alias=True))
            case DisagreementFound():
                return self._named("disagreement", _DISAGREEMENT.dump_json(event, by_alias=True))

    def encode_error(self, problem: Problem) -> bytes:
        """Encode the last event of a stream without an answer."""
        return self._named("error", problem.model_dump_json(exclude_none=True).encode())

    def _named(self, name: str, data: bytes) -> bytes:
        self._number += 1
        return format_sse_event(event=name, data_str=data.decode(), id=str(self._number))
