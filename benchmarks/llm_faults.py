"""What a caller gets, and when, for each fault of the language model.

    python -m benchmarks.llm_faults

Over the sample articles; a scripted server stands in for the model. The deadline is 3 seconds, and the last column the
whole answer's time, with searching and reading, which must be within it. The faults that only a model on this machine
has follow, with the pulled 0.5 B model (`dateline models pull` it first) and 120 seconds, for it must load first.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from dateline.index.search import Searcher
from dateline.rag.answer import Answer
from dateline.rag.answerer import Answerer
from dateline.rag.generation.llm import Llm, LlmServer
from dateline.rag.generation.model_server import LocalModel, ModelServer
from dateline.rag.generation.server_folder import ServerFolder, call
from dateline.rag.generation.writer import LlmWriter
from dateline.rag.question import Question
from dateline.rag.reading.reader import Reader
from dateline.rag.verification.support import SupportCheck
from tests.scripted_llm import Reply, Script, in_turn, scripted_llm
from training.data import default_reader, default_support, opened_archive, utc_now

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
ASKED = "Why did the Taliban shift to cities?"
DEADLINE = 3.0
LOCAL = "qwen2.5-coder-0.5b-instruct-q4_k_m"
LOCAL_DEADLINE = 120.0
NOWHERE = "http://127.0.0.1:9/v1"
NO_HOST = "http://no-such-host.invalid/v1"
_PASSAGE = re.compile(r"^\[(\d+)\].*\n\| (.{60,}?[.!?])(?=\s|$)", re.MULTILINE)


def says(cited: str = " [{n}]", letters: int | None = None, **reply: Any) -> Script:
    """A model that repeats the first sentence of three passages, each with a citation, all or its first `letters`."""

    def script(request: dict[str, Any]) -> Reply:
        found = _PASSAGE.findall(request["messages"][1]["content"])[:3]
        return Reply(" ".join(f"{words}{cited.format(n=n)}" for n, words in found)[:letters], **reply)

    return script


def parrot(request: dict[str, Any]) -> Reply:
    """A model that repeats its prompt."""
    return Reply("\n".join(message["content"] for message in request["messages"]), piece=40)


FAULTS: list[tuple[str, Script | str]] = [
    ("none", says()),
    ("connection refused", NOWHERE),
    ("no such host", NO_HOST),
    ("401", in_turn(Reply(status=401, body=b"{}"))),
    (
        "429, then that nothing answers",
        in_turn(Reply(status=429, headers={"retry-after": "0.2"}, body=b"{}"), Reply("NOT_IN_PASSAGES")),
    ),
    ("429, Retry-After: 60", in_turn(Reply(status=429, headers={"retry-after": "60"}, body=b"{}"))),
    ("500", in_turn(Reply(status=500, body=b"oops"))),
    ("not JSON", in_turn(Reply(body=b"<html>Please log in</html>"))),
    ("stalls at once", says(stall_after=0)),
    ("stalls in the second sentence", says(stall_after=75)),
    ("a byte now and then", says(stall_after=3, drip=0.1)),
    ("cut in the second sentence", says(cut_after=75)),
    ("stopped for length in the second sentence", says(letters=300, finish_reason="length")),
    ("empty completion", in_turn(Reply(""))),
    ("100,000 tokens", in_turn(Reply("word " * 100_000, piece=5))),
    ("another language", in_turn(Reply("Die Taliban griffen Städte an, um Stärke zu zeigen [1]."))),
    ("prompt repeated back", parrot),
    ("no citations", says(cited="")),
    ("wrong citations", says(cited=" [99]")),
    ("invented numbers", in_turn(Reply("The Taliban sent 98,431 fighters to 77 cities [1]."))),
    ("invented quotation", in_turn(Reply("“We do it for the fun of it,” a Taliban commander said [1]."))),
    ("says that nothing answers", in_turn(Reply("NOT_IN_PASSAGES"))),
]


def main() -> None:
    """Measure and print."""
    reader = default_reader()
    support = default_support()
    print(f"Deadline {DEADLINE:g} s, support check {support.name}.\n")
    print("| fault | answered by | claims | cause in the receipt | dropped | seconds |\n|---|---|---|---|---|---|")
    with opened_archive(None, [SAMPLES]) as searcher:
        Answerer(searcher, reader).answer(Question(ASKED, utc_now()))  # models and pages are warm then
        longest = 0.0
        for name, fault in FAULTS:
            with scripted_llm(fault if callable(fault) else in_turn(Reply())) as server:
                base_url = server.base_url if callable(fault) else fault
                llm = Llm(LlmServer(base_url, "scripted", timeout=DEADLINE))
                answerer = Answerer(searcher, reader, writer=LlmWriter(llm, support))
                start = time.perf_counter()
                answer = answerer.answer(Question(ASKED, utc_now()))
                seconds = time.perf_counter() - start
                longest = max(longest, seconds)
                print(_row(name, answer, seconds), flush=True)
        print(f"\nThe longest took {longest:.2f} s.\n")
        _local_faults(searcher, reader, support)


def _local_faults(searcher: Searcher, reader: Reader, support: SupportCheck) -> None:
    """The same table for a model on this machine."""
    from dateline.api.compose import model_folder
    from dateline.api.settings import load_settings

    path = model_folder(load_settings()).path(LOCAL)
    if not path.is_file():
        print(f"The model on this machine is skipped: dateline models pull {LOCAL}")
        return
    print(f"{LOCAL} on this machine, deadline {LOCAL_DEADLINE:g} s.\n")
    print("| fault | answered by | claims | cause in the receipt | dropped | seconds | then |")
    print("|---|---|---|---|---|---|---|")
    with TemporaryDirectory() as scratch:
        damaged = Path(scratch) / "damaged.gguf"
        with path.open("rb") as whole:
            damaged.write_bytes(whole.read(path.stat().st_size // 2))
        no_model = Path(scratch) / "page.gguf"
        no_model.write_bytes(b"<html>")
        for name, model, fault in (
            ("none", LocalModel(path), _nothing),
            ("killed before", LocalModel(path), _killed_before),
            ("killed in the middle", LocalModel(path), _killed_in_the_middle),
            ("its owner ends in the middle", LocalModel(path), _owner_ends),
            ("file damaged", LocalModel(damaged), _nothing),
            ("no GGUF file", LocalModel(no_model), _nothing),
            ("no file", LocalModel(path.with_name("none.gguf")), _nothing),
            ("too large", LocalModel(path, context=10**9), _nothing),
        ):
            servers = ServerFolder(Path(scratch) / "llm")
            with servers:
                server = ModelServer(model, servers.path)
                llm = Llm(LlmServer("", model.name, timeout=LOCAL_DEADLINE, max_tokens=80), local=server)
                answerer = Answerer(searcher, reader, writer=LlmWriter(llm, support))
                fault(server, servers)
                start = time.perf_counter()
                answer = answerer.answer(Question(ASKED, utc_now()))
                row = _row(name, answer, time.perf_counter() - start)
                print(f"{row} {server.state().state} |", flush=True)


def _nothing(_server: ModelServer, _servers: ServerFolder) -> None:
    pass


def _killed_before(server: ModelServer, _servers: ServerFolder) -> None:
    os.kill(server.endpoint(LOCAL_DEADLINE).pid, signal.SIGKILL)


def _killed_in_the_middle(server: ModelServer, _servers: ServerFolder) -> None:
    pid = server.endpoint(LOCAL_DEADLINE).pid
    Thread(target=_when_busy, args=(server, lambda: os.kill(pid, signal.SIGKILL)), daemon=True).start()


def _owner_ends(server: ModelServer, servers: ServerFolder) -> None:
    server.endpoint(LOCAL_DEADLINE)
    Thread(target=_when_busy, args=(server, servers.close), daemon=True).start()


def _when_busy(server: ModelServer, act: Callable[[], None]) -> None:
    """Act once the model reads or writes."""
    endpoint = server.endpoint(LOCAL_DEADLINE)
    while not any(slot["is_processing"] for slot in call(endpoint, "GET", "/slots", timeout=LOCAL_DEADLINE)):
        time.sleep(0.05)
    act()


def _row(fault: str, answer: Answer, seconds: float) -> str:
    use = answer.receipt.llm
    cause = (use.fault if use else None) or "none"
    cells = [fault, answer.answered_by, len(answer.claims), cause, len(answer.receipt.dropped), f"{seconds:.2f}"]
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
