"""A second opinion on claims that the support check finds supported, or nearly so, and how the two are weighed.

Knows nothing of language models.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.archive import StoredPassage
from index.article import Article
from rag.support import SupportCheck, Verdict


class Verifier(Protocol):
    """Whoever can be asked whether sentences state a claim."""

    name: str
    """Identity, as it stands in receipts."""

    def log_odds(self, claim: str, sentences: Sequence[tuple[Article, str]]) -> float | None:
        """Log-odds of yes, in nats; None where there is no answer. `sentences`: with the articles they are from."""
        ...


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over two log-odds: the check's own, and the verifier's."""

    check: float
    verifier: float
    intercept: float
    threshold: float
    """The probability from which a claim is supported."""
    least: float
    """The check's own probability below which the verifier is not asked: it could not change anything."""

    def probability(self, score: float, log_odds: float) -> float:
        """That a claim is supported, 0…1. `score`: the check's own probability."""
        clipped = min(max(score, 1e-4), 1 - 1e-4)
        odds = self.check * math.log(clipped / (1 - clipped)) + self.verifier * log_odds + self.intercept
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


FITTED = Weights(check=0.51, verifier=0.86, intercept=-1.30, threshold=0.5, least=0.15)
"""By `python -m training.verifier` with Qwen2.5-Coder 1.5 B: training/log.md."""


class VerifiedSupport:
    """A support check with a verifier behind it. Safe for threads where both are.

    The verifier is asked only where no rule decides and no sentence is the claim word for word. Where it doesn't
    answer, the check's own verdict counts.
    """

    def __init__(self, support: SupportCheck, verifier: Verifier, weights: Weights = FITTED) -> None:
        self._support = support
        self._verifier = verifier
        self._weights = weights
        self.name = f"{support.name} with {verifier.name}"

    def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        """See `rag.support.SupportCheck`."""
        verdict = self._support.check(claim, passages)
        if not verdict.nearest or verdict.label == "contradicted" or verdict.score < self._weights.least:
            return verdict
        found = [(passages[one.passage].article, one.span) for one in verdict.nearest]
        log_odds = self._verifier.log_odds(claim, [(article, span.of(article.text)) for article, span in found])
        if log_odds is None:
            return verdict
        score = round(self._weights.probability(verdict.score, log_odds), 4)
        if score < self._weights.threshold:
            own = verdict.reason if verdict.label == "unsupported" else None
            reason = own or f"not confirmed by {self._verifier.name}"
            return Verdict("unsupported", score, "llm", reason, (), verdict.nearest)
        if verdict.label == "partial":  # what it leaves out, it leaves out
            return verdict
        return Verdict("supported", score, "llm", None, verdict.nearest, verdict.nearest)
