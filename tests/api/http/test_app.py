"""The HTTP API's routes: what they return over a small archive."""

import html
import json
import re
import shlex
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.index.archive import Archive
from dateline.index.errors import ArchiveVersionError, StorageError
from dateline.index.writer import Writer
from dateline.rag.answer import Answer
from dateline.rag.events import Done, Event
from dateline.rag.question import Question
from tests.api.answers import ANSWER
from tests.api.conftest import HERE, NOW, PATIENCE, RIVER, RIVER_LATER, Played
from tests.articles import record, take_in

Ask = Callable[[dict[str, Any]], Question]


@pytest.fixture
def asked(services: Services, client_of: Callable[[Services], TestClient]) -> Ask:
    """Sends a request to an API that records what is asked, and gives the question that arrived."""

    def send(request: dict[str, Any]) -> Question:
        arrived: list[Question] = []

        def play(question: Question) -> Iterator[Event]:
            arrived.append(question)
            yield Done(replace(ANSWER, id=f"ans_{id(arrived)}"))

        recording = replace(services, answerer=Played(services, play))
        response = client_of(recording).post("/v1/answers", json=request)
        assert response.status_code == 200, response.text
        return arrived[0]

    return send


def test_question_arrives_whole(asked: Ask) -> None:
    question = asked(
        {
            "question": "What rose?",
            "asked_at": "2021-08-06T10:00:00+02:00",
            "as_of": "2021-08-31",
            "filters": {
                "published_from": "2021-08-01",
                "published_to": "2021-08-30",
                "outlets": ["Harbor Post"],
                "languages": ["en"],
                "article_ids": ["river", "chess"],
            },
            "length": "short",
        }
    )
    assert (question.text, question.length) == ("What rose?", "short")
    assert question.asked_at == datetime(2021, 8, 6, 8, tzinfo=UTC)
    assert question.asked_at.tzinfo is UTC
    filters = question.filters
    assert (str(filters.published_from), str(filters.published_to), str(filters.as_of)) == (
        "2021-08-01",
        "2021-08-30",
        "2021-08-31",
    )
    assert (filters.outlets, filters.languages, filters.article_ids) == (("Harbor Post",), ("en",), ("river", "chess"))


def test_question_alone_is_enough(asked: Ask) -> None:
    assert asked({"question": "What rose?"}) == Question("What rose?", NOW)


def test_answer_is_stored_as_it_was_sent(client: TestClient, archive: Archive) -> None:
    sent = client.post("/v1/answers", json={"question": "How far did the river Alm rise on Monday?"})
    assert (sent.status_code, sent.headers["content-type"]) == (200, "application/json")
    answer = sent.json()
    assert archive.answer(answer["id"]) == sent.text
    assert client.get(f"/v1/answers/{answer['id']}").text == sent.text[:-1] + ',"flags":[]}'
    assert answer["asked_at"] == "2021-09-01T12:00:00Z"
    for claim in answer["claims"]:
        for citation in claim["citations"]:
            text = client.get(f"/v1/articles/{citation['article_id']}").json()["text"]
            span = citation["source_span"]
            assert text[span["start"] : span["end"]] == citation["quote"]


def test_answer_says_how_sure_it_is_and_by_whom(client: TestClient) -> None:
    answer = client.post("/v1/answers", json={"question": "How far did the river Alm rise on Monday?"}).json()
    assert answer["claims"][0]["text"] == "The river Alm rose by three metres on Monday."
    assert answer["confidence"] == 0.982  # five of its words: 1 / (1 + e^-4)
    assert (answer["receipt"]["reader"], answer["receipt"]["encoder"]) == ("overlap", "initials")
    steps = {"understand", "retrieve", "read", "choose", "compare", "cite"}
    assert set(answer["receipt"]["timings_ms"]) == steps


def test_refusal_of_what_was_not_read_has_no_confidence(client: TestClient) -> None:
    answer = client.post("/v1/answers", json={"question": "Who is Xerxes Xu of Xanten?"}).json()
    assert (answer["status"], answer["refusal"]["reason"]) == ("refused", "no_coverage")
    assert (answer["confidence"], answer["short_answer"]) == (None, None)
    assert answer["receipt"]["reader"] == "overlap"


def test_search(client: TestClient) -> None:
    found = client.post("/v1/search", json={"query": "Ziegel bridge cables", "limit": 2}).json()
    assert found["considered"] == 3
    assert len(found["passages"]) == 2
    best = found["passages"][0]
    assert best["article_id"] == "bridge"
    assert best["passage_id"] == "bridge:1:0"
    text = client.get("/v1/articles/bridge").json()["text"]
    assert best["quote"] == text[best["source_span"]["start"] : best["source_span"]["end"]]
    assert [text[s["start"] : s["end"]] for s in best["sentences"]] == [
        "Engineers closed the Ziegel bridge because its cables had rusted.",
        "Ferries carry the traffic instead.",
    ]
    assert best["article"]["outlet"] == "Harbor Post"
    assert best["article"]["basis"]["published"] == "unknown"
    assert best["score"] > found["passages"][1]["score"]
    assert found["index_snapshot"] == client.get("/readyz").json()["index_snapshot"]


def test_search_within_filters(client: TestClient) -> None:
    found = client.post("/v1/search", json={"query": "bridge", "filters": {"published_from": "2021-08-10"}}).json()
    assert [p["article_id"] for p in found["passages"]] == ["chess"]
    assert found["considered"] == 1


def test_articles_page_by_page(client: TestClient) -> None:
    first = client.get("/v1/articles", params={"limit": 2}).json()
    assert [a["id"] for a in first["articles"]] == ["bridge", "chess"]
    second = client.get("/v1/articles", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [a["id"] for a in second["articles"]] == ["river"]
    assert second["next_cursor"] is None
    assert "text" not in second["articles"][0]


def test_articles_by_filter(client: TestClient) -> None:
    def ids(**query: Any) -> list[str]:
        return [a["id"] for a in client.get("/v1/articles", params=query).json()["articles"]]

    assert ids(outlets=["harbor post", "Larkfield Gazette"]) == ["bridge", "chess", "river"]
    assert ids(outlets="HARBOR POST") == ["bridge", "chess"]
    assert ids(published_from="2021-08-20") == ["chess"]
    assert ids(article_ids="river") == ["river"]
    assert ids(as_of="2021-08-05") == ["river"]


def test_article_with_its_text(client: TestClient) -> None:
    article = client.get("/v1/articles/chess").json()
    assert article["published"] == "2021-08-20T18:00:00+02:00"
    assert article["basis"] == {
        "title": "metadata",
        "outlet": "metadata",
        "byline": "unknown",
        "url": "unknown",
        "language": "metadata",
        "published": "metadata",
        "updated": "unknown",
    }
    assert (article["story_id"], article["revision"], article["current"]) == ("chess", 1, True)
    assert (article["withdrawn"], article["withdrawn_at"], article["withdrawn_reason"]) == (False, None, None)


def test_older_revision_stays_readable(client: TestClient) -> None:
    assert client.get("/v1/articles/river").json()["text"] == RIVER_LATER
    first = client.get("/v1/articles/river", params={"revision": 1}).json()
    assert (first["text"], first["revision"], first["current"]) == (RIVER, 1, False)


def test_withdrawn_article(client: TestClient, archive: Archive) -> None:
    with Writer(archive) as writer:
        writer.withdraw("chess", "the game was never played", NOW)
    shown = client.get("/v1/articles/chess").json()
    assert (shown["withdrawn"], shown["withdrawn_reason"]) == (True, "the game was never played")
    assert shown["withdrawn_at"] == "2021-09-01T12:00:00Z"
    assert shown["text"].startswith("Vera Quist")
    assert [a["id"] for a in client.get("/v1/articles").json()["articles"]] == ["bridge", "river"]
    found = client.post("/v1/search", json={"query": "Vera Quist chess title"}).json()
    assert "chess" not in [p["article_id"] for p in found["passages"]]


def ask_about_the_river(client: TestClient) -> dict[str, Any]:
    request = {"question": "How far did the river Alm rise?", "filters": {"article_ids": ["river"]}}
    answer: dict[str, Any] = client.post("/v1/answers", json=request).json()
    assert [source["article_id"] for source in answer["sources"]] == ["river"]
    return answer


def test_answer_is_flagged_by_what_happens_later(client: TestClient, archive: Archive) -> None:
    answer = ask_about_the_river(client)
    assert client.get(f"/v1/answers/{answer['id']}").json() == answer | {"flags": []}
    take_in(
        archive,
        record("mended", "The Alm did not rise by three metres but by two.", corrects="river"),
        record("river", RIVER, title="Alm rises", outlet="Larkfield Gazette"),
    )
    with Writer(archive) as writer:
        writer.withdraw("river", "„wrong“", NOW)
    flagged = client.get(f"/v1/answers/{answer['id']}").json()
    flags = flagged.pop("flags")
    assert flagged == answer
    assert flags == [
        {"kind": "withdrawn", "article_id": "river", "by": None, "detail": "„wrong“"},
        {"kind": "revised", "article_id": "river", "by": None, "detail": "revision 2 is cited, 3 is the current one"},
        {"kind": "corrected", "article_id": "river", "by": "mended", "detail": None},
    ]
    (listed,) = client.get("/v1/articles/river/answers").json()["answers"]
    assert listed == {
        "id": answer["id"],
        "created": "2021-09-01T12:00:00Z",
        "question": "How far did the river Alm rise?",
        "status": "answered",
        "flags": flags,
    }


def test_answers_that_cite_an_article_page_by_page(client: TestClient, archive: Archive) -> None:
    given = [ask_about_the_river(client)["id"] for _ in range(3)]
    first = client.get("/v1/articles/river/answers", params={"limit": 2}).json()
    second = client.get("/v1/articles/river/answers", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [a["id"] for a in first["answers"] + second["answers"]] == sorted(given)  # all of one moment
    assert second["next_cursor"] is None
    assert client.get("/v1/articles/bridge/answers").json() == {"answers": [], "next_cursor": None}


def test_answers_of_what_is_not_there(client: TestClient, archive: Archive) -> None:
    missing = client.get("/v1/articles/nobody/answers")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:dateline:problem:not-found")
    cursor = client.get("/v1/articles", params={"limit": 1}).json()["next_cursor"]
    for query in ({"cursor": cursor}, {"cursor": "x"}, {"limit": 0}, {"limit": 101}):
        assert client.get("/v1/articles/river/answers", params=query).status_code == 422


def test_article_says_which_one_it_corrects(client: TestClient, archive: Archive) -> None:
    take_in(archive, record("mended", "The Alm did not rise by three metres but by two.", corrects="river"))
    assert client.get("/v1/articles/mended").json()["corrects"] == "river"
    assert {a["id"]: a["corrects"] for a in client.get("/v1/articles").json()["articles"]} == {
        "bridge": None,
        "chess": None,
        "mended": "river",
        "river": None,
    }


def test_ready_says_what_is_searched(client: TestClient, archive: Archive) -> None:
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "index_snapshot": f"{archive.fact('id')}-5"}


def test_alive_but_not_ready_while_opening(services: Services) -> None:
    go = threading.Event()

    def slowly() -> Services:
        go.wait(PATIENCE)
        return services

    with TestClient(create_app(slowly), base_url=HERE) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        for path in ("/readyz", "/v1/articles"):
            early = client.get(path)
            assert early.status_code == 503
            assert early.headers["retry-after"] == "5"
            assert early.json()["retryable"] is True
        go.set()
        while (ready := client.get("/readyz")).status_code == 503:
            pass
        assert ready.json()["status"] == "ready"


def test_not_ready_if_opening_failed() -> None:
    def fail() -> Services:
        raise ArchiveVersionError("the archive has schema 9999", hint="Upgrade Dateline.")

    with TestClient(create_app(fail), base_url=HERE) as client:
        while (response := client.get("/readyz")).json()["type"] == "urn:dateline:problem:busy":
            pass
        assert (response.status_code, response.json()["hint"]) == (503, "Upgrade Dateline.")
        assert client.get("/healthz").status_code == 200
        assert client.post("/v1/search", json={"query": "x"}).status_code == 500


def test_not_ready_if_the_archive_cannot_be_read(
    client: TestClient, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: Archive, _name: str) -> None:
        raise StorageError("the archive can't be read")

    monkeypatch.setattr(Archive, "fact", fail)
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_docs_need_no_network(client: TestClient) -> None:
    page = client.get("/docs").text
    for route in (
        "POST /v1/answers",
        "GET /v1/answers/{answer_id}",
        "POST /v1/search",
        "GET /v1/articles",
        "GET /v1/articles/{article_id}/answers",
        "GET /readyz",
    ):
        assert route in page
    assert "://" not in re.sub(r"https://\w+\.example\b", "", page)


def test_docs_have_contents_curl_commands_and_forms(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "<li><a href='#post-v1/answers'><code>POST /v1/answers</code></a>" in page
    assert "<section id='post-v1/answers'>" in page
    ids = re.findall(r" id='([^']+)'", page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"href='#([^']+)'", page)) <= set(ids)
    commands = [html.unescape(one) for one in re.findall(r"<pre>(curl [^<]*)</pre>", page)]
    operations = [each for methods in client.get("/openapi.json").json()["paths"].values() for each in methods.values()]
    assert len(commands) == len(operations) == page.count("<form ")
    assert (
        "curl -s -X POST 127.0.0.1:8000/v1/answers -H 'authorization: Bearer KEY' \\\n    -H 'content-type: application/json' "
        """--data-binary '{"question": "Why did the Taliban shift to cities?"}'"""
    ) in commands
    assert "curl -s 127.0.0.1:8000/v1/articles/ARTICLE_ID -H 'authorization: Bearer KEY'" in commands
    assert "curl -s 127.0.0.1:8000/healthz" in commands
    for command in commands:
        words = shlex.split(command.replace("\\\n", " "))
        body = words[words.index("--data-binary") + 1] if "--data-binary" in words else ""
        if "content-type: application/json" in words:
            assert json.loads(body), command


def test_schema_describes_problems_and_the_answer(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    post = schema["paths"]["/v1/answers"]["post"]
    assert post["responses"]["200"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Answer"}
    assert list(post["responses"]["422"]["content"]) == ["application/problem+json"]
    assert set(schema["components"]["schemas"]["TimeWindow"]["properties"]) == {"from", "to", "applies_to"}
    kept = schema["paths"]["/v1/answers/{answer_id}"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    assert kept == {"$ref": "#/components/schemas/StoredAnswer"}
    properties = {name: set(schema["components"]["schemas"][name]["properties"]) for name in ("Answer", "StoredAnswer")}
    assert properties["StoredAnswer"] == properties["Answer"] | {"flags"}
    assert "errors" in schema["components"]["schemas"]["Problem"]["properties"]
    assert "HTTPValidationError" not in json.dumps(schema)
    references = {part.split('"')[0] for part in json.dumps(schema).split("#/components/schemas/")[1:]}
    assert references <= set(schema["components"]["schemas"])


def test_schema_says_which_key_a_route_needs(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    assert set(schema["components"]["securitySchemes"]) == {"bearer", "header"}
    post = schema["paths"]["/v1/answers"]["post"]
    assert post["security"] == [{"bearer": []}, {"header": []}, {}]
    assert post["description"].endswith("Needs the scope `ask`.")
    assert schema["paths"]["/healthz"]["get"]["security"] == []


def test_example_in_the_schema_is_an_answer(client: TestClient) -> None:
    from pydantic import TypeAdapter

    content = client.get("/openapi.json").json()["paths"]["/v1/answers"]["post"]["responses"]["200"]["content"]
    example = content["application/json"]["example"]
    answer = TypeAdapter(Answer).validate_python(example, by_alias=True)
    claim = answer.claims[0]
    assert answer.text[claim.answer_span.start : claim.answer_span.end] == "Larkfield has 8,100 inhabitants. [1]"
    assert claim.citations[0].source_span.of("Larkfield has 8,100 inhabitants.") == claim.citations[0].quote


def test_example_of_a_stored_answer_has_flags(client: TestClient) -> None:
    from pydantic import TypeAdapter

    from dateline.api.http.wire.answers import StoredAnswer

    path = client.get("/openapi.json").json()["paths"]["/v1/answers/{answer_id}"]["get"]
    example = path["responses"]["200"]["content"]["application/json"]["example"]
    stored = TypeAdapter(StoredAnswer).validate_python(example, by_alias=True)
    assert [(flag.kind, flag.article_id) for flag in stored.flags] == [("corrected", stored.sources[0].article_id)]
