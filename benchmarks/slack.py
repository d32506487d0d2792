"""The Slack app under load and kill -9: is every question answered once, and how soon is it acknowledged?

    python -m benchmarks.slack [--events 1000] [--kills 5] [--mentions 200] [--seconds 60]

Two servers over one archive get questions from a stand-in of Slack, which keeps Slack's rules and limits. First:
`--events` events, each a question in a thread of its own or a further one, some sent twice, some to both servers, with
429s and broken connections, while the servers are killed (-9) and started again. Then: `--mentions` within `--seconds`,
with Slack's limits of calls a minute. Needs the extra `dev`.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks._common import free_port, print_table
from dateline.api.slack.database import open_slack_database
from dateline.api.slack.inbox import Inbox
from dateline.index.archive import Archive
from tests.api.conftest import BRIDGE, CHESS, RIVER
from tests.api.slack.people import Http, People
from tests.api.slack.stand_in import BOT, StandIn
from tests.articles import record, take_in
from training.data import temporary_home

ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / "tests" / "api" / "slack" / "serve_slack.py"
QUESTIONS = {
    "Who won the chess title in nine rounds?": "Vera Quist won the chess title in nine rounds.",
    "Why did engineers close the Ziegel bridge?": "Engineers closed the Ziegel bridge because its cables had rusted.",
    "How many loaves did bakers give away?": "Bakers gave away four hundred loaves.",
}
SENDERS = 8
PER_MINUTE = {"chat.startStream": 20, "chat.appendStream": 100, "chat.stopStream": 20, "chat.update": 50}
"""Slack's tiers: 20 and more, 50 and more, 100 and more calls a minute."""
DEADLINE = 900.0


class RealTime:
    """Seconds as they pass."""

    def now(self) -> float:
        """Since some moment."""
        return time.monotonic()


@dataclass
class Servers:
    """Processes that answer, each at an address of its own that stays when it is started anew."""

    home: Path
    slack: StandIn
    ports: list[int]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, place: int) -> None:
        """Start one, and wait until it is ready."""
        command = [sys.executable, str(SERVER), str(self.home), str(self.ports[place]), self.slack.url]
        process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)})
        self.processes[place : place + 1] = [process]
        with httpx.Client(timeout=60) as client:
            while True:
                try:
                    if client.get(f"{self.url(place)}/readyz").status_code == 200:
                        return
                except httpx.HTTPError:
                    if process.poll() is not None:
                        raise RuntimeError("the server did not start") from None
                time.sleep(0.1)

    def kill(self, place: int) -> None:
        """Kill -9."""
        self.processes[place].kill()
        self.processes[place].wait()

    def url(self, place: int) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.ports[place]}"


@contextmanager
def serving(slack: StandIn, count: int) -> Iterator[Servers]:
    """So many servers over one archive of three articles."""
    with ExitStack() as stack:
        home = stack.enter_context(temporary_home()) / "home"
        archive = Archive(home, create=True)
        take_in(archive, record("river", RIVER), record("chess", CHESS), record("bridge", BRIDGE))
        archive.close()
        servers = Servers(home, slack, [stack.enter_context(free_port()) for _ in range(count)])
        try:
            for place in range(count):
                servers.start(place)
            yield servers
        finally:
            for process in servers.processes:
                process.kill()
                process.wait()


@dataclass
class Outcome:
    """What became of the questions."""

    asked: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    kills: int = 0
    acknowledged: list[float] = field(default_factory=list)
    """Seconds until each delivery was acknowledged."""
    first: list[float] = field(default_factory=list)
    """Seconds from each question to its first sentence."""
    seconds: float = 0.0
    """Until everything was answered."""


def storm(events: int, kills: int, seed: int, *, servers_count: int = 2) -> Outcome:
    """Events with duplicates, restarts and 429s; what became of them."""
    rng = random.Random(seed)
    slack = StandIn(time=RealTime())
    outcome = Outcome(kills=kills)
    try:
        with serving(slack, servers_count) as servers, _ways(servers) as ways:
            people = People(slack, ways[0])
            expected: dict[tuple[str, str], Counter[str]] = {}
            deliveries: list[tuple[dict[str, Any], int]] = []
            sent, threads = 0, list[tuple[str, str]]()
            while sent < events:
                channel, question = f"C{rng.randrange(5)}", rng.choice(list(QUESTIONS))
                thread = rng.choice(threads) if threads and rng.random() < 0.3 else None
                place = thread[0] if thread else channel
                draft = people.draft(place, "U1", f"@Dateline {question}", thread=thread[1] if thread else None)
                key = thread or (channel, str(draft["ts"]))
                if thread is None:
                    threads.append(key)
                expected.setdefault(key, Counter())[QUESTIONS[question]] += 1
                outcome.asked += 1
                for event in people.events_of(draft):
                    for _ in range(1 + (rng.random() < 0.2)):
                        deliveries.append((event, rng.randrange(servers_count)))
                        sent += 1
            stop = threading.Event()
            senders = [
                threading.Thread(target=_send, args=(deliveries[n::SENDERS], ways, outcome)) for n in range(SENDERS)
            ]
            trouble = threading.Thread(target=_trouble, args=(slack, stop, seed))
            for one in [*senders, trouble]:
                one.start()
            for kill in range(kills):
                while len(outcome.acknowledged) < len(deliveries) * (kill + 1) / (kills + 2):
                    time.sleep(0.01)
                servers.kill(kill % servers_count)
                servers.start(kill % servers_count)
            for one in senders:
                one.join()
            stop.set()
            trouble.join()
            _until_answered(slack, servers.home)
            _judge(slack, expected, outcome)
    finally:
        slack.close()
    return outcome


def rush(mentions: int, seconds: float) -> Outcome:
    """So many mentions within so many seconds, at two servers, under Slack's limits a minute."""
    slack = StandIn(time=RealTime())
    slack.per_minute = PER_MINUTE
    outcome = Outcome()
    try:
        with serving(slack, 2) as servers, _ways(servers) as ways:
            people = People(slack, ways[0])
            expected: dict[tuple[str, str], Counter[str]] = {}
            began, asked = time.monotonic(), {}
            senders: list[threading.Thread] = []
            for number in range(mentions):
                question = list(QUESTIONS)[number % len(QUESTIONS)]
                while time.monotonic() < began + seconds * number / mentions:
                    time.sleep(0.002)
                draft = people.draft(f"C{number % 10}", "U1", f"@Dateline {question}")
                key = (str(draft["channel"]), str(draft["ts"]))
                expected[key] = Counter([QUESTIONS[question]])
                asked[key] = time.monotonic()
                work = [(event, number % 2) for event in people.events_of(draft)]
                senders.append(threading.Thread(target=_send, args=(work, ways, outcome)))
                senders[-1].start()
            for one in senders:
                one.join()
            outcome.asked = mentions
            _until_answered(slack, servers.home)
            outcome.seconds = time.monotonic() - began
            firsts = {key: slack.first_words[key] for key in asked if key in slack.first_words}
            outcome.first = [moment - asked[key] for key, moment in firsts.items()]
            _judge(slack, expected, outcome)
    finally:
        slack.close()
    return outcome


@contextmanager
def _ways(servers: Servers) -> Iterator[list[Http]]:
    """A way to deliver events to each server."""
    with ExitStack() as stack:
        ways = [Http(servers.url(place)) for place in range(len(servers.ports))]
        for way in ways:
            stack.callback(way.client.close)
        yield ways


def _send(deliveries: list[tuple[dict[str, Any], int]], ways: list[Http], outcome: Outcome) -> None:
    """Deliver as Slack does: what is not acknowledged comes again."""
    for event, place in deliveries:
        retry = 0
        while True:
            began = time.perf_counter()
            if ways[place].send(event, retry):
                outcome.acknowledged.append(time.perf_counter() - began)
                break
            retry += 1
            time.sleep(0.2)


def _trouble(slack: StandIn, stop: threading.Event, seed: int) -> None:
    """429s, broken connections and errors inside Slack, until `stop`."""
    rng = random.Random(seed)
    methods = ("chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update", "chat.postMessage")
    while not stop.wait(0.3):
        kind, method = rng.choice(("limited", "limited", "cut", "down", "status")), rng.choice(methods)
        if not slack.faults[method]:  # on a slow machine they would come faster than calls
            slack.fault(method, kind, value=503 if kind == "status" else 1)
    slack.faults.clear()


def _until_answered(slack: StandIn, home: Path) -> None:
    """Wait until nothing is queued or under way, and no message waits for its end."""
    until = time.monotonic() + DEADLINE
    engine = open_slack_database(home)
    inbox = Inbox(engine, time.time)
    while inbox.unfinished() or any(one.streaming or not _has_ended(one.words) for one in slack.own()):
        if time.monotonic() > until:
            break
        time.sleep(0.1)
    engine.dispose()


def _has_ended(words: str) -> bool:
    return "In the articles’ own words" in words


def _judge(slack: StandIn, expected: dict[tuple[str, str], Counter[str]], outcome: Outcome) -> None:
    for (channel, ts), wanted in expected.items():
        found = Counter[str]()
        for message in slack.own(channel, ts):
            sentence = next((one for one in QUESTIONS.values() if message.words.startswith(one)), None)
            if sentence is None or message.words.count(sentence) != 1 or not _has_ended(message.words):
                outcome.wrong.append(f"{channel} {ts}: {message.words!r}")
            else:
                found[sentence] += 1
        outcome.lost += [f"{channel} {ts}: {one}" for one in (wanted - found).elements()]
        outcome.doubled += [f"{channel} {ts}: {one}" for one in (found - wanted).elements()]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--mentions", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    done = storm(given.events, given.kills, given.seed)
    print_table(
        f"{given.events:,} events with duplicates, 429s and broken connections; {given.kills} kills of two servers",
        [("questions", f"{done.asked:,}"), *_faults(done)],
    )
    done = rush(given.mentions, given.seconds)
    seconds = sorted(done.acknowledged)
    print_table(
        f"{given.mentions} mentions in {given.seconds:.0f} s at two servers, {BOT}'s calls limited as Slack does",
        [
            *_faults(done),
            ("acknowledged, median", f"{np.percentile(seconds, 50) * 1000:.0f} ms"),
            ("acknowledged, p99", f"{np.percentile(seconds, 99) * 1000:.0f} ms"),
            ("first sentence, median", f"{np.percentile(done.first, 50):.1f} s"),
            ("first sentence, p95", f"{np.percentile(done.first, 95):.1f} s"),
            ("all answered after", f"{done.seconds:.0f} s"),
        ],
    )


def _faults(done: Outcome) -> list[tuple[str, str]]:
    for one in (*done.lost, *done.doubled, *done.wrong):
        print(one, file=sys.stderr)
    return [
        ("answers lost", str(len(done.lost))),
        ("answered twice", str(len(done.doubled))),
        ("broken answers", str(len(done.wrong))),
    ]


if __name__ == "__main__":
    main()
