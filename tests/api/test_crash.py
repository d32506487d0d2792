"""Kill -9 of a server amid articles, uploads, answers and feedback: what it acknowledged is there when it is back."""

import sys
from pathlib import Path

import pytest

from benchmarks.server_crash import crash
from tests.articles import FAKE

SERVER = Path(__file__).with_name("crash_server.py")


# The HTTP client sometimes forgets the socket of a connection that was cut in the middle of a response.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
def test_nothing_acknowledged_is_lost_to_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(SERVER.parents[2]))
    command = [sys.executable, str(SERVER), str(tmp_path / "home")]
    acknowledged, lost = crash(tmp_path / "home", command, requests=60, kills=3, seed=5, encoder=FAKE)
    assert acknowledged.requests >= 60
    assert acknowledged.articles
    assert acknowledged.uploads
    assert acknowledged.answers
    assert acknowledged.feedback
    assert not lost, lost
