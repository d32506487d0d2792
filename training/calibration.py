"""Calibrates the reader: weights of age, rank, span and names, and its probabilities, on held-out questions.

    python -m training.calibration FOLDER [HOME]      (calibrates the reader in FOLDER anew)

Each question is asked of an archive of all pages of its year (in HOME, made there if it is empty) with its own pages
in, and with them and their near-copies out, as `benchmarks.refusals` does with another year. Knows the reader as the
product runs it; nothing of how it was trained.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from dateline.eval.confidence import auroc
from dateline.eval.exclusion import stories, without
from dateline.eval.words import contains_answer
from dateline.index.encoder_export import file_sha256
from dateline.index.search import Searcher
from dateline.rag.answerer import Answerer
from dateline.rag.question import Question
from dateline.rag.reading.passages import (
    MOST_READ,
    confidence_features,
    is_whole,
    rank_feature,
    read_passages,
    reader_text,
)
from dateline.rag.reading.question_features import has_expected_type, name_coverage, name_stems
from dateline.rag.reading.reader import OpenVinoReader, Reader, ReaderCalibration
from dateline.rag.reading.sentence_choice import FACT_WORDS
from dateline.rag.retrieval import age, retrieve
from training.data import claims_within, news_question, opened_archive, read_jsonl, realtimeqa

YEAR = "train-2025"
HELD_OUT = 170
"""The last questions of the year, which are not trained on."""
LOST = 0.10
"""The share of right answers that the threshold may refuse."""
SHORT_RIGHT = 0.55
"""The share of the short answers shown that must be right."""

UNWANTED = -1.0
"""Weight of lacking the expected type, which the held-out questions don't determine (see training/log.md)."""
MEANING, TOLD, DESCRIBED = 10.0, 2.5, 6.0
"""What nearness, telling what is taken for granted and describing add: chosen (see training/log.md)."""
NOTHING_READ = (-10.0, 0.0, 1.0)
"""Score, share and age of a question for which nothing is found: as good as certainly not there."""


def main() -> None:
    """Calibrate the reader that the command line names."""
    recalibrate(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)


def recalibrate(folder: Path, home: Path | None = None) -> None:
    """Write a new calibration to the `reader.json` of an exported reader, and a name that tells it from others."""
    about = json.loads((folder / "reader.json").read_text())
    data = realtimeqa(YEAR)
    rows = read_jsonl(data / "questions.jsonl.gz")[-HELD_OUT:]
    with tempfile.TemporaryDirectory() as compiled, opened_archive(home, [data / "articles.jsonl.gz"]) as searcher:
        reader = OpenVinoReader(folder, compiled=Path(compiled))
        reader.calibration = ReaderCalibration(threshold=0.0)
        reader.calibration = _weights(reader, searcher, rows)
        about["calibration"] = asdict(_line(reader, searcher, rows))
    settings = f"{file_sha256(folder / 'reader.bin')} {json.dumps(about['calibration'])}"
    about["name"] = f"{about['name'].partition('@')[0]}@{hashlib.sha256(settings.encode()).hexdigest()[:12]}"
    (folder / "reader.json").write_text(json.dumps(about, indent=2) + "\n")


@dataclass(frozen=True, slots=True)
class _Read:
    """All sentences of one question that could be said."""

    features: NDArray[np.float64]
    """Shape (sentences, 6): the reader's score, age, rank feature, span score, share of names it lacks,
    whether it lacks what is wanted."""
    right: NDArray[np.bool_]


def _weights(reader: Reader, searcher: Searcher, rows: Sequence[dict[str, Any]]) -> ReaderCalibration:
    """What age, rank, span and names say, by the likelihood of the right sentences among all of a question."""
    read = [_read(reader, searcher, news_question(row), row["gold"]) for row in rows]
    answerable = [one for one in read if one.right.any()]

    def loss(weights: NDArray[np.float64]) -> float:
        total = 0.01 * float(weights @ weights)
        for one in answerable:
            scores = one.features @ np.array([1.0, *weights, UNWANTED])
            total += float(np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[one.right]))
        return total

    fitted = minimize(loss, np.array([-1.0, -1.0, 0.2, -0.5]), method="Nelder-Mead").x
    by_age, by_rank, by_span, by_names = (round(float(weight), 3) for weight in fitted)
    return replace(
        reader.calibration,
        age=by_age,
        rank=by_rank,
        span=by_span,
        unnamed=by_names,
        unwanted=UNWANTED,
        meaning=MEANING,
        told=TOLD,
        described=DESCRIBED,
    )


def _read(reader: Reader, searcher: Searcher, question: Question, gold: str) -> _Read:
    found = retrieve(searcher, question)
    passages = [ranked.passage for ranked in found.passages[:MOST_READ]]
    names = name_stems(question.text)
    features, right = [], []
    readings = reader.read(question.text, [reader_text(passage) for passage in passages])
    for rank, (passage, reading) in enumerate(zip(passages, readings, strict=True)):
        years = age(passage.article.published, found.reference)
        for span, sentence in zip(passage.sentences, reading, strict=True):
            words = span.of(passage.article.text)
            if np.isfinite(sentence.score) and is_whole(words):
                lacks = (1 - name_coverage(names, words), not has_expected_type(question.text, words))
                features.append((sentence.score, years, rank_feature(rank), sentence.span_score, *lacks))
                right.append(contains_answer(words, gold))
    return _Read(np.array(features, np.float64).reshape(-1, 6), np.array(right, np.bool_))


def _line(reader: Reader, searcher: Searcher, rows: Sequence[dict[str, Any]]) -> ReaderCalibration:
    """What makes scores, words and ages probabilities of being right (Platt 1999), and the threshold; prints both."""
    answerer = Answerer(searcher, reader)
    story_of = stories(searcher.archive)
    inside, right, outside = [], [], []
    short: list[str | None] = []
    for row in rows:
        asked = news_question(row)
        answer = answerer.answer(asked)
        right.append(contains_answer(claims_within(answer, FACT_WORDS["medium"]), row["gold"]))
        short.append(answer.short_answer.text if answer.short_answer else None)
        inside.append(_best(reader, searcher, asked))
        silent = news_question(row, article_ids=without(story_of, row["gold_pages"]))
        outside.append(_best(reader, searcher, silent))
    line = LogisticRegression(C=1e6).fit(np.array(inside + outside), np.array(right + [False] * len(outside)))
    slope, borne, old = (round(float(weight), 3) for weight in line.coef_[0])
    intercept = round(float(line.intercept_[0]), 3)
    fitted = replace(reader.calibration, slope=slope, intercept=intercept, borne=borne, old=old)
    sure, silent_sure = ([fitted.confidence(*best) for best in each] for each in (inside, outside))
    kept = sorted(confidence for confidence, is_right in zip(sure, right, strict=True) if is_right)
    threshold = round(kept[int(LOST * len(kept))], 3)
    refused = np.mean([confidence < threshold for confidence in silent_sure])
    shown = [
        (confidence, contains_answer(words, row["gold"]))
        for confidence, words, row in zip(sure, short, rows, strict=True)
        if words is not None
    ]
    short_answer = short_answer_threshold(shown)
    print(f"held out: right {np.mean(right):.3f} of {len(right)}, threshold {threshold:.3f}")
    print(f"with their pages out {refused:.3f} are refused, AUROC {auroc(sure, silent_sure):.3f}; {fitted}")
    return replace(fitted, threshold=threshold, short_answer=short_answer)


def short_answer_threshold(shown: Sequence[tuple[float, bool]]) -> float:
    """The least confidence from which at least `SHORT_RIGHT` of the short answers are right; 1 if there is none.

    `shown`: each one's confidence, and whether it is right.
    """
    best_first = sorted(shown, reverse=True)
    right = np.cumsum([is_right for _, is_right in best_first])
    good = [n for n in range(len(shown)) if right[n] >= SHORT_RIGHT * (n + 1)]
    return round(best_first[good[-1]][0], 3) if good else 1.0


def _best(reader: Reader, searcher: Searcher, question: Question) -> tuple[float, float, float]:
    """The best sentence's score, and `rag.reading.passages.confidence_features`."""
    found = retrieve(searcher, question)
    reading = read_passages(reader, question.text, found.reference, found.passages, encoder=searcher.encoder)
    if not reading.candidates:
        return NOTHING_READ
    return reading.candidates[0].backed, *confidence_features(question.text, found.reference, reading.candidates)


if __name__ == "__main__":
    main()
