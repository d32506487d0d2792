"""What goes over the wire in OpenAI's shapes: chat requests, completions and their chunks, models, errors.

What can't change an answer is accepted and ignored; what would change it and isn't done is refused. Knows nothing of
routes or of answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, WithJsonSchema

from dateline.api.http.wire.common import Words

MODEL = "dateline"
MOST_MESSAGES = 1_000


def _text(content: Any) -> Any:
    """A content as one string: it may come as parts, and an assistant's that called tools has none."""
    if content is None:
        return ""
    if not isinstance(content, list):
        return content
    if not all(isinstance(part, dict) and isinstance(part.get("text"), str) for part in content):
        raise ValueError("only parts of type text are read, no images, sound or files")
    return "\n".join(part["text"] for part in content)


def _unless(harmless: Callable[[Any], bool], why_not: str) -> AfterValidator:
    def check(value: Any) -> Any:
        if not harmless(value):
            raise ValueError(why_not)
        return value

    return AfterValidator(check)


_PARTS = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"type": {"const": "text"}, "text": {"type": "string"}},
                "required": ["type", "text"],
            },
        },
        {"type": "null"},
    ]
}


class ChatMessage(BaseModel):
    """A message of the conversation."""

    model_config = ConfigDict(frozen=True)

    role: Literal["system", "developer", "user", "assistant"] = Field(
        description="The last `user` message is the question; those before it, with the `assistant`'s, help to "
        "understand it and are never evidence; `system` and `developer` change nothing."
    )
    content: Annotated[Words, BeforeValidator(_text), WithJsonSchema(_PARTS)] = ""


class StreamOptions(BaseModel):
    """Options of a stream."""

    model_config = ConfigDict(frozen=True)

    include_usage: bool | None = Field(default=None, description="Whether a last chunk says the usage.")


_EXAMPLE: dict[str, JsonValue] = {
    "model": MODEL,
    "messages": [{"role": "user", "content": "How many people live in Larkfield?"}],
}


class ChatRequest(BaseModel):
    """A request for a chat completion. Other parameters of OpenAI's are accepted and ignored."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [_EXAMPLE]})

    model: Words = Field(description="`dateline`.", examples=[MODEL])
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=MOST_MESSAGES)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: Annotated[int | None, _unless(lambda n: n in (None, 1), "one answer is given, so n can only be 1")] = None
    tools: Annotated[list[Any] | None, _unless(lambda tools: not tools, "no tools are called")] = None
    functions: Annotated[list[Any] | None, _unless(lambda tools: not tools, "no functions are called")] = None
    response_format: Annotated[
        dict[str, Any] | None,
        _unless(lambda form: not form or form.get("type") == "text", "answers are text; POST /v1/answers gives JSON"),
    ] = None
    logprobs: Annotated[bool | None, _unless(lambda wanted: not wanted, "sentences have no token probabilities")] = None
    modalities: Annotated[
        list[str] | None, _unless(lambda kinds: not kinds or kinds == ["text"], "answers are text")
    ] = None


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class UrlCitation(_Out):
    """What a marker points at."""

    start_index: int = Field(description="Where the marker begins in the content, in code points.")
    end_index: int = Field(description="Where it ends, exclusive.")
    url: str = Field(description="Of the article; where none is known, this server's page of it.")
    title: str


class Annotation(_Out):
    """A marker of the content that is a citation."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class AssistantMessage(_Out):
    """What Dateline says."""

    role: Literal["assistant"] = "assistant"
    content: str = Field(description="The sentences with their markers, then what is known of the sources.")
    refusal: None = Field(default=None, description="That the archive does not say is content, too.")
    annotations: list[Annotation]


class Choice(_Out):
    """The only choice."""

    index: int = 0
    message: AssistantMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(_Out):
    """How long messages and content are, in words and punctuation marks; not what a language model counts or costs."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(_Out):
    """An answer as a chat completion."""

    id: str = Field(description="The answer's: `GET /v1/answers/{id}` has all of it.")
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage


def _absent(value: Any) -> bool:
    return value is None


class Delta(_Out):
    """What a chunk adds to the message."""

    role: Literal["assistant"] | None = Field(default=None, exclude_if=_absent)
    content: str | None = Field(default=None, exclude_if=_absent)
    annotations: list[Annotation] | None = Field(default=None, exclude_if=_absent)


class ChunkChoice(_Out):
    """The only choice of a chunk."""

    index: int = 0
    delta: Delta
    logprobs: None = None
    finish_reason: Literal["stop"] | None = None


class Chunk(_Out):
    """A part of a completion that is streamed."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str = MODEL
    choices: list[ChunkChoice]
    usage: Usage | None = None


class Model(_Out):
    """A model that can be asked."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: Literal["dateline"] = "dateline"


class ModelList(_Out):
    """All models."""

    object: Literal["list"] = "list"
    data: list[Model]


class ErrorBody(_Out):
    """What went wrong."""

    message: str
    type: str
    param: str | None = Field(description="The parameter that can't be used.")
    code: str | None


class ErrorOut(_Out):
    """An error in OpenAI's shape."""

    error: ErrorBody
