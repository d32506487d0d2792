"""Work whose end could not be written down is taken up again, by the process that was at it."""

import threading
from pathlib import Path

import pytest

from dateline.api.slack.database import open_slack_database
from dateline.api.slack.inbox import Inbox
from dateline.api.slack.work import NewWork, Request, Thread, Work
from dateline.api.slack.workers import Stop, Workers
from dateline.index.errors import BusyError
from tests.rag.generation.local_models import wait_until


def queue_work(inbox: Inbox, *texts: str) -> None:
    for n, text in enumerate(texts):
        thread = Thread("T1", "C1", f"{n}.0")
        with inbox.delivery(None) as delivery:
            assert delivery is not None
            delivery.add(NewWork(f"message:{n}", "", "ask", thread, "U1", Request(text, f"{n}.0")))


def test_work_whose_end_was_not_written_down_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dateline.api.slack.workers.LOOK_SECONDS", 0.01)
    engine = open_slack_database(tmp_path)
    inbox = Inbox(engine, lambda: 1_000.0)
    queue_work(inbox, "Who won?", "Who lost?")
    done: list[tuple[str, int]] = []
    first_is_done = threading.Event()

    def perform(work: Work, _stop: Stop) -> None:
        done.append((work.request.text, work.attempts))
        if work.request.text == "Who lost?":  # under way all the while, and not taken up twice
            assert first_is_done.wait(60)
        elif work.attempts == 1:
            raise BusyError("the file is locked")
        else:
            first_is_done.set()
        inbox.finish(work, "done")

    workers = Workers(inbox, tmp_path, perform, 2)
    workers.start()
    try:
        wait_until(lambda: inbox.unfinished() == 0)
    finally:
        workers.close()
        engine.dispose()
    assert sorted(done) == [("Who lost?", 1), ("Who won?", 1), ("Who won?", 2)]


def test_what_is_held_counts_as_an_attempt_only_while_it_is(tmp_path: Path) -> None:
    engine = open_slack_database(tmp_path)
    inbox = Inbox(engine, lambda: 1_000.0)
    queue_work(inbox, "Who won?", "Who lost?")
    assert inbox.hold(1, "me")
    assert not inbox.hold(1, "another")
    second = inbox.take("another")
    assert second is not None
    assert second.request.text == "Who lost?"
    assert inbox.take("another") is None
    inbox.let_go(1, ["2.5"])
    assert not inbox.hold(1, "me")  # one message is enough
    first = inbox.take("another")
    assert first is not None
    assert (first.attempts, first.posted) == (1, ("2.5",))
    engine.dispose()


def test_what_a_killed_process_held_has_been_tried(tmp_path: Path) -> None:
    engine = open_slack_database(tmp_path)
    inbox = Inbox(engine, lambda: 1_000.0)
    queue_work(inbox, "Who won?")
    assert inbox.hold(1, "me")
    inbox.release("me")
    taken = inbox.take("another")
    assert taken is not None
    assert (taken.attempts, taken.posted) == (2, ())
    engine.dispose()


def test_a_message_that_may_be_there_is_looked_for(tmp_path: Path) -> None:
    engine = open_slack_database(tmp_path)
    inbox = Inbox(engine, lambda: 1_000.0)
    queue_work(inbox, "Who won?")
    assert inbox.hold(1, "me")
    inbox.let_go(1, None)
    taken = inbox.take("another")
    assert taken is not None
    assert (taken.attempts, taken.posted) == (2, ())
    engine.dispose()


def test_nothing_is_held_in_a_thread_that_is_being_answered(tmp_path: Path) -> None:
    engine = open_slack_database(tmp_path)
    inbox = Inbox(engine, lambda: 1_000.0)
    for n in (1, 2):
        with inbox.delivery(None) as delivery:
            assert delivery is not None
            delivery.add(NewWork(f"message:{n}", "", "ask", Thread("T1", "C1", "1.0"), "U1", Request("Who?", f"{n}.0")))
    assert inbox.take("another") is not None
    assert not inbox.hold(2, "me")
    engine.dispose()
