"""What the log says of requests and answers, and what it doesn't."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dateline.api import logs
from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.api.http.observing import Observer
from dateline.api.logs import Json, Text
from dateline.index.archive import Archive
from dateline.index.keys import create_key
from tests.api.conftest import HERE, NOW, answering

QUESTION = "How far did the river Alm rise on Monday?"


def fields(caplog: pytest.LogCaptureFixture, message: str) -> list[dict[str, Any]]:
    """The fields of the records with this message."""
    return [record.__dict__["fields"] for record in caplog.records if record.getMessage() == message]


@pytest.fixture(autouse=True)
def _heard(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "dateline.api")


def test_a_request_is_one_line(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/v1/articles/nobody?revision=7")
    line = fields(caplog, "request")[-1]
    assert line.pop("ms") > 0
    assert line == {"method": "GET", "route": "/v1/articles/{article_id}", "status": 404}


@pytest.mark.parametrize("asked_for", [False, True])
def test_questions_stand_in_it_only_where_asked_for(
    services: Services, caplog: pytest.LogCaptureFixture, asked_for: bool
) -> None:
    with TestClient(create_app(lambda: services, observer=Observer(log_questions=asked_for)), base_url=HERE) as client:
        while client.get("/readyz").status_code != 200:
            pass
        answer = client.post("/v1/answers", json={"question": QUESTION}).json()
        client.post("/v1/search", json={"query": "the secret river"})
    (line,) = fields(caplog, "answered")
    assert (line["answer"], line["status"], line["by"]) == (answer["id"], "answered", "reader")
    assert line["claims"] == len(answer["claims"])
    assert line.get("question") == (QUESTION if asked_for else None)
    said = "".join(str(record.__dict__) for record in caplog.records if record.name.startswith("dateline.api"))
    assert (QUESTION in said, "secret" in said) == (asked_for, False)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("req-2021.08_05", True), ("short", False), ("with space in it", False), ("x" * 129, False), ("é" * 10, False)],
)
def test_well_formed_request_id_is_kept(client: TestClient, given: str, kept: bool) -> None:
    response = client.get("/v1/articles/nobody", headers=[(b"x-request-id", given.encode())])
    answered = response.headers["x-request-id"]
    assert response.json()["request_id"] == answered
    assert (answered == given) is kept
    assert kept or len(answered) == 32


def test_answer_and_request_have_the_same_id(client: TestClient) -> None:
    lines: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(Json().format(record)))

    handler = Keep()
    logger = logging.getLogger("dateline.api")
    logger.addHandler(handler)
    try:
        client.post("/v1/answers", json={"question": QUESTION}, headers={"X-Request-Id": "from-the-caller"})
    finally:
        logger.removeHandler(handler)
    assert [(line["message"], line["request_id"]) for line in lines] == [
        ("answered", "from-the-caller"),
        ("request", "from-the-caller"),
    ]
    assert {"time", "level", "logger"} <= set(lines[0])


def test_the_key_is_named(client: TestClient, archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    made = create_key(archive, "reader", ["read"], NOW)
    client.get("/v1/articles", headers={"Authorization": f"Bearer {made.secret}"})
    assert fields(caplog, "request")[-1]["key"] == made.key.id


def record(message: str, **fields: Any) -> logging.LogRecord:
    """A record as the server makes them."""
    made = logging.LogRecord("dateline.api.test", logging.INFO, "", 0, message, (), None)
    made.__dict__["fields"] = fields
    return made


def test_a_line_can_not_be_forged() -> None:
    forged = record("answered", question='who?\nerror: x y="z"', count=3)
    line = Text().format(forged)
    assert line == 'info: answered question="who?\\nerror: x y=\\"z\\"" count=3'
    assert json.loads(Json().format(forged))["question"] == 'who?\nerror: x y="z"'
    assert len(Json().format(forged).splitlines()) == len(line.splitlines()) == 1


def test_an_exception_is_in_it(client_of: Callable[[Services], TestClient], services: Services) -> None:
    try:
        raise RuntimeError("why")
    except RuntimeError:
        import sys

        made = logging.LogRecord("api", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    assert json.loads(Json().format(made))["exception"].endswith("RuntimeError: why")
    assert Text().format(made).startswith("error: failed\nTraceback")


def test_both_forms_are_set_up_in_one_place() -> None:
    for form in ("text", "json"):
        made = logs.config(form)
        assert set(made["loggers"]) == {"uvicorn", "uvicorn.error", "dateline"}
        assert list(made["handlers"]) == ["stderr"]


def test_what_hangs_up_in_the_queue_is_not_worked_on(services: Services) -> None:
    """Straight to the application, for a test client that hangs up."""
    import asyncio

    begun: list[str] = []

    def answer(question: Any) -> Any:
        begun.append(question.text)
        raise AssertionError

    app = create_app(lambda: answering(services, answer))

    async def ask() -> int:
        body = json.dumps({"question": "Who?"}).encode()
        messages: list[dict[str, Any]] = [{"type": "http.request", "body": body}, {"type": "http.disconnect"}]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return messages.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"content-type", b"application/json"), (b"host", b"localhost")]
        scope = {"type": "http", "method": "POST", "path": "/v1/answers", "headers": headers, "query_string": b""}
        app.state.startup.start()
        while app.state.startup.peek() is None:
            await asyncio.sleep(0.01)
        await app(scope | {"http_version": "1.1", "root_path": ""}, receive, send)
        return int(sent[0]["status"])

    assert asyncio.run(ask()) == 499
    assert begun == []
