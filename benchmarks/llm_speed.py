"""Speed of a local model compared with bare llama.cpp; start-up, memory, prefix cache.

    DATELINE_LLM_MODEL=NAME python -m benchmarks.llm_speed

The same prompt of some 500 tokens and 48 tokens of completion, by llama.cpp's own timings: from xllamacpp's server with
its defaults in a process of its own (also with one thread, and with the batches that Dateline uses), and through
Dateline's process and client; then once more, its beginning read. Ratios hold on a busy machine, too; figures don't.
Prompt-lookup decoding is left out: it guesses from the prompt what comes next, and an answer of a few words is over
before that pays.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import ExitStack
from threading import Thread

import psutil

from benchmarks._common import print_table
from dateline.api.compose import local_model, running_llm
from dateline.api.settings import load_settings
from dateline.rag.generation import machine
from dateline.rag.generation.completion import Completion
from dateline.rag.generation.completion_options import CompletionOptions
from dateline.rag.generation.llm import Llm
from dateline.rag.generation.model_process import BATCH
from dateline.rag.generation.prompts import Prompt

WRITTEN = 48
_SENTENCE = "The council of town {n} closed its bridge on day {n} because {n} of the cables had rusted. "
SYSTEM = "You answer questions from passages of news articles, in plain sentences and in the words of the passages."
_BARE = """
import json, sys, time, urllib.request
import xllamacpp
config = json.load(sys.stdin)
params = xllamacpp.CommonParams()
params.model.path = config["model"]
params.n_ctx = 2048
params.n_parallel = 1
params.verbosity = 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = config["threads"]
if config["batch"]:
    params.n_batch = params.n_ubatch = config["batch"]
server = xllamacpp.Server(params)
for messages in config["asked"]:
    body = {"messages": messages, "max_tokens": config["written"], "temperature": 0, "ignore_eos": True}
    request = urllib.request.Request(server.listening_address + "/v1/chat/completions", json.dumps(body).encode(),
                                     {"content-type": "application/json"})
    print(json.dumps(json.load(urllib.request.urlopen(request))["timings"]), flush=True)
import os
os._exit(0)
"""


def prompt(first: int) -> Prompt:
    """Some 500 tokens that no other `first` shares."""
    passages = "".join(_SENTENCE.format(n=n) for n in range(first, first + 19))
    return Prompt(SYSTEM, f"{passages}\n\nWhich towns closed their bridges, and why? Name all of them.")


def main() -> None:
    """Measure and print."""
    settings = load_settings().model_copy(update={"llm_timeout": 600})  # two answers at once may take minutes
    model = local_model(settings)
    if model is None:
        print("skipped: DATELINE_LLM_MODEL names no model on this machine")
        return
    threads = model.threads or machine.cores()
    bare = _bare(str(model.path), threads)
    one_thread = _bare(str(model.path), 1)
    small_batches = _bare(str(model.path), threads, BATCH)
    with ExitStack() as stack:
        llm = stack.enter_context(running_llm(settings))
        assert llm is not None
        start = time.perf_counter()
        llm.count_tokens("The first call starts it.")
        cold = time.perf_counter() - start
        _complete(llm, prompt(100))  # the first is slower: pages are touched for the first time
        fresh = _complete(llm, prompt(300))
        again = _complete(llm, prompt(300))
        memory = _memory(llm)
        peak = _two_at_once(llm)
    assert fresh.timings is not None
    reading, writing = fresh.timings.prompt_per_second, fresh.timings.completion_per_second
    print_table(
        f"{model.name}, {threads} threads",
        [
            ("tokens a second, reading: bare llama.cpp; Dateline", f"{bare[0]:.1f}; {reading:.1f}"),
            ("the same as a share", f"{reading / bare[0]:.2f}"),
            ("tokens a second, writing: bare llama.cpp; Dateline", f"{bare[1]:.1f}; {writing:.1f}"),
            ("the same as a share", f"{writing / bare[1]:.2f}"),
            ("bare, of its speed reading and writing: with one thread", _shares(one_thread, bare)),
            (f"with batches of {BATCH}", _shares(small_batches, bare)),
            (
                "tokens of the prompt; of which read before, asked again",
                f"{again.prompt_tokens}; {again.cached_tokens}",
            ),
            ("seconds to the first token, and asked again", f"{_first(fresh):.1f}; {_first(again):.1f}"),
            ("start, until it has counted tokens", f"{cold:.1f} s"),
            ("memory of its process; peak while two answers run", f"{memory / 1e9:.2f} GB; {peak / 1e9:.2f} GB"),
        ],
    )


def _bare(model: str, threads: int, batch: int | None = None) -> tuple[float, float]:
    """Tokens a second, reading and writing, of the second of two requests. `batch`: None for llama.cpp's default."""
    asked = [prompt(first).messages for first in (100, 300)]
    config = json.dumps({"model": model, "threads": threads, "batch": batch, "asked": asked, "written": WRITTEN})
    done = subprocess.run([sys.executable, "-c", _BARE], input=config, capture_output=True, text=True, check=True)
    timings = json.loads(done.stdout.splitlines()[-1])
    return timings["prompt_per_second"], timings["predicted_per_second"]


def _shares(some: tuple[float, float], all_: tuple[float, float]) -> str:
    return f"{some[0] / all_[0]:.2f}; {some[1] / all_[1]:.2f}"


def _complete(llm: Llm, asked: Prompt) -> Completion:
    completion = llm.stream(asked, 600, CompletionOptions(max_tokens=WRITTEN, extra_body={"ignore_eos": True}))
    for _ in completion:
        pass
    return completion


def _first(completion: Completion) -> float:
    return completion.first_token_seconds or 0.0


def _memory(llm: Llm) -> int:
    state = llm.state
    assert state is not None
    return state.memory_bytes or 0


def _two_at_once(llm: Llm) -> int:
    """The most memory that its process takes while two answers run."""
    state = llm.state
    assert state is not None
    process = psutil.Process(state.pid)
    threads = [Thread(target=_complete, args=(llm, prompt(first))) for first in (500, 700)]
    for thread in threads:
        thread.start()
    peak = 0
    while any(thread.is_alive() for thread in threads):
        peak = max(peak, process.memory_info().rss)
        time.sleep(0.05)
    return peak


if __name__ == "__main__":
    main()
