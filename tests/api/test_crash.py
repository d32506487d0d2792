"""Kill -9 of a server amid articles, uploads, answers and feedback: what it acknowledged is there when it is back."""

import json
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from index.search import Searcher
from tests.articles import FAKE, has, news, opened

KILLS = 3
CALLERS = 4
SERVER = Path(__file__).with_name("crash_server.py")
ROOT = SERVER.parents[2]


def word(n: int) -> str:
    """A word that only article n has."""
    return "xylo" + "".join("abcdefghij"[int(digit)] for digit in str(n))


class Callers:
    """Threads that send mixed requests until the server is gone, and what was acknowledged to them."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.numbers = iter(range(10**9))
        self.turn = threading.Lock()
        self.articles: set[int] = set()
        self.answers: dict[str, str] = {}
        self.feedback: dict[str, str] = {}
        self.jobs: dict[str, tuple[int, int]] = {}

    def run(self) -> list[threading.Thread]:
        """Begin."""
        threads = [threading.Thread(target=self._call) for _ in range(CALLERS)]
        for thread in threads:
            thread.start()
        return threads

    def _call(self) -> None:
        try:
            with httpx.Client(base_url=self.base, timeout=60) as client:
                while True:
                    with self.turn:
                        n = next(self.numbers)
                    self._one(client, n)
        except httpx.TransportError:
            return  # it was killed

    def _one(self, client: httpx.Client, n: int) -> None:
        if n % 4 == 0:
            upload = "".join(json.dumps(self.article(n * 1_000 + i)) + "\n" for i in range(1, 6))
            made = client.post("/v1/articles/upload", content=upload)
            self.jobs[made.raise_for_status().json()["id"]] = (n * 1_000 + 1, n * 1_000 + 6)
        elif n % 4 == 1:
            batch = [self.article(n * 1_000 + i) for i in range(1, 3)]
            made = client.post("/v1/articles/batch", json={"articles": batch})
            assert made.raise_for_status().json()["created"] == 2
            self.articles |= {n * 1_000 + 1, n * 1_000 + 2}
        elif n % 4 == 2:
            made = client.post("/v1/articles", json=self.article(n * 1_000))
            assert made.raise_for_status().status_code == 201
            self.articles.add(n * 1_000)
        else:
            answer = client.post("/v1/answers", json={"question": f"Who plays {word(n)}?"}).raise_for_status()
            self.answers[answer.json()["id"]] = answer.text
            path = f"/v1/answers/{answer.json()['id']}/feedback"
            given = client.post(path, json={"rating": "helpful", "comment": word(n)}).raise_for_status()
            self.feedback[given.json()["id"]] = path

    @staticmethod
    def article(n: int) -> dict[str, Any]:
        """Article n."""
        return {"id": f"a{n}", "text": f"{word(n)} {news(n, 2)}", "language": "en"}


@contextmanager
def served(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server over `home`, ready; killed at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(SERVER), str(home), str(port)]
    with subprocess.Popen(command, env={"PYTHONPATH": str(ROOT)}) as process:
        try:
            base = f"http://127.0.0.1:{port}"
            while True:
                try:
                    if httpx.get(f"{base}/readyz").status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield process, base
        finally:
            process.kill()


def test_nothing_acknowledged_is_lost_to_a_kill(tmp_path: Path) -> None:
    rng = random.Random(5)
    home = tmp_path / "home"
    callers = Callers("")
    for _ in range(KILLS):
        with served(home) as (process, base):
            callers.base = base
            threads = callers.run()
            time.sleep(rng.uniform(0.5, 3))
            process.kill()
            for thread in threads:
                thread.join()
    assert callers.articles
    assert callers.answers
    assert callers.jobs
    with served(home) as (_, base), httpx.Client(base_url=base, timeout=60) as client:
        for answer_id, text in callers.answers.items():
            assert client.get(f"/v1/answers/{answer_id}").text.startswith(text[:-1])
        for feedback_id, path in callers.feedback.items():
            assert feedback_id in [one["id"] for one in client.get(path).json()["feedback"]]
        for job_id, numbers in callers.jobs.items():
            while (job := client.get(f"/v1/jobs/{job_id}").json())["state"] != "done":
                assert job["state"] in ("queued", "running")
                time.sleep(0.1)
            assert (job["added"] + job["unchanged"], job["failed"], job["line"]) == (5, 0, 5)
            callers.articles |= set(range(*numbers))
    with opened(home) as archive:
        searcher = Searcher(archive, FAKE)
        lost = {n for n in callers.articles if not has(searcher, f"a{n}", word(n))}
        assert not lost
