"""Kill -9 while articles are taken in: nothing acknowledged is lost, and every open succeeds."""

import multiprocessing
import random
import time
from contextlib import suppress
from pathlib import Path

from dateline.index.search import Searcher
from tests.articles import FAKE, has, news, opened, record, write_records
from tests.index.crash_worker import work

KILLS = 8
ARTICLES = 300
FRESH = multiprocessing.get_context("forkserver")
"""Starts processes that have imported all they need, and nothing else from here."""
FRESH.set_forkserver_preload([work.__module__])


def word(n: int) -> str:
    """A word that only article n has."""
    return "xylo" + "".join("abcdefghij"[int(digit)] for digit in str(n))


def test_nothing_acknowledged_is_lost_to_a_kill(tmp_path: Path) -> None:
    rng = random.Random(21)
    file = write_records(tmp_path / "in.jsonl", *(record(f"a{n}", f"{word(n)} {news(n)}") for n in range(ARTICLES)))
    home = tmp_path / "home"
    acknowledged: set[str] = set()
    for _ in range(KILLS):
        output = run_and_kill(home, file, after=rng.randint(0, 40), pause=rng.uniform(0.0, 0.01))
        acknowledged.update(line for line in output if line.startswith("a"))
        with opened(home) as archive:
            searcher = Searcher(archive, FAKE)
            lost = {name for name in acknowledged if not archive.article(name).current}
            assert not lost
            # Half-written, but not acknowledged, at the most: the batch under way.
            assert archive.counts().articles - len(acknowledged) <= 8 * KILLS
            for name in rng.sample(sorted(acknowledged), min(15, len(acknowledged))):
                assert has(searcher, name, word(int(name[1:])))
    assert len(acknowledged) > 50
    # Run to its end, it has each article once.
    output = run_and_kill(home, file, after=None)
    assert output[-1] == "done"
    with opened(home) as archive:
        counts = archive.counts()
        assert (counts.articles, counts.passages) == (ARTICLES, ARTICLES)
        assert archive.sequence() == ARTICLES


def run_and_kill(home: Path, file: Path, *, after: int | None, pause: float = 0.0) -> list[str]:
    """What the worker had said until it was killed, `pause` seconds after it had acknowledged so many articles.

    Without `after`: until it ended by itself.
    """
    here, there = FRESH.Pipe(duplex=False)
    worker = FRESH.Process(target=work, args=(home, file, there))
    worker.start()
    there.close()
    said: list[str] = []
    with here:
        assert here.recv() == ["open"]
        with suppress(EOFError, OSError):  # a message cut off by the kill was not yet said
            while after is None or len(said) < after:
                said += here.recv()
        if after is not None:
            time.sleep(pause)  # so that it is killed at another point of its work each time
            worker.kill()
        with suppress(EOFError, OSError):
            while True:
                said += here.recv()
    worker.join()
    return said
