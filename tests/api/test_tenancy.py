"""A key that sees a part of the archive, through every route; saved filters over HTTP."""

import base64
import json
import re
import struct
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dateline.index.archive import Archive
from dateline.index.conversations import StoredTurn, add_turn
from dateline.index.filters import Filters
from dateline.index.keys import create_key
from dateline.index.saved_filters import save_filter
from tests.api.conftest import NOW
from tests.api.http.test_problems import problem
from tests.articles import news, record, take_in

INSIDE = f"Ferries carried four hundred people across the Ziegel on Monday. Nobody was hurt.\n\n{news(7)}"
OUTSIDE = "The Ziegel ferry sank off Larkfield on Tuesday. Nine people were saved by bakers."


class Keyed:
    """A client that sends a key with each request."""

    def __init__(self, client: TestClient, secret: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {secret}"}

    def __call__(self, method: str, path: str, **options: Any) -> Any:
        return self.client.request(method, path, headers=self.headers, **options)

    def ask(self, question: str, **more: Any) -> dict[str, Any]:
        """The answer."""
        response = self("POST", "/v1/answers", json={"question": question, **more})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer


@pytest.fixture
def whole(client: TestClient, archive: Archive) -> Keyed:
    """A key that sees all of it: `inside` by the Harbor Post, its copy and a correction by another, `sunken`."""
    take_in(
        archive,
        record("inside", INSIDE, outlet="Harbor Post"),
        record("copy", INSIDE, outlet="Kestrel Wire"),
        record("mended", "It was not four hundred people but forty.", outlet="Kestrel Wire", corrects="inside"),
        record("sunken", OUTSIDE, outlet="Kestrel Wire", published="2021-08-06"),
        record(
            "older", "The Ziegel ferry sank off Larkfield in May, too.", outlet="Kestrel Wire", published="2020-05-01"
        ),
    )
    return Keyed(client, create_key(archive, "whole", ["admin"], NOW).secret)


@pytest.fixture
def harbor(client: TestClient, archive: Archive, whole: Keyed) -> Keyed:
    """A key that sees the Harbor Post of 2021."""
    part = Filters(outlets=("Harbor Post",))
    save_filter(archive, "harbor", part, NOW)
    return Keyed(client, create_key(archive, "x", ["read", "ask"], NOW, saved_filter_name="harbor").secret)


HEAD = struct.calcsize("<6s16s16sQI")
"""Bytes of a cursor before the numbers of passages."""
FOREIGN = ("sunken", "older", "copy", "mended", "river", "Kestrel", "Larkfield")


def foreign_in(text: str) -> list[str]:
    """What shows of outside the part, but for `story_id`, which is a bare id."""
    shown = re.sub(r'"story_id": ?"copy"', "", text)
    return [word for word in FOREIGN if word in shown]


def test_searches_and_lists(whole: Keyed, harbor: Keyed) -> None:
    asked = {"query": "Ziegel ferry sank", "limit": 50}
    everything = whole("POST", "/v1/search", json=asked).json()
    assert {p["article_id"] for p in everything["passages"]} >= {"inside", "sunken"}
    for more in ({}, {"filters": {"outlets": ["Kestrel Wire", "Harbor Post"]}}, {"as_of": "2021-08-31"}):
        found = harbor("POST", "/v1/search", json=asked | more)
        assert found.status_code == 200
        assert foreign_in(found.text) == []
    assert harbor("POST", "/v1/search", json=asked).json()["considered"] == 3
    foreign = harbor("POST", "/v1/search", json=asked | {"filters": {"article_ids": ["sunken"]}}).json()
    assert (foreign["considered"], foreign["passages"]) == (0, [])
    listed = harbor("GET", "/v1/articles")
    assert [a["id"] for a in listed.json()["articles"]] == ["bridge", "chess", "inside"]
    assert foreign_in(listed.text) == []
    assert harbor("GET", "/v1/articles", params={"outlets": "Kestrel Wire"}).json()["articles"] == []


def test_answers_and_refusals(whole: Keyed, harbor: Keyed) -> None:
    question = "Where did the Ziegel ferry sink on Tuesday?"
    assert "sunken" in json.dumps(whole.ask(question))
    for more in (
        {},
        {"filters": {"article_ids": ["sunken"]}},
        {"filters": {"published_from": "2021-08-20"}},  # a refusal looks for other times, within the part
        {"as_of": "2020-12-31"},
        {"filters": {"published_to": "2020-12-31"}, "length": "long"},
    ):
        answer = harbor.ask(question, **more)
        del answer["question"], answer["understanding"]
        assert foreign_in(json.dumps(answer)) == [], more
    answer = harbor.ask("How many people did ferries carry across the Ziegel on Monday?")
    (source,) = [source for source in answer["sources"] if source["article_id"] == "inside"]
    assert (source["copies"], source["corrected_by"]) == ([], [])
    more = {"filters": {"article_ids": ["inside"]}}
    (source,) = whole.ask("How many people did ferries carry across the Ziegel on Monday?", **more)["sources"]
    assert (source["copies"], source["corrected_by"]) == (["copy"], ["mended"])


def test_an_article_by_its_id(whole: Keyed, harbor: Keyed, archive: Archive) -> None:
    assert harbor("GET", "/v1/articles/inside").json()["text"] == INSIDE
    missing = harbor("GET", "/v1/articles/nobody").json()
    for path in ("/v1/articles/sunken", "/v1/articles/sunken?revision=1", "/v1/articles/sunken/answers"):
        assert whole("GET", path).status_code == 200
        body = problem(harbor("GET", path), 404)
        assert body["type"] == missing["type"]
        assert body["detail"].startswith("there is no article 'sunken'")
    assert missing["detail"] == "there is no article 'nobody'"
    take_in(archive, record("sunken", OUTSIDE + " It was raised.", outlet="Harbor Post"))
    assert harbor("GET", "/v1/articles/sunken").status_code == 200
    assert harbor("GET", "/v1/articles/sunken?revision=1").status_code == 404


def test_an_answer_by_its_id(whole: Keyed, harbor: Keyed) -> None:
    own = harbor.ask("How many people did ferries carry across the Ziegel on Monday?")
    seen = harbor("GET", f"/v1/answers/{own['id']}")
    assert seen.status_code == 200
    # `mended` corrects it, which the answer, asked within the part, doesn't tell; by whom is not said here.
    assert [(flag["kind"], flag["by"]) for flag in seen.json()["flags"]] == [("corrected", None)]
    assert [flag["by"] for flag in whole("GET", f"/v1/answers/{own['id']}").json()["flags"]] == ["mended"]
    foreign = whole.ask("Where did the Ziegel ferry sink on Tuesday?")
    body = problem(harbor("GET", f"/v1/answers/{foreign['id']}"), 404)
    assert body["detail"] == f"there is no answer '{foreign['id']}'"


def test_the_answers_of_an_article(whole: Keyed, harbor: Keyed) -> None:
    question = "How many people did ferries carry across the Ziegel on Monday?"
    whole.ask(question)  # names `copy`, so it isn't for the other
    own = harbor.ask(question, filters={"article_ids": ["inside"]})
    listed = harbor("GET", "/v1/articles/inside/answers").json()["answers"]
    assert [answer["id"] for answer in listed] == [own["id"]]
    assert [flag["by"] for flag in listed[0]["flags"]] == [None]
    assert len(whole("GET", "/v1/articles/inside/answers").json()["answers"]) >= 1


def test_their_pages_tell_nothing_of_the_others(whole: Keyed, harbor: Keyed) -> None:
    question = "How many people did ferries carry across the Ziegel on Monday?"
    cited = {"filters": {"article_ids": ["inside"]}}  # `whole` is told of its copy, too, which the other may not see
    own, foreign = [], []
    for _ in range(3):
        foreign.append(whole.ask(question, **cited)["id"])
        own.append(harbor.ask(question, **cited)["id"])
    foreign.append(whole.ask(question, **cited)["id"])
    for limit in (1, 2, 3):
        found: list[str] = []
        cursor: str | None = None
        while True:
            params = {"limit": limit} | ({"cursor": cursor} if cursor else {})
            page = harbor("GET", "/v1/articles/inside/answers", params=params).json()
            found += [answer["id"] for answer in page["answers"]]
            if (cursor := page["next_cursor"]) is None:
                break
            assert len(page["answers"]) == limit
            assert base64.urlsafe_b64decode(cursor + "==").decode().removeprefix("after answer:") in own
        assert sorted(found) == sorted(own)
    listed = whole("GET", "/v1/articles/inside/answers").json()["answers"]
    assert {answer["id"] for answer in listed} == {*own, *foreign}


def test_a_follow_up_to_what_lies_outside_is_shown_as_it_was_asked(
    whole: Keyed, harbor: Keyed, archive: Archive
) -> None:
    question = "How many people did ferries carry across the Ziegel on Monday?"
    plain = archive.answer(harbor.ask(question)["id"])

    def after(first: Keyed, answer_id: str) -> str:
        """A turn after another: understood by it, and by a model in a way that was not taken."""
        begun = first.ask("Who sank the Ziegel ferry?", conversation_id="new")
        conversation_id = begun["conversation_id"]
        answer = json.loads(plain) | {"id": answer_id, "conversation_id": conversation_id}
        answer["understanding"]["standalone_question"] = "Did the Kestrel ferry sink?"
        answer["receipt"]["dropped"] = [{"text": "And Larkfield?", "reason": "names what nobody named: Larkfield"}]
        archive.save_answer(answer_id, NOW, json.dumps(answer), cited={"inside": 1}, seen={"inside"})
        add_turn(archive, conversation_id, StoredTurn(question, "Did the Kestrel ferry sink?", answer_id, NOW))
        return answer_id

    foreign = harbor("GET", f"/v1/answers/{after(whole, 'ans_foreign')}")
    assert foreign_in(foreign.text) == []
    assert foreign.json()["understanding"]["standalone_question"] == question
    assert foreign.json()["receipt"]["dropped"] == [{"text": "[erased]", "reason": "names what nobody named"}]
    own = harbor("GET", f"/v1/answers/{after(harbor, 'ans_own')}").json()
    assert own["understanding"]["standalone_question"] == "Did the Kestrel ferry sink?"
    seen = whole("GET", "/v1/answers/ans_foreign").json()
    assert seen["understanding"]["standalone_question"] == "Did the Kestrel ferry sink?"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/check", {"text": "The Ziegel ferry sank on Tuesday. Nine people were saved by bakers."}),
        ("/v1/answers", {"question": "Where did the Ziegel ferry sink on Tuesday?", "stream": True}),
        *(
            (
                "/v1/chat/completions",
                {
                    "model": "dateline",
                    "messages": [{"role": "user", "content": "Where did the Ziegel ferry sink on Tuesday?"}],
                    "stream": stream,
                },
            )
            for stream in (False, True)
        ),
        *(
            ("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": given}})
            for name, given in (
                ("ask", {"question": "Where did the Ziegel ferry sink on Tuesday?"}),
                ("search", {"query": "Ziegel ferry sank", "limit": 50}),
                ("check", {"text": "The Ziegel ferry sank on Tuesday."}),
            )
        ),
    ],
)
def test_every_way_to_ask(whole: Keyed, harbor: Keyed, path: str, body: dict[str, Any]) -> None:
    harbor.headers["accept"] = whole.headers["accept"] = "application/json, text/event-stream"
    inside, everything = harbor("POST", path, json=body), whole("POST", path, json=body)
    assert (inside.status_code, everything.status_code) == (200, 200)
    assert foreign_in(inside.text) == []
    assert "sunken" in foreign_in(everything.text)


def test_an_article_by_its_id_for_an_agent(whole: Keyed, harbor: Keyed) -> None:
    def read(who: Keyed, article_id: str) -> str:
        params = {"name": "read_article", "arguments": {"article_id": article_id}}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        who.headers["accept"] = "application/json, text/event-stream"
        return str(who("POST", "/mcp", json=body).text)

    assert "Nine people were saved" in read(whole, "sunken")
    assert "there is no article 'sunken'" in read(harbor, "sunken")
    assert "Nobody was hurt" in read(harbor, "inside")


def test_a_cursor_that_was_made_up(harbor: Keyed) -> None:
    """The numbers of passages in it may be any; what is outside is left out all the same."""
    asked = {"query": "Ziegel", "limit": 1}
    packed = base64.urlsafe_b64decode(harbor("POST", "/v1/search", json=asked).json()["next_cursor"] + "==")
    rows = b"".join(struct.pack("<IBBff", number, 1, 1, 0.5, 0.5) for number in range(1, 60))
    cursor = base64.urlsafe_b64encode(packed[:HEAD] + rows).decode().rstrip("=")
    found = harbor("POST", "/v1/search", json=asked | {"limit": 100, "cursor": cursor})
    assert found.status_code == 200
    assert {p["article_id"] for p in found.json()["passages"]} == {"bridge", "chess", "inside"}
    assert foreign_in(found.text) == []


def test_conversations(whole: Keyed, harbor: Keyed) -> None:
    foreign = whole.ask("Where did the Ziegel ferry sink on Tuesday?", conversation_id="new")["conversation_id"]
    for response in (
        harbor("GET", f"/v1/conversations/{foreign}"),
        harbor("POST", "/v1/answers", json={"question": "And who was saved?", "conversation_id": foreign}),
    ):
        assert problem(response, 404)["detail"] == f"there is no conversation '{foreign}'"
    own = harbor.ask("Who was hurt on the Ziegel?", conversation_id="new")["conversation_id"]
    assert harbor.ask("And on Monday?", conversation_id=own)["conversation_id"] == own
    assert len(harbor("GET", f"/v1/conversations/{own}").json()["turns"]) == 2


def test_changing_the_filter_changes_what_is_seen(whole: Keyed, harbor: Keyed) -> None:
    assert harbor("GET", "/v1/articles/inside").status_code == 200
    saved = whole("PUT", "/v1/filters/harbor", json={"outlets": ["Kestrel Wire"], "published_from": "2021-01-01"})
    assert saved.status_code == 200
    assert saved.json()["filters"] == {
        "published_from": "2021-01-01",
        "published_to": None,
        "outlets": ["Kestrel Wire"],
        "languages": [],
        "article_ids": [],
    }
    assert harbor("GET", "/v1/articles/inside").status_code == 404
    assert [a["id"] for a in harbor("GET", "/v1/articles").json()["articles"]] == ["copy", "mended", "sunken"]


def test_requests_that_name_a_saved_filter(whole: Keyed, harbor: Keyed) -> None:
    assert whole("PUT", "/v1/filters/kestrel", json={"outlets": ["Kestrel Wire"]}).status_code == 200

    def ids(who: Keyed, **params: Any) -> list[str]:
        return [a["id"] for a in who("GET", "/v1/articles", params=params).json()["articles"]]

    assert ids(whole, saved="harbor") == ["bridge", "chess", "inside"]
    assert ids(whole, saved="kestrel") == ["copy", "mended", "older", "sunken"]
    assert ids(whole, saved="kestrel", published_from="2021-08-06") == ["sunken"]
    assert ids(harbor, saved="kestrel") == []
    body = {"query": "ferry", "filters": {"saved": "kestrel"}}
    found = whole("POST", "/v1/search", json=body).json()["passages"]
    assert {p["article"]["outlet"] for p in found} == {"Kestrel Wire"}
    answer = whole.ask("Where did the Ziegel ferry sink?", filters={"saved": "harbor"})
    assert "sunken" not in {p["passage_id"].split(":")[0] for p in answer["receipt"]["passages"]}
    missing = whole("POST", "/v1/search", json={"query": "ferry", "filters": {"saved": "nothing"}})
    assert problem(missing, 404)["detail"] == "there is no saved filter 'nothing'"


def test_saved_filters_over_http(whole: Keyed, harbor: Keyed) -> None:
    assert whole("PUT", "/v1/filters/b", json={"languages": ["en"]}).json()["name"] == "b"
    listed = whole("GET", "/v1/filters").json()["filters"]
    assert [saved["name"] for saved in listed] == ["b", "harbor"]
    assert whole("GET", "/v1/filters/harbor").json() == listed[1]
    for body in ({}, {"outlet": "x"}, {"published_from": "2021-02-02", "published_to": "2021-02-01"}, {"saved": "b"}):
        problem(whole("PUT", "/v1/filters/c", json=body), 422)
    problem(whole("PUT", "/v1/filters/No", json={"languages": ["en"]}), 422)
    assert whole("DELETE", "/v1/filters/b").status_code == 204
    problem(whole("DELETE", "/v1/filters/b"), 404)
    assert "keys are restricted" in problem(whole("DELETE", "/v1/filters/harbor"), 409)["detail"]
    assert problem(harbor("GET", "/v1/filters"), 403)["detail"].startswith("this is about the whole archive")
