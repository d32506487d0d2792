"""Accuracy and latency of answers by the configured language model and by the reader: RealTimeQA 2022.

    DATELINE_LLM_MODEL=NAME python -m benchmarks.llm_answers [HOME] [--questions N] [--silent N] [--pages N]

HOME: an archive of the pages, made there if it is empty. `--questions`: a fixed sample of the 484 answerable ones
(150). `--silent`: how many of them are also asked without their pages (all). `--pages`: all of those questions' own
pages and as many others as make N (all 4,691).

Each question is asked of the reader, in quotes and in prose, nothing refused: right is an answer whose whole sentences
of at most 60 words hold the gold string. Then it is asked with its gold pages and their near-copies left out: how far
does the confidence tell answers from inventions? Times are those of `quotes`, the first to ask; `prose` finds its
prompt read.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._common import print_table
from benchmarks.refusals import still_answerable
from dateline.api.compose import open_support, profile_of, running_llm
from dateline.api.settings import load_settings
from dateline.eval.confidence import bootstrap_auroc
from dateline.eval.exclusion import stories, without
from dateline.eval.intervals import Estimate, bootstrap_mean
from dateline.eval.words import contains_answer, exact_match
from dateline.rag.answer import Answer
from dateline.rag.answerer import Answerer
from dateline.rag.events import ClaimVerified, Done
from dateline.rag.generation.answer_confidence import AnswerConfidence
from dateline.rag.generation.prompts import warm_up_prompt
from dateline.rag.generation.writer import LlmWriter
from dateline.rag.question import LlmStyle, Question
from dateline.rag.retrieval import retrieve
from training.data import (
    claims_within,
    default_reader,
    news_question,
    opened_archive,
    read_jsonl,
    realtimeqa,
    temporary_home,
)

WORDS = 60
SEED = 24
LOST = 0.10
"""The share of right answers that may be lost to refusing."""
STYLES: tuple[LlmStyle, ...] = ("off", "quotes", "prose")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.llm_answers")
    parser.add_argument("home", nargs="?", type=Path)
    parser.add_argument("--questions", type=int, default=150)
    parser.add_argument("--silent", type=int, help="questions of these that are also asked without their pages")
    parser.add_argument("--pages", type=int)
    arguments = parser.parse_args()
    settings = load_settings()
    if settings.llm_model is None:
        print("skipped: DATELINE_LLM_MODEL names no model")
        return
    data = realtimeqa("dev-2022")
    rows = [row for row in read_jsonl(data / "questions.jsonl.gz") if row["gold_pages"]]
    rows = random.Random(SEED).sample(rows, min(arguments.questions, len(rows)))
    with ExitStack() as stack:
        pages = data / "articles.jsonl.gz"
        if arguments.pages:
            pages = _some(pages, rows, arguments.pages, stack.enter_context(temporary_home()))
        searcher = stack.enter_context(opened_archive(arguments.home, [pages]))
        llm = stack.enter_context(running_llm(settings))
        assert llm is not None
        reader = default_reader()
        shipped = reader.calibration.threshold
        reader.calibration = replace(reader.calibration, threshold=0.0, short_answer=0.0)
        profile = profile_of(settings)
        nothing_refused = AnswerConfidence(threshold=0.0)
        writer = LlmWriter(llm, open_support(settings), profile=profile, confidence=nothing_refused)
        answerer = Answerer(searcher, reader, writer=writer)
        llm.warm_up(warm_up_prompt(profile.instructions))
        asked = _asked(rows, answerer)
        story_of = stories(searcher.archive)
        silent = []
        for row in rows[: arguments.silent]:
            question = news_question(row, article_ids=without(story_of, row["gold_pages"]))
            if not still_answerable(row, retrieve(searcher, question).passages):
                silent.append((row["question"], _confidences(question, answerer)))
    title = f"{len(rows)} questions of RealTimeQA 2022, {llm.name}"
    _print_right(title, rows, asked)
    _print_times(asked["quotes"])
    fitted = AnswerConfidence().threshold
    _print_refusals(rows, asked, dict(silent), {"off": shipped, "quotes": fitted})


class _Timed:
    """An answer and the seconds to its first sentence and to its end."""

    def __init__(self, answerer: Answerer, question: Question) -> None:
        start = time.perf_counter()
        self.first: float | None = None
        for event in answerer.stream(question):
            if isinstance(event, ClaimVerified) and self.first is None:
                self.first = time.perf_counter() - start
            if isinstance(event, Done):
                self.answer: Answer = event.answer
        self.whole = time.perf_counter() - start


def _asked(rows: list[dict[str, Any]], answerer: Answerer) -> dict[LlmStyle, list[_Timed]]:
    answers: dict[LlmStyle, list[_Timed]] = defaultdict(list)
    for row in rows:
        for style in STYLES:
            answers[style].append(_Timed(answerer, replace(news_question(row), llm=style)))
    return answers


def _confidences(question: Question, answerer: Answerer) -> dict[LlmStyle, float]:
    styles: tuple[LlmStyle, ...] = ("off", "quotes")
    return {style: answerer.answer(replace(question, llm=style)).confidence or 0.0 for style in styles}


def _right(answer: Answer, row: dict[str, Any]) -> bool:
    return contains_answer(claims_within(answer, WORDS), row["gold"])


def _print_right(title: str, rows: list[dict[str, Any]], asked: dict[LlmStyle, list[_Timed]]) -> None:
    table = []
    for style in STYLES:
        answers = [one.answer for one in asked[style]]
        shorts = [answer.short_answer.text if answer.short_answer else "" for answer in answers]
        firsts = [answer.claims[0].text if answer.claims else "" for answer in answers]
        golds = [row["gold"] for row in rows]
        name = "reader" if style == "off" else style
        measured = {
            f"in the answer of at most {WORDS} words": [_right(*pair) for pair in zip(answers, rows, strict=True)],
            "in its first sentence": [contains_answer(*pair) for pair in zip(firsts, golds, strict=True)],
            "in the short answer": [contains_answer(*pair) for pair in zip(shorts, golds, strict=True)],
            "short answer, exact match": [exact_match(*pair) for pair in zip(shorts, golds, strict=True)],
            "a short answer is given": [bool(short) for short in shorts],
            "answered by the model": [answer.answered_by != "reader" for answer in answers],
        }
        table += [(f"{name}: {what}", str(bootstrap_mean(list(map(float, found))))) for what, found in measured.items()]
    stored = [contains_answer(row["baselines"]["open_gpt3_gcs"], row["gold"]) for row in rows]
    table.append(("GPT-3, given the right pages, as stored", str(bootstrap_mean(list(map(float, stored))))))
    print_table(title, table)


def _print_times(timed: list[_Timed]) -> None:
    firsts = [one.first for one in timed if one.first is not None]
    wholes = [one.whole for one in timed]
    uses = [use for one in timed if (use := one.answer.receipt.llm) is not None]
    percentiles = [
        (name, " and ".join(f"{value:.1f} s" for value in np.percentile(values, [50, 95])))
        for name, values in (("first sentence, p50 and p95", firsts), ("end", wholes))
    ]
    medians = [
        (name, f"{np.median([value for value in values if value is not None]):.0f}")
        for name, values in (
            ("tokens of the prompt", [use.prompt_tokens for use in uses]),
            ("of which cached", [use.cached_tokens for use in uses]),
            ("tokens of the completion", [use.completion_tokens for use in uses]),
            ("tokens a second, reading", [use.prompt_tokens_per_second for use in uses]),
            ("tokens a second, writing", [use.completion_tokens_per_second for use in uses]),
        )
    ]
    print_table("Time of an answer in quotes, and medians of what its receipt says", percentiles + medians)


def _print_refusals(
    rows: list[dict[str, Any]],
    asked: dict[LlmStyle, list[_Timed]],
    silent: dict[str, dict[LlmStyle, float]],
    thresholds: dict[LlmStyle, float],
) -> None:
    table = [("questions", str(len(silent)))]
    pairs = [(row, n) for n, row in enumerate(rows) if row["question"] in silent]
    for style, threshold in thresholds.items():
        if not pairs:
            break
        name = "reader" if style == "off" else style
        inside = [asked[style][n].answer.confidence or 0.0 for _, n in pairs]
        outside = [silent[row["question"]][style] for row, _ in pairs]
        right = [c for c, (row, n) in zip(inside, pairs, strict=True) if _right(asked[style][n].answer, row)]
        at_most = float(np.quantile(right, LOST)) if right else 0.0
        figures = {
            "AUROC of the confidence, pages in against pages out": bootstrap_auroc(inside, outside, paired=True),
            "refused with the pages out, at the shipped threshold": _share_below(threshold, outside),
            "right answers lost to that": _share_below(threshold, right),
            f"refused where {LOST:.2f} of the right answers may be lost": _share_below(at_most, outside),
        }
        table += [(f"{name}: {what}", str(figure)) for what, figure in figures.items()]
    print_table("Refusals", table)


def _share_below(threshold: float, confidences: list[float]) -> Estimate:
    return bootstrap_mean([float(confidence < threshold) for confidence in confidences])


def _some(pages: Path, rows: list[dict[str, Any]], most: int, folder: Path) -> Path:
    """A file with the questions' own pages and, of the others, as many as make `most`; the same ones each time."""
    needed = {page for row in rows for page in row["pages"]}
    articles = read_jsonl(pages)
    others = [article for article in articles if article["id"] not in needed]
    random.Random(SEED).shuffle(others)
    kept = [article for article in articles if article["id"] in needed]
    kept += others[: max(0, most - len(kept))]
    chosen = folder / "articles.jsonl.gz"
    with gzip.open(chosen, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(article) + "\n" for article in kept)
    print(f"{len(kept)} of {len(articles)} pages")
    return chosen


if __name__ == "__main__":
    main()
