"""Confidence in a language model's answer to a question for a fact: features and their fitted weights.

Needed because a small model answers even if the sentences that it is shown don't. Knows nothing of prompts, nor of how
answers are used.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from dateline.index.header import header
from dateline.rag.generation.alignment import found_in, phrase_span
from dateline.rag.reading.passages import Candidate, Reading
from dateline.rag.verification.stems import stems

LEAST_READER = 0.0025
"""The reader's confidence is taken to be between this and one minus this."""


@dataclass(frozen=True, slots=True)
class AnswerFeatures:
    """Features of an answer's correctness."""

    reader: float
    """Log-odds of the reader's confidence, -6…6."""
    asked: float
    """The share of the question's words in the first sentence that says the answer, with its article's title, outlet
    and date, 0…1; 0 without a sentence."""
    agreed: float
    """1 if the reader's best sentence has the answer as a phrase, else 0."""


@dataclass(frozen=True, slots=True)
class AnswerConfidence:
    """A logistic regression, fitted by `python -m training.answer_confidence`."""

    reader: float = 1.09
    asked: float = 0.30
    agreed: float = 0.90
    intercept: float = -0.83
    threshold: float = 0.18
    """Least probability at which an answer is given."""

    def of(self, features: AnswerFeatures) -> float:
        """The probability that the answer is right, 0…1."""
        weights = (self.reader, self.asked, self.agreed)
        odds = self.intercept + sum(w * v for w, v in zip(weights, astuple(features), strict=True))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


def features_of(question: str, written: str, aligned: Sequence[Candidate], reading: Reading) -> AnswerFeatures:
    """The features of an answer. `written`: by a model. `aligned`: the articles' sentences that say it."""
    confidence = min(max(reading.confidence, LEAST_READER), 1 - LEAST_READER)
    words, asked = [written], 0.0
    if aligned:
        best, article = aligned[0], aligned[0].passage.article
        words += [best.answer.of(article.text)] if best.answer else []
        stems_asked = stems(question)
        asked = len(found_in(stems_asked, f"{header(article)} {best.text}")) / (len(stems_asked) or 1)
    read = reading.candidates[0].text if reading.candidates else ""
    return AnswerFeatures(
        reader=math.log(confidence / (1 - confidence)),
        asked=asked,
        agreed=float(any(phrase_span(one, read) is not None for one in words)),
    )
