"""Delay between a sentence's end in the language model and its verified event.

    python -m benchmarks.llm_stream

A scripted model repeats the first sentence of a passage, over the sample articles, and goes on with a second one half a
second later. Measured from the moment when its server sends the end of the first one, with its citation and the word
behind it, to the moment when the caller has the claim: network, parsing, support check and citing.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._common import print_table
from dateline.rag.answerer import Answerer
from dateline.rag.events import ClaimVerified
from dateline.rag.generation.llm import Llm, LlmServer
from dateline.rag.generation.writer import LlmWriter
from dateline.rag.question import Question
from tests.scripted_llm import Reply, scripted_llm
from training.data import default_reader, default_support, opened_archive, utc_now

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
ASKED = "Why did the Taliban shift to cities?"
ANSWERS = 40
PAUSE = 0.5
_PASSAGE = re.compile(r"^\[(\d+)\].*\n\| .*?(?<=[.!?] )([A-Z][^.!?“”]{60,}[.!?])(?= )", re.MULTILINE)


def one_sentence(request: dict[str, Any]) -> Reply:
    """A sentence of the first passage, its citation and one word, all in one event; then a pause."""
    number, words = _PASSAGE.findall(request["messages"][1]["content"])[0]
    text = f"{words} [{number}] Then "
    return Reply(f"{text}nothing was said.", piece=len(text), wait=PAUSE)


def main() -> None:
    """Measure and print."""
    support = default_support()
    took: list[float] = []
    with opened_archive(None, [SAMPLES]) as searcher, scripted_llm(one_sentence) as server:
        writer = LlmWriter(Llm(LlmServer(server.base_url, "scripted")), support)
        answerer = Answerer(searcher, default_reader(), writer=writer)
        for _ in range(ANSWERS + 1):
            before = len(server.sent)
            stream = answerer.stream(Question(ASKED, utc_now()))
            next(event for event in stream if isinstance(event, ClaimVerified))
            took.append(time.monotonic() - server.sent[before + 1])  # the first event names the role
            assert len(server.sent) == before + 2, "the sentence left with the end of the completion"
            list(stream)
    median, late = np.percentile(np.array(took[1:]) * 1000, [50, 95])  # the first loads what is loaded once
    print_table(
        f"{len(took) - 1} answers, support check {support.name}",
        [("a verified sentence leaves after, p50 and p95", f"{median:.0f} ms and {late:.0f} ms")],
    )


if __name__ == "__main__":
    main()
