"""Fits the confidence of a language model's answers: the weights of `rag/generation/answer_confidence.py`.

    DATELINE_LLM_MODEL=NAME python -m training.answer_confidence [HOME] [--questions N] [--answers FILE]

HOME: an archive of the pages of `training.calibration.YEAR`, made there if it is empty. The year's held-out questions
(or N of them), from which the reader has not learned, are each asked twice in quotes: with their pages, and with these
and their near-copies out. Right is an answer whose first sentence holds the gold string. Prints the weights of a
logistic regression, with the area under the ROC curve in ten folds, and the threshold that loses a tenth of the right
answers. FILE keeps the answers, so that a run can be stopped and gone on with.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from contextlib import ExitStack
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_predict

from dateline.api.compose import open_support, profile_of, running_llm
from dateline.api.settings import load_settings
from dateline.eval.confidence import auroc
from dateline.eval.exclusion import stories, without
from dateline.eval.words import contains_answer
from dateline.index.search import Searcher
from dateline.rag.generation.answer_confidence import AnswerConfidence, AnswerFeatures
from dateline.rag.generation.writer import LlmWriter
from dateline.rag.question import Question, question_kind
from dateline.rag.reading.passages import read_passages
from dateline.rag.reading.reader import Reader
from dateline.rag.retrieval import retrieve
from training.calibration import HELD_OUT, YEAR
from training.data import default_reader, news_question, opened_archive, read_jsonl, realtimeqa

SEED = 3
LOST = 0.10
WORDS = 60
FOLDS = 10


def main() -> None:
    """Ask, fit and print."""
    parser = argparse.ArgumentParser(prog="python -m training.answer_confidence")
    parser.add_argument("home", nargs="?", type=Path)
    parser.add_argument("--questions", type=int, default=HELD_OUT)
    parser.add_argument("--answers", type=Path)
    arguments = parser.parse_args()
    settings = load_settings()
    data = realtimeqa(YEAR)
    rows = read_jsonl(data / "questions.jsonl.gz")[-HELD_OUT:]
    rows = [row for row in rows if question_kind(row["question"]) == "fact"]
    random.Random(SEED).shuffle(rows)
    kept = _read(arguments.answers)
    with ExitStack() as stack:
        searcher = stack.enter_context(opened_archive(arguments.home, [data / "articles.jsonl.gz"]))
        llm = stack.enter_context(running_llm(settings))
        if llm is None:
            print("skipped: DATELINE_LLM_MODEL names no model")
            return
        profile = profile_of(settings)
        believing = AnswerConfidence(threshold=0.0)
        writer = LlmWriter(llm, open_support(settings), profile=profile, confidence=believing)
        reader = default_reader()
        story_of = stories(searcher.archive)
        for row in rows[: arguments.questions]:
            silent = without(story_of, row["gold_pages"])
            for pages, question in (
                ("in", news_question(row)),
                ("out", news_question(row, article_ids=silent)),
            ):
                key = f"{pages} {question.text}"
                if key not in kept:
                    kept[key] = _asked(question, row["gold"] if pages == "in" else None, writer, searcher, reader)
                    _append(arguments.answers, {key: kept[key]})
            print(len(kept), file=sys.stderr, end="\r")
    found = [(AnswerFeatures(**one["features"]), one["right"]) for one in kept.values() if one is not None]
    _fit(found)


def _asked(
    question: Question, gold: str | None, writer: LlmWriter, searcher: Searcher, reader: Reader
) -> dict[str, Any] | None:
    """The features of the model's answer, and whether it is right; None if there is no answer."""
    retrieved = retrieve(searcher, question)
    reading = read_passages(
        reader, question.text, retrieved.reference, retrieved.passages, encoder=searcher.encoder, kind="fact"
    )
    if not reading.candidates:
        return None
    draft = writer.draft(
        question,
        writer.context(reading, ()),
        kind="fact",
        words=WORDS,
        reading=reading,
        archive=searcher.archive,
        style="quotes",
    )
    said = [sentence.text for sentence in draft if sentence is not None]
    if draft.features is None:
        return None
    return {"features": asdict(draft.features), "right": bool(gold and said and contains_answer(said[0], gold))}


def _fit(found: list[tuple[AnswerFeatures, bool]]) -> None:
    features = np.array([astuple(one) for one, _ in found])
    right = np.array([good for _, good in found])
    folds = KFold(FOLDS, shuffle=True, random_state=SEED)
    held_out = cross_val_predict(LogisticRegression(), features, right, cv=folds, method="predict_proba")[:, 1]
    model = LogisticRegression().fit(features, right)
    print(f"{len(found)} answers, {right.sum()} right")
    for name, weight, column in zip(asdict(found[0][0]), model.coef_[0], features.T, strict=True):
        print(
            f"  {name}: weight {weight:.2f}, area under the ROC curve alone {auroc(column[right], column[~right]):.3f}"
        )
    print(f"  intercept {model.intercept_[0]:.2f}")
    print(f"  area under the ROC curve in {FOLDS} folds {auroc(held_out[right], held_out[~right]):.3f}")
    threshold = float(np.quantile(held_out[right], LOST))
    print(f"  threshold {threshold:.2f}, which refuses {np.mean(held_out[~right] < threshold):.2f} of the others")


def _read(path: Path | None) -> dict[str, Any]:
    if path is None or not path.exists():
        return {}
    return {key: one for line in path.read_text("utf-8").splitlines() for key, one in json.loads(line).items()}


def _append(path: Path | None, row: dict[str, Any]) -> None:
    if path is not None:
        with path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
