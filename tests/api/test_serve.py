"""`dateline serve` as a process: it starts, serves beside an ingest and a backup, and ends when told to."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from dateline.index.errors import ArchiveVersionError
from tests.api.cli.test_ingest import ROOT, environment
from tests.api.conftest import CHESS, PATIENCE, RIVER, CommandLine
from tests.articles import opened, record, write_records

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(dateline: CommandLine) -> Iterator[Start]:
    """Starts servers, and ends them at the end."""
    servers: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        server = subprocess.Popen(
            [sys.executable, "-m", "dateline", "serve", *words],
            cwd=ROOT,
            env=environment(dateline),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.kill()
        server.communicate()


def address(server: subprocess.Popen[str]) -> str:
    """Where it listens, once it is ready."""
    assert server.stderr is not None
    for line in server.stderr:
        if found := re.search(r"running on (http://\S+)", line):
            base = found[1].replace("0.0.0.0", "127.0.0.1")
            while httpx.get(f"{base}/readyz", timeout=PATIENCE).status_code != 200:
                time.sleep(0.05)
            return base
    raise AssertionError("it never listened")


def test_serves_beside_ingest_and_backup(dateline: CommandLine, start: Start, tmp_path: Path) -> None:
    server = start("--port", "0")
    base = address(server)
    assert httpx.get(f"{base}/readyz", timeout=PATIENCE).json()["index_snapshot"] == "empty-0"
    empty = httpx.post(f"{base}/v1/answers", json={"question": "Who won the chess title?"}, timeout=PATIENCE).json()
    assert empty["refusal"]["reason"] == "no_coverage"

    file = write_records(tmp_path / "in.jsonl", record("chess", CHESS), record("river", RIVER))
    assert dateline("ingest", str(file)).exit_code == 0
    answer = httpx.post(
        f"{base}/v1/answers", json={"question": "Who won the chess title in nine rounds?"}, timeout=PATIENCE
    ).json()
    assert [c["quote"] for c in answer["claims"][0]["citations"]] == ["Vera Quist won the chess title in nine rounds."]

    backup = dateline("backup", str(tmp_path / "b.zip"), "--json")
    assert json.loads(backup.stdout)["articles"] == 2
    in_use = dateline("restore", str(tmp_path / "b.zip"), "--force")
    assert (in_use.exit_code, "in use" in in_use.stderr) == (5, True)

    assert dateline("articles", "withdraw", "chess", "--reason", "x").exit_code == 0
    again = httpx.post(
        f"{base}/v1/answers", json={"question": "Who won the chess title in nine rounds?"}, timeout=PATIENCE
    ).json()
    assert "chess" not in {source["article_id"] for source in again["sources"]}
    flags = [{"kind": "withdrawn", "article_id": "chess", "by": None, "detail": "x"}]
    stored = httpx.get(f"{base}/v1/answers/{answer['id']}", timeout=PATIENCE).json()
    assert stored == answer | {"flags": flags}

    elsewhere = CommandLine(tmp_path / "other", dateline.cache)
    assert elsewhere("restore", str(tmp_path / "b.zip")).exit_code == 0
    restored = json.loads(elsewhere("ask", "Who won the chess title in nine rounds?", "--json").stdout)
    assert restored["claims"][0]["text"] == answer["claims"][0]["text"]

    server.send_signal(signal.SIGTERM)
    _, log = server.communicate(timeout=PATIENCE)
    assert server.returncode == 0, log
    assert "Traceback" not in log


def test_without_keys_it_serves_this_machine_only(dateline: CommandLine, start: Start) -> None:
    refused = start("--host", "0.0.0.0", "--port", "0")
    _, log = refused.communicate(timeout=PATIENCE)
    assert refused.returncode == 2
    assert (
        "error: there are no API keys, and everyone who reaches 0.0.0.0 could read, change and delete everything" in log
    )
    assert "hint: Create a key first: dateline keys create" in log

    told = start("--host", "0.0.0.0", "--port", "0", "--allow-open")
    assert told.stderr is not None
    assert told.stderr.readline().startswith(
        "notice: there are no API keys, so everyone who reaches 0.0.0.0 can read, change"
    )
    assert httpx.get(f"{address(told)}/v1/articles", timeout=PATIENCE).status_code == 200

    here = start("--port", "0")
    assert here.stderr is not None
    assert here.stderr.readline().startswith(
        "notice: there are no API keys, so everyone on this machine can do everything;"
    )
    base = address(here)
    assert httpx.get(f"{base}/v1/articles", timeout=PATIENCE).status_code == 200
    elsewhere = httpx.get(f"{base}/v1/articles", headers={"Host": "evil.example"}, timeout=PATIENCE)
    assert elsewhere.status_code == 403


def test_a_key_works_and_stops_working_at_once(dateline: CommandLine, start: Start) -> None:
    made = json.loads(dateline("keys", "create", "desk", "--scope", "read", "--json").stdout)
    base = address(start("--host", "0.0.0.0", "--port", "0"))
    with httpx.Client(base_url=base, timeout=PATIENCE) as client:
        assert client.get("/v1/articles").status_code == 401
        key = {"Authorization": f"Bearer {made['key']}"}
        assert client.get("/v1/articles", headers=key).status_code == 200
        assert client.post("/v1/answers", headers=key, json={"question": "Who?"}).status_code == 403
        assert dateline("keys", "revoke", made["id"]).exit_code == 0
        assert client.get("/v1/articles", headers=key).status_code == 401


def test_port_that_is_taken_and_interrupt_ends_it(start: Start) -> None:
    first = start("--port", "0")
    base = address(first)
    second = start("--port", base.rpartition(":")[2])
    _, log = second.communicate(timeout=PATIENCE)
    assert second.returncode == 2
    assert f"error: the server can't listen on 127.0.0.1, port {base.rpartition(':')[2]}" in log
    assert "Traceback" not in log

    first.send_signal(signal.SIGINT)
    _, log = first.communicate(timeout=PATIENCE)
    assert first.returncode == 0, log
    assert "Traceback" not in log


def test_archive_that_cannot_be_opened_ends_it(dateline: CommandLine, start: Start) -> None:
    with opened(dateline.home) as archive, archive.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    server = start("--port", "0")
    _, log = server.communicate(timeout=PATIENCE)
    assert server.returncode == ArchiveVersionError.exit_code
    assert "hint: Upgrade Dateline" in log
    assert "Traceback" not in log
