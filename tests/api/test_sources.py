"""Sources over HTTP, within a server, and on the command line."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from benchmarks._stand_in import FeedItem, StandIn, rss, stand_in
from dateline.api.compose import Fetching, Services
from dateline.index.archive import Archive
from dateline.index.sources.fetch import FetchLimits
from dateline.index.sources.registry import source_of
from dateline.index.sources.watcher import watching_lock
from tests.api.conftest import CommandLine
from tests.api.http.test_problems import problem
from tests.articles import has

TEXT = "Larkfield has 8,100 inhabitants after the census. The mayor read the figures out on Monday."
FEED = {"kind": "feed", "address": "https://harborpost.example/rss", "interval_seconds": 60}


@pytest.fixture
def site() -> Iterator[StandIn]:
    with stand_in() as site:
        yield site


def test_source_is_added_changed_paused_and_removed(client: TestClient) -> None:
    added = client.put("/v1/sources/harbor", json=FEED)
    assert added.status_code == 200
    assert (added.json()["state"], added.json()["interval_seconds"], added.json()["checked"]) == ("active", 60, None)
    assert client.put("/v1/sources/harbor", json=FEED | {"gone": "flag"}).json()["gone"] == "flag"
    assert [one["name"] for one in client.get("/v1/sources").json()["sources"]] == ["harbor"]
    assert client.post("/v1/sources/harbor/pause").json()["state"] == "paused"
    assert client.get("/v1/sources/harbor").json()["state"] == "paused"
    assert client.post("/v1/sources/harbor/resume").json()["state"] == "active"
    assert client.post("/v1/sources/harbor/run", params={"retry_dead_letters": True}).status_code == 202
    assert client.delete("/v1/sources/harbor").status_code == 204
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/run"), ("POST", "/pause"), ("GET", "/entries")):
        body = problem(client.request(method, f"/v1/sources/harbor{path}"), 404)
        assert body["detail"] == "there is no source 'harbor'"


def test_what_cannot_be_a_source(client: TestClient) -> None:
    refused: list[tuple[str, dict[str, object], str]] = [
        ("Harbor%20Post", {}, "can't be the name of a source"),
        ("harbor", {"kind": "folder", "address": "/etc"}, "body.kind"),
        ("harbor", {"address": "/etc"}, "not a web address"),
        ("harbor", {"address": "file:///etc/passwd"}, "not a web address"),
        ("harbor", {"address": "https://ida:secret@harborpost.example/"}, "a name and a password"),
        ("harbor", {"interval_seconds": 0}, "body.interval_seconds"),
        ("harbor", {"gone": "purge"}, "body.gone"),
        ("harbor", {"kind": "page", "full_text": True}, "always read in full"),
        ("harbor", {"headers": {}}, "body.headers"),
    ]
    for name, change, what in refused:
        response = client.put(f"/v1/sources/{name}", json=FEED | change)
        assert what in json.dumps(problem(response, 422), ensure_ascii=False)
        assert "secret" not in response.text
    assert client.get("/v1/sources").json()["sources"] == []


def test_server_watches_and_shows_dead_letters_page_by_page(
    services: Services, serve: Callable[..., str], site: StandIn, archive: Archive
) -> None:
    import httpx

    whole = rss([FeedItem("census", "Census", TEXT), *(FeedItem(f"empty{i}", "Empty", "") for i in range(3))])
    site.put("/rss", whole)
    fetching = Fetching(FetchLimits(allowed_hosts=("127.0.0.1",)), 0.0)
    client = httpx.Client(base_url=serve(replace(services, fetching=fetching)), timeout=None)
    source = FEED | {"address": site.url("/rss")}
    assert client.put("/v1/sources/harbor", json=source).status_code == 200
    while (found := client.get("/v1/sources/harbor").json())["checked"] is None:
        time.sleep(0.02)
    assert found["entries"] == {"pending": 0, "taken": 1, "duplicate": 0, "dead": 3, "gone": 0}
    assert has(services.searcher, *_only_article(archive, "census"))
    query = {"state": "dead", "limit": "2"}
    first = client.get("/v1/sources/harbor/entries", params=query).json()
    rest = client.get("/v1/sources/harbor/entries", params=query | {"cursor": first["next_cursor"]}).json()
    assert [one["key"] for one in (*first["entries"], *rest["entries"])] == ["empty0", "empty1", "empty2"]
    assert "no text" in rest["entries"][0]["error"]
    assert rest["next_cursor"] is None
    client.close()


def _only_article(archive: Archive, key: str) -> tuple[str, str]:
    from dateline.index.sources.entries import entries_of

    (article_id,) = entries_of(archive, "harbor")[key].articles
    return article_id, "census"


def test_command_line(dateline: CommandLine, site: StandIn) -> None:
    site.put("/rss", rss([FeedItem("census", "Census", TEXT)]))
    fetch = {"fetch_allowed_hosts": f"127.0.0.1:{site.port}", "fetch_pause": "0"}
    assert "is added" in dateline("sources", "add", "harbor", site.url("/rss"), "--every", "6h").output
    done = dateline("sources", "run", "harbor", **fetch)
    assert done.exit_code == 0, done.output
    assert "harbor  feed  active  1 taken" in done.output
    listed = json.loads(dateline("sources", "list", "--json").output)
    assert [(one["name"], one["interval_seconds"], one["entries"]["taken"]) for one in listed] == [
        ("harbor", 21_600, 1)
    ]
    shown = json.loads(dateline("sources", "show", "harbor", "--json").output)
    assert [one["key"] for one in shown["listed"]] == ["census"]
    assert "[1]" in dateline("ask", "How many inhabitants has Larkfield?").output
    assert dateline("sources", "pause", "harbor").output == "the source harbor is paused\n"
    assert dateline("sources", "resume", "harbor").output == "the source harbor is active\n"
    assert dateline("sources", "remove", "harbor").exit_code == 0
    assert dateline("sources", "show", "harbor").exit_code == 3


def test_private_address_is_refused_unless_it_is_allowed(dateline: CommandLine, site: StandIn) -> None:
    site.put("/rss", rss([FeedItem("census", "Census", TEXT)]))
    dateline("sources", "add", "harbor", site.url("/rss"))
    done = dateline("sources", "run", "harbor", fetch_pause="0")
    assert done.exit_code == 1
    assert "not a public address" in done.output
    assert "DATELINE_FETCH_ALLOWED_HOSTS" in done.output
    assert site.asked == []


def test_run_is_left_to_the_process_that_watches(bare: CommandLine) -> None:
    bare("sources", "add", "harbor", "https://harborpost.example/rss", "--every", "1d")
    with watching_lock(bare.home).acquire(timeout=0):
        done = bare("sources", "run", "harbor")
        refused = bare("watch")
    assert (done.exit_code, "another process watches this archive" in done.output) == (0, True)
    assert (refused.exit_code, "another process watches" in refused.output) == (5, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("harbor", "harborpost.example/rss"), "not a web address"),
        (("harbor", "https://harborpost.example/rss", "--every", "soon"), "not a duration"),
        (("harbor", "https://harborpost.example/rss", "--every", "0s"), "an interval of 0 seconds"),
        (("Harbor Post", "https://harborpost.example/rss"), "can't be the name"),
    ],
)
def test_what_the_command_line_refuses(bare: CommandLine, words: tuple[str, ...], message: str) -> None:
    done = bare("sources", "add", *words)
    assert done.exit_code == 2
    assert message in done.output


def test_folder_is_seen_by_itself(bare: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    assert bare("sources", "add", "desk", str(folder)).exit_code == 0
    from tests.articles import opened

    with opened(bare.home) as archive:
        settings = source_of(archive, "desk").settings
    assert (settings.kind, settings.address, settings.interval) == ("folder", str(folder), 900)
