"""Models compatible with OpenAI's API: chat requests, completions and chunks, models, errors.

Parameters that can't change an answer are ignored; unsupported ones that would change it are refused. Knows nothing of
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
    """A message's content as one string: it may be a list of parts, or null for an assistant that called tools."""
    if content is None:
        return ""
    if not isinstance(content, list):
        return content
    if not all(isinstance(part, dict) and isinstance(part.get("text"), str) for part in content):
        raise ValueError("only parts of type `text` are supported")
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
        description="The last `user` message is the question; earlier ones and the `assistant`'s are context, "
        "never evidence; `system` and `developer` are ignored."
    )
    content: Annotated[Words, BeforeValidator(_text), WithJsonSchema(_PARTS)] = ""


class StreamOptions(BaseModel):
    """Options of a stream."""

    model_config = ConfigDict(frozen=True)

    include_usage: bool | None = Field(default=None, description="Whether a last chunk has the usage.")


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
    n: Annotated[int | None, _unless(lambda n: n in (None, 1), "there is one answer, so n can only be 1")] = None
    tools: Annotated[list[Any] | None, _unless(lambda tools: not tools, "tools are not supported")] = None
    functions: Annotated[list[Any] | None, _unless(lambda tools: not tools, "functions are not supported")] = None
    response_format: Annotated[
        dict[str, Any] | None,
        _unless(lambda form: not form or form.get("type") == "text", "answers are text; POST /v1/answers gives JSON"),
    ] = None
    logprobs: Annotated[bool | None, _unless(lambda wanted: not wanted, "token probabilities are not supported")] = None
    modalities: Annotated[
        list[str] | None, _unless(lambda kinds: not kinds or kinds == ["text"], "answers are text")
    ] = None


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class UrlCitation(_Out):
    """The article that a marker points to."""

    start_index: int = Field(description="Start of the marker in the content, in code points.")
    end_index: int = Field(description="End of the marker, exclusive.")
    url: str = Field(description="The article's URL; if unknown, its address on this server.")
    title: str


class Annotation(_Out):
    """A citation marker in the content."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class AssistantMessage(_Out):
    """The answer."""

    role: Literal["assistant"] = "assistant"
    content: str = Field(description="The sentences with their markers, then the list of sources.")
    refusal: None = Field(default=None, description="Always null: a refusal is in the content.")
    annotations: list[Annotation]


class Choice(_Out):
    """The only choice."""

    index: int = 0
    message: AssistantMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(_Out):
    """Lengths of messages and content in words and punctuation marks; not the tokens of a language model."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(_Out):
    """An answer as a chat completion."""

    id: str = Field(description="The answer's id: `GET /v1/answers/{id}` returns the whole Answer.")
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage


def _absent(value: Any) -> bool:
    return value is None


class Delta(_Out):
    """The text that a chunk adds to the message."""

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
    """A chunk of a streamed completion."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str = MODEL
    choices: list[ChunkChoice]
    usage: Usage | None = None


class Model(_Out):
    """A model."""

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
    param: str | None = Field(description="The invalid parameter.")
    code: str | None


class ErrorOut(_Out):
    """An error in OpenAI's format."""

    error: ErrorBody
