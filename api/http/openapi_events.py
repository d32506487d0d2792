"""The OpenAPI description of event streams: a schema for each event and an example of each stream.

Uses `itemSchema` of OpenAPI 3.2. Knows nothing of how events are sent.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from dateline.api.http.problems import Problem
from dateline.api.http.streaming import MEDIA_TYPE
from dateline.api.http.wire.chat import Chunk, ErrorOut
from dateline.rag.answer import Answer
from dateline.rag.events import ClaimVerified, DisagreementFound, Retrieved

_PLACE = "#/components/schemas/{model}"
_BY_NAME: dict[str, type] = {
    "retrieval": Retrieved,
    "claim": ClaimVerified,
    "disagreement": DisagreementFound,
    "done": Answer,
    "error": Problem,
}
"""The events of an answer: name → model of the data."""

_EVENTS_EXAMPLE = """\
event: retrieval
data: {"answer_id": "ans_0f8c3e", "understanding": {"kind": "fact", …}, "passages": [{"passage_id": …}, …]}
id: 1

: still at work

event: claim
data: {"claim": {"id": "c1", "text": "Larkfield has 8,100 inhabitants.", …}, "sources": [{"number": 1, …}]}
id: 2

event: done
data: {"id": "ans_0f8c3e", "status": "answered", …}
id: 3

"""
_CHUNKS_EXAMPLE = """\
data: {"id": "ans_0f8c3e", "object": "chat.completion.chunk", "choices": [{"delta": {"role": "assistant", …}, …}], …}

data: {"id": "ans_0f8c3e", …, "choices": [{"delta": {"content": "Larkfield has 8,100 inhabitants. [1]", …}, …}], …}

data: [DONE]

"""


def _json_of(*models: type) -> dict[str, Any]:
    """A string that contains one of these models as JSON."""
    references = [{"$ref": _PLACE.format(model=model.__name__)} for model in models]
    content = references[0] if len(references) == 1 else {"anyOf": references}
    return {"type": "string", "contentMediaType": "application/json", "contentSchema": content}


def _event(name: str, model: type) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["event", "data", "id"],
        "properties": {
            "event": {"const": name},
            "data": _json_of(model),
            "id": {"type": "string", "pattern": "^[0-9]+$", "description": "1, 2, … within the stream."},
        },
    }


ANSWER_OR_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer, or a refusal with its reason; with `stream`, the events that end with it.",
        "content": {
            MEDIA_TYPE: {
                "itemSchema": {"oneOf": [_event(name, model) for name, model in _BY_NAME.items()]},
                "example": _EVENTS_EXAMPLE,
            }
        },
    }
}
"""Responses of a route that can stream its Answer."""

COMPLETION: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer, or a refusal in words; with `stream`, its chunks, as Server-Sent Events.",
        "content": {
            MEDIA_TYPE: {
                "itemSchema": {
                    "type": "object",
                    "required": ["data"],
                    "properties": {"data": {"anyOf": [{"const": "[DONE]"}, _json_of(Chunk, ErrorOut)]}},
                },
                "example": _CHUNKS_EXAMPLE,
            }
        },
    }
}
"""What a chat completion may be answered with."""


def models() -> dict[str, Any]:
    """The schemas that only streams use, by name, with those they refer to."""
    found: dict[str, Any] = {}
    for model in (Retrieved, ClaimVerified, DisagreementFound, Chunk):
        schema = TypeAdapter(model).json_schema(mode="serialization", ref_template=_PLACE)
        found |= schema.pop("$defs", {}) | {model.__name__: schema}
    return found
