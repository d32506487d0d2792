"""Answers as Server-Sent Events, from a real server: the events, errors, heartbeats, clients that go, many at once."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import anyio
import httpx
import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from dateline.api.asking import Asked, ask_stream
from dateline.api.compose import Services
from dateline.api.http.app import CONCURRENCY_WITH_LLM
from dateline.api.http.middleware import Limits
from dateline.api.http.streaming import HEARTBEAT_SECONDS, stepped
from dateline.index.archive import Archive
from dateline.index.errors import BusyError, StorageError
from dateline.index.search import Searcher
from dateline.rag.answer import Answer
from dateline.rag.answerer import Answerer
from dateline.rag.events import DisagreementFound, Done, Event, Retrieved
from dateline.rag.generation.llm import Llm, LlmServer
from dateline.rag.generation.writer import LlmWriter
from dateline.rag.question import Question
from dateline.rag.verification.support import WordSupport
from tests.api.answers import ANSWER
from tests.api.conftest import NOW, PATIENCE, Played
from tests.articles import FAKE, READER
from tests.scripted_llm import Reply, ScriptedLlm, in_turn, scripted_llm

Serve = Callable[..., str]
QUESTION = "Who won the chess title in nine rounds?"
WRITTEN = "The chess title was won by Vera Quist in nine rounds. [1]"


@dataclass(frozen=True, slots=True)
class Sent:
    """An event as it came."""

    name: str
    id: str
    data: Any


def parsed(body: str) -> list[Sent]:
    """The events of a stream; comments are passed over."""
    events = []
    for block in body.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        if fields:
            events.append(Sent(fields["event"], fields["id"], json.loads(fields["data"])))
    return events


def with_llm(archive: Archive, server: ScriptedLlm, timeout: float = 30.0) -> Services:
    searcher = Searcher(archive, FAKE)
    writer = LlmWriter(Llm(LlmServer(server.base_url, "scripted", timeout=timeout)), WordSupport())
    return Services(archive, searcher, Answerer(searcher, READER, writer=writer), WordSupport)


def test_events_of_an_answer(client: TestClient) -> None:
    sent = client.post("/v1/answers", json={"question": QUESTION, "stream": True})
    assert sent.status_code == 200
    assert sent.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert (sent.headers["x-accel-buffering"], sent.headers["cache-control"]) == ("no", "no-store")
    retrieval, *claims, done = parsed(sent.text)
    assert [event.id for event in (retrieval, *claims, done)] == [str(n + 1) for n in range(len(claims) + 2)]
    assert (retrieval.name, {claim.name for claim in claims}, done.name) == ("retrieval", {"claim"}, "done")
    answer = done.data
    assert [claim.data["claim"] for claim in claims] == answer["claims"]
    assert [source for claim in claims for source in claim.data["sources"]] == answer["sources"]
    assert retrieval.data == {
        "answer_id": answer["id"],
        "understanding": answer["understanding"],
        "passages": answer["receipt"]["passages"],
    }
    assert client.get(f"/v1/answers/{answer['id']}").json() == answer | {"flags": []}
    whole = client.post("/v1/answers", json={"question": QUESTION}).json()
    assert (whole["text"], whole["claims"]) == (answer["text"], answer["claims"])


def test_disagreements_come_after_claims(services: Services, client_of: Callable[[Services], TestClient]) -> None:
    def play(_question: Question) -> Iterator[Event]:
        yield Retrieved(ANSWER.id, ANSWER.understanding, ANSWER.receipt.passages)
        yield DisagreementFound(ANSWER.disagreements[0], ANSWER.sources)
        yield Done(ANSWER)

    client = client_of(replace(services, answerer=Played(services, play)))
    events = parsed(client.post("/v1/answers", json={"question": QUESTION, "stream": True}).text)
    assert [event.name for event in events] == ["retrieval", "disagreement", "done"]
    assert events[1].data["disagreement"] == events[2].data["disagreements"][0]
    assert TypeAdapter(Answer).validate_python(events[2].data, by_alias=True) == ANSWER


def test_a_refusal_is_done_too(client: TestClient) -> None:
    sent = client.post("/v1/answers", json={"question": "Who is Ottokar Przemysl?", "stream": True})
    assert [event.name for event in parsed(sent.text)] == ["retrieval", "done"]
    assert parsed(sent.text)[1].data["refusal"]["reason"] == "no_coverage"


def test_a_conversation_goes_on(client: TestClient) -> None:
    def asked(question: str, conversation: str) -> dict[str, Any]:
        request = {"question": question, "conversation_id": conversation, "stream": True}
        answer: dict[str, Any] = parsed(client.post("/v1/answers", json=request).text)[-1].data
        return answer

    first = asked("Who closed the Ziegel bridge?", "new")
    second = asked("why?", first["conversation_id"])
    assert second["understanding"]["standalone_question"].startswith("Why ")
    turns = client.get(f"/v1/conversations/{first['conversation_id']}").json()["turns"]
    assert [turn["answer_id"] for turn in turns] == [first["id"], second["id"]]


@pytest.mark.parametrize(
    ("request_", "status"),
    [({"question": " "}, 422), ({"question": "why?", "conversation_id": "conv_0"}, 404)],
)
def test_what_cannot_be_asked_is_a_problem(client: TestClient, request_: dict[str, Any], status: int) -> None:
    sent = client.post("/v1/answers", json=request_ | {"stream": True})
    assert (sent.status_code, sent.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (StorageError("the disk is full"), ("urn:dateline:problem:storage", "the disk is full", 507)),
        (RuntimeError("secret"), ("about:blank", "something went wrong inside Dateline", 500)),
    ],
)
def test_an_error_after_the_first_event_is_the_last_one(
    services: Services, client_of: Callable[[Services], TestClient], error: Exception, problem: tuple[str, str, int]
) -> None:
    def play(_question: Question) -> Iterator[Event]:
        yield Retrieved(ANSWER.id, ANSWER.understanding, ())
        raise error

    client = client_of(replace(services, answerer=Played(services, play)))
    sent = client.post("/v1/answers", json={"question": QUESTION, "stream": True})
    events = parsed(sent.text)
    assert [event.name for event in events] == ["retrieval", "error"]
    assert (events[1].data["type"], events[1].data["detail"], events[1].data["status"]) == problem
    assert events[1].data["request_id"] == sent.headers["x-request-id"]
    assert "secret" not in sent.text


def test_an_error_before_the_first_event_has_its_status(
    services: Services, client_of: Callable[[Services], TestClient]
) -> None:
    def play(_question: Question) -> Iterator[Event]:
        raise BusyError("another process is writing")

    client = client_of(replace(services, answerer=Played(services, play)))
    sent = client.post("/v1/answers", json={"question": QUESTION, "stream": True})
    assert (sent.status_code, sent.headers["retry-after"]) == (503, "5")


def test_heartbeats_while_the_llm_thinks(archive: Archive, serve: Serve) -> None:
    with scripted_llm(in_turn(Reply(f"{WRITTEN}", piece=100, wait=1.2))) as server:
        sent = httpx.post(
            f"{serve(with_llm(archive, server, timeout=PATIENCE))}/v1/answers",
            json={"question": QUESTION, "stream": True},
            timeout=PATIENCE,
        )
    assert ": still at work\n\n" in sent.text
    assert [event.name for event in parsed(sent.text)] == ["retrieval", "claim", "done"]
    assert parsed(sent.text)[-1].data["answered_by"] == "scripted"


def test_heartbeats_before_the_first_event(services: Services, serve: Serve) -> None:
    """Where hundreds wait for a processor, a client must not take the connection for dead."""

    def play(_question: Question) -> Iterator[Event]:
        time.sleep(HEARTBEAT_SECONDS + 0.5)
        yield Retrieved(ANSWER.id, ANSWER.understanding, ANSWER.receipt.passages)
        yield Done(ANSWER)

    address = serve(replace(services, answerer=Played(services, play)))
    sent = httpx.post(f"{address}/v1/answers", json={"question": QUESTION, "stream": True}, timeout=PATIENCE)
    assert sent.text.startswith(": still at work\n\n")
    assert [event.name for event in parsed(sent.text)] == ["retrieval", "done"]


@pytest.mark.parametrize("reply", [Reply("It was long ago.", stall_after=0), Reply("Long ago. " * 999, wait=0.3)])
def test_a_client_that_goes_stops_the_llm(archive: Archive, serve: Serve, reply: Reply) -> None:
    """Whether the model's server is silent or in the middle of a sentence."""
    with scripted_llm(in_turn(reply)) as server:
        address = serve(with_llm(archive, server, timeout=PATIENCE))
        request = {"question": QUESTION, "stream": True}
        with httpx.stream("POST", f"{address}/v1/answers", json=request, timeout=PATIENCE) as response:
            lines = (line for line in response.iter_lines() if line and not line.startswith(":"))
            assert next(lines) == "event: retrieval"
            while not server.requests:
                time.sleep(0.01)
        hung_up(server)
    assert archive.counts().answers == 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/answers", {"question": QUESTION}),
        ("/v1/chat/completions", {"model": "dateline", "messages": [{"role": "user", "content": QUESTION}]}),
    ],
)
@pytest.mark.parametrize("leaves", [True, False])
def test_whoever_is_not_waited_for_stops_the_llm(
    archive: Archive, serve: Serve, path: str, body: dict[str, Any], leaves: bool
) -> None:
    """Without a stream: the client goes away, or its time is up."""
    with scripted_llm(in_turn(Reply("It was long ago.", stall_after=0))) as server:
        address = serve(with_llm(archive, server, timeout=PATIENCE), limits=Limits(seconds=PATIENCE if leaves else 3))
        if leaves:
            asyncio.run(leave_once(lambda: bool(server.requests), f"{address}{path}", body))
        else:
            while not server.requests:  # on a busy machine the time may be up before the LLM is asked
                assert httpx.post(f"{address}{path}", json=body, timeout=PATIENCE).status_code == 504
        hung_up(server)
    assert archive.counts().answers == 0


async def leave_once(asked: Callable[[], bool], url: str, body: dict[str, Any]) -> None:
    """Send a request, and hang up once the LLM is asked."""
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        request = asyncio.create_task(client.post(url, json=body))
        while not asked():
            assert not request.done()
            await asyncio.sleep(0.01)
        request.cancel()
        await asyncio.wait([request])


def hung_up(server: ScriptedLlm) -> None:
    """Wait until the LLM's server has noticed that nobody listens, long before its answer would be given up."""
    gone = time.monotonic()
    while not server.hung_up:
        assert time.monotonic() - gone < PATIENCE / 3
        time.sleep(0.01)


def test_two_hundred_streams_at_once(archive: Archive, serve: Serve) -> None:
    """All of them wait for the model at the same time, and other requests are answered meanwhile."""
    everyone = threading.Barrier(200)

    def script(_request: dict[str, Any]) -> Reply:
        everyone.wait(timeout=PATIENCE)  # nobody is answered before all have asked
        return Reply(WRITTEN, piece=100)

    async def ask_all(address: str) -> list[str]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(timeout=2 * PATIENCE, limits=limits) as client:
            request = {"question": QUESTION, "stream": True}
            asked = asyncio.gather(*(client.post(f"{address}/v1/answers", json=request) for _ in range(200)))
            assert (await client.get(f"{address}/healthz")).status_code == 200
            return [response.text for response in await asked]

    with scripted_llm(script) as server:
        services = with_llm(archive, server, timeout=2 * PATIENCE)
        limits = Limits(seconds=2 * PATIENCE)
        bodies = asyncio.run(ask_all(serve(services, concurrency=CONCURRENCY_WITH_LLM, limits=limits)))
    assert {parsed(body)[-1].data["answered_by"] for body in bodies} == {"scripted"}
    assert archive.counts().answers == 200


def test_steps_heartbeats_and_the_end() -> None:
    """A generator that is not done before it is left is closed, from whichever thread."""
    closed: list[str] = []
    beaten_twice = threading.Event()

    def slow() -> Generator[int, None, None]:
        try:
            yield 1
            assert beaten_twice.wait(PATIENCE)
            yield 2
            yield 3
        finally:
            closed.append("closed")

    async def two() -> list[int | None]:
        found: list[int | None] = []
        steps = stepped(slow(), anyio.CapacityLimiter(1), heartbeat=0.1)
        async for event in steps:
            found.append(event)
            if found.count(None) == 2:
                beaten_twice.set()
            if event == 2:
                break
        await steps.aclose()
        return found

    found = asyncio.run(two())
    assert found[:3] == [1, None, None]
    assert [event for event in found[3:] if event is not None] == [2]
    assert closed == ["closed"]


def test_a_stream_that_is_closed_stores_nothing(services: Services) -> None:
    events = ask_stream(services, Question(QUESTION, NOW), NOW)
    assert isinstance(next(events), Retrieved)
    events.close()
    assert services.archive.counts().answers == 0
    *_, last = ask_stream(services, Question(QUESTION, NOW), NOW)
    assert isinstance(last, Asked)
    assert re.fullmatch("ans_[0-9a-f]{24}", last.answer.id)
    assert services.archive.answer(last.answer.id) == last.json
