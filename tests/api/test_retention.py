"""Old answers are erased, with what hangs on them, and their words leave the files."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from fastapi.testclient import TestClient

from dateline.api.asking import ask
from dateline.api.compose import Services
from dateline.index.feedback import Feedback, add_feedback
from dateline.index.retention import erase_answers_before
from dateline.rag.question import Question
from tests.api.conftest import NOW, PATIENCE
from tests.api.test_purge import files_with

OLD = "Which zebrafish won the chess title in nine rounds?"
NEW = "Which quokka won the chess title in nine rounds?"


def test_old_answers_go_and_newer_ones_stay(services: Services) -> None:
    archive = services.archive
    old = ask(services, Question(OLD, NOW), NOW - timedelta(days=31), conversation_id="new").answer
    add_feedback(archive, Feedback("fb", old.id, None, "unhelpful", (), "more zebrafish", NOW))
    new = ask(services, Question(NEW, NOW), NOW - timedelta(days=29), conversation_id=old.conversation_id).answer
    assert files_with(archive.home, "zebrafish")
    assert erase_answers_before(archive, NOW - timedelta(days=30)) == 1
    assert files_with(archive.home, "zebrafish") == []
    assert archive.counts().answers == 1
    assert archive.answer(new.id)
    third = ask(services, Question(NEW, NOW), NOW, conversation_id=old.conversation_id).answer
    assert third.conversation_id == old.conversation_id
    assert erase_answers_before(archive, NOW - timedelta(days=30)) == 0


def test_a_server_erases_them_when_it_starts(services: Services, client_of: Callable[[Services], TestClient]) -> None:
    old = ask(services, Question(OLD, NOW), NOW - timedelta(days=8)).answer
    new = ask(services, Question(NEW, NOW), NOW - timedelta(days=6)).answer
    client = client_of(replace(services, retain_answers_days=7))
    for _ in range(20 * PATIENCE):
        if client.get(f"/v1/answers/{old.id}").status_code == 404:
            break
        time.sleep(0.05)
    assert client.get(f"/v1/answers/{old.id}").status_code == 404
    assert client.get(f"/v1/answers/{new.id}").status_code == 200
