"""The audit: docs/access.md says who may do what, the code has the same routes, and each cell is so over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dateline.api.access import ACCESS, Caller, Rule, methods_of, rule_of
from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.index.filters import Filters
from dateline.index.keys import create_key, revoke_key
from dateline.index.saved_filters import save_filter
from dateline.index.search import Searcher
from dateline.rag.answerer import Answerer
from dateline.rag.verification.support import WordSupport
from tests.api.conftest import HERE, NOW, RIVER
from tests.articles import FAKE, READER, opened, record, take_in

DOCS = Path(__file__).resolve().parents[2] / "docs" / "access.md"
HELD: dict[str, list[str]] = {
    "read": ["read"],
    "ask": ["ask"],
    "write": ["write"],
    "admin": ["admin"],
    "read and ask, tied to a filter": ["read", "ask"],
    "revoked": ["read", "ask", "write", "admin"],
}
"""The columns that have a key, and its scopes."""
NAMED = {
    "{answer_id}": "ans_0",
    "{conversation_id}": "conv_0",
    "{article_id}": "river",
    "{job_id}": "job_0",
    "{name}": "other",
    "{model}": "dateline",
    "{subscription_id}": "0",
}
"""What stands in a path."""


def table() -> list[dict[str, str]]:
    """The rows of the table, each as column → cell."""
    lines = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("|")]
    header, _, *rows = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(header, row, strict=True)) for row in rows]


ROWS = table()


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A small archive with a filter."""
    with opened(tmp_path_factory.mktemp("home")) as archive:
        take_in(archive, record("river", RIVER, outlet="Larkfield Gazette"))
        save_filter(archive, "gazette", Filters(outlets=("Larkfield Gazette",)), NOW)
        searcher = Searcher(archive, FAKE)
        yield Services(archive, searcher, Answerer(searcher, READER), WordSupport)


@pytest.fixture(scope="module")
def keys(services: Services) -> dict[str, str]:
    """A key for each column."""
    made: dict[str, str] = {}
    for column, scopes in HELD.items():
        part = "gazette" if "tied" in column else None
        key = create_key(services.archive, column, scopes, NOW, saved_filter_name=part)
        made[column] = key.secret
        if column == "revoked":
            revoke_key(services.archive, key.key.id, NOW)
    return made


@pytest.fixture(scope="module")
def client(services: Services) -> Iterator[TestClient]:
    """The whole API."""
    app = create_app(lambda: services, clock=lambda: NOW)
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        while client.get("/readyz").status_code == 503:
            pass
        yield client


def send(client: TestClient, route: str, headers: dict[str, str]) -> Any:
    """The response to a request for a route, whose body is no good: who may come in is decided before."""
    method, path = route.split(" ")
    for name, value in NAMED.items():
        path = path.replace(name, value)
    return client.request(method, path, headers=headers, content=b"{}" if method in ("POST", "PUT") else None)


def routes_of(router: Any) -> Iterator[tuple[str, str]]:
    """The (method, path) of every route, also of routers that were included."""
    for route in router.routes:
        if hasattr(route, "original_router"):
            yield from routes_of(route.original_router)
        else:
            yield from ((method, route.path) for method in getattr(route, "methods", None) or ["GET"])


def test_the_table_has_the_routes_of_the_app(services: Services) -> None:
    found = {(method, path) for method, path in routes_of(create_app(lambda: services)) if method != "HEAD"}
    assert found == set(ACCESS)


def test_the_docs_list_what_the_code_lists() -> None:
    assert [row["route"] for row in ROWS] == [f"{method} {path}" for method, path in ACCESS]
    assert [row["scope"] for row in ROWS] == [rule.scope or "open" for rule in ACCESS.values()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["route"])
def test_each_cell_is_so(row: dict[str, str], client: TestClient, keys: dict[str, str]) -> None:
    found = {}
    for column in [name for name in row if name not in ("route", "scope")]:
        secret = keys.get(column)
        ways: list[dict[str, str]] = [{}]
        if secret is not None:
            ways = [{"Authorization": f"Bearer {secret}"}, {"X-API-Key": secret}]
        statuses = {send(client, row["route"], headers).status_code for headers in ways}
        refused = statuses & {401, 403}
        assert len(refused) == 0 or statuses == refused
        found[column] = "/".join(map(str, refused)) or "yes"
    assert found == {name: cell.replace("its part", "yes") for name, cell in row.items() if name in found}


def test_an_unlisted_route_is_there_for_nobody(services: Services, keys: dict[str, str]) -> None:
    app: FastAPI = create_app(lambda: services)
    app.add_api_route("/v1/secret", lambda: "secret")
    app.add_api_route("/v1/search", lambda: "secret", methods=["DELETE"])
    with TestClient(app, base_url=HERE) as client:
        admin = {"Authorization": f"Bearer {keys['admin']}"}
        response = client.get("/v1/secret", headers=admin)
        assert (response.status_code, "secret" in response.text) == (404, False)
        response = client.delete("/v1/search", headers=admin)
        assert (response.status_code, response.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("method", "path", "rule"),
    [
        ("GET", "/v1/articles/batch", Rule("read")),
        ("POST", "/v1/articles/batch", Rule("write", whole=True)),
        ("HEAD", "/healthz", Rule(None)),
        ("GET", "/healthz/", Rule(None)),
        ("GET", "/v1/articles/", Rule("read")),
        ("GET", "/v1/articles/a/b", None),
        ("GET", "/v1", None),
        ("OPTIONS", "/v1/answers", None),
        ("get", "/v1/articles", None),
    ],
)
def test_a_request_finds_its_rule(method: str, path: str, rule: Rule | None) -> None:
    assert rule_of(method, path) == rule


def test_methods_of_a_path() -> None:
    assert methods_of("/v1/articles/x") == ["DELETE", "GET", "HEAD"]
    assert methods_of("/v1/nothing") == []


def test_a_part_is_not_the_whole() -> None:
    part = Caller("key", frozenset({"read", "ask"}), Filters(outlets=("x",)))
    assert part.may(Rule("read"))
    assert not part.may(Rule("read", whole=True))
    assert not part.may(Rule("write"))
