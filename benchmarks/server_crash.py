"""Kill -9 of a server under mixed requests: is every acknowledged article, answer and feedback kept?

    python -m benchmarks.server_crash [REQUESTS [KILLS [SEED]]]

Four callers send `dateline serve` articles one by one, in batches and as uploads, questions, and feedback on answers.
It is killed after a random number of acknowledged requests, with others under way, and started again. At the end
everything that was ever acknowledged is looked for: by HTTP, and articles by both indexes.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks._common import free_port, print_table
from dateline.index.archive import Archive
from dateline.index.encoder import Encoder
from dateline.index.filters import Filters
from dateline.index.search import Searcher
from training.data import default_encoder, temporary_home

CALLERS = 4
IN_BATCH = 3
IN_UPLOAD = 5
SYLLABLES = ["ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu"]


@dataclass(slots=True)
class Acknowledged:
    """What servers said is done, whichever of them."""

    requests: int = 0
    articles: set[int] = field(default_factory=set)
    uploads: dict[str, range] = field(default_factory=dict)
    """Job → its articles."""
    answers: dict[str, str] = field(default_factory=dict)
    """Id → JSON."""
    feedback: dict[str, str] = field(default_factory=dict)
    """Id → the answer's id."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What was acknowledged and is not there."""

    articles: set[int]
    """Of single requests, batches and uploads; not in the archive, or not found by both indexes."""
    answers: set[str]
    feedback: set[str]

    def __bool__(self) -> bool:
        return bool(self.articles or self.answers or self.feedback)


class Callers:
    """Threads that send requests until the server is gone."""

    def __init__(self) -> None:
        self.acknowledged = Acknowledged()
        self._number = 0
        self._turn = threading.Lock()

    def call(self, base: str, process: subprocess.Popen[bytes], kill_at: int) -> None:
        """Send requests to the server at `base`, and kill it once `kill_at` have ever been acknowledged."""
        threads = [threading.Thread(target=self._calls, args=(base,)) for _ in range(CALLERS)]
        for thread in threads:
            thread.start()
        while self.acknowledged.requests < kill_at and any(thread.is_alive() for thread in threads):
            time.sleep(0.002)
        process.kill()
        for thread in threads:
            thread.join()

    def _calls(self, base: str) -> None:
        try:
            with httpx.Client(base_url=base, timeout=120) as client:
                while True:
                    with self._turn:
                        self._number += 10
                        number = self._number
                    self._one(client, number)
        except httpx.TransportError:
            return  # it was killed

    def _one(self, client: httpx.Client, n: int) -> None:
        done = self.acknowledged
        kind = n // 10 % 5
        if kind == 0:
            body = "".join(json.dumps(article(i)) + "\n" for i in range(n, n + IN_UPLOAD))
            made = _post(client, "/v1/articles/upload", content=body)
            done.uploads[made.json()["id"]] = range(n, n + IN_UPLOAD)
        elif kind == 1:
            batch = [article(i) for i in range(n, n + IN_BATCH)]
            made = _post(client, "/v1/articles/batch", json={"articles": batch})
            if made.json()["created"] == IN_BATCH:
                done.articles |= set(range(n, n + IN_BATCH))
        elif kind == 2:
            _post(client, "/v1/articles", json=article(n))
            done.articles.add(n)
        else:
            answer = _post(client, "/v1/answers", json={"question": f"Who plays the {own_word(n - 10)}?"})
            answer_id = answer.json()["id"]
            done.answers[answer_id] = answer.text
            given = {"rating": "helpful", "comment": own_word(n)}
            feedback = _post(client, f"/v1/answers/{answer_id}/feedback", json=given)
            done.feedback[feedback.json()["id"]] = answer_id
        with self._turn:
            done.requests += 1 if kind < 3 else 2


def crash(
    home: Path, command: Sequence[str], requests: int, kills: int, seed: int, encoder: Encoder
) -> tuple[Acknowledged, Lost]:
    """Let `command`, which serves `home` on the port that is put after it, be killed `kills` times, and look."""
    rng = random.Random(seed)
    callers = Callers()
    for kill_at in sorted([*rng.sample(range(1, requests), kills - 1), requests]):
        with served([*command]) as (process, base):
            callers.call(base, process, kill_at)
    with served([*command]) as (_, base), httpx.Client(base_url=base, timeout=120) as client:
        lost = _look(client, callers.acknowledged)
    return callers.acknowledged, Lost(_unfound(home, encoder, callers.acknowledged), lost.answers, lost.feedback)


@contextmanager
def served(command: Sequence[str]) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server, ready; killed at the end."""
    with free_port() as port, subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL) as process:
        base = f"http://127.0.0.1:{port}"
        try:
            while not _is_ready(base):
                if process.poll() is not None:
                    raise RuntimeError("the server did not start")
                time.sleep(0.1)
            yield process, base
        finally:
            process.kill()


def article(n: int) -> dict[str, Any]:
    """Article n: made-up words, one of which only it has."""
    rng = random.Random(n)
    words = ["".join(rng.choices(SYLLABLES, k=3)) for _ in range(40)]
    return {"id": f"a{n}", "language": "en", "text": f"{own_word(n).capitalize()} {' '.join(words)}."}


def own_word(n: int) -> str:
    """A word that only article n has."""
    return "xylo" + "".join("abcdefghij"[int(digit)] for digit in str(n))


def main(requests: int = 1_000, kills: int = 10, seed: int = 1) -> None:
    """Kill, look, and print what was found."""
    with temporary_home() as folder:
        os.environ["DATELINE_HOME"] = str(folder / "home")
        command = [sys.executable, "-m", "dateline", "serve", "--port"]
        done, lost = crash(folder / "home", command, requests, kills, seed, default_encoder())
    print_table(
        f"Kill -9 of a server {kills} times amid {requests:,} requests",
        [
            ("requests acknowledged", f"{done.requests:,}"),
            (
                "articles acknowledged, and further ones in uploads",
                f"{len(done.articles):,}, {len(done.uploads) * IN_UPLOAD:,}",
            ),
            ("articles lost or not found by both indexes", f"{len(lost.articles):,}"),
            ("answers acknowledged, lost", f"{len(done.answers):,}, {len(lost.answers):,}"),
            ("feedback acknowledged, lost", f"{len(done.feedback):,}, {len(lost.feedback):,}"),
        ],
    )
    sys.exit(1 if lost else 0)


def _post(client: httpx.Client, path: str, **body: Any) -> httpx.Response:
    while (response := client.post(path, **body)).status_code == 503:  # says itself that it may be tried again
        time.sleep(0.1)
    return response.raise_for_status()


def _is_ready(base: str) -> bool:
    try:
        return httpx.get(f"{base}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def _look(client: httpx.Client, done: Acknowledged) -> Lost:
    """What a new server does not have; returns once it has gone on with all uploads."""
    for job_id in done.uploads:
        while client.get(f"/v1/jobs/{job_id}").raise_for_status().json()["state"] not in ("done", "failed"):
            time.sleep(0.1)
    answers = {
        answer_id
        for answer_id, answer in done.answers.items()
        if not client.get(f"/v1/answers/{answer_id}").text.startswith(answer[:-1])
    }
    there = {
        one["id"]
        for answer_id in done.answers
        for one in client.get(f"/v1/answers/{answer_id}/feedback").raise_for_status().json()["feedback"]
    }
    return Lost(set(), answers, set(done.feedback) - there)


def _unfound(home: Path, encoder: Encoder, done: Acknowledged) -> set[int]:
    """The acknowledged articles, those of uploads among them, that are not in the archive or that an index misses."""
    archive = Archive(home)
    try:
        searcher = Searcher(archive, encoder)
        unfound = set()
        for n in done.articles.union(*done.uploads.values()):
            found = searcher.search(own_word(n), limit=1, filters=Filters(article_ids=(f"a{n}",))).passages
            if not found or found[0].cosine is None or found[0].bm25 is None:
                unfound.add(n)
        return unfound
    finally:
        archive.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
