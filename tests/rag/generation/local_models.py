"""Helpers for tests of local models: a real model, a model with random weights, and waiting for a condition."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dateline.rag.generation.known_models import known_model
from dateline.rag.generation.llm import Llm, LlmServer
from dateline.rag.generation.model_server import LocalModel, ModelServer
from dateline.rag.generation.server_folder import ServerFolder

REAL = "qwen2.5-coder-0.5b-instruct-q4_k_m"
LONG = 300.0
"""Most seconds for anything on a busy machine; not waited for if all is well."""


def real_model() -> Path:
    """The pulled 0.5 B model in the usual cache folder; skipped where it isn't, but not in CI."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(cache) / "dateline" / "models" / f"{REAL}.gguf"
    if not path.is_file() or path.stat().st_size != known_model(REAL).bytes:
        reason = f"the model is not on this machine: dateline models pull {REAL}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return path


@contextmanager
def local_llm(model: Path, folder: Path, *, context: int = 1_024, max_tokens: int = 40) -> Iterator[Llm]:
    """The model with a separate process, which ends with the block."""
    with ServerFolder(folder) as servers:
        server = ModelServer(LocalModel(model, context), servers.path)
        yield Llm(LlmServer("", model.stem, timeout=LONG, max_tokens=max_tokens), local=server)


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until `holds` is true; fail if it never is."""
    deadline = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Whether the process is alive and not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
