"""Every way in with a language model on this machine: `dateline models`, `ask`, `status`, `serve --workers`."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from dateline.rag.generation.known_models import KNOWN_MODELS
from dateline.rag.generation.server_folder import running_servers
from tests.api.cli.test_ingest import ROOT, environment
from tests.api.conftest import CHESS, CommandLine
from tests.articles import record, write_records
from tests.rag.generation.local_models import lives, wait_until
from tests.rag.generation.tiny_model import write_tiny_model

QUESTION = "Who won the chess title in nine rounds?"
NAME = KNOWN_MODELS[0].name


def test_models_that_are_here_and_that_are_not(bare: CommandLine) -> None:
    listed = json.loads(bare("models", "list", "--json").stdout)
    assert [model["name"] for model in listed["models"]] == [model.name for model in KNOWN_MODELS]
    assert not any(model["pulled"] for model in listed["models"])
    assert listed["others"] == []
    folder = bare.cache / "models"
    folder.mkdir(parents=True)
    write_tiny_model(folder / f"{NAME}.gguf")
    write_tiny_model(folder / "own.gguf")
    (folder / f"{KNOWN_MODELS[1].name}.partial").mkdir()
    printed = bare("models", "list").stdout
    assert f"{NAME}  1.1 GB  Apache-2.0  pulled\n" in printed
    assert "own " in printed
    assert "partly downloaded\n" in printed
    assert bare("models", "path", NAME).stdout == f"{folder / NAME}.gguf\n"
    assert bare("models", "remove", NAME).stdout == f"{NAME} was removed; 0.0 GB are free again\n"
    missing = bare("models", "path", NAME)
    assert (missing.exit_code, missing.stderr) == (
        3,
        f"error: the model {NAME} is not on this machine\nhint: dateline models pull {NAME}\n",
    )
    unknown = bare("models", "pull", "gpt-5")
    assert unknown.exit_code == 3
    assert NAME in unknown.stderr


@pytest.mark.parametrize(
    ("model", "message", "hint"),
    [
        (NAME, "this model is not on this machine yet", f"dateline models pull {NAME}"),
        ("/nowhere/model.gguf", "there is no such file", "Name a GGUF file"),
        ("llama3.2", "neither the path of a GGUF file nor a pulled model", "set DATELINE_LLM_BASE_URL"),
    ],
)
def test_a_model_that_is_not_there_is_said_at_once(bare: CommandLine, model: str, message: str, hint: str) -> None:
    asked = bare("ask", QUESTION, llm_model=model)
    assert asked.exit_code == 2
    assert f"error: DATELINE_LLM_MODEL={model}: {message}" in asked.stderr
    assert hint in asked.stderr


def test_ask_and_status(dateline: CommandLine, tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "tiny.gguf")
    settings = {"llm_model": str(model), "llm_context": "512", "llm_max_tokens": "16", "llm_timeout": "300"}
    assert dateline("ingest", str(write_records(tmp_path / "in.jsonl", record("chess", CHESS)))).exit_code == 0
    status = dateline("status", **settings)
    assert "model     tiny, not started\n" in status.stdout
    checked = dateline("status", "--check-llm", "--json", **settings)
    assert json.loads(checked.stdout)["local_model"]["state"] == "not started"
    assert json.loads(checked.stdout)["llm"]["model"] == "tiny"
    answer = json.loads(dateline("ask", QUESTION, "--json", **settings).stdout)
    assert answer["answered_by"] == "reader"  # what a model of random weights writes is not sent
    assert answer["receipt"]["llm"]["model"] == "tiny"
    assert list(running_servers(dateline.cache / "llm")) == []
    assert list((dateline.cache / "llm").glob("*-*/")) == []


def listens(base: str) -> bool:
    """Whether a server still accepts connections."""
    try:
        httpx.get(f"{base}/livez", timeout=300)
    except httpx.ConnectError:
        return False
    except httpx.TransportError:
        return True
    return True


def test_one_model_for_all_processes_of_a_server(dateline: CommandLine, tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "tiny.gguf")
    settings = {"DATELINE_LLM_MODEL": str(model), "DATELINE_LLM_CONTEXT": "512", "DATELINE_LLM_MAX_TOKENS": "16"}
    log = tmp_path / "log"
    with log.open("wb") as stderr:
        parent = subprocess.Popen(
            [sys.executable, "-m", "dateline", "serve", "--workers", "2", "--port", "0"],
            cwd=ROOT, env=environment(dateline) | settings | {"DATELINE_LOG_FORMAT": "json"}, stderr=stderr,
        )  # fmt: skip
    try:
        wait_until(lambda: any(running_servers(dateline.cache / "llm")))
        (endpoint,) = running_servers(dateline.cache / "llm")
        assert (endpoint.shared, endpoint.model) == (True, model)
        wait_until(lambda: "running on" in log.read_text())
        base = re.findall(r"running on (http://[\d.:]+)", log.read_text())[0]
        while (status := httpx.get(f"{base}/v1/status", timeout=300)).status_code == 503:
            time.sleep(0.02)  # whichever worker was asked is still opening the archive
        local = status.json()["local_model"]
        assert (local["model"], local["state"], local["pid"], local["starts"]) == ("tiny", "ready", endpoint.pid, 1)
        assert local["memory_bytes"] > 1_000_000
        said = dateline("status", llm_model=str(model), llm_context="512")
        assert f"model     tiny, ready, process {endpoint.pid}, " in said.stdout
        asked = dateline("status", "--check-llm", llm_model=str(model), llm_context="512", llm_timeout="300")
        assert "starts" not in asked.stderr
        assert [one.pid for one in running_servers(dateline.cache / "llm")] == [endpoint.pid]  # no other was started
    finally:
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    wait_until(lambda: not lives(endpoint.pid))
    wait_until(lambda: not listens(base))
