"""What belongs to an article, outlets, articles from a file, and withdrawals that are taken back, over HTTP."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from dateline.api.compose import Services
from dateline.index.archive import Archive
from dateline.index.filters import Filters
from dateline.index.keys import create_key
from dateline.index.saved_filters import save_filter
from tests.api.conftest import NOW, CommandLine
from tests.api.http.test_problems import problem
from tests.articles import news, record, take_in

FEED = """<rss version="2.0"><channel><title>Kestrel</title>
<item><guid>k1</guid><title>Mill sold</title><pubDate>Mon, 30 Aug 2021 08:00:00 GMT</pubDate>
<description>The old mill at Ziegel was sold on Friday for two million crowns.</description></item></channel></rss>"""


def test_what_belongs_to_an_article(client: TestClient, archive: Archive) -> None:
    take_in(
        archive,
        record("first", news(1), outlet="Harbor Post"),
        record("copy", news(1), title="Told again", outlet="Larkfield Gazette"),
        record("mended", "The cables were cut, the council said on Friday, and had not rusted.", corrects="bridge"),
    )
    found = client.get("/v1/articles/bridge/related").json()
    assert [(one["number"], one["current"]) for one in found["revisions"]] == [(1, True)]
    assert client.get("/v1/articles/first/related").json()["copies"] == [
        {"id": "copy", "title": "Told again", "outlet": "Larkfield Gazette", "published": "2021-08-05"}
    ]
    assert found["copies"] == []
    assert [one["id"] for one in found["corrected_by"]] == ["mended"]
    assert found["corrects"] is None
    assert client.get("/v1/articles/mended/related").json()["corrects"]["id"] == "bridge"
    river = client.get("/v1/articles/river/related").json()["revisions"]
    assert [(one["number"], one["current"], one["published"]) for one in river] == [
        (1, False, "2021-08-05"),
        (2, True, "2021-08-05"),
    ]
    problem(client.get("/v1/articles/nobody/related"), 404)


def test_a_key_of_a_part_sees_what_belongs_to_an_article_within(client: TestClient, archive: Archive) -> None:
    take_in(
        archive,
        record("first", news(1), outlet="Harbor Post"),
        record("copy", news(1), outlet="Larkfield Gazette"),
        record(
            "mended", "The cables were cut, the council said on Friday.", corrects="bridge", outlet="Larkfield Gazette"
        ),
    )
    save_filter(archive, "post", Filters(outlets=("Harbor Post",)), NOW)
    client.headers["authorization"] = (
        f"Bearer {create_key(archive, 'p', ['read'], NOW, saved_filter_name='post').secret}"
    )
    found = client.get("/v1/articles/bridge/related").json()
    assert found["corrected_by"] == []
    assert client.get("/v1/articles/first/related").json()["copies"] == []
    problem(client.get("/v1/articles/river/related"), 404)
    assert [one["name"] for one in client.get("/v1/outlets").json()["outlets"]] == ["Harbor Post"]


def test_outlets(client: TestClient) -> None:
    assert client.get("/v1/outlets").json()["outlets"] == [
        {
            "name": "Harbor Post",
            "articles": 2,
            "oldest": "2021-08-20T18:00:00+02:00",
            "newest": "2021-08-20T18:00:00+02:00",
        },
        {"name": "Larkfield Gazette", "articles": 1, "oldest": "2021-08-05", "newest": "2021-08-05"},
    ]


@pytest.mark.parametrize(
    ("name", "body", "created", "errors"),
    [
        ("ferry.md", "---\ntitle: Ferry\n---\nThe Alm ferry sails again from Monday. Fares stay the same.\n", 1, 0),
        ("feed.rss", FEED, 1, 0),
        ("C:\\wire\\note.TXT", "The Alm ferry sails again from Monday, the harbour master said.", 1, 0),
        ("two.json", '[{"text": "The Alm ferry sails again from Monday, they said."}, {"id": "x"}]', 1, 1),
        ("picture.png", "no text", 0, 1),
        ("../../etc/passwd", "root:x:0:0", 1, 0),  # a text without an extension; nothing is read or written there
        ("no\0name.md", "text", 1, 0),
        ("empty.md", "", 0, 1),
    ],
)
def test_articles_from_a_file(client: TestClient, name: str, body: str, created: int, errors: int) -> None:
    result = client.post("/v1/articles/file", params={"name": name}, content=body.encode()).json()
    assert (result["created"], result["errors"]) == (created, errors)
    assert "/tmp" not in str(result)
    for one in result["results"]:
        if one["status"] == "created":
            assert client.get(f"/v1/articles/{one['id']}").status_code == 200


def test_the_same_file_twice(client: TestClient) -> None:
    for key, counts in (("a", (1, 0)), ("a", (1, 0)), ("b", (0, 1))):
        sent = client.post(
            "/v1/articles/file",
            params={"name": "a.txt"},
            content=b"The Alm ferry sails again from Monday, they said.",
            headers={"idempotency-key": key},
        ).json()
        assert (sent["created"], sent["unchanged"]) == counts


def test_a_withdrawal_is_taken_back(client: TestClient) -> None:
    question = {"question": "How far did the river Alm rise?"}
    client.post("/v1/answers", json=question)
    client.delete("/v1/articles/river?reason=mistake")
    without = client.post("/v1/answers", json=question).json()
    assert "river" not in {source["article_id"] for source in without["sources"]}
    back = client.post("/v1/articles/river/reinstate").json()
    assert back == {"article_id": "river", "withdrawn": False, "already": False, "answers": 1}
    assert client.post("/v1/articles/river/reinstate").json()["already"] is True
    article = client.get("/v1/articles/river").json()
    assert (article["withdrawn"], article["withdrawn_at"], article["withdrawn_reason"]) == (False, None, None)
    answer = client.post("/v1/answers", json=question).json()
    assert answer["claims"][0]["citations"][0]["article_id"] == "river"
    problem(client.post("/v1/articles/nobody/reinstate"), 404)
    client.post("/v1/articles/chess/purge", json={"reason": "court order"})
    assert client.post("/v1/articles/chess/reinstate").status_code == 410


def test_reinstate_on_the_command_line(archive: Archive, bare: CommandLine) -> None:
    assert archive.home == bare.home
    bare("articles", "withdraw", "river", "--reason", "mistake")
    assert archive.article("river").withdrawn is not None
    assert "river is in use again; no answer cites it" in bare("articles", "reinstate", "river").output
    assert archive.article("river").withdrawn is None
    assert "river was not withdrawn" in bare("articles", "reinstate", "river").output
    assert bare("articles", "reinstate", "nobody").exit_code == 3


def test_what_a_caller_may(client: TestClient, services: Services) -> None:
    assert client.get("/v1/caller").json() == {
        "scopes": ["read", "ask", "write", "admin"],
        "keyed": False,
        "whole": True,
        "llm": None,
        "stores_answers": True,
        "retain_answers_days": None,
    }
    secret = create_key(services.archive, "desk", ["ask"], NOW).secret
    assert client.get("/v1/caller").status_code == 401
    found = client.get("/v1/caller", headers={"x-api-key": secret}).json()
    assert (found["scopes"], found["keyed"], found["whole"]) == (["ask"], True, True)


def test_status_tells_the_newest_article_and_the_queue(client: TestClient) -> None:
    found = client.get("/v1/status").json()
    assert (found["newest"], found["llm"], found["running"], found["waiting"]) == (
        "2021-08-20T18:00:00+02:00",
        None,
        0,
        0,
    )
