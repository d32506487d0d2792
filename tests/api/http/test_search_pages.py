"""Pages of a search: one ranking, whatever comes in or goes between two of them."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dateline.api.compose import Services
from dateline.api.http.search_pages import page_of_search
from dateline.index.archive import Archive
from dateline.index.filters import NO_FILTERS, Filters
from dateline.index.search import Searcher
from dateline.index.writer import Writer
from dateline.rag.answerer import Answerer
from dateline.rag.verification.support import WordSupport
from tests.api.conftest import NOW
from tests.api.http.test_problems import problem
from tests.articles import FAKE, READER, news, opened, record, take_in

QUERY: dict[str, Any] = {"query": "xylophone concert in Larkfield", "filters": {"languages": ["en"]}}


@pytest.fixture
def archive(archive: Archive) -> Archive:
    """Forty articles of the same kind besides."""
    take_in(archive, *(record(f"n{n:02}", f"A xylophone concert in Larkfield. {news(n, 3)}") for n in range(40)))
    return archive


def search(client: TestClient, **more: Any) -> dict[str, Any]:
    response = client.post("/v1/search", json=QUERY | more)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_pages_are_the_whole_ranking_whatever_comes_in_between(client: TestClient, archive: Archive) -> None:
    whole = search(client, limit=100)
    assert whole["next_cursor"] is None
    assert len(whole["passages"]) == 43
    page = search(client, limit=7)
    paged, sizes = page["passages"], [7]
    while page["next_cursor"] is not None:
        n = len(paged)
        article = {"id": f"between{n}", "text": f"A xylophone concert in Larkfield, number {n}.", "language": "en"}
        assert client.post("/v1/articles", json=article).status_code == 201
        page = search(client, limit=7, cursor=page["next_cursor"])
        paged += page["passages"]
        sizes.append(len(page["passages"]))
        assert (page["index_snapshot"], page["considered"]) == (whole["index_snapshot"], 43)
    assert paged == whole["passages"]
    assert sizes == [7, 7, 7, 7, 7, 7, 1]
    assert search(client, limit=100)["considered"] == 43 + 6


def test_what_is_withdrawn_leaves_and_what_is_revised_stays_as_it_was(client: TestClient, archive: Archive) -> None:
    whole = search(client, limit=100)["passages"]
    page = search(client, limit=3)
    withdrawn, revised = whole[4], whole[5]
    Writer(archive).withdraw(withdrawn["article_id"], "x", NOW)
    take_in(archive, record(revised["article_id"], "Something else."))
    rest = search(client, limit=100, cursor=page["next_cursor"])["passages"]
    assert rest == [*whole[3:4], *whole[5:]]


def test_filters_hold_on_every_page(client: TestClient, archive: Archive) -> None:
    """A cursor says nothing about what may be shown: even a forged one gives what the filters allow."""
    searcher = Searcher(archive, FAKE)
    cursor = page_of_search(searcher, QUERY["query"], NO_FILTERS, asked="it", limit=1, cursor=None).next_cursor
    only = Filters(article_ids=("n01",))
    page = page_of_search(searcher, QUERY["query"], only, asked="it", limit=100, cursor=cursor)
    assert {one.passage.article.id for one in page.result.passages} == {"n01"}


def test_a_cursor_goes_on_in_another_process_of_the_same_archive_only(
    client: TestClient, archive: Archive, client_of: Callable[[Services], TestClient], tmp_path: Any
) -> None:
    page = search(client, limit=7)
    expected = search(client, limit=7, cursor=page["next_cursor"])
    with opened(archive.home) as same:
        searcher = Searcher(same, FAKE)
        assert search(client_of(Services(same, searcher, Answerer(searcher, READER), WordSupport)), limit=7,
                      cursor=page["next_cursor"]) == expected  # fmt: skip
    with opened(tmp_path / "other") as other:
        take_in(other, *(record(f"n{n}", news(n)) for n in range(60)))
        searcher = Searcher(other, FAKE)
        elsewhere = client_of(Services(other, searcher, Answerer(searcher, READER), WordSupport))
        gone = problem(elsewhere.post("/v1/search", json=QUERY | {"cursor": page["next_cursor"]}), 410)
        assert gone["hint"] == "Start again without a cursor."


def test_a_cursor_of_another_search_or_none(client: TestClient) -> None:
    cursor = search(client, limit=2)["next_cursor"]
    other = client.post("/v1/search", json=QUERY | {"query": "bridge", "cursor": cursor})
    assert problem(other, 422)["detail"] == "the cursor belongs to another search"
    for broken in ("", "x", "é", cursor[:-3], cursor[:20]):
        detail = problem(client.post("/v1/search", json=QUERY | {"cursor": broken}), 422)["detail"]
        assert detail == "the cursor is not valid"
