"""Pass rate on the gold questions, over the samples and, if present, over the seed articles.

    python -m benchmarks.gold [--llm quotes|prose] [--only samples|seeds] [--first N]
    python -m benchmarks.gold haystack

Each set is asked over its own articles only; what fails is listed with the reason. `make eval` measures more.
`--llm`: by the language model of the settings, in that style, and beside it by the reader. `--first`: so many of each
set, every k-th one, where a model is slow.
`haystack` asks those of the seeds that must be answered over their articles among all pages of RealTimeQA 2022, twice:
ingested in two random orders, which must give the same answers.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks._common import print_table
from dateline.api.compose import open_support, profile_of, running_llm
from dateline.api.settings import load_settings
from dateline.eval.gold import GoldQuestion, read_gold
from dateline.eval.intervals import share_mean
from dateline.eval.requirements import check_requirements
from dateline.eval.run import Plan, run
from dateline.eval.runs import load_run
from dateline.eval.systems import InProcess
from dateline.rag.answerer import Answerer
from dateline.rag.generation.writer import LlmWriter
from dateline.rag.question import LlmStyle, question_kind
from training.data import default_reader, development_data, opened_archive, read_jsonl, realtimeqa, temporary_home

ROOT = Path(__file__).resolve().parents[1]
ASKED = datetime(2021, 9, 1, 12, tzinfo=UTC)
"""When a question that names no day of its own is asked: the articles end in August 2021."""

ORDERS = (1, 2)
"""Seeds of the orders in which the haystack is ingested."""


def main() -> None:
    """Ask, judge and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gold")
    parser.add_argument("what", nargs="?", choices=["haystack"])
    parser.add_argument("--llm", choices=["quotes", "prose"])
    parser.add_argument("--only", choices=["samples", "seeds"])
    parser.add_argument("--first", type=int)
    arguments = parser.parse_args()
    if arguments.what == "haystack":
        _haystack()
        return
    sets = {}
    if arguments.only != "seeds":
        samples = [ROOT / "samples" / name for name in ("2015", "2021", "other")]
        sets["samples"] = read_gold(ROOT / "eval" / "gold" / "samples.jsonl"), samples
    if arguments.only != "samples":
        seeds = development_data().parent / "seeds"
        if seeds.is_dir():
            sets["seeds"] = _of_seeds(seeds), [seeds / "articles.jsonl"]
        else:
            print(f"\nskipped: {seeds} is not there")
    with ExitStack() as stack:
        writer = _writer(arguments.llm, stack) if arguments.llm else None
        for name, (gold, articles) in sets.items():
            step = -(-len(gold) // arguments.first) if arguments.first else 1
            asked = gold[::step]
            _run(name, asked, articles)
            if writer is not None:
                _run(f"{name}, in {arguments.llm} by {writer.llm.name}", asked, articles, writer)


def _writer(style: LlmStyle, stack: ExitStack) -> LlmWriter:
    """What answers by the language model of the settings, in the style; its process ends with `stack`."""
    settings = load_settings()
    llm = stack.enter_context(running_llm(settings))
    if llm is None:
        print("skipped: DATELINE_LLM_MODEL names no model")
        sys.exit(0)
    return LlmWriter(llm, open_support(settings), profile=replace(profile_of(settings), style=style))


def _haystack() -> None:
    seeds = development_data().parent / "seeds"
    if not seeds.is_dir():
        print(f"skipped: {seeds} is not there")
        return
    gold = [question for question in _of_seeds(seeds) if question.must_refuse is None]
    lines = (seeds / "articles.jsonl").read_text("utf-8").splitlines()
    lines += [json.dumps(page) for page in read_jsonl(realtimeqa("dev-2022") / "articles.jsonl.gz")]
    said = []
    for order in ORDERS:
        with temporary_home() as home:
            shuffled = home / "articles.jsonl"
            shuffled.write_text("\n".join(random.Random(order).sample(lines, len(lines))), "utf-8")
            said.append(_run(f"seeds among all pages of 2022, order {order}", gold, [shuffled]))
    same = sum(one == other for one, other in zip(*said, strict=True))
    print_table("Both orders", [("questions with the same claims and disagreements", f"{same} of {len(gold)}")])


def _run(
    name: str, gold: Sequence[GoldQuestion], articles: list[Path], writer: LlmWriter | None = None
) -> list[object]:
    """What is said to each question: claims with their citations, and disagreements."""
    passed: dict[str, list[float]] = defaultdict(list)
    parts: dict[str, list[float]] = defaultdict(list)
    failed = []
    with opened_archive(None, articles) as searcher, tempfile.TemporaryDirectory() as folder:
        system = InProcess(Answerer(searcher, default_reader(), writer=writer), {})
        run(
            Path(folder),
            Plan(tuple(gold), ASKED, None),
            system,
            workers=2 if writer is None else 1,
            now=lambda: datetime.now(UTC),
        )
        cases = load_run(Path(folder)).cases
    for case in cases:
        verdict = check_requirements(case.gold, case.prediction)
        passed[case.gold.group].append(float(verdict.passed))
        parts[case.gold.id[0]].append(float(verdict.passed))
        if not verdict.passed:
            said = case.prediction.text or f"refused: {case.prediction.refusal_reason}"
            failed.append((f"{case.gold.id} {case.gold.question}", f"{'; '.join(verdict.reasons)} — {said}"))
    rows = [(kind, f"{sum(values):.0f} of {len(values)}") for kind, values in sorted(passed.items())]
    rows += [(f"ids in {part}", str(share_mean(values))) for part, values in sorted(parts.items())]
    everything = [value for values in passed.values() for value in values]
    print_table(f"Gold questions over the {name}", [*rows, ("all", str(share_mean(everything)))])
    print_table(f"What fails over the {name}", failed)
    return [(case.prediction.claims, case.prediction.disagreements) for case in cases]


def _of_seeds(seeds: Path) -> list[GoldQuestion]:
    rows = map(json.loads, (seeds / "questions.jsonl").read_text("utf-8").splitlines())
    return [_of_seed(row) for row in rows]


def _of_seed(row: dict[str, Any]) -> GoldQuestion:
    """A question over the seed articles, whose `need` and `forbid` are regular expressions."""
    fields: dict[str, Any] = {name: row[name] for name in ("id", "question", "asked_at", "length") if row.get(name)}
    if row["kind"] == "refuse":
        return GoldQuestion.model_validate({**fields, "kind": question_kind(row["question"]), "must_refuse": {}})
    fields |= {"nuggets": [{"accepted": [f"/{pattern}/"]} for pattern in row["need"]]} if row.get("need") else {}
    fields |= {"forbidden": [f"/{pattern}/" for pattern in row["forbid"]]} if row.get("forbid") else {}
    fields |= {"sources": row["sources"]} if row.get("sources") else {}
    return GoldQuestion.model_validate({**fields, "kind": row["kind"]})


if __name__ == "__main__":
    main()
