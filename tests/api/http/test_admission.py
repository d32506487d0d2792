"""The bounded queue: so many at once, so many wait, the rest get a 503, and what is light waits for nobody."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest
from fastapi.testclient import TestClient

from dateline.api.compose import Services
from dateline.api.http.admission import Admission
from dateline.api.http.app import create_app
from dateline.api.http.metrics import Metrics
from dateline.index.errors import OverloadedError
from dateline.rag.answer import Answer
from dateline.rag.question import Question
from tests.api.answers import ANSWER
from tests.api.conftest import HERE, answering
from tests.api.http.test_metrics import scraped


@dataclass
class Slow:
    """Answers when it is told to, and knows how many were at it at once."""

    go: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    begun: int = 0
    at_once: int = 0
    most: int = 0

    def __call__(self, question: Question) -> Answer:
        with self.lock:
            self.begun += 1
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            number = self.begun
        assert self.go.wait(60)
        with self.lock:
            self.at_once -= 1
        return replace(ANSWER, id=f"ans_{number}")


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def client(services: Services, slow: Slow) -> Iterator[TestClient]:
    """Two answers at once, three may wait."""
    app = create_app(lambda: answering(services, slow), concurrency=2, queue=3)
    with TestClient(app, base_url=HERE) as client:
        while client.get("/readyz").status_code != 200:
            pass
        yield client


def test_the_rest_is_turned_away_at_once_and_the_queue_is_served(client: TestClient, slow: Slow) -> None:
    def ask(_: int) -> int:
        return client.post("/v1/answers", json={"question": "Who won?"}).status_code

    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(ask, n) for n in range(5)]
        while (found := scraped(client))[("dateline_waiting", ())] < 3:
            pass
        assert (slow.begun, found[("dateline_running", ())]) == (2, 2)
        refused = client.post("/v1/search", json={"query": "chess"})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        body = refused.json()
        assert (body["type"], body["retryable"]) == ("urn:dateline:problem:overloaded", True)
        slow.go.set()
        assert [one.result() for one in asked] == [200] * 5
    assert slow.most == 2
    assert scraped(client)[("dateline_turned_away_total", ())] == 1
    assert client.post("/v1/search", json={"query": "chess"}).status_code == 200


def test_what_is_light_waits_for_nobody(client: TestClient, slow: Slow) -> None:
    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(client.post, "/v1/answers", json={"question": "Who won?"}) for _ in range(5)]
        while scraped(client)[("dateline_waiting", ())] < 3:
            pass
        for path in ("/healthz", "/readyz", "/v1/articles", "/v1/articles/chess", "/metrics", "/docs"):
            assert client.get(path).status_code == 200
        assert slow.at_once == 2
        slow.go.set()
        assert {one.result().status_code for one in asked} == {200}


def test_nobody_waits_for_long() -> None:
    async def late() -> None:
        admission = Admission(1, 5, Metrics(), patience=0.01)
        async with admission.turn():
            with pytest.raises(OverloadedError, match="take too long"):
                async with admission.turn():
                    pass
        async with admission.turn():  # the turn that was waited for in vain is not lost
            pass

    asyncio.run(late())


def test_an_error_gives_the_turn_back(services: Services) -> None:
    def fail(question: Question) -> Answer:
        raise RuntimeError

    app = create_app(lambda: answering(services, fail), concurrency=1, queue=0)
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        while client.get("/readyz").status_code != 200:
            pass
        assert [client.post("/v1/answers", json={"question": "Who?"}).status_code for _ in range(3)] == [500] * 3
        assert client.post("/v1/answers", json={"question": ""}).status_code == 422
        assert client.post("/v1/search", json={"query": "chess"}).status_code == 200
