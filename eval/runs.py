"""Loads run folders: questions, answers, timings, and problems of the folder.

An incomplete folder, or one with answers to other questions, is never taken for complete. Knows nothing of measures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dateline.eval.formats.plain import PlainPrediction, of_plain
from dateline.eval.gold import GoldQuestion, read_gold
from dateline.eval.jsonl import explained, read_json, read_objects
from dateline.eval.measure import Case
from dateline.eval.prediction import Excerpt, FoundPassage, Prediction, of_answer
from dateline.eval.run import ABOUT, ANSWERS, FORMAT, GOLD, PART, TIMINGS
from dateline.index.errors import InputError, NotFoundError


@dataclass(frozen=True, slots=True)
class Run:
    """A run, as its folder has it."""

    name: str
    about: Mapping[str, Any]
    gold: tuple[GoldQuestion, ...]
    predictions: Mapping[str, Prediction]
    """By question; those without an answer are missing."""
    missing: Mapping[str, str]
    """Question → why it has no answer; empty for a whole run."""
    models: Mapping[str, str]
    """By their hashed names, and who answered; as the answers' receipts have them, where they have them."""
    timings: tuple[Mapping[str, Any], ...]
    """The lines of `timings.jsonl`."""

    @property
    def cases(self) -> list[Case]:
        """The questions that have an answer, in order."""
        return [Case(gold, self.predictions[gold.id]) for gold in self.gold if gold.id in self.predictions]

    @property
    def started(self) -> str:
        """When its first question was asked, ISO 8601; empty where that is not recorded."""
        return min((str(timing["started"]) for timing in self.timings), default="")


def load_run(folder: Path, *, partial: bool = False) -> Run:
    """The run in a folder.

    Raises `NotFoundError` if there is none; `InputError` naming every problem, each with its line, if it is damaged or,
    unless `partial`, not whole.
    """
    if not (folder / ABOUT).is_file():
        raise NotFoundError(f"{folder} holds no run", hint="`dateline eval run --gold … --out FOLDER` makes one.")
    about = read_json(folder / ABOUT)
    if about.get("format") != FORMAT:
        raise InputError(f"{folder}: has format {about.get('format')}, not {FORMAT}", hint="Run it again.")
    gold = tuple(read_gold(folder / GOLD))
    problems: list[str] = []
    if sha256((folder / GOLD).read_bytes()).hexdigest() != about["gold_sha256"]:
        problems.append(f"{folder / GOLD}: was changed after the run")
    read = _read(folder, {each.id for each in gold}, problems)
    missing = {each.id: read.failed.get(each.id, "not asked yet") for each in gold if each.id not in read.predictions}
    if missing and not partial:
        problems += [f"{folder}: {name} has no answer: {why}" for name, why in missing.items()]
    if problems:
        raise InputError(
            "\n".join(problems),
            hint="Run it again to fill in what is missing, or score what there is, marked as partial, by --partial.",
        )
    timings = read_objects(folder / TIMINGS, growing=True) if (folder / TIMINGS).exists() else ()
    return Run(
        folder.name,
        about,
        gold,
        read.predictions,
        missing,
        {name: model for name, model in about.get("models", {}).items() if model}
        | {name: ", ".join(sorted(models)) for name, models in read.models.items()},
        tuple(timing for _, timing in timings),
    )


@dataclass(slots=True)
class _Read:
    """What the answers of a folder hold, as it is gathered."""

    predictions: dict[str, Prediction] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    models: dict[str, set[str]] = field(default_factory=dict)


def _read(folder: Path, known: set[str], problems: list[str]) -> _Read:
    read = _Read()
    for file in (folder / ANSWERS, folder / PART):
        if not file.exists():
            continue
        for number, record in read_objects(file, growing=file.name == PART):
            name = str(record.get("id"))
            if name not in known:
                problems.append(f"{file}: line {number}: answers {name!r}, which is none of the gold questions")
            elif "error" in record:
                read.failed[name] = record["error"]
            elif (prediction := _prediction(record, f"{file}: line {number}", problems)) is not None:
                read.predictions[name] = prediction
                for model, value in _models(record).items():
                    read.models.setdefault(model, set()).add(value)
    return read


def _models(record: Mapping[str, Any]) -> dict[str, str]:
    answer = record.get("answer")
    if answer is None:
        return {}
    receipt = answer["receipt"]
    return {"encoder": receipt["encoder"], "reader": receipt["reader"], "answered by": answer["answered_by"]}


def _prediction(record: Mapping[str, Any], where: str, problems: list[str]) -> Prediction | None:
    try:
        if "plain" in record:
            return of_plain(PlainPrediction.model_validate(record["plain"]))
        excerpts = {
            (each["passage_id"], each["quote_start"]): Excerpt(each["start"], each["text"])
            for each in record["excerpts"]
        }
        passages = [FoundPassage(**each) for each in record["passages"]]
        return of_answer(record["id"], record["answer"], passages, excerpts)
    except ValidationError as error:
        problems += [f"{where}: {said}" for said in explained(error)]
    except (KeyError, TypeError, ValueError) as error:
        problems.append(f"{where}: is no answer that can be read ({type(error).__name__}: {error})")
    return None
