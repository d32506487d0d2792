import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from dateline.index.archive import Archive
from dateline.index.conversations import StoredTurn, add_turn, latest_answers, turns_of
from dateline.index.errors import NotFoundError, StorageError
from tests.articles import NOW, opened


def turn(n: int) -> StoredTurn:
    return StoredTurn(f"and {n}?", f"What of {n}?", f"ans_{n}", NOW + timedelta(minutes=n))


def keep(archive: Archive, n: int, conversation_id: str = "conv_1") -> StoredTurn:
    """Store an answer and the turn that it belongs to."""
    archive.save_answer(f"ans_{n}", NOW, f'{{"id": "ans_{n}"}}', cited={})
    add_turn(archive, conversation_id, turn(n))
    return turn(n)


def test_turns_come_back_in_the_order_in_which_they_were_added(archive: Archive) -> None:
    first, other, second = keep(archive, 2), keep(archive, 3, "conv_2"), keep(archive, 1)
    assert turns_of(archive, "conv_1") == [first, second]
    assert turns_of(archive, "conv_2") == [other]
    assert latest_answers(archive, "conv_1", 8) == [
        ("What of 2?", '{"id": "ans_2"}'),
        ("What of 1?", '{"id": "ans_1"}'),
    ]
    assert latest_answers(archive, "conv_1", 1) == [("What of 1?", '{"id": "ans_1"}')]


def test_there_is_no_conversation_without_a_turn(archive: Archive) -> None:
    keep(archive, 1)
    with pytest.raises(NotFoundError, match="no conversation 'conv_2'"):
        turns_of(archive, "conv_2")
    with pytest.raises(NotFoundError, match="no conversation ''"):
        latest_answers(archive, "", 8)


def test_a_turn_needs_its_answer(archive: Archive) -> None:
    with pytest.raises((StorageError, IntegrityError)):
        add_turn(archive, "conv_1", turn(1))


def test_turns_added_at_once_all_stay(tmp_path: Path) -> None:
    """By eight threads over two connections to one archive."""
    with opened(tmp_path / "home") as one, opened(tmp_path / "home") as other:
        for n in range(40):
            one.save_answer(f"ans_{n}", NOW, "{}", cited={})
        start = threading.Barrier(8)

        def add(thread: int) -> None:
            start.wait()
            for n in range(thread * 5, thread * 5 + 5):
                add_turn(other if thread % 2 else one, "conv_1", turn(n))

        threads = [threading.Thread(target=add, args=(n,)) for n in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        found = turns_of(one, "conv_1")
        assert sorted(found, key=lambda each: each.asked_at) == [turn(n) for n in range(40)]
        for thread in range(8):  # each thread's own turns in its order
            own = [turn(n) for n in range(thread * 5, thread * 5 + 5)]
            assert [each for each in found if each in own] == own
