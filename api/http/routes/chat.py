"""Routes compatible with OpenAI's API, for existing chat clients. Knows nothing of how answers are found."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.sse import format_sse_event

from dateline.api.asking import Asked, AskEvent, ask_stream
from dateline.api.chat import GrowingMessage, question_of, whole_message
from dateline.api.http import openapi_events
from dateline.api.http.dependencies import Calling, Now, Ready, Turn
from dateline.api.http.openai_errors import error_of
from dateline.api.http.problems import Problem
from dateline.api.http.streaming import HEARTBEAT, WholeResponse, event_stream
from dateline.api.http.wire.chat import (
    MODEL,
    AssistantMessage,
    ChatCompletion,
    ChatRequest,
    Choice,
    Chunk,
    ChunkChoice,
    Delta,
    Model,
    ModelList,
    Usage,
)
from dateline.api.http.wire.common import FiltersIn
from dateline.api.tenancy import filters_within
from dateline.index.errors import NotFoundError
from dateline.rag.events import Retrieved

routes = APIRouter(tags=["OpenAI-compatible"])

CREATED = int(datetime(2026, 11, 26, tzinfo=UTC).timestamp())
"""Creation date of the model, a field that OpenAI's models have."""
_DATELINE = Model(id=MODEL, created=CREATED)
_WORDS = re.compile(r"\w+|[^\w\s]")


@routes.post(
    "/v1/chat/completions", response_model=ChatCompletion, responses=openapi_events.COMPLETION, dependencies=[Turn]
)
def complete_chat(chat: ChatRequest, services: Ready, now: Now, caller: Calling, http: Request) -> Response:
    """Answer the last message of a chat, with markers, a list of sources and `url_citation` annotations.

    The answer is stored, as by `POST /v1/answers`. Earlier messages are context for the question.
    """
    _known(chat.model)
    filters = filters_within(services.archive, caller, FiltersIn(), None)
    asked = ask_stream(services, question_of(chat.messages, now, filters), now)
    if chat.stream:
        chunks = _Chunks(chat, now, GrowingMessage(_pages(http)))
        return event_stream(http, asked, chunks.encode, chunks.encode_error)
    return WholeResponse(asked, http.app.state.streams, lambda events: _completion(chat, now, events, _pages(http)))


@routes.get("/v1/models")
def list_models() -> ModelList:
    """The models of `/v1/chat/completions`: only `dateline`, whichever reader or LLM answers."""
    return ModelList(data=[_DATELINE])


@routes.get("/v1/models/{model}")
def get_model(model: str) -> Model:
    """One model."""
    _known(model)
    return _DATELINE


def _completion(chat: ChatRequest, now: datetime, events: list[AskEvent], page_of: Callable[[str], str]) -> str:
    message = whole_message(events, page_of)
    said = AssistantMessage(content=message.content, annotations=list(message.annotations))
    completion = ChatCompletion(
        id=message.asked.answer.id,
        created=int(now.timestamp()),
        choices=[Choice(message=said)],
        usage=_usage(chat, message.content),
    )
    return completion.model_dump_json()


class _Chunks:
    """Encodes the events of one answer as chunks of a completion."""

    def __init__(self, chat: ChatRequest, now: datetime, message: GrowingMessage) -> None:
        self._chat = chat
        self._created = int(now.timestamp())
        self._message = message
        self._id = ""
        self._content = ""

    def encode(self, event: AskEvent) -> bytes:
        """The chunks for an event."""
        if isinstance(event, Retrieved):
            self._id = event.answer_id
            return self._chunk(Delta(role="assistant", content=""))
        piece = self._message.piece(event)
        if piece is None:
            return HEARTBEAT
        self._content += piece.text
        delta = Delta(content=piece.text, annotations=list(piece.annotations) or None)
        return self._chunk(delta) + (self._end() if isinstance(event, Asked) else b"")

    def encode_error(self, problem: Problem) -> bytes:
        """The last chunk of a stream without an answer."""
        return format_sse_event(data_str=error_of(problem).model_dump_json())

    def _end(self) -> bytes:
        last = self._chunk(Delta(), "stop")
        if self._chat.stream_options is not None and self._chat.stream_options.include_usage:
            usage = _usage(self._chat, self._content)
            last += _data(Chunk(id=self._id, created=self._created, choices=[], usage=usage))
        return last + format_sse_event(data_str="[DONE]")

    def _chunk(self, delta: Delta, finish_reason: Literal["stop"] | None = None) -> bytes:
        choice = ChunkChoice(delta=delta, finish_reason=finish_reason)
        return _data(Chunk(id=self._id, created=self._created, choices=[choice]))


def _data(chunk: Chunk) -> bytes:
    return format_sse_event(data_str=chunk.model_dump_json())


def _known(model: str) -> None:
    if model != MODEL:
        raise NotFoundError(f"there is no model {model!r}", hint=f"Ask for `{MODEL}`.")


def _usage(chat: ChatRequest, content: str) -> Usage:
    asked, said = sum(_length(message.content) for message in chat.messages), _length(content)
    return Usage(prompt_tokens=asked, completion_tokens=said, total_tokens=asked + said)


def _length(text: str) -> int:
    return len(_WORDS.findall(text))


def _pages(http: Request) -> Callable[[str], str]:
    """A function from an article's id to its address on this server."""
    return lambda article_id: f"{http.base_url}v1/articles/{quote(article_id, safe='')}"
