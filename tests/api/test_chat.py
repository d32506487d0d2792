"""OpenAI's shapes, asked by OpenAI's own client over a real server."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient
from openai import OpenAI
from openai.types.chat import ChatCompletionChunk

from dateline.api.asking import Asked
from dateline.api.chat import GrowingMessage, Piece, plain, question_of
from dateline.api.compose import Services
from dateline.api.http.middleware import Limits
from dateline.api.http.wire.chat import ChatMessage
from dateline.index.archive import Archive
from dateline.index.errors import BusyError, StorageError
from dateline.index.filters import Filters
from dateline.rag.answer import Answer, Refusal
from dateline.rag.events import ClaimVerified, DisagreementFound, Done, Event, Retrieved
from dateline.rag.question import Question
from tests.api.answers import ANSWER, REFUSED
from tests.api.conftest import CHESS, NOW, Played
from tests.api.http.test_streaming import WRITTEN, with_llm
from tests.articles import record, take_in
from tests.scripted_llm import Reply, in_turn, scripted_llm

Serve = Callable[[Services], str]
Connect = Callable[[Services], OpenAI]
QUESTION = "Who is the Vera Quist that won the chess title in nine rounds?"
ASKED: list[Any] = [{"role": "user", "content": QUESTION}]
WON = "Vera Quist won the chess title in nine rounds."


@pytest.fixture
def connect(serve: Serve) -> Iterator[Connect]:
    """OpenAI's client of the API over given services; it tries nothing twice."""
    clients: list[OpenAI] = []

    def connect(services: Services) -> OpenAI:
        clients.append(OpenAI(base_url=f"{serve(services)}/v1", api_key="none", max_retries=0))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


@pytest.fixture
def client(connect: Connect, services: Services) -> OpenAI:
    """OpenAI's client of the API over the small archive."""
    return connect(services)


def events_of(answer: Answer) -> Iterator[Event]:
    """As an answerer would send them."""
    yield Retrieved(answer.id, answer.understanding, answer.receipt.passages)
    sources = list(answer.sources)
    for claim in answer.claims:
        yield ClaimVerified(claim, (sources.pop(0),))
    for disagreement in answer.disagreements:
        yield DisagreementFound(disagreement, ())
    yield Done(answer)


def played(services: Services, *answers: Answer) -> Services:
    left = list(answers)
    return replace(services, answerer=Played(services, lambda _question: events_of(left.pop(0))))


def test_models(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["dateline"]
    assert client.models.retrieve("dateline").object == "model"
    with pytest.raises(openai.NotFoundError) as raised:
        client.models.retrieve("gpt-4.1")
    assert raised.value.code == "model_not_found"


def test_a_completion(client: OpenAI, archive: Archive) -> None:
    completion = client.chat.completions.create(model="dateline", messages=ASKED, temperature=0.7, top_p=1, user="me")
    assert archive.answer(completion.id)
    assert (completion.object, completion.model, completion.created) == ("chat.completion", "dateline", 1630497600)
    (choice,) = completion.choices
    assert (choice.index, choice.finish_reason, choice.message.role) == (0, "stop", "assistant")
    content = choice.message.content
    assert content is not None
    page = f"{client.base_url}articles/chess"
    assert content == f"{WON} [1]\n\nSources:\n- [1] Harbor Post, “Quist wins”, 20 Aug 2021: {page}"
    assert choice.message.annotations is not None
    (annotation,) = choice.message.annotations
    cited = annotation.url_citation
    assert content[cited.start_index : cited.end_index] == "[1]"
    assert (cited.url, cited.title) == (page, "Quist wins")
    assert client.get("/articles/chess", cast_to=object)["text"] == CHESS  # type: ignore[index]
    assert completion.usage is not None
    assert completion.usage.prompt_tokens == 14  # thirteen words and a question mark
    assert completion.usage.completion_tokens == len(re.findall(r"\w+|[^\w\s]", content))
    assert completion.usage.total_tokens == 14 + completion.usage.completion_tokens


def joined(chunks: list[ChatCompletionChunk]) -> tuple[str, list[dict[str, Any]]]:
    """The content, and the annotations, which the client's types don't know in chunks."""
    deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
    annotations = [a for delta in deltas for a in (delta.model_extra or {}).get("annotations", [])]
    return "".join(delta.content or "" for delta in deltas), annotations


@pytest.mark.parametrize("usage", [True, False])
def test_a_stream_is_the_same_message(connect: Connect, services: Services, usage: bool) -> None:
    client = connect(played(services, ANSWER, replace(ANSWER, id="ans_2")))
    whole = client.chat.completions.create(model="dateline", messages=ASKED)
    chunks = list(
        client.chat.completions.create(
            model="dateline", messages=ASKED, stream=True, stream_options={"include_usage": usage}
        )
    )
    message = whole.choices[0].message
    content, annotations = joined(chunks)
    assert content == message.content
    assert message.annotations is not None
    assert annotations == [annotation.model_dump() for annotation in message.annotations]
    assert {chunk.id for chunk in chunks} == {"ans_2"}
    assert chunks[0].choices[0].delta.role == "assistant"
    last = chunks[-2] if usage else chunks[-1]
    assert last.choices[0].finish_reason == "stop"
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1].usage == (whole.usage if usage else None)
    if usage:
        assert chunks[-1].choices == []


def test_all_that_an_answer_has(connect: Connect, services: Services) -> None:
    client = connect(played(services, ANSWER))
    message = client.chat.completions.create(model="dateline", messages=ASKED).choices[0].message
    assert message.content == (
        f"{ANSWER.text}\n\n"
        "Sources disagree: rise of the Alm: three metres [1]; two metres (superseded) [2]\n\n"
        "Not answered: when it will fall\n\n"
        "Note: The question's language was guessed.\n\n"
        "Sources:\n"
        "- [1] Larkfield Gazette, “Alm rises”, 5 Aug 2021: https://gazette.example/alm\n"
        f"- [2] unknown outlet, “without a title”, date unknown, p. 3, corrected by mended: {client.base_url}articles/wire"
    )
    assert message.annotations is not None
    cited = [annotation.url_citation for annotation in message.annotations]
    assert [message.content[one.start_index : one.end_index] for one in cited] == ["[1]", "[2]", "[1]", "[2]"]
    assert [one.url for one in cited[:2]] == ["https://gazette.example/alm", f"{client.base_url}articles/wire"]


def test_a_refusal_reads_as_text(connect: Connect, services: Services) -> None:
    client = connect(played(services, REFUSED))
    message = client.chat.completions.create(model="dateline", messages=ASKED).choices[0].message
    assert message.content is not None
    assert message.content.startswith(
        "No answer: No article is about this.\n\nThe archive's nearest passages:\n"
        "- “The river Alm rose by three metres on Monday.”, 5 Aug 2021: http://"
    )
    assert (message.refusal, message.annotations) == (None, [])


def test_a_follow_up(client: OpenAI, services: Services) -> None:
    first = client.chat.completions.create(
        model="dateline", messages=[{"role": "user", "content": "Who closed the Ziegel bridge?"}]
    )
    said = first.choices[0].message.content
    completion = client.chat.completions.create(
        model="dateline",
        messages=[
            {"role": "system", "content": "You are a pirate."},
            {"role": "user", "content": "Who closed the Ziegel bridge?"},
            {"role": "assistant", "content": said},
            {"role": "user", "content": [{"type": "text", "text": "why?"}]},
        ],
    )
    content = completion.choices[0].message.content
    assert content is not None
    assert content.startswith("Engineers closed the Ziegel bridge because its cables had rusted. [1]")
    stored = services.archive.answer(completion.id)
    assert '"question":"why?"' in stored
    assert '"conversation_id":null' in stored


def test_earlier_messages_as_turns() -> None:
    messages = [
        ChatMessage(role="user", content="Who is the mayor of Larkfield?"),
        ChatMessage(role="assistant", content="Otto Brandt is its mayor. [1] He is old. [2]\n\nSources:\n- [1] x"),
        ChatMessage(role="user", content="and of Ziegel?"),
        ChatMessage(role="assistant", content="No answer: No article was found that is about this."),
        ChatMessage(role="user", content="and of Alm?"),
    ]
    question = question_of(messages, NOW, Filters())
    assert question.text == "and of Alm?"
    assert question.conversation is not None
    assert [(turn.question, turn.answer) for turn in question.conversation.turns] == [
        ("Who is the mayor of Larkfield?", "Otto Brandt is its mayor."),
        ("Who is the mayor of Ziegel?", ""),
    ]
    assert question_of(messages[:1], NOW, Filters()).conversation is None


@pytest.mark.parametrize(
    ("more", "param", "message"),
    [
        ({"n": 2}, "n", "there is one answer, so n can only be 1"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools", "tools are not supported"),
        ({"functions": [{"name": "f"}]}, "functions", "functions are not supported"),
        ({"response_format": {"type": "json_object"}}, "response_format", "answers are text; POST /v1/answers gives"),
        ({"logprobs": True}, "logprobs", "token probabilities are not supported"),
        ({"modalities": ["text", "audio"]}, "modalities", "answers are text"),
        ({"messages": []}, "messages", "List should have at least 1 item"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages.0.role", "Input should be 'system', 'developer'"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}]},
            "messages.0.content",
            "only parts of type `text` are supported",
        ),
        ({"messages": [{"role": "assistant", "content": "Hello."}]}, None, "there is no user message"),
        ({"messages": [{"role": "user", "content": " "}]}, None, "the question is empty"),
        ({"messages": [{"role": "user", "content": "x" * 2_001}]}, None, "the question has 2,001 characters"),
    ],
)
def test_what_is_not_done_is_a_bad_request(
    client: OpenAI, more: dict[str, Any], param: str | None, message: str
) -> None:
    for stream in (False, True):
        with pytest.raises(openai.BadRequestError) as raised:
            client.chat.completions.create(**({"model": "dateline", "messages": ASKED, "stream": stream} | more))
        assert (raised.value.param, raised.value.type) == (param, "invalid_request_error")
        assert message in raised.value.message
        assert raised.value.request_id == raised.value.response.headers["x-request-id"]


def test_what_changes_nothing_is_accepted(client: OpenAI) -> None:
    completion = client.chat.completions.create(
        model="dateline",
        messages=ASKED,
        n=1,
        stop=["x"],
        max_tokens=5,
        seed=1,
        tools=[],
        response_format={"type": "text"},
        logprobs=False,
        extra_body={"whatever": {"else": True}},
    )
    assert (completion.choices[0].message.content or "").startswith(f"{WON} [1]")


def test_other_errors_are_typed_too(client: OpenAI, connect: Connect, services: Services) -> None:
    with pytest.raises(openai.NotFoundError) as missing:
        client.chat.completions.create(model="gpt-4.1", messages=ASKED)
    assert missing.value.body == {
        "message": "there is no model 'gpt-4.1'. Ask for `dateline`.",
        "type": "invalid_request_error",
        "param": None,
        "code": "model_not_found",
    }
    with pytest.raises(openai.APIStatusError) as large:
        client.chat.completions.create(
            model="dateline", messages=[{"role": "user", "content": "x" * Limits().body_bytes}]
        )
    assert (large.value.status_code, large.value.type) == (413, "invalid_request_error")
    with pytest.raises(openai.APIStatusError) as method:
        client.delete("/models", cast_to=object)
    assert (method.value.status_code, method.value.type) == (405, "invalid_request_error")
    for error, status in ((BusyError("another process is writing"), 503), (RuntimeError("secret"), 500)):

        def play(_question: Question, error: Exception = error) -> Iterator[Event]:
            raise error

        broken = connect(replace(services, answerer=Played(services, play)))
        for stream in (False, True):
            with pytest.raises(openai.InternalServerError) as failed:
                broken.chat.completions.create(model="dateline", messages=ASKED, stream=stream)
            assert (failed.value.status_code, failed.value.type) == (status, "server_error")
            assert failed.value.response.headers.get("retry-after") == ("5" if status == 503 else None)
            assert "secret" not in failed.value.message


def test_an_error_in_the_middle_of_a_stream(connect: Connect, services: Services) -> None:
    def play(_question: Question) -> Iterator[Event]:
        yield Retrieved(ANSWER.id, ANSWER.understanding, ())
        raise StorageError("the disk is full", hint="Make room.")

    client = connect(replace(services, answerer=Played(services, play)))
    stream = client.chat.completions.create(model="dateline", messages=ASKED, stream=True)
    assert next(stream).choices[0].delta.role == "assistant"
    with pytest.raises(openai.APIError) as raised:
        next(stream)
    assert (raised.value.message, raised.value.code) == ("the disk is full. Make room.", "storage")


def test_sentences_come_while_the_llm_still_writes(archive: Archive, connect: Connect) -> None:
    with scripted_llm(in_turn(Reply(f"{WRITTEN} And then ", piece=100, stall_after=2))) as server:
        client = connect(with_llm(archive, server, timeout=300.0))
        with client.chat.completions.create(model="dateline", messages=ASKED, stream=True) as stream:
            assert next(stream).choices[0].delta.content == ""
            assert next(stream).choices[0].delta.content == WRITTEN


def test_what_articles_say_is_no_markup(archive: Archive, services: Services, connect: Connect) -> None:
    evil = "The pier at Holm cost ![x](https://evil.example/a.png) nine <img src=x> million crowns < ten [sic] (so)."
    take_in(archive, record("pier", evil, title="Pier <b>opens</b>"))
    message = (
        connect(services)
        .chat.completions.create(
            model="dateline", messages=[{"role": "user", "content": "What did the pier at Holm cost?"}]
        )
        .choices[0]
        .message
    )
    assert message.content is not None
    assert message.content.startswith(
        "The pier at Holm cost ![x]\\(https://evil.example/a.png) nine \\<img src=x> million crowns < ten [sic] (so). [1]"
    )
    assert "“Pier \\<b>opens\\</b>”" in message.content
    assert plain("1 < 2, a [b] (c), [1][2]") == "1 < 2, a [b] (c), [1][2]"


def test_a_refusal_without_passages_is_one_line() -> None:
    refused = replace(
        REFUSED, refusal=Refusal("no_coverage", "Nothing.", ()), gaps=(), understanding=ANSWER.understanding
    )
    piece = GrowingMessage(str).piece(Asked(refused, ""))
    assert piece == Piece("No answer: Nothing.\n\nNote: The question's language was guessed.")


def test_described(client_of: Callable[[Services], TestClient], services: Services) -> None:
    schema = client_of(services).get("/openapi.json").json()
    for path, method in (("/v1/chat/completions", "post"), ("/v1/models", "get"), ("/v1/models/{model}", "get")):
        responses = schema["paths"][path][method]["responses"]
        assert "422" not in responses
        for status in {*responses} - {"200"}:
            (content,) = responses[status]["content"].items()
            assert content[0] == "application/json"
            assert content[1]["schema"] == {"$ref": "#/components/schemas/ErrorOut"}
    completion = schema["paths"]["/v1/chat/completions"]["post"]["responses"]["200"]["content"]
    example = completion["application/json"]["example"]["choices"][0]["message"]
    cited = example["annotations"][0]["url_citation"]
    assert example["content"][cited["start_index"] : cited["end_index"]] == "[1]"
    assert "text/event-stream" in completion
