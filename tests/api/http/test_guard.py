"""What stands around every route: keys, hosts and origins, rates, limits of body and time, headers."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from limits import parse

from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.api.http.guard import AccessPolicy, is_loopback
from dateline.api.http.middleware import Limits
from dateline.api.rates import Rates, rate_of
from dateline.index.archive import Archive
from dateline.index.keys import create_key, revoke_key
from dateline.rag.answer import Answer
from dateline.rag.question import Question
from tests.api.answers import ANSWER
from tests.api.conftest import HERE, NOW, PATIENCE, answering
from tests.api.http.test_problems import problem
from tests.articles import record, take_in

Client = Callable[..., TestClient]


@pytest.fixture
def serving(services: Services) -> Iterator[Client]:
    """Clients of the API with another access policy or other limits."""
    clients: list[TestClient] = []

    def client(answer: Callable[[Question], Answer] | None = None, **options: Any) -> TestClient:
        served = services
        if answer is not None:
            served = answering(services, answer)
        app = create_app(lambda: served, clock=lambda: NOW, **options)
        made = TestClient(app, base_url=HERE, raise_server_exceptions=False)
        made.__enter__()
        clients.append(made)
        while made.get("/readyz").status_code == 503:
            pass
        return made

    yield client
    for one in clients:
        one.__exit__(None, None, None)


def bearer(secret: str) -> dict[str, str]:
    """The header that a key is sent in."""
    return {"Authorization": f"Bearer {secret}"}


def test_open_until_the_first_key(client: TestClient, archive: Archive) -> None:
    assert client.get("/v1/articles").status_code == 200
    made = create_key(archive, "x", ["read"], NOW)
    response = client.get("/v1/articles")
    body = problem(response, 401)
    assert (body["type"], body["retryable"]) == ("urn:dateline:problem:key-needed", False)
    assert response.headers["www-authenticate"] == 'Bearer realm="Dateline"'
    assert client.get("/v1/articles", headers=bearer(made.secret)).status_code == 200
    assert client.get("/healthz").status_code == 200
    revoke_key(archive, made.key.id, NOW)
    assert client.get("/v1/articles", headers=bearer(made.secret)).status_code == 401
    assert client.get("/v1/articles").status_code == 401


def test_a_wrong_key_is_as_none(client: TestClient, archive: Archive) -> None:
    secret = create_key(archive, "x", ["read"], NOW).secret
    said = []
    for headers in (
        {},
        bearer(""),
        bearer(secret[:-1]),
        {"Authorization": f"Basic {secret}"},
        {"X-API-Key": "dl_"},
        {"Authorization": "Bearer \xff"},
    ):
        sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        body = problem(client.get("/v1/articles", headers=sent), 401)
        del body["request_id"]
        said.append(body)
    assert said == [said[0]] * len(said)
    for headers in (
        {"Authorization": f"bearer {secret}"},
        {"Authorization": f"Bearer  {secret} "},
        {"X-Api-Key": secret},
    ):
        assert client.get("/v1/articles", headers=headers).status_code == 200


def test_a_scope_that_is_lacking_is_named(client: TestClient, archive: Archive) -> None:
    secret = create_key(archive, "x", ["ask"], NOW).secret
    body = problem(client.get("/v1/articles", headers=bearer(secret)), 403)
    assert (body["type"], body["detail"]) == (
        "urn:dateline:problem:forbidden",
        "this needs a key with the scope read",
    )


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost:8000", 200),
        ("LOCALHOST", 200),
        ("[::1]:8000", 200),
        ("192.168.1.7", 200),
        ("dateline.internal", 200),
        ("evil.example", 403),
        ("localhost.evil.example", 403),
        ("evil.example:8000", 403),
        ("localhost@evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("", 403),
    ],
)
def test_without_keys_it_is_called_by_no_strange_name(serving: Client, host: str, status: int) -> None:
    client = serving(access=AccessPolicy(hosts=("dateline.internal",)))
    assert client.get("/v1/articles", headers={"Host": host}).status_code == status
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_with_keys_any_name_will_do(client: TestClient, archive: Archive) -> None:
    headers = bearer(create_key(archive, "x", ["read"], NOW).secret) | {"Host": "news.example"}
    assert client.get("/v1/articles", headers=headers | {"Origin": "https://evil.example"}).status_code == 200


def test_a_host_can_not_pass_for_another_path(client: TestClient, archive: Archive) -> None:
    create_key(archive, "x", ["read"], NOW)
    for host in ("x/healthz?", "127.0.0.1/healthz#", "x/docs?y=", "/healthz?"):
        assert client.get("/v1/articles", headers={"Host": host}).status_code == 401


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (HERE, 200),
        ("https://newsroom.example", 200),
        ("https://evil.example", 403),
        ("http://127.0.0.1:9000", 403),
        ("null", 403),
        ("http://[", 403),
    ],
)
def test_without_keys_pages_of_elsewhere_send_nothing(serving: Client, origin: str, status: int) -> None:
    client = serving(access=AccessPolicy(origins=("https://newsroom.example",)))
    response = client.post("/v1/search", json={"query": "chess"}, headers={"Origin": origin})
    assert response.status_code == status
    allowed = response.headers.get("access-control-allow-origin")
    assert allowed == ("https://newsroom.example" if "newsroom" in origin else None)


def test_cors_is_off_unless_it_is_turned_on(client: TestClient, serving: Client) -> None:
    asks = {
        "Origin": "https://newsroom.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    off = client.options("/v1/answers", headers=asks)
    assert (off.status_code, "access-control-allow-origin" in off.headers) == (405, False)
    on = serving(access=AccessPolicy(origins=("https://newsroom.example",))).options("/v1/answers", headers=asks)
    assert (on.status_code, on.headers["access-control-allow-origin"]) == (200, "https://newsroom.example")
    assert "authorization" in on.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in on.headers


def test_a_rate_for_each_key(serving: Client, archive: Archive) -> None:
    client = serving(access=AccessPolicy(rates=Rates(parse("2/minute"))))
    first, second = (bearer(create_key(archive, name, ["read"], NOW).secret) for name in "ab")
    seen = [client.get("/v1/articles", headers=first) for _ in range(3)]
    assert [response.status_code for response in seen] == [200, 200, 429]
    assert [response.headers["ratelimit-remaining"] for response in seen] == ["1", "0", "0"]
    assert {response.headers["ratelimit-limit"] for response in seen} == {"2"}
    body = problem(seen[2], 429)
    assert (body["type"], body["retryable"]) == ("urn:dateline:problem:too-many-requests", True)
    assert 1 <= int(seen[2].headers["retry-after"]) <= 60
    assert seen[2].headers["retry-after"] == seen[2].headers["ratelimit-reset"]
    assert client.get("/v1/articles", headers=second).status_code == 200
    assert client.get("/healthz").status_code == 200
    assert "ratelimit-limit" not in client.get("/healthz").headers


def test_a_rate_for_those_without_a_key(serving: Client, archive: Archive) -> None:
    client = serving(access=AccessPolicy(rates=Rates(parse("3/minute"))))
    assert client.get("/v1/articles").status_code == 200
    create_key(archive, "x", ["read"], NOW)
    tried = [client.get("/v1/articles", headers=bearer(f"dl_{n}")).status_code for n in range(3)]
    assert tried == [401, 401, 429]


def test_a_window_that_slides() -> None:
    rates = Rates(rate_of("2/3 second"))
    first, second, third = (rates.count("a") for _ in range(3))
    assert [one.allowed for one in (first, second, third)] == [True, True, False]
    assert (third.limit, third.remaining) == (2, 0)
    assert 1 <= third.reset <= 4
    assert rates.count("b").allowed
    time.sleep(3.1)
    assert rates.count("a").allowed


@pytest.mark.parametrize("text", ["", "60", "x", "0/minute", "-1/minute", "60/fortnight"])
def test_what_is_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match=r"rate|granularity"):
        rate_of(text)


def test_a_body_within_another_limit(serving: Client) -> None:
    client = serving(limits=Limits(body_bytes=10_000))
    large = b" " * 10_001
    body = problem(client.post("/v1/answers", content=large), 413)
    assert body["detail"] == "the body is larger than 10,000 bytes"
    problem(client.post("/v1/answers", content=b"", headers={"content-length": "9" * 5_000}), 413)
    problem(client.post("/v1/answers", content=iter([large])), 413)
    question = {"question": "Who won the chess title?"}
    assert client.post("/v1/answers", json=question).status_code == 200


def test_articles_may_be_larger() -> None:
    limits = Limits(body_bytes=1_000_000, upload_bytes=2_000_000)
    assert limits.bytes_of("/v1/answers") == limits.bytes_of("/v1/articles/x") == 1_000_000
    assert (limits.bytes_of("/v1/articles"), limits.bytes_of("/v1/articles/batch")) == (20_000_000, 50_000_000)
    assert limits.bytes_of("/v1/articles/upload") == 2_000_000
    assert Limits(body_bytes=90_000_000).bytes_of("/v1/articles") == 90_000_000


def test_a_body_of_nobody_is_not_kept(client: TestClient, archive: Archive) -> None:
    create_key(archive, "x", ["read"], NOW)
    problem(client.post("/v1/answers", content=iter([b" " * 1_000_000] * 3)), 401)  # not 413: nobody counts it


def test_an_answer_that_takes_too_long(serving: Client) -> None:
    go, done = threading.Event(), threading.Event()

    def answer(question: Question) -> Answer:
        go.wait(PATIENCE)
        done.set()
        return ANSWER

    client = serving(answer, limits=Limits(seconds=2))
    body = problem(client.post("/v1/answers", json={"question": "Who?"}), 504)
    assert (body["type"], body["retryable"]) == ("urn:dateline:problem:slow", True)
    assert not done.is_set()
    assert client.get("/healthz").status_code == 200
    go.set()
    assert done.wait(PATIENCE)
    while client.get(f"/v1/answers/{ANSWER.id}").status_code == 404:  # it is stored all the same
        time.sleep(0.01)


def test_headers_that_keep_browsers_safe(client: TestClient) -> None:
    for path in ("/v1/articles", "/v1/articles/nobody", "/nothing", "/openapi.json", "/docs"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert ("style-src" in policy) == (path == "/docs")


def test_an_article_full_of_html_is_a_string(client: TestClient, archive: Archive) -> None:
    html = "<script>alert(1)</script> Vera Quist <b>won</b> the title in nine rounds. <img src=x onerror=alert(2)>"
    take_in(archive, record("html", html, title="<script>alert(3)</script>", outlet="<i>Post</i>"))
    answer = client.post("/v1/answers", json={"question": "Who won the title in nine rounds?"}).json()
    paths = (
        "/v1/articles",
        "/v1/articles/html",
        "/v1/articles/html/answers",
        f"/v1/answers/{answer['id']}",
        "/v1/articles/<script>alert(4)</script>",
        "/<script>alert(5)</script>",
    )
    for accept in ("text/html", "*/*"):
        for path in paths:
            response = client.get(path, headers={"Accept": accept})
            assert response.headers["content-type"] in ("application/json", "application/problem+json")
            assert response.headers["x-content-type-options"] == "nosniff"
    assert client.get("/v1/articles/html").json()["title"] == "<script>alert(3)</script>"


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("news.example", False),
        ("", False),
    ],
)
def test_which_addresses_are_this_machine(host: str, own: bool) -> None:
    assert is_loopback(host) == own
