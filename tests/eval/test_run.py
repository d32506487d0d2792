"""Runs: what stands in their folder, that two are the same, and that what was stopped goes on."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from dateline.eval.formats.plain import PlainPrediction
from dateline.eval.recorded import record
from dateline.eval.run import ANSWERS, PART, TIMINGS, Outcome, gold_as_asked, run, text_now
from dateline.eval.runs import load_run
from dateline.eval.systems import InProcess, Server, System
from dateline.index.archive import Archive
from dateline.index.errors import ConflictError, InputError, NotFoundError, RemoteError, StorageError
from dateline.rag.question import Question
from dateline.rag.verification.support import WordSupport
from tests.eval.runs import GOLD, clock, gold_question, lines_of, plan, run_into, system


class Breaking:
    """A system that fails on some questions, or dies at one."""

    def __init__(self, real: InProcess, *, fails: str = "", dies: str = "") -> None:
        self._real = real
        self._fails, self._dies = fails, dies
        self.asked: list[str] = []

    def about(self) -> dict[str, Any]:
        return self._real.about()

    def ask(self, question: Question) -> dict[str, Any]:
        self.asked.append(question.text)
        if self._fails and self._fails in question.text:
            raise RemoteError("the line is dead")
        if self._dies and self._dies in question.text:
            raise KeyboardInterrupt
        return self._real.ask(question)

    def text(self, article_id: str, revision: int | None = None) -> str:
        return self._real.text(article_id, revision)


def test_a_run_says_all_about_itself(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert run(out, plan(), system(archive, answer_words=180), workers=2, now=clock) == Outcome(4, 0, 4)
    about = json.loads((out / "run.json").read_text("utf-8"))
    assert about["commit"] == "0123abcd"
    assert about["settings"] == {"answer_words": 180}
    assert about["models"] == {"encoder": "initials", "reader": "overlap", "support": None}
    assert about["questions"] == 4
    assert [line["id"] for line in lines_of(out / ANSWERS)] == ["q1", "q2", "q3", "q4"]
    first = lines_of(out / ANSWERS)[0]
    assert about["index_snapshot"] == first["answer"]["receipt"]["index_snapshot"]
    assert first["passages"][0] == {
        "article_id": "chess",
        "passage_id": "chess:1:0",
        "text": "Tamsin Okoro won 7 games. The hall was cold.",
    }
    excerpt = first["excerpts"][0]
    assert excerpt["text"][excerpt["quote_start"] - excerpt["start"] :].startswith("Tamsin Okoro won 7 games.")
    assert not (out / PART).exists()
    timings = lines_of(out / TIMINGS)
    assert {line["id"] for line in timings} == {"q1", "q2", "q3", "q4"}
    assert all(line["ms"] >= sum(line["stages_ms"].values()) for line in timings)


def test_two_runs_of_the_same_are_the_same_to_the_byte(archive: Archive, tmp_path: Path) -> None:
    asked = system(archive)
    for name, workers in (("one", 1), ("two", 3)):
        run(tmp_path / name, plan(), asked, workers=workers, now=clock)
    for file in ("run.json", "gold.jsonl", ANSWERS):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


@pytest.mark.parametrize("cut", [0, 9])
def test_a_run_killed_in_the_middle_goes_on_to_the_same_result(archive: Archive, tmp_path: Path, cut: int) -> None:
    real = system(archive)
    run(tmp_path / "whole", plan(), real, workers=1, now=clock)
    out = tmp_path / "killed"
    with pytest.raises(KeyboardInterrupt):
        run(out, plan(), Breaking(real, dies="mayor"), workers=1, now=clock)
    assert not (out / ANSWERS).exists()
    # What is written while the power goes is cut in the middle of a line.
    part = (out / PART).read_bytes()
    (out / PART).write_bytes(part[: len(part) - cut])
    with pytest.raises(InputError, match="has no answer: not asked yet"):
        load_run(out)
    again = Breaking(real)
    assert run(out, plan(), again, workers=1, now=clock) == Outcome(4, 0, 4)
    assert len(again.asked) == (2 if cut == 0 else 3)
    for file in ("run.json", "gold.jsonl", ANSWERS):
        assert (out / file).read_bytes() == (tmp_path / "whole" / file).read_bytes(), file
    finished = Breaking(real)
    assert run(out, plan(), finished, workers=1, now=clock) == Outcome(4, 0, 4)
    assert finished.asked == []


def test_what_fails_is_kept_with_its_reason_and_asked_again(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "run"
    real = system(archive)
    assert run(out, plan(), Breaking(real, fails="mayor"), workers=2, now=clock) == Outcome(3, 1, 4)
    assert lines_of(out / ANSWERS)[2] == {"id": "q3", "error": "A server does not answer: the line is dead"}
    with pytest.raises(InputError, match="q3 has no answer: A server does not answer: the line is dead"):
        load_run(out)
    partial = load_run(out, partial=True)
    assert (list(partial.missing), len(partial.cases)) == (["q3"], 3)
    again = Breaking(real)
    assert run(out, plan(), again, workers=2, now=clock) == Outcome(4, 0, 4)
    assert again.asked == [GOLD[2].question]


def test_a_folder_that_holds_another_run_is_left_alone(archive: Archive, tmp_path: Path) -> None:
    asked = system(archive)
    run(tmp_path / "run", plan(), asked, workers=1, now=clock)
    with pytest.raises(ConflictError, match=r"differs in\ngold_sha256: .* before, .* now\nquestions: 4 before, 1 now"):
        run(tmp_path / "run", plan(GOLD[0]), asked, workers=1, now=clock)
    with pytest.raises(ConflictError, match="commit: 0123abcd before, None now"):
        run(tmp_path / "run", replace(plan(), commit=None), asked, workers=1, now=clock)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(ConflictError, match="is not empty and holds no run"):
        run(tmp_path / "full", plan(), asked, workers=1, now=clock)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="can't be written"):
        run(tmp_path / "file", plan(), asked, workers=1, now=clock)


def test_a_day_is_asked_at_its_end_and_no_day_when_the_run_is() -> None:
    named = gold_as_asked(gold_question("q", "Who?", as_of="2021-08-31", length="short"), clock())
    assert named.asked_at.isoformat() == "2021-09-01T23:59:59+00:00"
    assert (str(named.filters.as_of), named.length) == ("2021-08-31", "short")
    assert gold_as_asked(gold_question("q", "Who?", asked_at=None), plan().asked_at).asked_at == plan().asked_at


def test_every_problem_of_a_folder_is_told_with_its_line(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "run"
    run_into(out, archive)
    lines = (out / ANSWERS).read_text("utf-8").splitlines()
    strange = json.dumps({"id": "q9", "answer": {}})
    broken = json.dumps({"id": "q2", "answer": {"status": "answered"}, "passages": [], "excerpts": []})
    (out / ANSWERS).write_text("\n".join([lines[0], strange, broken, lines[2]]) + "\n", "utf-8")
    with (out / "gold.jsonl").open("a") as file:
        file.write(" \n")
    with pytest.raises(InputError) as caught:
        load_run(out)
    told = caught.value.message.replace(str(out) + "/", "").split("\n")
    assert told[0] == "gold.jsonl: was changed after the run"
    assert told[1] == "answers.jsonl: line 2: answers 'q9', which is none of the gold questions"
    assert told[2].startswith("answers.jsonl: line 3: is no answer that can be read (KeyError")
    assert [line.split(": ", 1)[1] for line in told[3:]] == [
        "q2 has no answer: not asked yet",
        "q4 has no answer: not asked yet",
    ]


def test_what_is_no_run_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="holds no run"):
        load_run(tmp_path)
    (tmp_path / "run.json").write_text('{"format": 0}')
    with pytest.raises(InputError, match="has format 0, not 1"):
        load_run(tmp_path)


def test_predictions_of_another_system_make_a_run(tmp_path: Path) -> None:
    predictions = [PlainPrediction(id="q1", text="She won seven."), PlainPrediction(id="q3", refused=True)]
    assert record(tmp_path / "run", GOLD, predictions, None) == Outcome(2, 2, 4)
    with pytest.raises(InputError, match="q2 has no answer: no prediction"):
        load_run(tmp_path / "run")
    loaded = load_run(tmp_path / "run", partial=True)
    assert loaded.predictions["q1"].text == "She won seven."
    assert (loaded.predictions["q3"].refused, loaded.timings, loaded.models) == (True, (), {})


def test_articles_that_are_not_there_have_no_text(archive: Archive) -> None:
    text_of = text_now(system(archive))
    assert text_of("chess") == "Tamsin Okoro won 7 games. The hall was cold."
    assert text_of("lake") is None


@contextmanager
def served(status: int, body: bytes) -> Iterator[Server]:
    """A server that always sends the same."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", timeout=300) as client:
            yield Server(client)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (500, b'{"title": "Dateline could not do this"}', "with 500: Dateline could not do this"),
        (200, b"<html>", "does not answer POST /v1/answers"),
        (200, b"[]", "with 200"),
        (503, b'{"detail": "opening"}', "with 503: opening"),
    ],
)
def test_a_server_that_does_not_answer_as_it_should_is_said_so(status: int, body: bytes, message: str) -> None:
    with served(status, body) as server, pytest.raises(RemoteError, match=message):
        server.ask(gold_as_asked(GOLD[0], clock()))


def test_a_server_is_asked_like_the_archive_in_this_process(archive: Archive, tmp_path: Path) -> None:
    from fastapi.testclient import TestClient

    from dateline.api.compose import Services
    from dateline.api.http.app import create_app
    from dateline.index.search import Searcher
    from dateline.rag.answerer import Answerer
    from tests.articles import FAKE, READER

    here: System = system(archive)
    searcher = Searcher(archive, FAKE)
    services = Services(archive, searcher, Answerer(searcher, READER), WordSupport)
    with TestClient(create_app(lambda: services), base_url="http://localhost") as client:
        while client.get("/readyz").status_code != 200:
            pass
        there = Server(client)  # type: ignore[arg-type]  # a TestClient sends as an httpx.Client does
        assert run(tmp_path / "there", plan(), there, workers=1, now=clock) == Outcome(4, 0, 4)
        with pytest.raises(NotFoundError):
            there.text("no/such article")
    run(tmp_path / "here", plan(), here, workers=1, now=clock)
    assert (tmp_path / "there" / ANSWERS).read_bytes() == (tmp_path / "here" / ANSWERS).read_bytes()
