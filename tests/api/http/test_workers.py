"""`dateline serve --workers 2`: two real processes over one archive, while a third one writes.

One server for all tests, which takes long to start; the last one ends it.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.cli.test_ingest import ROOT, environment
from tests.api.conftest import BRIDGE, CHESS, PATIENCE, RIVER, CommandLine, with_models
from tests.api.http.test_metrics import samples
from tests.articles import record, write_records

RATE = 10_000
"""Requests that one address may send."""
QUESTION = "Who won the chess title in nine rounds?"


@dataclass(frozen=True, slots=True)
class Served:
    """A running server of several processes, its log in a file."""

    parent: subprocess.Popen[bytes]
    log: Path

    def lines(self, containing: str = "") -> list[dict[str, Any]]:
        """What it has logged."""
        lines = self.log.read_text().rpartition("\n")[0].splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and containing in line]

    def base(self) -> str:
        """Where it listens."""
        while not (found := [line for line in self.lines("running on") if "running on" in line["message"]]):
            assert self.parent.poll() is None, self.log.read_text()
            time.sleep(0.1)
        return str(found[0]["message"].split()[3])

    def by_process(self, request_id: str) -> int:
        """The process that served a request."""
        for _ in range(int(100 * PATIENCE)):
            for line in self.lines(request_id):
                if line["message"] == "request" and line["request_id"] == request_id:
                    return int(line["process"])
            time.sleep(0.01)
        raise AssertionError(f"request {request_id} is not in the log: {self.log.read_text()}")


@pytest.fixture(scope="module")
def dateline(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> CommandLine:
    """The command line with the archive of the server."""
    return with_models(tmp_path_factory.mktemp("workers"), encoder_cache)


@pytest.fixture(scope="module")
def served(dateline: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two processes over an archive that holds one article, both ready."""
    folder = tmp_path_factory.mktemp("served")
    assert dateline("ingest", str(write_records(folder / "first.jsonl", record("river", RIVER)))).exit_code == 0
    log = folder / "log"
    settings = {"DATELINE_LOG_FORMAT": "json", "DATELINE_RATE_LIMIT": f"{RATE}/day"}
    with log.open("wb") as stderr:
        parent = subprocess.Popen(
            [sys.executable, "-m", "dateline", "serve", "--workers", "2", "--port", "0"],
            cwd=ROOT,
            env=environment(dateline) | settings,
            stderr=stderr,
        )
    served = Served(parent, log)
    try:
        ready(served)
        yield served
        parent.terminate()
        parent.wait(PATIENCE)
    finally:
        parent.kill()


def asked_of_both(served: Served, method: str, path: str, **request: Any) -> dict[int, dict[str, Any]]:
    """What each process answers; a connection goes to either by chance, so as many are made as it takes."""
    found: dict[int, dict[str, Any]] = {}
    base = served.base()
    for _ in range(200):
        answer = httpx.request(method, f"{base}{path}", timeout=PATIENCE, **request)
        found[served.by_process(answer.headers["x-request-id"])] = answer.json()
        if len(found) == 2:
            return found
    raise AssertionError("one process was never asked")


def ready(served: Served) -> None:
    """Wait until both are."""
    while any("index_snapshot" not in one for one in asked_of_both(served, "GET", "/readyz").values()):
        time.sleep(0.1)


def test_both_find_what_a_third_writes(served: Served, dateline: CommandLine, tmp_path: Path) -> None:
    question = {"json": {"question": QUESTION}}
    before = asked_of_both(served, "POST", "/v1/answers", **question)
    assert os.getpid() not in before
    assert served.parent.pid not in before
    assert [answer["status"] for answer in before.values()] == ["refused", "refused"]

    assert dateline("ingest", str(write_records(tmp_path / "more.jsonl", record("chess", CHESS)))).exit_code == 0
    after = asked_of_both(served, "POST", "/v1/answers", **question)
    assert set(after) == set(before)
    assert [answer["sources"][0]["article_id"] for answer in after.values()] == ["chess", "chess"]
    assert len({answer["receipt"]["index_snapshot"] for answer in after.values()}) == 1

    assert dateline("articles", "withdraw", "chess", "--reason", "x").exit_code == 0
    for answer in asked_of_both(served, "POST", "/v1/answers", **question).values():
        assert "chess" not in {source["article_id"] for source in answer["sources"]}

    stored = next(iter(after.values()))["id"]
    for answer in asked_of_both(served, "GET", f"/v1/answers/{stored}").values():
        assert [flag["kind"] for flag in answer["flags"]] == ["withdrawn"], "each process reads what either has stored"

    counted = samples(httpx.get(f"{served.base()}/metrics", timeout=PATIENCE).text)
    asked = len([line for line in served.lines() if line["message"] == "request" and line["route"] == "/v1/answers"])
    labels = (("method", "POST"), ("route", "/v1/answers"), ("status", "200"))
    assert counted[("dateline_http_requests_total", labels)] == asked
    assert counted[("dateline_articles", ())] == 1


def test_both_count_for_one_limit(served: Served) -> None:
    base, left = served.base(), []
    counting: set[int] = set()
    while len(counting) < 2:
        # From an address of its own, which has sent nothing yet; each time by a new connection.
        with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2"), timeout=PATIENCE) as client:
            headers = client.get(f"{base}/v1/models").headers
        assert headers["ratelimit-limit"] == str(RATE)
        left.append(int(headers["ratelimit-remaining"]))
        counting.add(served.by_process(headers["x-request-id"]))
    assert left == [RATE - sent for sent in range(1, len(left) + 1)]


def test_a_killed_process_is_replaced_and_told_to_stop_both_finish(
    served: Served, dateline: CommandLine, tmp_path: Path
) -> None:
    victim = min(asked_of_both(served, "GET", "/healthz"))
    os.kill(victim, signal.SIGKILL)
    # Its connections break; whoever asks again is served by the other one, and soon by a new one.
    while not [line for line in served.lines() if line["message"] == f"Child process [{victim}] died"]:
        time.sleep(0.1)
    assert dateline("ingest", str(write_records(tmp_path / "more.jsonl", record("bridge", BRIDGE)))).exit_code == 0
    ready(served)
    found = asked_of_both(served, "POST", "/v1/search", json={"query": "Ziegel bridge", "limit": 1})
    assert victim not in found
    assert [one["passages"][0]["article_id"] for one in found.values()] == ["bridge", "bridge"]

    served.parent.terminate()
    assert served.parent.wait(PATIENCE) == 0
    assert "Traceback" not in served.log.read_text()
    assert len([line for line in served.lines() if line["message"].startswith("Finished server process")]) == 2


def test_archive_that_cannot_be_opened_is_said_once(bare: CommandLine) -> None:
    bare.home.mkdir()
    (bare.home / "archive.sqlite3").write_text("no archive")
    failed = bare("serve", "--workers", "2", "--port", "0")
    assert failed.exit_code == 6
    assert failed.stderr.count("error: ") == 1
