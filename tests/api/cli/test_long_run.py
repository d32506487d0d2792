"""Ctrl-C while a command works in a thread."""

import os
import signal
from collections.abc import Callable
from threading import Event

import pytest

from dateline.api.cli.long_run import Unfinished, in_thread

PATIENCE = 300


def ctrl_c() -> None:
    """Sends this process what Ctrl-C sends."""
    os.kill(os.getpid(), signal.SIGINT)


def test_it_returns_and_raises_what_the_work_does() -> None:
    before = signal.getsignal(signal.SIGINT)
    assert in_thread(lambda stop: (stop(), 42)) == (False, 42)
    with pytest.raises(ZeroDivisionError):
        in_thread(lambda _stop: 1 / 0)
    assert signal.getsignal(signal.SIGINT) is before


def test_work_that_ends_in_time_has_its_result() -> None:
    told = Event()

    def work(stop: Callable[[], bool]) -> bool:
        ctrl_c()
        assert told.wait(PATIENCE)
        return stop()

    assert in_thread(work, on_stop=told.set, grace=PATIENCE)


def test_work_that_does_not_end_is_left_behind() -> None:
    end = Event()

    def work(_stop: Callable[[], bool]) -> None:
        ctrl_c()
        end.wait(PATIENCE)

    with pytest.raises(Unfinished):
        in_thread(work, grace=0.0)
    end.set()


def test_a_second_ctrl_c_does_not_wait() -> None:
    end = Event()

    def work(_stop: Callable[[], bool]) -> None:
        ctrl_c()
        end.wait(PATIENCE)

    with pytest.raises(KeyboardInterrupt):
        in_thread(work, on_stop=ctrl_c, grace=PATIENCE)
    end.set()
