"""Articles over HTTP: they come in one by one, in batches and as uploads, are searchable then, and come in once."""

import gzip
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

import dateline.api.http.upload_jobs
import dateline.index.jobs
from dateline.api.compose import Services
from dateline.api.http.idempotency import KeysInFlight
from dateline.api.http.middleware import Limits
from dateline.api.intake import Intake
from dateline.index.archive import Archive
from dateline.index.encoder import InitialsEncoder, Prompts
from dateline.index.errors import InFlightError
from dateline.index.jobs import Job, add_job, upload_file
from dateline.index.read import record_of
from dateline.index.reencoding import reencode
from dateline.index.search import Searcher
from dateline.index.writer import Writer
from tests.api.conftest import NOW, PATIENCE
from tests.api.http.test_problems import problem
from tests.articles import FAKE, has, news

FERRY = {
    "id": "ferry",
    "text": "The ferry to Quellmark sank on Friday. All forty passengers were rescued.",
    "title": "Ferry sinks",
    "outlet": "Harbor Post",
    "language": "en",
    "published": "2021-08-27",
}
FINISHED = ("done", "failed")


def search(client: TestClient, words: str) -> str:
    """The id of the article that is found first."""
    found = client.post("/v1/search", json={"query": words}).json()
    return str(found["passages"][0]["article_id"])


def finished(client: TestClient, location: str) -> dict[str, Any]:
    """A job once it is over."""
    for _ in range(20 * PATIENCE):
        job: dict[str, Any] = client.get(location).json()
        if job["state"] in FINISHED:
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def lines(*records: Any) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def test_an_article_is_created_revised_and_unchanged(client: TestClient) -> None:
    created = client.post("/v1/articles", json=FERRY)
    assert (created.status_code, created.headers["location"]) == (201, "/v1/articles/ferry")
    assert created.json() == {"status": "created", "id": "ferry", "warnings": [], "error": None}
    assert search(client, "ferry to Quellmark") == "ferry"
    answer = client.post("/v1/answers", json={"question": "When did the ferry to Quellmark sink?"}).json()
    assert answer["claims"][0]["text"] == "The ferry to Quellmark sank on Friday."

    assert (again := client.post("/v1/articles", json=FERRY)).json()["status"] == "unchanged"
    assert again.status_code == 200
    revised = client.post("/v1/articles", json=FERRY | {"text": "The ferry to Quellmark sank on Saturday."})
    assert (revised.status_code, revised.json()["status"]) == (200, "revised")
    assert client.get("/v1/articles/ferry").json()["revision"] == 2
    assert client.get("/v1/articles/ferry").json()["title"] == "Ferry sinks"


def test_what_comes_in_is_cleaned_and_checked_as_ingest_does(client: TestClient) -> None:
    text = "<p>The ferry sank on Friday.</p><script>alert(1)</script><p>Read more:</p><p>Nobody was hurt.</p>"
    made = client.post("/v1/articles", json={"id": "html", "text": text, "published": "03/04/2021", "language": "en"})
    assert "03/04/2021" in made.json()["warnings"][0]
    article = client.get("/v1/articles/html").json()
    assert "<" not in article["text"]
    assert "alert" not in article["text"]
    assert article["published"] is None


@pytest.mark.parametrize(
    ("article", "status", "what"),
    [
        ({"text": ""}, 422, "The record has no text"),
        ({"text": "Please accept cookies to continue."}, 422, ""),
        ({"title": "x"}, 422, "a field can't be used"),
        ({"text": "x", "headline": "y"}, 422, "a field can't be used"),
        ({"text": 7}, 422, "fields can't be used"),
    ],
)
def test_what_is_no_article(client: TestClient, article: dict[str, Any], status: int, what: str) -> None:
    if what:
        assert what in problem(client.post("/v1/articles", json=article), status)["detail"]


def test_a_batch_tells_of_each_article(client: TestClient) -> None:
    batch = {"articles": [FERRY, {"id": 3, "text": "x"}, {"id": "empty", "text": ""}, FERRY, FERRY | {"text": "Else."}]}
    made = client.post("/v1/articles/batch", json=batch).json()
    assert {name: made[name] for name in ("created", "revised", "unchanged", "errors")} == {
        "created": 1, "revised": 0, "unchanged": 1, "errors": 3,
    }  # fmt: skip
    assert [result["status"] for result in made["results"]] == ["created", "error", "error", "unchanged", "error"]
    assert made["results"][1]["error"]["location"] == "articles[1].id"
    assert made["results"][2]["error"]["message"].startswith("The record has no text")
    assert "is that of another text in articles[0]" in made["results"][4]["error"]["message"]
    problem(client.post("/v1/articles/batch", json={"articles": [FERRY] * 501}), 422)
    assert client.post("/v1/articles/batch", json={"articles": []}).json()["results"] == []


def test_an_upload_is_a_job(client: TestClient, archive: Archive) -> None:
    body = lines(*({"id": f"n{n}", "text": news(n), "language": "en"} for n in range(30)), FERRY)
    accepted = client.post("/v1/articles/upload", content=body[:-1] + b"\n{broken\n\n[1]\n")
    assert accepted.status_code == 202
    job = finished(client, accepted.headers["location"])
    assert (job["state"], job["added"], job["failed"], job["line"]) == ("done", 31, 2, 34)
    assert [error["line"] for error in job["errors"]] == [32, 34]
    assert "column 2" in job["errors"][0]["reason"]
    assert search(client, "ferry to Quellmark") == "ferry"
    assert list((archive.home / "uploads").iterdir()) == []
    assert problem(client.get("/v1/jobs/job_0"), 404)["detail"] == "there is no job 'job_0'"


def test_a_job_that_was_cut_off_goes_on(
    archive: Archive, services: Services, client_of: Callable[[Services], TestClient]
) -> None:
    """As a kill leaves it: some lines are done, the rest of the file waits."""
    file = upload_file(archive, "job_1")
    file.parent.mkdir()
    file.write_bytes(lines({"id": "gone", "text": "This line was dealt with."}, FERRY, {"id": "x"}))
    add_job(archive, Job("job_1", "running", NOW, line=1, added=1))
    job = finished(client_of(services), "/v1/jobs/job_1")
    assert (job["state"], job["added"], job["failed"], job["line"]) == ("done", 2, 1, 3)
    assert not file.exists()


def test_the_thread_of_uploads_outlives_what_nobody_foresaw(
    archive: Archive,
    services: Services,
    client_of: Callable[[Services], TestClient],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked: list[None] = []

    def open_jobs(archive: Archive) -> list[Job]:
        asked.append(None)
        if len(asked) == 1:
            raise RuntimeError("a bug")
        return dateline.index.jobs.open_jobs(archive)

    monkeypatch.setattr(dateline.api.http.upload_jobs, "open_jobs", open_jobs)
    monkeypatch.setattr(dateline.api.http.upload_jobs, "RETRY_SECONDS", 0.01)
    client = client_of(services)
    job = finished(client, client.post("/v1/articles/upload", content=lines(FERRY)).headers["location"])
    assert (job["state"], job["added"]) == ("done", 1)
    assert "a bug" in caplog.text


def test_an_upload_without_articles_and_one_too_large(
    archive: Archive, services: Services, client_of: Callable[..., TestClient]
) -> None:
    client = client_of(services, limits=Limits(upload_bytes=10))
    job = finished(client, client.post("/v1/articles/upload", content=b"").headers["location"])
    assert (job["state"], job["failed"]) == ("done", 1)
    problem(client.post("/v1/articles/upload", content=b"x" * 11), 413)
    problem(client.post("/v1/articles/upload", content=iter([b"x" * 6, b"x" * 6])), 413)  # says not how long it is
    assert list(upload_file(archive, "any").parent.iterdir()) == []


def test_larger_bodies_are_taken_for_articles_alone(client: TestClient) -> None:
    text = "The ferry to Quellmark sank on Friday. " * 30_000
    assert len(text) > Limits().body_bytes
    problem(client.post("/v1/search", json={"query": text}), 413)
    problem(client.post("/v1/articles", content=b" " * 20_000_001), 413)


def test_an_upload_by_gzip(client: TestClient) -> None:
    accepted = client.post(
        "/v1/articles/upload", content=gzip.compress(lines(FERRY)), headers={"content-encoding": "gzip"}
    )
    job = finished(client, accepted.headers["location"])
    assert (job["state"], job["added"], job["failed"]) == ("done", 1, 0)


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/articles/batch", "/v1/articles/upload"])
def test_a_request_with_a_key_is_done_once(client: TestClient, path: str) -> None:
    bodies: dict[str, Callable[[Any], bytes]] = {
        "/v1/articles": lambda article: json.dumps(article).encode(),
        "/v1/articles/batch": lambda article: json.dumps({"articles": [article]}).encode(),
        "/v1/articles/upload": lines,
    }
    headers = {"Idempotency-Key": "k1", "Content-Type": "application/json"}
    first = client.post(path, content=bodies[path](FERRY), headers=headers)
    again = client.post(path, content=bodies[path](FERRY), headers=headers)
    assert first.status_code in (200, 201, 202)
    assert (again.status_code, again.text) == (first.status_code, first.text)
    assert again.headers.get("location") == first.headers.get("location")
    other = client.post(path, content=bodies[path](FERRY | {"title": "Other"}), headers=headers)
    assert problem(other, 422)["type"] == "urn:dateline:problem:reused-key"


def test_what_failed_may_be_sent_again_with_its_key(client: TestClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    problem(client.post("/v1/articles", json={"text": ""}, headers=headers), 422)
    assert client.post("/v1/articles", json=FERRY, headers=headers).status_code == 201
    problem(client.post("/v1/articles", json=FERRY, headers={"Idempotency-Key": "x" * 256}), 422)


def test_a_key_in_flight() -> None:
    keys = KeysInFlight()
    with (
        keys.held("articles", "k"),
        keys.held("batch", "k"),
        pytest.raises(InFlightError),
        keys.held("articles", "k"),
    ):
        pass
    with keys.held("articles", "k"):
        pass


def test_who_comes_at_once_gets_its_own_result(services: Services) -> None:
    intake = Intake(services.searcher, lambda: datetime.now(UTC))

    def one(n: int) -> str | None:
        (taken,) = intake.take_in([record_of({"id": f"n{n}", "text": news(n), "language": "en"}, "body", None)])
        assert has(services.searcher, f"n{n}", news(n, 1))
        return taken.article_id

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(one, range(40))) == [f"n{n}" for n in range(40)]


def test_where_another_process_writes(client: TestClient, archive: Archive) -> None:
    with Writer(archive):
        response = client.post("/v1/articles", json=FERRY)
    assert problem(response, 503)["retryable"] is True
    assert client.post("/v1/articles", json=FERRY).status_code == 201


def test_withdrawing(client: TestClient) -> None:
    answer = client.post("/v1/answers", json={"question": "Who won the chess title?"}).json()
    gone = client.delete("/v1/articles/chess", params={"reason": "retracted"})
    assert gone.json() == {"article_id": "chess", "withdrawn": True, "already": False, "answers": 1}
    assert client.delete("/v1/articles/chess").json()["already"] is True
    assert client.get("/v1/articles/chess").json()["withdrawn_reason"] == "retracted"
    assert client.get(f"/v1/answers/{answer['id']}").json()["flags"][0]["kind"] == "withdrawn"
    problem(client.delete("/v1/articles/nobody"), 404)


def test_status_is_what_the_command_says(client: TestClient, archive: Archive) -> None:
    status = client.get("/v1/status").json()
    assert status["counts"]["articles"] == 3
    assert (status["home"], status["lag"], status["encoder"]) == (str(archive.home), 0, "initials")
    assert status["sequence"] == archive.sequence()


def test_articles_that_come_in_when_the_archive_was_re_encoded(archive: Archive) -> None:
    """Nothing is lost: the intake opens the encoder that the archive has now."""
    other = InitialsEncoder(prompts=Prompts("who : ", "news : "))
    searcher = Searcher(archive, FAKE, reopen=lambda: other)
    intake = Intake(searcher, lambda: NOW)
    assert reencode(archive, other, None).passages == 4
    (taken,) = intake.take_in([record_of(FERRY, "body", None)])
    assert (taken.kind, searcher.encoder) == ("added", other)
    assert has(searcher, "ferry", "The ferry to Quellmark sank")
    assert archive.fact("encoder") == other.name
