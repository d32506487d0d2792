"""Fits the confidence of a language model's answers: the weights of `rag/generation/answer_confidence.py`.

    DATELINE_LLM_MODEL=NAME python -m training.answer_confidence [QUESTIONS]

Questions of SQuAD 2.0 that the reader has not learnt from, over an archive of their paragraphs: each answerable one is
asked twice, with its paragraph and without, and half as many that their paragraph doesn't answer. Right is an answer
whose first sentence, in quotes, holds one of the gold strings. Prints the weights of a logistic regression, with the
area under the ROC curve in ten folds, and the threshold that loses a tenth of the right answers.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from contextlib import ExitStack
from dataclasses import astuple
from datetime import UTC, datetime
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
from dateline.index.filters import Filters
from dateline.index.search import Searcher
from dateline.rag.generation.answer_confidence import AnswerConfidence, AnswerFeatures
from dateline.rag.generation.writer import LlmWriter
from dateline.rag.question import Question, question_kind
from dateline.rag.reading.passages import read_passages
from dateline.rag.reading.reader import Reader
from dateline.rag.retrieval import retrieve
from training.data import default_reader, development_data, opened_archive, read_jsonl, temporary_home

SEED = 3
ASKED = datetime(2016, 9, 1, tzinfo=UTC)
LOST = 0.10
WORDS = 60


def main() -> None:
    """Ask, fit and print."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    settings = load_settings()
    rows = [row for row in read_jsonl(development_data() / "qa" / "squad2_half.jsonl.gz") if not row.get("in_xquad")]
    rows = [row for row in rows if question_kind(row["question"]) == "fact"]
    random.Random(SEED).shuffle(rows)
    answerable = [row for row in rows if row["answers"]][:most]
    others = [row for row in rows if not row["answers"]][: most // 2]
    found: list[tuple[AnswerFeatures, bool]] = []
    with ExitStack() as stack:
        pages = _pages(rows, stack.enter_context(temporary_home()))
        searcher = stack.enter_context(opened_archive(None, [pages]))
        llm = stack.enter_context(running_llm(settings))
        if llm is None:
            print("skipped: DATELINE_LLM_MODEL names no model")
            return
        profile = profile_of(settings)
        believing = AnswerConfidence(confirmed=profile.confirms, threshold=0.0, undecided=(-1.0, 2.0))
        writer = LlmWriter(llm, open_support(settings), profile=profile, confidence=believing)
        reader = default_reader()
        story_of = stories(searcher.archive)
        for row in (*answerable, *others):
            found += _asked(row, Filters(), writer, searcher, reader)
            if row["answers"]:
                silent = Filters(article_ids=without(story_of, [_id(row)]))
                found += [(features, False) for features, _ in _asked(row, silent, writer, searcher, reader)]
            print(len(found), file=sys.stderr, end="\r")
    _fit("confirmed", [one for one in found if one[0].confirmed is not None], 4)
    _fit("unconfirmed", found, 3)


def _asked(
    row: dict[str, Any], filters: Filters, writer: LlmWriter, searcher: Searcher, reader: Reader
) -> list[tuple[AnswerFeatures, bool]]:
    """The features of the model's answer, and whether it is right; nothing where there is none."""
    question = Question(row["question"], ASKED, filters)
    retrieved = retrieve(searcher, question)
    reading = read_passages(
        reader, question.text, retrieved.reference, retrieved.passages, encoder=searcher.encoder, kind="fact"
    )
    if not reading.candidates:
        return []
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
        return []
    right = bool(said) and any(contains_answer(said[0], answer["text"]) for answer in row["answers"])
    return [(draft.features, right)]


def _fit(name: str, found: list[tuple[AnswerFeatures, bool]], columns: int) -> None:
    features = np.array([[value or 0.0 for value in astuple(one)[:columns]] for one, _ in found])
    right = np.array([good for _, good in found])
    folds = KFold(10, shuffle=True, random_state=SEED)
    held_out = cross_val_predict(LogisticRegression(), features, right, cv=folds, method="predict_proba")[:, 1]
    model = LogisticRegression().fit(features, right)
    fitted = model.predict_proba(features)[:, 1]
    print(f"{name}: {len(found)} answers, {right.sum()} right")
    print(f"  weights {np.round(model.coef_[0], 2)}, intercept {model.intercept_[0]:.2f}")
    print(f"  area under the ROC curve in ten folds {auroc(held_out[right], held_out[~right]):.3f}")
    print(f"  threshold {np.quantile(fitted[right], LOST):.2f}")


def _pages(rows: list[dict[str, Any]], folder: Path) -> Path:
    pages = folder / "articles.jsonl"
    texts = {row["text"]: row for row in rows}
    articles = [
        {"id": _id(row), "title": row["title"], "outlet": "Wikipedia", "published": "2016-06-01", "text": text}
        for text, row in texts.items()
    ]
    pages.write_text("".join(json.dumps(article) + "\n" for article in articles), "utf-8")
    return pages


def _id(row: dict[str, Any]) -> str:
    return hashlib.sha256(row["text"].encode()).hexdigest()[:16]


if __name__ == "__main__":
    main()
