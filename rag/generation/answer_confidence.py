"""How far a language model's answer to a question for a fact can be believed: named features, and their fitted weights.

The model says what answers, not whether anything does: shown sentences that don't, a small one answers all the same.
Knows nothing of prompts, nor of what becomes of an answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from dateline.index.header import header
from dateline.rag.generation.alignment import found_in, said, words_of
from dateline.rag.generation.context import ShownSentence
from dateline.rag.reading import Reading
from dateline.rag.support_words import stems


@dataclass(frozen=True, slots=True)
class AnswerFeatures:
    """What tells whether an answer is right."""

    reader: float
    """Log-odds of the reader's confidence, -6…6."""
    said: float
    """The share of the answer that one sentence of the articles says, 0…1: see `rag.generation.alignment.said`."""
    asked: float
    """The share of the question's words that this sentence has, with its article's title, outlet and date, 0…1."""
    confirmed: float | None
    """Log-odds of the model's yes to whether the excerpts state the answer; None: it was not asked, or didn't say."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Of a logistic regression."""

    reader: float
    said: float
    asked: float
    confirmed: float
    intercept: float
    threshold: float
    """The probability from which an answer is given."""


CONFIRMED = Weights(reader=0.78, said=0.19, asked=0.39, confirmed=0.59, intercept=-2.21, threshold=0.21)
"""Where the model was asked to confirm its answer; by `python -m training.answer_confidence`, as are the others."""
UNCONFIRMED = Weights(reader=0.85, said=0.28, asked=0.47, confirmed=0.0, intercept=-0.75, threshold=0.22)
"""Where it was not asked, or didn't say."""


UNDECIDED = (0.03, 0.9)
"""Probabilities between which a model is asked to confirm its answer; beyond them its word would change little."""


class AnswerConfidence:
    """The fitted model."""

    def __init__(
        self, *, confirmed: bool, threshold: float | None = None, undecided: tuple[float, float] = UNDECIDED
    ) -> None:
        """`confirmed`: whether the model is asked to confirm its answers. `threshold`: None: the fitted one.

        `undecided`: the probabilities, as they are without its word, between which it is asked.
        """
        self.confirmed = confirmed
        fitted = CONFIRMED if confirmed else UNCONFIRMED
        self.threshold = fitted.threshold if threshold is None else threshold
        """The probability from which an answer is given."""
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
    words, asked = words_of(written), stems(question)
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
