"""The process of a local model: llama.cpp's OpenAI-compatible server (by xllamacpp) on a loopback port.

Started by `rag.generation.model_server`, with its configuration as JSON on standard input, so that the key is not in
the process list. It ends with its owner, which holds a lock on a file: the operating system releases the lock however
the owner ends. Knows nothing of prompts.
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
"""Files in the private folder: the owner's lock; the server's lock with its process id; the server's address."""
BATCH = 128
"""Tokens of a prompt per batch. Between batches the server notices closed connections and serves other requests; larger
batches were not faster."""
PROMPT_CACHE_MIB = 256
"""Memory for cached prompts, so that alternating instructions need not be read again."""
WARNINGS = 2
"""llama.cpp's log level for warnings, which does not log prompts."""


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
    except BaseException:  # noqa: BLE001 - the process ends in any case
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)  # a normal exit would wait for llama.cpp's threads, which wait for requests


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
    params.n_ctx = config["context"] * config["slots"]  # divided among the slots
    params.n_batch = params.n_ubatch = BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = config["threads"]
    # With mmap, the file's pages would stay in memory next to the copies that llama.cpp repacks.
    params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
    params.cache_prompt = True
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.enable_reasoning = 0  # no reasoning before the answer
    return xllamacpp.Server(params)


def _end_with_owner(folder: Path) -> None:
    try:
        with (folder / OWNER_LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
    finally:  # also if the file is missing: the owner has cleaned up
        os._exit(0)


def _write(path: Path, text: str) -> None:
    """Write atomically, readable only by this user."""
    new = path.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    new.replace(path)


if __name__ == "__main__":
    main()
