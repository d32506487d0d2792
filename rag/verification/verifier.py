"""Asks a second checker about claims, and combines its answer with the support check's.

Knows nothing of language models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from dateline.index.archive import StoredPassage
from dateline.index.article import Article
from dateline.rag.verification.entailment import Logistic
from dateline.rag.verification.support import SupportCheck, Verdict


class Verifier(Protocol):
    """Whoever can be asked whether sentences state a claim."""

    name: str
    """Identity, as receipts show it."""

    def log_odds(self, claim: str, sentences: Sequence[tuple[Article, str]]) -> float | None:
        """Log-odds of yes, in nats; None where there is no answer. `sentences`: with the articles they are from."""
        ...


FITTED = Logistic({"verifier": 0.85}, -1.32)
"""The probability that a claim is supported, by the verifier's log-odds. By `python -m training.verifier` with
Qwen2.5-Coder 1.5 B: training/log.md."""
THRESHOLD = 0.5
"""The probability from which a claim is supported."""
LEAST = 0.05
"""The check's own probability below which the verifier is not asked, to save its time. Low, since that probability says
little of sentences that are written to mislead (training/log.md)."""


def supported_probability(log_odds: float) -> float:
    """0…1, that a claim is supported of which the verifier says yes with these log-odds."""
    return FITTED.probability({"verifier": log_odds})


def sentences_to_ask_about(verdict: Verdict, passages: Sequence[StoredPassage]) -> list[tuple[Article, str]]:
    """The sentences that come nearest to a claim; none where its verdict stands whatever a verifier says."""
    if verdict.label != "contradicted" and verdict.score < LEAST:
        return []
    found = [(passages[one.passage].article, one.span) for one in verdict.nearest]
    return [(article, span.of(article.text)) for article, span in found]


class VerifiedSupport:
    """A support check with a verifier behind it. Safe for threads where both are.

    The verifier is asked only where no rule decides and no sentence is the claim word for word. Its yes makes a claim
    supported, or partly supported where the claim leaves something out; its no contradicts none. Where it doesn't
    answer, the check's own verdict counts.
    """

    def __init__(self, support: SupportCheck, verifier: Verifier) -> None:
        self._support = support
        self._verifier = verifier
        self.name = f"{support.name} with {verifier.name}"

    def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        """See `rag.verification.support.SupportCheck`."""
        return self._verified(claim, passages, self._support.check(claim, passages))

    def check_each(self, claim: str, articles: Sequence[Sequence[StoredPassage]]) -> list[Verdict | None]:
        """See `check_each`. Where nothing speaks against a claim, it is asked until an article supports it."""
        own = [self._support.check(claim, passages) for passages in articles]
        undecided = [n for n, verdict in enumerate(own) if sentences_to_ask_about(verdict, articles[n])]
        found: list[Verdict | None] = [None if n in undecided else verdict for n, verdict in enumerate(own)]
        opposed = any(verdict.label == "contradicted" for verdict in own)
        for n in sorted(undecided, key=lambda n: -own[n].score):  # stable
            if opposed or not any(verdict is not None and verdict.label == "supported" for verdict in found):
                found[n] = self._verified(claim, articles[n], own[n])
        return found

    def _verified(self, claim: str, passages: Sequence[StoredPassage], verdict: Verdict) -> Verdict:
        sentences = sentences_to_ask_about(verdict, passages)
        log_odds = self._verifier.log_odds(claim, sentences) if sentences else None
        if log_odds is None:
            return verdict
        score = round(supported_probability(log_odds), 4)
        if score < THRESHOLD:
            if verdict.label == "contradicted":
                return verdict
            own = verdict.reason if verdict.label == "unsupported" else None
            reason = own or f"not confirmed by {self._verifier.name}"
            return Verdict("unsupported", score, "llm", reason, (), verdict.nearest)
        if verdict.left_out is not None:
            return replace(
                verdict, label="partial", score=score, method="llm", reason=verdict.left_out, spans=verdict.nearest
            )
        return Verdict("supported", score, "llm", None, verdict.nearest, verdict.nearest)


def check_each(support: SupportCheck, claim: str, articles: Sequence[Sequence[StoredPassage]]) -> list[Verdict | None]:
    """The verdict on a claim by each article alone; None for those that a verifier need not be asked about."""
    if isinstance(support, VerifiedSupport):
        return support.check_each(claim, articles)
    return [support.check(claim, passages) for passages in articles]
