"""Load test of the HTTP API from a separate process, over all of RealTimeQA 2022.

    python -m benchmarks.api_load [--home HOME] [--seconds 20] [--callers 1 8 64 256] [--streams 200] [--without-llama]

HOME: an archive of the 4,691 pages, made there if there is none. Each number of callers asks again and again for some
seconds: answers a second, p50, p95 and p99 of those that were answered, and how many got a 503 or anything else; who
gets a 503 comes again when `Retry-After` says so. Then as many streams at once over a scripted LLM that takes five
seconds. Beside it, in the same run and by the same callers: LlamaIndex's retriever with the same weights over the same
pages behind a bare FastAPI route, which retrieves only, against `POST /v1/search`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import numpy as np

from benchmarks._common import print_table
from dateline.index.database import FILE_NAME
from tests.scripted_llm import Reply, scripted_llm
from training.data import default_encoder, ingest_into, read_jsonl, realtimeqa, temporary_home

BUSY = 503
TIMEOUT = 60.0
LLM_SECONDS = 5.0
STREAM_SECONDS = 120
"""What an answer may take in all: hundreds at once share two cores."""
PIECES = 10
TOP = 10
"""Passages that a search returns, on both sides."""
_PASSAGE = re.compile(r"^\[(\d+)\].*\n\| .*?(?<=[.!?] )([A-Z][^.!?“”]{60,}[.!?])(?= )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Load:
    """What so many callers got."""

    statuses: Counter[str]
    seconds: list[float]
    """Of each that was answered."""
    refused_seconds: list[float]
    """Of each that got a 503."""
    whole: float

    @property
    def rate(self) -> float:
        """Answered a second."""
        return len(self.seconds) / self.whole

    def line(self) -> str:
        """For the table."""
        p50, p95, p99 = np.percentile(np.array(self.seconds or [np.nan]) * 1000, [50, 95, 99])
        others = {status: count for status, count in self.statuses.items() if status not in ("200", str(BUSY))}
        line = f"{self.rate:.1f} a second; {p50:.0f}, {p95:.0f}, {p99:.0f} ms"
        if busy := self.statuses[str(BUSY)]:
            p50, most = np.percentile(np.array(self.refused_seconds) * 1000, [50, 100])
            line += f"; {busy:,} × 503, after {p50:.0f} ms (p50), {most:.0f} ms at most"
        return f"{line}; {f'others: {others}' if others else 'no other errors'}"


Request = Callable[[str], dict[str, Any]]
"""A question → path and JSON of a request."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--callers", type=int, nargs="+", default=[1, 8, 64, 256])
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--without-llama", action="store_true")
    given = parser.parse_args()
    data = realtimeqa("dev-2022")
    questions = [str(row["question"]) for row in read_jsonl(data / "questions.jsonl.gz")]
    with ExitStack() as stack:
        home = given.home or stack.enter_context(temporary_home())
        if not (home / FILE_NAME).exists():
            ingest_into(home, [data / "articles.jsonl.gz"], default_encoder(bulk=True))[0].close()
        with served(home) as url:
            rows = [("callers", "answers a second; p50, p95, p99")]
            for callers in given.callers:
                load = asyncio.run(_load(f"{url}/v1/answers", _question, questions, callers, given.seconds))
                rows.append((f"{callers}", load.line()))
            print_table(f"Reader's answers, {given.seconds:.0f} s each", rows)
            ours = [
                asyncio.run(_load(f"{url}/v1/search", _query, questions, callers, given.seconds))
                for callers in given.callers
            ]
        _print_streams(home, questions, given.streams)
        if not given.without_llama:
            with llama(home) as url:
                theirs = [
                    asyncio.run(_load(f"{url}/search", _query, questions, callers, given.seconds))
                    for callers in given.callers
                ]
            rows = [("callers", "Dateline's search; LlamaIndex's retriever; ratio")]
            for callers, one, other in zip(given.callers, ours, theirs, strict=True):
                ratio = one.rate / other.rate if other.rate else float("nan")
                rows.append((f"{callers}", f"{one.line()} — {other.line()} — {ratio:.2f} times as many"))
            print_table("Retrieval alone", rows)


def _question(question: str) -> dict[str, Any]:
    return {"question": question}


def _query(question: str) -> dict[str, Any]:
    return {"query": question, "limit": TOP}


async def _load(url: str, request: Request, questions: list[str], callers: int, seconds: float) -> Load:
    """So many callers, each asking its next question when it has the answer to the one before."""
    statuses: Counter[str] = Counter()
    took: list[float] = []
    refused: list[float] = []
    asked = cycle(questions)
    async with _client() as client:
        async with client.post(url, json=request(questions[0])) as response:  # what is loaded once is loaded
            await response.read()
        start = time.monotonic()
        end = start + seconds

        async def call() -> None:
            while (begun := time.monotonic()) < end:
                try:
                    async with client.post(url, json=request(next(asked))) as response:
                        await response.read()
                except (aiohttp.ClientError, TimeoutError) as error:
                    statuses[type(error).__name__] += 1
                    continue
                statuses[str(response.status)] += 1
                took_now = time.monotonic() - begun
                if response.status == 200:
                    took.append(took_now)
                elif response.status == BUSY:
                    refused.append(took_now)
                    await asyncio.sleep(float(response.headers["Retry-After"]))

        await asyncio.gather(*(call() for _ in range(callers)))
        return Load(statuses, took, refused, time.monotonic() - start)


def _client() -> aiohttp.ClientSession:
    """As many connections as there are callers; silence for a minute is an error."""
    timeout = aiohttp.ClientTimeout(total=None, sock_read=TIMEOUT)
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout)


def _print_streams(home: Path, questions: list[str], streams: int) -> None:
    """So many streams at once over an LLM that takes five seconds."""
    with ExitStack() as stack:
        llm = stack.enter_context(scripted_llm(_five_seconds))
        url = stack.enter_context(
            served(
                home,
                DATELINE_LLM_BASE_URL=llm.base_url,
                DATELINE_LLM_MODEL="scripted",
                DATELINE_LLM_TIMEOUT=str(STREAM_SECONDS),
            )
        )
        start = time.monotonic()
        ends = asyncio.run(_stream_all(f"{url}/v1/answers", questions, streams))
        whole = time.monotonic() - start
    firsts = [first for first, _, _ in ends if first is not None]
    rows = [
        ("all ended after", f"{whole:.1f} s"),
        ("ends", ", ".join(f"{end}: {count}" for end, count in Counter(end for _, _, end in ends).most_common())),
    ]
    if firsts:
        p50, p95 = np.percentile(np.array(firsts), [50, 95])
        rows.append(("first event after, p50 and p95", f"{p50:.1f} and {p95:.1f} s"))
    print_table(f"{streams} streams at once, an LLM that takes {LLM_SECONDS:.0f} s", rows)


async def _stream_all(url: str, questions: list[str], streams: int) -> list[tuple[float | None, float, str]]:
    async with _client() as client:
        asked = cycle(questions)
        return await asyncio.gather(*(_stream(client, url, next(asked)) for _ in range(streams)))


async def _stream(client: aiohttp.ClientSession, url: str, question: str) -> tuple[float | None, float, str]:
    """Seconds to the first event and to the end, and the end: who answered, or what went wrong."""
    start = time.monotonic()
    first: float | None = None
    names: list[str] = []
    data = ""
    try:
        async with client.post(url, json={"question": question, "stream": True}) as response:
            if response.status != 200:
                return None, time.monotonic() - start, str(response.status)
            async for line in response.content:
                if line.startswith(b"event:"):
                    first = first or time.monotonic() - start
                    names.append(line.removeprefix(b"event:").strip().decode())
                elif line.startswith(b"data:"):
                    data = line.removeprefix(b"data:").decode()
    except (aiohttp.ClientError, TimeoutError) as error:
        return first, time.monotonic() - start, type(error).__name__
    whole = names.count("done") == 1 and names[-1] == "done"
    return first, time.monotonic() - start, f"`done` by {json.loads(data)['answered_by']}" if whole else "broken off"


def _five_seconds(request: dict[str, Any]) -> Reply:
    """A sentence of the first passage, in pieces that take `LLM_SECONDS` together."""
    found = _PASSAGE.findall(request["messages"][1]["content"])
    text = f"{found[0][1]} [{found[0][0]}]" if found else "Nothing."
    piece = -(-len(text) // PIECES)
    return Reply(text, piece=piece, wait=LLM_SECONDS / (PIECES + 3))


@contextmanager
def served(home: Path, **settings: str) -> Iterator[str]:
    """`dateline serve` over the archive, in a process of its own; its URL once it is ready."""
    environment = os.environ | {"DATELINE_HOME": str(home)} | settings
    command = [sys.executable, "-m", "dateline", "serve", "--port", "0"]
    with _process(command, environment) as url:
        yield url


@contextmanager
def llama(home: Path) -> Iterator[str]:
    """LlamaIndex's retriever over the same pages, in a process of its own."""
    with _process([sys.executable, "-m", "benchmarks._llama", str(home)], dict(os.environ)) as url:
        yield url


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[str]:
    """A server that says where it runs; its URL once it is ready."""
    with temporary_home() as folder, (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            while (found := re.search(r"running on (http://\S+)", (folder / "log").read_text())) is None:
                if process.poll() is not None:
                    raise RuntimeError(f"the server did not start:\n{(folder / 'log').read_text()}")
                time.sleep(0.1)
            while httpx.get(f"{found[1]}/readyz", timeout=TIMEOUT).status_code != 200:
                time.sleep(0.1)
            yield found[1]
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
