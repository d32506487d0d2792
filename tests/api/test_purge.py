"""A purged article's words are in no file any more; a tombstone stays, and nothing else is harmed."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dateline.api.asking import ask
from dateline.api.compose import Services
from dateline.index.answers import answers_citing
from dateline.index.archive import Archive
from dateline.index.conversations import turns_of
from dateline.index.database import FILE_NAME, scrub
from dateline.index.errors import BusyError, NotFoundError, PurgedError
from dateline.index.feedback import Feedback, add_feedback, feedback_on
from dateline.index.filters import Filters
from dateline.index.flags import Flag
from dateline.index.idempotency import known_response, remember_response
from dateline.index.index_files import index_lock
from dateline.index.ingest import take_in
from dateline.index.purge import Purge, purge
from dateline.index.read import record_of
from dateline.index.search import Searcher
from dateline.index.writer import Writer
from dateline.rag.answerer import Answerer
from dateline.rag.events import Done, Event
from dateline.rag.question import Question
from dateline.rag.redaction import as_asked, without_article
from dateline.rag.verification.support import WordSupport
from tests.api.conftest import CommandLine, Played
from tests.api.http.test_problems import problem
from tests.articles import FAKE, NOW, READER, has, news, opened, record

SECRET = "Quillon Vasquane embezzled nine zloties from the Ferrule orphanage on Monday."
MORE = "The magistrate Oberlane confirmed that Quillon Vasquane confessed."
WORDS = ("Quillon", "Vasquane", "embezzled", "Ferrule", "Oberlane", "magistrate", "Scandal at Umberlee", "Zeldine")
OTHER = "The orphanage by the river was painted green on Tuesday. Forty children live there."


def store(archive: Archive, *records: dict[str, Any], readmit: bool = False) -> list[str | None]:
    """Ingest without a file that the words could be found in."""
    items = [record_of(one, "test", n) for n, one in enumerate(records)]
    batches = list(take_in(items, archive, FAKE, now=lambda: NOW, readmit=readmit))
    Searcher(archive, FAKE)
    return [taken.kind for batch in batches for taken in batch]


def secret(text: str = f"{SECRET} {MORE}", article_id: str = "secret") -> dict[str, Any]:
    return record(article_id, text, title="Scandal at Umberlee", byline="Zeldine Quarrow", outlet="Umberlee Herald")


def files_with(home: Path, *words: str) -> list[tuple[str, str]]:
    """Each file under `home` that has a word in it, in UTF-8 or in UTF-16, in any case."""
    return [
        (file.name, word)
        for file in sorted(path for path in home.rglob("*") if path.is_file())
        for word in words
        if any(word.lower().encode(encoding) in file.read_bytes().lower() for encoding in ("utf-8", "utf-16-le"))
    ]


def purged(archive: Archive, article_id: str = "secret", reason: str = "court order 7") -> Purge:
    return purge(archive, article_id, reason, NOW, redact=without_article, as_asked=as_asked)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty one."""
    with opened(tmp_path / "empty") as archive:
        yield archive


@pytest.fixture
def services(archive: Archive) -> Services:
    store(archive, secret(SECRET.replace("nine", "six")), record("river", OTHER), record("n", news(1)))
    store(archive, secret())  # a second revision
    searcher = Searcher(archive, FAKE)
    return Services(archive, searcher, Answerer(searcher, READER), WordSupport)


def test_its_words_are_in_no_file(services: Services) -> None:
    archive = services.archive
    assert {word for _, word in files_with(archive.home, *WORDS)} >= {"embezzled", "Zeldine", "Scandal at Umberlee"}
    answer = ask(services, Question("Who harmed the Umberland orphanage on Monday?", NOW), NOW).answer
    assert "Quillon" in answer.text
    refused = ask(services, Question("Why is pudding yellow in the harbour city?", NOW), NOW).answer
    add_feedback(archive, Feedback("fb", answer.id, "c1", "unhelpful", ("wrong",), "Quillon Vasquane never did", NOW))
    remember_response(archive, "articles", "k", "0", NOW, '{"id": "secret", "warnings": ["Zeldine"]}')

    assert refused.refusal is not None
    assert purged(archive).answers == 2
    services.searcher.refresh()
    assert "secret" not in str(services.searcher.search("orphanage").passages)
    left = files_with(archive.home, *(word for word in WORDS if word not in refused.question))
    assert left == []
    assert known_response(archive, "articles", "k", "0") is None
    assert [(one.rating, one.comment) for one in feedback_on(archive, answer.id)] == [("unhelpful", None)]
    assert has(services.searcher, "river", "orphanage painted green")


def test_its_words_are_in_no_segment(archive: Archive) -> None:
    """Nor in what a kill has left beside the segments; and what others added to the index is found as before."""
    for n in range(10):
        store(archive, record(f"n{n}", news(n)), *([secret()] if n == 4 else []))
    indexes = archive.home / "indexes"
    (indexes / "tmpkilled").mkdir()
    (indexes / "tmpkilled" / "left.term").write_text(SECRET)
    searcher = Searcher(archive, FAKE)
    assert has(searcher, "secret", "Quillon Vasquane")
    assert {word for _, word in files_with(indexes, "quillon", "vasquan", "ferrul")} == {"quillon", "vasquan", "ferrul"}
    purged(archive)
    assert not indexes.exists()
    assert "secret" not in {
        found.passage.article.id for found in searcher.search("Quillon Vasquane", limit=99).passages
    }
    assert files_with(indexes, "quillon", "vasquan", "ferrul", *WORDS) == []
    assert all(has(searcher, f"n{n}", news(n, 1)) for n in range(10))


def test_it_waits_for_who_writes_the_indexes(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """That process may have read the words already, and would write them into new files."""
    store(archive, secret())
    monkeypatch.setattr("dateline.index.purge.LOCK_WAIT_SECONDS", 0.1)
    with index_lock(archive.home), pytest.raises(BusyError):
        purged(archive)
    assert archive.article("secret").current
    assert not purged(archive).already


def test_a_tombstone_stays(services: Services) -> None:
    archive = services.archive
    answer = ask(services, Question("Who harmed the Umberland orphanage on Monday?", NOW), NOW).answer
    assert not purged(archive).already
    for revision in (None, 1, 2):
        with pytest.raises(PurgedError, match="purged on 2021-09-01: court order 7") as error:
            archive.article("secret", revision)
        assert (error.value.article_id, error.value.reason) == ("secret", "court order 7")
    assert [stored.article.id for stored in archive.list_articles(Filters())] == ["n", "river"]
    (citing,) = answers_citing(archive, "secret")
    assert (citing.id, citing.flags) == (answer.id, (Flag("purged", "secret", detail="court order 7"),))
    assert purged(archive, reason="another") == Purge("secret", NOW, "court order 7", True, 1)
    with pytest.raises(NotFoundError):
        purged(archive, "nobody")


def test_it_does_not_come_back_unless_it_is_told_to(services: Services) -> None:
    archive = services.archive
    purged(archive)
    assert store(archive, secret(), secret("Something new."), secret(article_id="other")) == ["failed"] * 3
    assert store(archive, record("river2", OTHER)) == ["added"]
    assert store(archive, secret(), readmit=True) == ["revised"]
    assert archive.article("secret").article.text == f"{SECRET} {MORE}"
    assert has(Searcher(archive, FAKE), "secret", "embezzled")
    with pytest.raises(PurgedError):
        archive.article("secret", 1)
    assert store(archive, secret(article_id="other")) == ["added"]


def test_a_text_readmitted_under_another_id(services: Services) -> None:
    purged(services.archive)
    assert store(services.archive, secret(article_id="other"), readmit=True) == ["added"]
    with pytest.raises(PurgedError):
        services.archive.article("secret")


def test_follow_ups_are_as_they_were_asked(services: Services) -> None:
    archive = services.archive
    ask(services, Question("Who harmed the Umberland orphanage on Monday?", NOW), NOW, conversation_id="new",
        new_id=lambda: "conv_1")  # fmt: skip
    second = ask(services, Question("When did they confess?", NOW), NOW, conversation_id="conv_1").answer
    third = ask(services, Question("And the orphanage?", NOW), NOW, conversation_id="conv_1").answer
    purged(archive)
    assert files_with(archive.home, "Quillon", "Vasquane", "Oberlane") == []
    assert [turn.standalone_question for turn in turns_of(archive, "conv_1")][1:] == [second.question, third.question]
    stored = json.loads(archive.answer(second.id))
    assert stored["understanding"]["standalone_question"] == "When did they confess?"


def test_near_copies_are_told_apart_anew(archive: Archive) -> None:
    text = news(5, 12)
    store(archive, record("a", text), record("b", text + " Added by b."), record("c", text + " Added by c."))
    assert {archive.article(name).story_id for name in "abc"} == {"a"}
    purged(archive, "a")
    assert [archive.article(name).story_id for name in "bc"] == ["b", "b"]


def test_answers_under_way_do_not_bring_it_back(services: Services) -> None:
    question = Question("Who harmed the Umberland orphanage on Monday?", NOW)
    answer = services.answerer.answer(question)

    def meanwhile(_question: Question) -> Iterator[Event]:
        purged(services.archive)
        yield Done(answer)

    late = replace(services, answerer=Played(services, meanwhile))
    with pytest.raises(BusyError, match="purged while it was read"):
        ask(late, question, NOW)
    assert files_with(services.archive.home, "Quillon") == []


def test_it_waits_for_nobody_for_long(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = services.archive
    monkeypatch.setattr("dateline.index.purge.LOCK_WAIT_SECONDS", 0.1)
    with Writer(archive), pytest.raises(BusyError):
        purged(archive)
    assert archive.article("secret").current


def test_a_reader_of_the_old_words_is_told_of(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as somebody reads what was there before, it is in the write-ahead log; doing it again finishes it."""
    archive = services.archive
    monkeypatch.setattr("dateline.index.database.LOCK_WAIT_MS", 100)
    archive.engine.dispose()  # connections that would wait for longer
    with archive.engine.connect() as reading:
        reading.exec_driver_sql("SELECT count(*) FROM articles").scalar()
        with pytest.raises(BusyError, match=r"write-ahead log|locked"):
            purged(archive)
    assert purged(archive).already
    assert files_with(archive.home, "Quillon") == []


def test_what_an_older_version_erased_is_scrubbed_too(archive: Archive) -> None:
    """It did not overwrite what it erased: free pages and the log still have it."""
    with closing(sqlite3.connect(archive.home / FILE_NAME)) as database, database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("INSERT INTO answers VALUES ('ans_1', '2021-09-01', ?)", ("Quillon " * 2_000,))
        database.execute("DELETE FROM answers")
    assert files_with(archive.home, "Quillon")
    scrub(archive.engine)
    assert files_with(archive.home, "Quillon") == []


def test_over_http(services: Services, client_of: Callable[[Services], TestClient]) -> None:
    client = client_of(services)
    answer = client.post("/v1/answers", json={"question": "Who harmed the Umberland orphanage on Monday?"}).json()
    problem(client.post("/v1/articles/secret/purge", json={"reason": ""}), 422)
    problem(client.post("/v1/articles/nobody/purge", json={"reason": "x"}), 404)
    done = client.post("/v1/articles/secret/purge", json={"reason": "court order 7"})
    tombstone = {"article_id": "secret", "purged_at": "2021-09-01T12:00:00Z", "reason": "court order 7"}
    assert done.json() == tombstone | {"already": False, "answers": 1}
    gone = problem(client.get("/v1/articles/secret"), 410)
    assert (gone["type"], gone["tombstone"]["reason"]) == ("urn:dateline:problem:purged", "court order 7")
    assert [flag["kind"] for flag in client.get(f"/v1/answers/{answer['id']}").json()["flags"]] == ["purged"]
    assert [one["id"] for one in client.get("/v1/articles/secret/answers").json()["answers"]] == [answer["id"]]
    assert client.post("/v1/search", json={"query": "orphanage"}).json()["considered"] == 2
    again = {"id": "secret", "text": f"{SECRET} {MORE}", "language": "en"}
    assert "was purged on 2021-09-01" in problem(client.post("/v1/articles", json=again), 422)["detail"]
    assert client.post("/v1/articles?readmit=true", json=again).json()["status"] == "revised"


def test_on_the_command_line(services: Services, bare: CommandLine) -> None:
    bare = replace(bare, home=services.archive.home)
    assert bare("articles", "purge", "secret", "--reason", "order 7").exit_code == 1  # nobody said yes
    done = bare("articles", "purge", "secret", "--reason", "order 7", "--yes")
    assert done.stdout == "secret is purged; no stored answer had its words\n"
    assert done.stderr.startswith("earlier backups still contain it: ")
    assert bare("articles", "purge", "secret", "--reason", "x", "--yes", "--json").stdout.count('"already": true') == 1
    shown = bare("articles", "show", "secret")
    assert (shown.exit_code, "was purged" in shown.stderr) == (3, True)
    assert files_with(services.archive.home, *WORDS) == []
