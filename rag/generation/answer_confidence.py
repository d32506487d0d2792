"""Confidence in a language model's answer to a question for a fact: features and their fitted weights.

Needed because a small model answers even if the sentences that it is shown don't. Knows nothing of prompts, nor of how
answers are used.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from dateline.index.header import header
from dateline.rag.generation.alignment import found_in, said, written_stems
from dateline.rag.generation.context import ShownSentence
from dateline.rag.reading.passages import Reading
from dateline.rag.verification.stems import stems


@dataclass(frozen=True, slots=True)
class AnswerFeatures:
    """Features of an answer's correctness."""

    reader: float
    """Log-odds of the reader's confidence, -6…6."""
    said: float
    """The share of the answer in the best sentence of the articles, 0…1; see `rag.generation.alignment.said`."""
    asked: float
    """The share of the question's words in that sentence with its article's title, outlet and date, 0…1."""
    confirmed: float | None
    """Log-odds of the model's yes to whether the excerpts state the answer; None if not asked, or unclear."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of a logistic regression."""

    reader: float
    said: float
    asked: float
    confirmed: float
    intercept: float
    threshold: float
    """Least probability at which an answer is given."""


CONFIRMED = Weights(reader=0.78, said=0.19, asked=0.39, confirmed=0.59, intercept=-2.21, threshold=0.21)
"""For answers that the model was asked to confirm. All weights are fitted by `python -m training.answer_confidence`."""
UNCONFIRMED = Weights(reader=0.85, said=0.28, asked=0.47, confirmed=0.0, intercept=-0.75, threshold=0.22)
"""For answers without a confirmation."""


UNDECIDED = (0.03, 0.9)
"""A model is asked to confirm its answer between these probabilities; outside, its reply would change little."""


class AnswerConfidence:
    """The fitted model."""

    def __init__(
        self, *, confirmed: bool, threshold: float | None = None, undecided: tuple[float, float] = UNDECIDED
    ) -> None:
        """`confirmed`: whether the model is asked to confirm its answers. `threshold`: None for the fitted one.

        `undecided`: the range of unconfirmed probabilities in which it is asked.
        """
        self.confirmed = confirmed
        fitted = CONFIRMED if confirmed else UNCONFIRMED
        self.threshold = fitted.threshold if threshold is None else threshold
        """Least probability at which an answer is given."""
        self.undecided = undecided

    def of(self, features: AnswerFeatures) -> float:
        """The probability that the answer is right, 0…1."""
        weights = CONFIRMED if features.confirmed is not None else UNCONFIRMED
        values = [value or 0.0 for value in astuple(features)]
        odds = sum(w * v for w, v in zip(astuple(weights), values, strict=False)) + weights.intercept
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


def features_of(
    question: str,
    written: str,
    reading: Reading,
    sentences: Sequence[ShownSentence],
    confirmed: float | None,
) -> AnswerFeatures:
    """The features of an answer, `written` by a model that was shown `sentences`."""
    words, asked = written_stems(written), stems(question)
    best = max(sentences, key=lambda one: said(words, asked, found_in(words, one.text)), default=None)
    confidence = min(max(reading.confidence, 0.0025), 0.9975)
    if best is None:
        return AnswerFeatures(math.log(confidence / (1 - confidence)), 0.0, 0.0, confirmed)
    around = f"{header(best.passage.article)} {best.text}"
    return AnswerFeatures(
        reader=math.log(confidence / (1 - confidence)),
        said=said(words, asked, found_in(words, best.text)),
        asked=len(found_in(asked, around)) / (len(asked) or 1),
        confirmed=confirmed,
    )
