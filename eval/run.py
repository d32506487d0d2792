"""Runs gold questions against a system and stores the answers in a self-contained folder.

    run.json        which questions, of which system, by which commit
    gold.jsonl      the gold questions, as they were
    answers.jsonl   a line a question, in the gold file's order: the Answer, passages and what is around each quote
    timings.jsonl   when each was asked and how long it took; the only file in which two runs of the same differ

While it runs, answers gather in `answers.part.jsonl`; a run that was stopped or killed goes on from there. Knows
nothing of measures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from dateline.eval.gold import GoldQuestion, TextOf
from dateline.eval.jsonl import cut_to_whole_lines, dump, read_json, read_objects, write_json, write_lines
from dateline.eval.systems import System
from dateline.index import dates
from dateline.index.errors import ConflictError, DatelineError, NotFoundError, StorageError
from dateline.index.filters import Filters
from dateline.rag.question import Question

FORMAT = 1
"""Grows when a run folder's files change their meaning."""
AROUND = 240
"""Code points kept on either side of a quote, to show it in its context."""
ARTICLES = 2_000
"""Articles that are kept at hand while passages are cut from them."""
TextAt = Callable[[str, int], str]
"""The text of a revision of an article."""
ABOUT, GOLD, ANSWERS, PART, TIMINGS = "run.json", "gold.jsonl", "answers.jsonl", "answers.part.jsonl", "timings.jsonl"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do."""

    gold: tuple[GoldQuestion, ...]
    asked_at: datetime
    """When questions are asked that name no time of their own."""
    commit: str | None
    """Of the code that evaluates, with `+` where it has changes; None: unknown."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a run has come."""

    done: int
    failed: int
    total: int


@dataclass(frozen=True, slots=True)
class _Asked:
    record: dict[str, Any]
    """A line of `answers.jsonl`."""
    timing: dict[str, Any]
    """A line of `timings.jsonl`."""


def run(
    folder: Path,
    plan: Plan,
    system: System,
    *,
    workers: int,
    now: Callable[[], datetime],
    on_progress: Callable[[Outcome], None] = lambda outcome: None,
) -> Outcome:
    """Ask what has no answer yet, `workers` questions at a time.

    What fails is kept with its reason, and asked again by the next run. Raises `ConflictError` if the folder holds
    another run, `StorageError` if it can't be written.
    """
    try:
        described = system.about() | {"asked_at": plan.asked_at.isoformat()}
        begin(folder, about(plan.gold, plan.commit, described), plan.gold)
        done = resumed(folder)
        failed: dict[str, dict[str, Any]] = {}
        left = [gold for gold in plan.gold if gold.id not in done]
        on_progress(Outcome(len(done), 0, len(plan.gold)))
        with (
            (folder / PART).open("a", encoding="utf-8") as part,
            (folder / TIMINGS).open("a", encoding="utf-8") as timings,
        ):
            for asked in _asked(left, plan, system, workers, now):
                (failed if "error" in asked.record else done)[asked.record["id"]] = asked.record
                timings.write(dump(asked.timing))
                timings.flush()
                part.write(dump(asked.record))
                part.flush()
                on_progress(Outcome(len(done), len(failed), len(plan.gold)))
        write_lines(folder / ANSWERS, ((done | failed)[gold.id] for gold in plan.gold))
        (folder / PART).unlink()
    except OSError as error:
        raise StorageError(f"{folder} can't be written ({error.strerror})", hint="Check --out and the disk.") from error
    return Outcome(len(done), len(failed), len(plan.gold))


def about(gold: Sequence[GoldQuestion], commit: str | None, system: dict[str, Any]) -> dict[str, Any]:
    """What `run.json` says."""
    return {
        "format": FORMAT,
        "gold_sha256": sha256(gold_text(gold).encode()).hexdigest(),
        "questions": len(gold),
        "commit": commit,
        **system,
    }


def gold_text(gold: Sequence[GoldQuestion]) -> str:
    """The questions as `gold.jsonl` has them, whatever the file that they were read from looked like."""
    return "".join(
        dump(each.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_unset=True)) for each in gold
    )


def begin(folder: Path, about: dict[str, Any], gold: Sequence[GoldQuestion]) -> None:
    """Make the folder of a run, or see that it is this run's. Raises `ConflictError` if it is another's."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ABOUT).exists():
        if any(file.name != GOLD for file in folder.iterdir()):
            raise ConflictError(f"{folder} is not empty and holds no run", hint="Name another folder with --out.")
        (folder / GOLD).write_text(gold_text(gold), "utf-8")
        write_json(folder / ABOUT, about)
        return
    before = read_json(folder / ABOUT)
    differing = [
        f"{name}: {before.get(name)} before, {about.get(name)} now"
        for name in dict.fromkeys([*before, *about])
        if before.get(name) != about.get(name)
    ]
    if differing:
        raise ConflictError(
            "\n".join([f"{folder} holds another run, which differs in", *differing]),
            hint="Name another folder with --out, or remove that one.",
        )


def resumed(folder: Path) -> dict[str, dict[str, Any]]:
    """The answers that an earlier attempt at this run has left, by question; failures are left out."""
    for growing in (PART, TIMINGS):
        cut_to_whole_lines(folder / growing)
    files = [file for file in (folder / ANSWERS, folder / PART) if file.exists()]
    records = [record for file in files for _, record in read_objects(file)]
    return {record["id"]: record for record in records if "error" not in record}


def gold_as_asked(gold: GoldQuestion, asked_at: datetime) -> Question:
    """The gold question as a system is asked it; of a day, at its end."""
    moment = dates.bounds(gold.asked_at or asked_at)[1].astimezone(UTC).replace(microsecond=0)
    return Question(gold.question, moment, Filters(as_of=gold.as_of), gold.length)


def _asked(
    gold: Sequence[GoldQuestion], plan: Plan, system: System, workers: int, now: Callable[[], datetime]
) -> Iterator[_Asked]:
    text = lru_cache(maxsize=ARTICLES)(system.text)
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(_ask, each, plan, system, text, now) for each in gold]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _ask(gold: GoldQuestion, plan: Plan, system: System, text: TextAt, now: Callable[[], datetime]) -> _Asked:
    timing: dict[str, Any] = {"id": gold.id, "started": now().isoformat()}
    clock = time.perf_counter()
    try:
        answer = system.ask(gold_as_asked(gold, plan.asked_at))
        timing |= {"ms": round((time.perf_counter() - clock) * 1000, 3), "stages_ms": answer["receipt"]["timings_ms"]}
        # What differs between runs is stored with the timings.
        answer["id"], answer["receipt"]["timings_ms"] = f"ans_{gold.id}", {}
        found = {"passages": _passages(answer, text), "excerpts": _excerpts(answer, text)}
    except DatelineError as error:
        return _Asked({"id": gold.id, "error": f"{error.title}: {error.message}"}, timing)
    return _Asked({"id": gold.id, "answer": answer, **found}, timing)


def _passages(answer: dict[str, Any], text: TextAt) -> list[dict[str, Any]]:
    """The passages of the receipt with their words, best first."""
    found = []
    for passage in answer["receipt"]["passages"]:
        article_id, revision = article_of(passage["passage_id"])
        span = passage["source_span"]
        words = text(article_id, revision)[span["start"] : span["end"]]
        found.append({"article_id": article_id, "passage_id": passage["passage_id"], "text": words})
    return found


def _excerpts(answer: dict[str, Any], text: TextAt) -> list[dict[str, Any]]:
    """The text around each quote of a claim in its article."""
    found = {}
    for citation in (citation for claim in answer["claims"] for citation in claim["citations"]):
        article_id, revision = article_of(citation["passage_id"])
        span = citation["source_span"]
        start = max(0, span["start"] - AROUND)
        found[citation["passage_id"], span["start"]] = {
            "passage_id": citation["passage_id"],
            "quote_start": span["start"],
            "start": start,
            "text": text(article_id, revision)[start : span["end"] + AROUND],
        }
    return list(found.values())


def text_now(system: System) -> TextOf:
    """The articles of a system as they stand, to check evidence against; each is fetched once."""

    @lru_cache(maxsize=ARTICLES)
    def text_of(article_id: str) -> str | None:
        try:
            return system.text(article_id)
        except NotFoundError:
            return None

    return text_of


def article_of(passage_id: str) -> tuple[str, int]:
    """The article and revision of a passage's id, `article:revision:n`; the article's own id may have colons."""
    article_id, revision, _ = passage_id.rsplit(":", 2)
    return article_id, int(revision)
