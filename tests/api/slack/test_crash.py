"""Kill -9 of servers amid questions from Slack, duplicates, 429s and broken connections: each is answered once."""

import pytest

from benchmarks.slack import storm


@pytest.mark.slow
def test_no_answer_is_lost_or_given_twice() -> None:
    done = storm(events=60, kills=1, seed=7, servers_count=1)
    assert done.asked >= 20
    assert (done.lost, done.doubled, done.wrong) == ([], [], [])
