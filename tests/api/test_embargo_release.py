"""A server releases articles whose embargo has ended, and shows until when they are held back."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from dateline.api.compose import Services
from dateline.api.recurring import embargo_release
from dateline.index.archive import Archive
from dateline.index.errors import BusyError
from tests.api.conftest import NOW, CommandLine
from tests.articles import news, record, take_in

LATER = NOW + timedelta(hours=2)


def test_articles_are_released_in_their_time(services: Services) -> None:
    archive, searcher = services.archive, services.searcher
    take_in(archive, record("budget", news(1), embargo=LATER.isoformat()))
    looked = threading.Event()

    def clock() -> datetime:
        looked.set()
        return LATER

    assert archive.counts().embargoed == 1
    release = embargo_release(archive, clock)
    release.start()
    assert looked.wait(60)
    release.stop()
    assert archive.counts().embargoed == 0
    assert searcher.search(news(1), limit=1).passages[0].passage.article.id == "budget"


def test_an_article_says_until_when_it_is_held_back(services: Services, client: TestClient) -> None:
    until = LATER.isoformat()
    made = client.post("/v1/articles", json={"id": "budget", "text": news(1), "embargo": until})
    assert made.json()["status"] == "created"
    shown = client.get("/v1/articles/budget").json()
    assert shown["embargo"].replace("Z", "+00:00") == until
    assert "budget" not in [one["id"] for one in client.get("/v1/articles").json()["articles"]]
    assert "budget" not in [
        row["article_id"] for row in client.post("/v1/search", json={"query": news(1)}).json()["passages"]
    ]


def test_a_kill_over_http_withdraws(services: Services, client: TestClient) -> None:
    killed = client.post(
        "/v1/articles/batch", json={"articles": [{"id": "chess", "text": "Kill.", "status": "killed"}]}
    ).json()
    assert (killed["withdrawn"], killed["errors"], killed["results"][0]["status"]) == (1, 0, "withdrawn")
    assert client.get("/v1/articles/chess").json()["withdrawn"] is True


def test_an_archive_that_is_written_to_can_be_opened(
    bare: CommandLine, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_given: object) -> int:
        raise BusyError("locked")

    monkeypatch.setattr("dateline.index.embargoes.release_due", busy)
    assert bare("articles", "list").exit_code == 0
