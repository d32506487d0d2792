"""What a caller gets, and after how long, when the language model fails: every fault on command.

    python -m benchmarks.llm_faults

Over the sample articles; a scripted server stands in for the model. The deadline is 3 seconds, and the last column the
whole answer's time, with searching and reading, which must be within it.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from benchmarks._common import default_reader, default_support, opened_archive, utc_now
from eval.scripted_llm import Reply, Script, in_turn, scripted_llm
from rag.answer import Answer
from rag.answerer import Answerer
from rag.generation.llm import Llm, LlmServer
from rag.generation.writer import LlmWriter
from rag.question import Question

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
ASKED = "Why did the Taliban shift to cities?"
DEADLINE = 3.0
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
    print(f"\nThe longest took {longest:.2f} s.")


def _row(fault: str, answer: Answer, seconds: float) -> str:
    use = answer.receipt.llm
    cause = (use.fault if use else None) or "none"
    cells = [fault, answer.answered_by, len(answer.claims), cause, len(answer.receipt.dropped), f"{seconds:.2f}"]
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
