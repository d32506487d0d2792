"""Feedback: kept as it was given, for answers and claims that there are."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dateline.api.compose import Services
from dateline.index.archive import Archive
from tests.api.conftest import CommandLine
from tests.api.http.test_problems import problem

QUESTION = {"question": "Who won the chess title in nine rounds?"}


@pytest.fixture
def answer(client: TestClient) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/v1/answers", json=QUESTION).json()
    return answer


def test_feedback_is_kept(client: TestClient, answer: dict[str, Any]) -> None:
    path = f"/v1/answers/{answer['id']}/feedback"
    whole = client.post(path, json={"rating": "helpful"})
    assert whole.status_code == 201
    given = {"rating": "unhelpful", "reasons": ["outdated", "wrong", "wrong"], "comment": "x" * 2_000, "claim_id": "c1"}
    claim = client.post(path, json=given).json()
    assert claim["reasons"] == ["outdated", "wrong"]
    assert (claim["answer_id"], claim["created"]) == (answer["id"], "2021-09-01T12:00:00Z")
    listed = client.get(path).json()["feedback"]
    assert sorted(listed, key=str) == sorted([whole.json(), claim], key=str)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"rating": "fine"},
        {"rating": "helpful", "reasons": ["ugly"]},
        {"rating": "helpful", "comment": "x" * 2_001},
        {"rating": "helpful", "claim_id": "c99"},
        {"rating": "helpful", "stars": 5},
    ],
)
def test_feedback_that_cannot_be_used(client: TestClient, answer: dict[str, Any], given: dict[str, Any]) -> None:
    problem(client.post(f"/v1/answers/{answer['id']}/feedback", json=given), 422)
    assert client.get(f"/v1/answers/{answer['id']}/feedback").json() == {"feedback": []}


def test_feedback_on_no_answer(client: TestClient) -> None:
    problem(client.post("/v1/answers/ans_0/feedback", json={"rating": "helpful"}), 404)
    problem(client.get("/v1/answers/ans_0/feedback"), 404)


def test_feedback_on_the_command_line(
    client: TestClient, answer: dict[str, Any], archive: Archive, bare: CommandLine
) -> None:
    given = {"rating": "unhelpful", "reasons": ["bias"], "comment": "One\nsided.", "claim_id": "c1"}
    client.post(f"/v1/answers/{answer['id']}/feedback", json=given)
    shown = bare("answers", "feedback", answer["id"]).stdout.splitlines()
    assert shown == [f"{answer['id']} c1  1 Sep 2021 — unhelpful: bias", "    One sided."]
    assert bare("answers", "feedback").stdout.splitlines() == shown
    assert '"rating": "unhelpful"' in bare("answers", "feedback", "--json").stdout
    assert bare("answers", "feedback", "ans_0").exit_code == 3


def test_where_nothing_is_kept(services: Services, client_of: Callable[[Services], TestClient]) -> None:
    client = client_of(replace(services, store_answers=False))
    answer = client.post("/v1/answers", json=QUESTION).json()
    assert (answer["status"], answer["stored"]) == ("answered", False)
    problem(client.get(f"/v1/answers/{answer['id']}"), 404)
    problem(client.post(f"/v1/answers/{answer['id']}/feedback", json={"rating": "helpful"}), 404)
    refused = problem(client.post("/v1/answers", json=QUESTION | {"conversation_id": "new"}), 409)
    assert refused["type"] == "urn:dateline:problem:not-kept"
    assert services.archive.counts().answers == 0


def test_the_newest_feedback_on_any_answer(client: TestClient, answer: dict[str, Any]) -> None:
    path = f"/v1/answers/{answer['id']}/feedback"
    client.post(path, json={"rating": "helpful"})
    client.post(path, json={"rating": "unhelpful", "reasons": ["bias"], "comment": "One-sided."})
    listed = client.get("/v1/feedback").json()["feedback"]
    assert {(one["rating"], one["question"]) for one in listed} == {
        ("helpful", QUESTION["question"]),
        ("unhelpful", QUESTION["question"]),
    }
    (one,) = client.get("/v1/feedback", params={"rating": "unhelpful"}).json()["feedback"]
    assert (one["comment"], one["answer_id"]) == ("One-sided.", answer["id"])
    assert len(client.get("/v1/feedback", params={"limit": 1}).json()["feedback"]) == 1
    problem(client.get("/v1/feedback", params={"rating": "fine"}), 422)
