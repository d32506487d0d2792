"""The process of a local model: llama.cpp's OpenAI-compatible server, by the library xllamacpp, on a loopback port.

Started by `rag.generation.model_server` with its configuration as JSON on standard input, where no list of processes
shows the key. It ends as soon as its owner has: the owner holds a lock on a file, which the operating system releases
however a process ends. Knows nothing of prompts.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time
import traceback
from pathlib import Path
from threading import Thread
from typing import Any

OWNER_LOCK, SERVER_LOCK, SERVER_FILE = "owner.lock", "server.lock", "server.json"
"""In the private folder: held while the owner lives; held while the server lives, with its process id; where it is."""
BATCH = 128
"""Tokens of a prompt that are computed at once. Between batches the server notices that a client has hung up, and
another request gets its turn; larger batches were no faster."""
PROMPT_CACHE_MIB = 256
"""Memory for the state of earlier prompts, so that instructions in turn with others need not be read again."""
WARNINGS = 2
"""Of llama.cpp's levels of logging; it writes no prompts there."""


def main() -> None:
    """Run the server until its owner ends."""
    config = json.load(sys.stdin)
    folder = Path(config["folder"])
    held = (folder / SERVER_LOCK).open("w")
    fcntl.flock(held, fcntl.LOCK_EX)
    held.write(str(os.getpid()))
    held.flush()
    (folder / SERVER_FILE).unlink(missing_ok=True)
    owner = Thread(target=_end_with_owner, args=(folder,), daemon=True)
    owner.start()
    try:
        server = _start(config)
        about = {name: config[name] for name in ("key", "model", "context", "threads", "shared")}
        about |= {"pid": os.getpid(), "address": server.listening_address, "started": time.time()}
        _write(folder / SERVER_FILE, json.dumps(about))
        owner.join()
    except BaseException:  # noqa: BLE001 - whatever it is, the process ends
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)  # an ordinary exit would wait for llama.cpp's threads, which wait for requests


def _start(config: dict[str, Any]) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = config["model"]
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.api_keys = [config["key"]]
    params.cors_origins = ""
    params.ui = False
    params.verbosity = WARNINGS
    params.n_parallel = config["slots"]
    params.n_ctx = config["context"] * config["slots"]  # it is divided among the slots
    params.n_batch = params.n_ubatch = BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = config["threads"]
    # Mapped, the file's pages would stay beside the copies that llama.cpp arranges for the processor.
    params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
    params.cache_prompt = True
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.enable_reasoning = 0  # models that may think first answer at once
    return xllamacpp.Server(params)


def _end_with_owner(folder: Path) -> None:
    try:
        with (folder / OWNER_LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
    finally:  # no such file: the owner has tidied up already
        os._exit(0)


def _write(path: Path, text: str) -> None:
    """All of it or nothing, readable by this user alone."""
    new = path.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    new.replace(path)


if __name__ == "__main__":
    main()
