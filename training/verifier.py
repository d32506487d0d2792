"""Fits the probability that an LLM verifier's yes stands for: `rag/verification/verifier.py`.

    DATELINE_LLM_MODEL=NAME python -m training.verifier [CLAIMS]      (150 of each)

Of claims about documents that the support check was not trained on (`training.support_calibration.held_out`), and of
the first half of the labelled sentences over the samples (`eval/claims/`), those are taken that no rule decides; the
LLM is asked about each. Prints, for each set, the area under the ROC curve of the check alone, the LLM alone and both,
in ten folds; then a logistic regression on the LLM's log-odds, with both sets of equal weight.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_predict

from dateline.api.compose import open_support, running_llm
from dateline.api.settings import load_settings
from dateline.eval.claims import read_claims
from dateline.eval.confidence import auroc
from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.rag.generation.llm_verifier import LlmVerifier
from dateline.rag.verification.checking import check_text
from dateline.rag.verification.support import SupportCheck, Verdict
from dateline.rag.verification.verifier import Verifier, sentences_to_ask_about
from training.data import development_data, opened_archive
from training.support_calibration import held_out
from training.support_examples import SupportExample

ROOT = Path(__file__).resolve().parents[1]
SEED = 11


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim that the LLM was asked about."""

    score: float
    """The support check's, 0…1."""
    log_odds: float
    """Of the LLM's yes."""
    supported: bool


def main() -> None:
    """Ask, fit and print."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    with running_llm(load_settings()) as llm:
        if llm is None:
            print("skipped: DATELINE_LLM_MODEL names no model")
            return
        llm.warm_up()
        verifier, support = LlmVerifier(llm), open_support(load_settings())
        sets = {
            "held-out claims": list(islice(_of_documents(verifier, support), most)),
            "sentences over the samples": list(islice(_of_samples(verifier, support), most)),
        }
    for name, found in sets.items():
        _print_areas(name, found)
    _fit(list(sets.values()))


def _of_documents(verifier: Verifier, support: SupportCheck) -> Iterator[Asked]:
    claims = held_out(development_data())
    random.Random(SEED).shuffle(claims)
    for one in claims:
        passages = [_passage(one)]
        verdict = support.check(one.claim, passages)
        sentences = sentences_to_ask_about(verdict, passages)
        if sentences and (log_odds := verifier.log_odds(one.claim, sentences)) is not None:
            yield Asked(verdict.score, log_odds, one.label == "supported")


def _passage(example: SupportExample) -> StoredPassage:
    """The evidence as a passage of an article of which nothing else is known."""
    spans, at = [], 0
    for sentence in example.evidence:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    text = " ".join(example.evidence)
    return StoredPassage(0, "a:1:0", Article("a", text), "a", Span(0, len(text)), tuple(spans))


class _Recording:
    """The support check, remembering what it said of each article."""

    def __init__(self, support: SupportCheck) -> None:
        self._support = support
        self.name = support.name
        self.seen: list[tuple[Verdict, Sequence[StoredPassage]]] = []

    def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        verdict = self._support.check(claim, passages)
        self.seen.append((verdict, passages))
        return verdict


def _of_samples(verifier: Verifier, support: SupportCheck) -> Iterator[Asked]:
    """Each with the article that the check gives the highest score; those that leave something out are not asked."""
    claims = read_claims(ROOT / "eval" / "claims" / "samples.jsonl")
    claims = [one for one in claims if one.half == "first" and one.label != "partial"]
    random.Random(SEED).shuffle(claims)
    with opened_archive(None, [ROOT / "samples"]) as searcher:
        for one in claims:
            recording = _Recording(support)
            check_text(one.sentence, searcher, recording)
            verdict, passages = max(recording.seen, key=lambda each: each[0].score)
            sentences = sentences_to_ask_about(verdict, passages)
            if sentences and (log_odds := verifier.log_odds(one.sentence, sentences)) is not None:
                yield Asked(verdict.score, log_odds, one.label == "supported")


def _print_areas(name: str, found: list[Asked]) -> None:
    right = np.array([one.supported for one in found])
    scores = np.clip([one.score for one in found], 1e-4, 1 - 1e-4)
    values = np.column_stack([np.log(scores / (1 - scores)), [one.log_odds for one in found]])
    folds = KFold(10, shuffle=True, random_state=SEED)
    both = cross_val_predict(LogisticRegression(), values, right, cv=folds, method="predict_proba")[:, 1]
    print(f"{name}: {len(found)}, {right.sum()} of them supported; area under the ROC curve:")
    for of, column in (("the check", values[:, 0]), ("the LLM", values[:, 1]), ("both, in ten folds", both)):
        print(f"  {of}: {auroc(list(column[right]), list(column[~right])):.3f}")


def _fit(sets: list[list[Asked]]) -> None:
    values = np.array([[one.log_odds] for found in sets for one in found])
    right = np.array([one.supported for found in sets for one in found])
    weights = np.concatenate([np.full(len(found), 1 / len(found)) for found in sets]) * len(right) / len(sets)
    model = LogisticRegression().fit(values, right, sample_weight=weights)
    print(f"weight {model.coef_[0][0]:.2f}, intercept {model.intercept_[0]:.2f}")
    probabilities = model.predict_proba(values)[:, 1]
    ends = np.cumsum([0, *(len(found) for found in sets)])
    for least in (0.3, 0.4, 0.5, 0.6, 0.7):
        shares = []
        for first, last in pairwise(ends):
            passed, true = probabilities[first:last] >= least, right[first:last]
            shares.append(f"{passed[true].mean():.3f} and {passed[~true].mean():.3f}")
        print(f"threshold {least}: supported and other claims that pass: {'; '.join(shares)}")


if __name__ == "__main__":
    main()
