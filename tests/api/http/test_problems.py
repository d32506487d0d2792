"""Errors over HTTP: each is a problem with the right status, and none says too much."""

import http.client
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from dateline.api.compose import Services
from dateline.api.http.middleware import UPLOAD, Limits
from dateline.api.http.problems import problem_of
from dateline.index.archive import Archive
from dateline.index.errors import BusyError, DatelineError, StorageError
from dateline.rag.events import Event
from dateline.rag.question import Question
from tests.api.conftest import PATIENCE, Played

MAX_BODY_BYTES = Limits().body_bytes


def problem(response: Any, status: int) -> dict[str, Any]:
    """The body of a response that must be a problem of this status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert {"type", "title", "detail", "retryable"} <= set(body)
    assert re.fullmatch("[0-9a-f]{32}", body["request_id"])
    assert body["request_id"] == response.headers["x-request-id"]
    return body


@pytest.mark.parametrize(
    ("question", "detail"),
    [
        ("", "the question is empty"),
        (" \n", "the question is empty"),
        ("?!… –", "the question has no words in it"),
        ("why " * 25_000, "the question has 100,000 characters, more than 2,000"),
    ],
)
@pytest.mark.parametrize(("path", "field"), [("/v1/answers", "question"), ("/v1/search", "query")])
def test_what_is_no_question(client: TestClient, path: str, field: str, question: str, detail: str) -> None:
    body = problem(client.post(path, json={field: question}), 422)
    assert (body["type"], body["detail"]) == ("urn:dateline:problem:question", detail)
    assert body["hint"]


@pytest.mark.parametrize(
    "request_",
    [
        {"filters": {"published_from": "2021-08-02", "published_to": "2021-08-01"}},
        {"filters": {"published_from": "2021-08-02"}, "as_of": "2021-08-01"},
    ],
)
def test_filters_that_contradict_each_other(client: TestClient, request_: dict[str, Any]) -> None:
    for path, field in (("/v1/answers", "question"), ("/v1/search", "query")):
        assert "contradict" in problem(client.post(path, json={field: "Who?", **request_}), 422)["detail"]
    query = {"as_of": request_.get("as_of"), **request_["filters"]}
    listed = client.get("/v1/articles", params={name: value for name, value in query.items() if value})
    assert "contradict" in problem(listed, 422)["detail"]


@pytest.mark.parametrize(
    ("request_", "location", "message"),
    [
        ({}, "body.question", "Field required"),
        ({"question": 7}, "body.question", "Input should be a valid string"),
        ({"question": "Who?", "streams": True}, "body.streams", "there is no such field"),
        ({"question": "Who?", "filters": {"outlet": "x"}}, "body.filters.outlet", "there is no such field"),
        ({"question": "Who?", "length": "huge"}, "body.length", "Input should be 'short', 'medium' or 'long'"),
        ({"question": "Who?\ud800"}, "body.question", "it contains a lone surrogate"),
        (
            {"question": "Who?", "filters": {"outlets": ["\ud800"]}},
            "body.filters.outlets.0",
            "it contains a lone surrogate",
        ),
        (
            {"question": "Who?", "as_of": "20211-01-01"},
            "body.as_of",
            "not a full date; write it as 2021-08-05 or 2021-08-05T12:00:00Z",
        ),
    ],
)
def test_field_that_cannot_be_used(client: TestClient, request_: dict[str, Any], location: str, message: str) -> None:
    sent = json.dumps(request_)  # escaped, so that half a character arrives as one
    body = problem(client.post("/v1/answers", content=sent, headers={"content-type": "application/json"}), 422)
    assert body["errors"] == [{"location": location, "message": message}]


@pytest.mark.parametrize("limit", ["-1", "0", "101", "x"])
def test_limit_out_of_range(client: TestClient, limit: str) -> None:
    assert problem(client.get("/v1/articles", params={"limit": limit}), 422)["errors"][0]["location"] == "query.limit"
    assert (
        problem(client.post("/v1/search", json={"query": "x", "limit": limit}), 422)["errors"][0]["location"]
        == "body.limit"
    )


def test_parameter_that_is_not_known(client: TestClient) -> None:
    body = problem(client.get("/v1/articles", params={"outlet": "Harbor Post"}), 422)
    assert body["errors"] == [{"location": "query.outlet", "message": "there is no such field"}]


@pytest.mark.parametrize("cursor", ["", "x", "%", "cml2ZXI", "é", "/w=="])
def test_cursor_that_was_not_handed_out(client: TestClient, cursor: str) -> None:
    assert "cursor" in problem(client.get("/v1/articles", params={"cursor": cursor}), 422)["detail"]


def test_nothing_that_came_in_is_said_back(client: TestClient) -> None:
    response = client.post(
        "/v1/answers", json={"question": "Who?", "length": "s3cret", "as_of": "s3cret", "s3": "s3cret"}
    )
    assert "s3cret" not in response.text
    assert len(problem(response, 422)["errors"]) == 3


@pytest.mark.parametrize("body", [b"", b"{", b"[1", b"\xff\xfe"])
def test_body_that_is_no_json(client: TestClient, body: bytes) -> None:
    response = client.post("/v1/answers", content=body, headers={"content-type": "application/json"})
    problem(response, 422 if not body else 400)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/v1/articles/nobody", "there is no article 'nobody'"),
        ("/v1/articles/river?revision=3", "there is no article 'river' with a revision 3"),
        (f"/v1/articles/river?revision={2**63}", f"there is no article 'river' with a revision {2**63}"),
        ("/v1/answers/ans_0", "there is no answer 'ans_0'"),
        ("/v2", "there is nothing at this address; /docs lists what there is"),
    ],
)
def test_what_is_not_there(client: TestClient, path: str, what: str) -> None:
    assert problem(client.get(path), 404)["detail"] == what


def test_method_that_is_not_done(client: TestClient) -> None:
    response = client.put("/v1/answers", json={})
    assert problem(response, 405)["title"] == "Method Not Allowed"
    assert response.headers["allow"] == "POST"


def test_body_that_is_too_large(client: TestClient) -> None:
    largest = b'{"question": "' + b"x" * (MAX_BODY_BYTES - 16) + b'"}'
    assert len(largest) == MAX_BODY_BYTES
    as_json = {"content-type": "application/json"}
    assert (
        problem(client.post("/v1/answers", content=largest, headers=as_json), 422)["type"]
        == "urn:dateline:problem:question"
    )
    problem(client.post("/v1/answers", content=largest + b" "), 413)

    def pieces() -> Iterator[bytes]:  # without a Content-Length
        for _ in range(MAX_BODY_BYTES // 1_000 + 1):
            yield b" " * 1_000

    problem(client.post("/v1/answers", content=pieces()), 413)


@pytest.mark.parametrize(
    ("path", "encoding", "accepted"),
    [("/v1/answers", "gzip", "identity"), ("/v1/articles/file?name=a.txt", "br", "identity"), (UPLOAD, "br", "gzip")],
)
def test_a_compressed_body(client: TestClient, path: str, encoding: str, accepted: str) -> None:
    response = client.post(path, content=b"\x1f\x8b", headers={"content-encoding": encoding})
    assert problem(response, 415)["detail"] == "the body is compressed"
    assert response.headers["accept-encoding"] == accepted


def test_error_that_nobody_foresaw(
    services: Services, client_of: Callable[[Services], TestClient], caplog: pytest.LogCaptureFixture
) -> None:
    def play(question: Question) -> Iterator[Event]:
        raise RuntimeError("the password is 1234")

    response = client_of(replace(services, answerer=Played(services, play))).post(
        "/v1/answers", json={"question": "Who?"}
    )
    body = problem(response, 500)
    assert "1234" not in response.text
    assert "RuntimeError" not in response.text
    assert body["request_id"] in caplog.text
    assert "the password is 1234" in caplog.text


def test_busy_archive_says_when_to_come_again(services: Services, client_of: Callable[[Services], TestClient]) -> None:
    def play(question: Question) -> Iterator[Event]:
        raise BusyError("another process is writing")

    response = client_of(replace(services, answerer=Played(services, play))).post(
        "/v1/answers", json={"question": "Who?"}
    )
    assert problem(response, 503)["retryable"] is True
    assert response.headers["retry-after"] == "5"


def test_answer_that_cannot_be_stored_is_not_sent(
    services: Services, client_of: Callable[[Services], TestClient], archive: Archive
) -> None:
    from sqlalchemy import text

    client = client_of(services)
    with archive.engine.begin() as connection:
        connection.execute(text("DROP TABLE answers"))
    response = client.post("/v1/answers", json={"question": "Who won the chess title?"})
    assert problem(response, 507)["type"] == "urn:dateline:problem:storage"


def descendants(kind: type[DatelineError]) -> list[type[DatelineError]]:
    """The class and all below it."""
    return [kind, *(deeper for below in kind.__subclasses__() for deeper in descendants(below))]


@pytest.mark.parametrize("kind", descendants(DatelineError), ids=lambda kind: kind.__name__)
def test_every_error_of_the_tree_is_a_problem(kind: type[DatelineError]) -> None:
    made = problem_of(kind("what", hint="do"))
    assert re.fullmatch(r"urn:dateline:problem:[a-z-]+", made.type)
    assert (made.status, made.title, made.retryable) == (kind.status, kind.title, kind.retryable)
    assert (made.detail, made.hint) == ("what", "do")
    assert 400 <= made.status < 600


def test_types_of_problems_differ() -> None:
    kinds = descendants(DatelineError)
    assert len({problem_of(kind("x")).type for kind in kinds}) == len(kinds)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/answers", {"question": "Who won HALF?"}),
        ("/v1/articles", {"id": "HALF", "text": "Some words."}),
        ("/v1/articles", {"text": ["Some words.", "HALF"], "title": "x"}),
        ("/v1/articles", {"text": "Some words.", "byline": "HALF"}),
        ("/v1/articles/river/purge", {"reason": "HALF"}),
        ("/v1/answers/ans_0/feedback", {"rating": "helpful", "claim_id": "HALF"}),
        ("/v1/answers/ans_0/feedback", {"rating": "helpful", "comment": "HALF"}),
        ("/v1/check", {"text": "Quist won HALF."}),
    ],
)
def test_half_a_character_is_refused(client: TestClient, path: str, body: dict[str, Any]) -> None:
    sent = json.dumps(body).replace("HALF", "\\ud800")
    problem(client.post(path, content=sent, headers={"content-type": "application/json"}), 422)


def test_half_a_character_in_a_batch_and_in_a_chat(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    batch = '{"articles": [{"id": "half", "text": "Some \\ud800 words."}, {"id": "\\ud800"}, {"id": "a", "text": "A b c."}]}'
    found = client.post("/v1/articles/batch", content=batch, headers=headers).json()
    assert [result["status"] for result in found["results"]] == ["error", "error", "created"]
    chat = '{"model": "dateline", "messages": [{"role": "user", "content": "Who won \\ud800 chess?"}]}'
    assert client.post("/v1/chat/completions", content=chat, headers=headers).status_code == 400


DEEP = "[" * 50_000 + "]" * 50_000


@pytest.mark.parametrize("path", ["/v1/answers", "/v1/articles", "/v1/articles/batch", "/v1/chat/completions", "/mcp"])
@pytest.mark.parametrize("body", [DEEP, f'{{"filters": {DEEP}}}', '{"a":' * 50_000 + "1" + "}" * 50_000])
def test_however_deep_a_body_is(client: TestClient, path: str, body: str) -> None:
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    assert client.post(path, content=body, headers=headers).status_code == 400


def test_a_body_that_does_not_say_it_is_json(client: TestClient) -> None:
    for headers, detail in (
        ({"content-type": "text/plain"}, "the body's Content-Type is not JSON"),
        ({}, "the body has no Content-Type"),
    ):
        body = problem(client.post("/v1/answers", content='{"question": "Who?"}', headers=headers), 415)
        assert body["detail"] == detail
        assert "application/json" in body["hint"]


def test_head_is_get_without_the_body(client: TestClient) -> None:
    for path in ("/healthz", "/v1/articles", "/docs"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(get.content)))
    assert client.head("/v1/articles/nobody").status_code == 404


def test_a_wrong_method_is_told_the_right_ones(client: TestClient) -> None:
    response = client.delete("/v1/articles")
    assert response.headers["allow"] == "GET, HEAD, POST"
    assert problem(response, 405)["hint"] == "Use GET or HEAD or POST; /docs describes each."


def test_hints_are_for_a_client_of_the_api(client: TestClient) -> None:
    assert problem(client.get("/v1/articles/nobody"), 404)["hint"] == "GET /v1/articles lists all of them."
    damaged = problem_of(StorageError("it is damaged", hint="Restore a backup: dateline restore FILE."))
    assert damaged.hint == "On the server: Restore a backup: dateline restore FILE."


def test_a_client_that_sends_all_before_it_reads_is_told_413(services: Services, serve: Callable[..., str]) -> None:
    address = urlsplit(serve(services))
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    connection.request("POST", "/v1/answers", b" " * 30_000_000, {"Content-Type": "application/json"})
    assert connection.getresponse().status == 413
    connection.close()
