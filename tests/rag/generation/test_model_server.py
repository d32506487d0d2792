"""The process of a local model, by the real xllamacpp, with a model of random weights."""

import json
import math
import os
import signal
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from dateline.index.errors import (
    LlmBrokenOffError,
    LlmError,
    LlmPausedError,
    LlmStartError,
    LlmTimeoutError,
    LlmUnreachableError,
)
from dateline.rag.generation.llm import CompletionOptions, Llm
from dateline.rag.generation.model_server import SLOTS, LocalModel, ModelServer
from dateline.rag.generation.prompts import Prompt
from dateline.rag.generation.server_folder import Endpoint, ServerFolder, call, held, running_in, running_servers
from dateline.rag.generation.server_state import RECENT, Starts, note_start, read_starts, state_in
from tests.rag.generation.local_models import LONG, lives, local_llm, wait_until
from tests.rag.generation.tiny_model import write_tiny_model

PROMPT = Prompt("Be brief.", "Who?")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_tiny_model(tmp_path / "tiny.gguf")


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[ServerFolder]:
    with ServerFolder(tmp_path / "llm") as servers:
        yield servers


def started(model: Path, servers: ServerFolder) -> tuple[ModelServer, Endpoint]:
    server = ModelServer(LocalModel(model, 512, 1), servers.path)
    return server, server.endpoint(LONG)


def kill(endpoint: Endpoint) -> None:
    os.kill(endpoint.pid, signal.SIGKILL)
    wait_until(lambda: not lives(endpoint.pid))


def stop(endpoint: Endpoint) -> None:
    """Stop each of its threads: the signal alone leaves a thread on another core time to respond."""
    os.kill(endpoint.pid, signal.SIGSTOP)
    threads = list(Path(f"/proc/{endpoint.pid}/task").glob("*/stat"))
    wait_until(lambda: all(thread.read_text().rpartition(")")[2].split()[0] == "T" for thread in threads))


def test_it_starts_on_demand_and_ends_with_its_owner(model: Path, tmp_path: Path) -> None:
    with ServerFolder(tmp_path / "llm") as servers:
        server = ModelServer(LocalModel(model, 512, 1), servers.path)
        assert server.state().state == "not started"
        endpoint = server.endpoint(LONG)
        assert endpoint == server.endpoint(LONG)
        assert endpoint.address.startswith("http://127.0.0.1:")
        state = server.state()
        assert (state.model, state.state, state.pid, state.starts) == ("tiny", "ready", endpoint.pid, 1)
        assert state.memory_bytes is not None
        assert state.memory_bytes > 1_000_000
        assert state.line().startswith(f"tiny, ready, process {endpoint.pid}, 0.")
        assert state.as_json()["state"] == "ready"
    assert not lives(endpoint.pid)
    assert not servers.path.exists()
    servers.close()  # once more does nothing


def test_the_key_is_needed_and_secret(model: Path, servers: ServerFolder) -> None:
    _, endpoint = started(model, servers)
    assert endpoint.key not in repr(endpoint)
    assert endpoint.key not in Path(f"/proc/{endpoint.pid}/cmdline").read_text()
    assert endpoint.key not in Path(f"/proc/{endpoint.pid}/environ").read_text()
    assert stat.S_IMODE(servers.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((servers.path / "server.json").stat().st_mode) == 0o600
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{endpoint.address}/v1/models", timeout=LONG)
    caught.value.close()
    assert caught.value.code == 401
    assert len(call(endpoint, "GET", "/slots", timeout=LONG)) == SLOTS


def test_one_server_for_many(model: Path, servers: ServerFolder) -> None:
    found: list[Endpoint] = []
    threads = [Thread(target=lambda: found.append(started(model, servers)[1])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    script = (
        "import sys; from pathlib import Path; from dateline.rag.generation.model_server import LocalModel, ModelServer\n"
        f"print(ModelServer(LocalModel(Path(sys.argv[1]), 512, 1), Path(sys.argv[2])).endpoint({LONG}).pid)"
    )
    other = subprocess.run(
        [sys.executable, "-c", script, str(model), str(servers.path)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert {endpoint.pid for endpoint in found} == {int(other.stdout)}
    assert read_starts(servers.path, found[0].started).times != ()
    assert lives(found[0].pid)  # the process that used it has ended


def test_one_that_is_killed_is_started_again_with_pauses(model: Path, servers: ServerFolder) -> None:
    now = 1_000_000.0
    server = ModelServer(LocalModel(model, 512, 1), servers.path, clock=lambda: now)
    first = server.endpoint(LONG)
    kill(first)
    second = server.endpoint(LONG)  # at once
    assert second.pid != first.pid
    kill(second)
    with pytest.raises(LlmPausedError, match="is paused: it ended 2 times, 2 s are left"):
        server.endpoint(LONG)
    assert server.state().state == "paused"
    now += 2
    kill(server.endpoint(LONG))
    with pytest.raises(LlmPausedError, match="is paused: it ended 3 times, 4 s are left"):
        server.endpoint(LONG)
    now += RECENT
    assert server.endpoint(LONG).pid


@pytest.mark.parametrize(
    ("times", "pause"),
    [((), 0), ((100.0,), 0), ((90.0, 100.0), 2 - 1), ((80.0, 90.0, 100.0), 4 - 1), ((100.0,) * 7, 60 - 1)],
)
def test_pauses(times: tuple[float, ...], pause: float) -> None:
    assert Starts(None, times).pause(101.0) == pause


def test_starts_are_forgotten(tmp_path: Path) -> None:
    for now in (100.0, 200.0):
        note_start(tmp_path, Path("/m.gguf"), now)
    assert read_starts(tmp_path, 200.0) == Starts(Path("/m.gguf"), (100.0, 200.0))
    assert read_starts(tmp_path, 100.0 + RECENT).times == (200.0,)
    (tmp_path / "starts.json").write_text("{")
    assert read_starts(tmp_path, 200.0) == Starts()
    assert state_in(tmp_path, Path("/m.gguf"), 200.0).line() == "m, not started"


def test_a_model_that_is_killed_before_or_in_the_middle_of_an_answer(model: Path, tmp_path: Path) -> None:
    with local_llm(model, tmp_path / "llm", max_tokens=900) as llm:
        assert llm.local is not None
        kill(llm.local.endpoint(LONG))
        assert said(llm)  # another is started
        local = llm.local
        pieces = iter(llm.stream(PROMPT, options=CompletionOptions(grammar='root ::= "word " root')))
        next(pieces)
        os.kill(local.endpoint(LONG).pid, signal.SIGKILL)
        with pytest.raises((LlmBrokenOffError, LlmUnreachableError)):
            for _ in pieces:
                pass


def said(llm: Llm) -> str:
    return "".join(llm.stream(PROMPT, options=CompletionOptions(grammar='root ::= "yes" | "no"')))


def test_kill_9_of_its_owner_ends_it(model: Path, tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from dateline.rag.generation.model_server import LocalModel, ModelServer\n"
        "from dateline.rag.generation.server_folder import ServerFolder\n"
        "folder = ServerFolder(Path(sys.argv[2]))\n"
        f"print(ModelServer(LocalModel(Path(sys.argv[1]), 512, 1), folder.path).endpoint({LONG}).pid, flush=True)\n"
        "time.sleep(1000)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(model), str(tmp_path / "llm")],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    with owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert lives(pid)
        owner.kill()
    wait_until(lambda: not lives(pid))
    (abandoned,) = (tmp_path / "llm").glob("*-*")
    wait_until(lambda: not held(abandoned / "server.lock"))  # released when its last thread has ended
    assert list(running_servers(tmp_path / "llm")) == []
    with ServerFolder(tmp_path / "llm"):
        assert not abandoned.exists()


def test_a_server_that_does_not_answer_in_time(model: Path, servers: ServerFolder) -> None:
    server, endpoint = started(model, servers)
    stop(endpoint)
    try:
        with pytest.raises(LlmTimeoutError, match="not ready within the deadline"):
            server.endpoint(0.2)
    finally:
        os.kill(endpoint.pid, signal.SIGCONT)
    assert server.endpoint(LONG) == endpoint
    with pytest.raises(LlmTimeoutError):
        server.endpoint(0)


def test_a_server_that_is_shared(model: Path, tmp_path: Path) -> None:
    with ServerFolder(tmp_path / "llm", shared=True) as serving, ServerFolder(tmp_path / "llm") as asking:
        _, endpoint = started(model, serving)
        assert endpoint.shared
        server = ModelServer(LocalModel(model, 512, 1), asking.path)
        assert server.state().state == "ready"
        assert server.endpoint(LONG).pid == endpoint.pid
        assert running_in(asking.path) is None
        larger = ModelServer(LocalModel(model, 1_024, 1), asking.path).endpoint(LONG)
        assert (larger.pid != endpoint.pid, larger.shared, larger.context) == (True, False, 1_024)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:40_000]), "the local model's file is damaged"),
        (
            lambda path: path.write_bytes(path.read_bytes()[:4]),
            "the local model's file can't be used",
        ),
        (lambda path: path.write_bytes(b"<html>"), "the local model's file can't be used"),
        (lambda path: path.unlink(), "the local model's file can't be used"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"llama", b"lemur")), "can't load the local model"),
    ],
)
def test_files_that_are_no_model(model: Path, servers: ServerFolder, spoil: object, message: str) -> None:
    spoil(model)  # type: ignore[operator]
    with pytest.raises(LlmStartError, match=message) as caught:
        started(model, servers)
    assert caught.value.hint


def test_a_model_that_is_too_large(model: Path, servers: ServerFolder) -> None:
    server = ModelServer(LocalModel(model, context=10**12), servers.path)
    with pytest.raises(LlmStartError, match=r"too large: it takes some \d+\.\d GB of memory, and \d+\.\d GB are free"):
        server.endpoint(LONG)
    assert not (servers.path / "starts.json").exists()


def test_nothing_is_started_without_an_owner(model: Path, tmp_path: Path) -> None:
    with local_llm(model, tmp_path / "llm") as llm:
        pass
    with pytest.raises(LlmStartError, match="the local model's server was closed"):
        list(llm.stream(PROMPT))
    assert list((tmp_path / "llm").glob("*-*")) == []
    abandoned = tmp_path / "abandoned"
    abandoned.mkdir()
    config = {"folder": str(abandoned), "model": str(model), "key": "k", "context": 64, "threads": 1, "slots": 1}
    process = subprocess.run(
        [sys.executable, "-m", "dateline.rag.generation.model_process"], input=json.dumps(config | {"shared": False}),
        text=True, capture_output=True, check=False, timeout=LONG, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert process.returncode == 0, process.stderr


def test_preparing_starts_it_in_the_background(model: Path, servers: ServerFolder) -> None:
    server = ModelServer(LocalModel(model, 512, 1), servers.path)
    server.prepare()
    server.prepare()
    wait_until(lambda: server.state().state == "ready")
    assert server.state().starts == 1
    ModelServer(LocalModel(model.with_name("none.gguf")), servers.path).prepare()  # says nothing


def test_the_llm_over_it(model: Path, tmp_path: Path) -> None:
    with local_llm(model, tmp_path / "llm") as llm:
        llm.prepare()
        assert llm.name == "tiny"
        completion = llm.stream(PROMPT, options=CompletionOptions(top_logprobs=3, grammar='root ::= "yes" | "no"'))
        assert "".join(completion) in ("yes", "no")
        assert completion.finish_reason == "stop"
        assert len(completion.first_token) == 3
        assert list(completion.first_token.values()) == sorted(completion.first_token.values(), reverse=True)
        assert completion.first_token_seconds is not None
        again = llm.stream(PROMPT, options=CompletionOptions(max_tokens=5))
        "".join(again)
        assert (again.finish_reason, again.completion_tokens) == ("length", 5)
        assert again.prompt_tokens is not None
        assert again.cached_tokens == again.prompt_tokens - 1  # all but the last, whose successor is wanted
        assert again.timings is not None
        assert again.timings.prompt_tokens == 1
        assert llm.context == 1_024
        assert llm.state is not None
        assert llm.state.state == "ready"


def test_tokens_are_counted_by_the_model(model: Path, tmp_path: Path) -> None:
    with local_llm(model, tmp_path / "llm") as llm:
        assert llm.local is not None
        llm.local.endpoint(LONG)
        texts = ["abc", "", "</s>", "é", "abc", "one\ntwo"]
        assert llm.count_all(texts) == [1 + len(text.encode()) if text else 0 for text in texts]  # a byte each
        assert llm.count_tokens("abc") == 4
        kill(llm.local.endpoint(LONG))
        assert llm.count_tokens("abc") == 4  # nobody is asked
    assert llm.count_tokens("other") == math.ceil(5 / 4)  # its owner has ended: an estimate


def test_odd_text_of_a_model_is_text(model: Path, tmp_path: Path) -> None:
    with local_llm(model, tmp_path / "llm", max_tokens=200) as llm:
        try:
            text = "".join(llm.stream(PROMPT))  # bytes at random, most of them no characters
        except LlmError:
            return
        text.encode()


def test_the_configuration_goes_by_standard_input(model: Path, servers: ServerFolder) -> None:
    _, endpoint = started(model, servers)
    about = json.loads((servers.path / "server.json").read_text())
    assert about["key"] == endpoint.key
    assert Path(about["model"]) == model
