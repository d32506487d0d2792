"""Fits the weights that combine an LLM verifier with the support check: `rag/verification/verifier.py`.

    DATELINE_LLM_MODEL=NAME python -m training.verifier [CLAIMS]      (150)

Claims about documents that the support check was not trained on (`training.support_calibration.held_out`), as far as
an LLM's word could change its verdict; the LLM is asked about each. Prints a logistic regression, with the area under
the ROC curve of the check alone, the LLM alone and both, in ten folds, and the threshold that loses a tenth of the
true claims.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from itertools import islice

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_predict

from dateline.api.compose import open_support, running_llm
from dateline.api.settings import load_settings
from dateline.eval.confidence import auroc
from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.rag.generation.llm_verifier import LlmVerifier
from dateline.rag.verification.verifier import Verifier, features, sentences_to_ask_about
from training.data import development_data
from training.support_calibration import held_out
from training.support_examples import SupportExample

SEED = 11
LOST = 0.10


def main() -> None:
    """Ask, fit and print."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    with running_llm(load_settings()) as llm:
        if llm is None:
            print("skipped: DATELINE_LLM_MODEL names no model")
            return
        llm.warm_up()
        found = []
        for one in islice(_asked(LlmVerifier(llm)), most):
            found.append(one)
            print(len(found), file=sys.stderr, end="\r")
    _fit(found)


def _asked(verifier: Verifier) -> Iterator[tuple[dict[str, float], bool]]:
    """The features of a claim, and whether it is supported."""
    support = open_support(load_settings())
    claims = held_out(development_data())
    random.Random(SEED).shuffle(claims)
    for one in claims:
        passages = [_passage(one)]
        verdict = support.check(one.claim, passages)
        sentences = sentences_to_ask_about(verdict, passages)
        if sentences and (log_odds := verifier.log_odds(one.claim, sentences)) is not None:
            yield features(verdict.score, log_odds), one.label == "supported"


def _passage(example: SupportExample) -> StoredPassage:
    """The evidence as a passage of an article of which nothing else is known."""
    spans, at = [], 0
    for sentence in example.evidence:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    text = " ".join(example.evidence)
    return StoredPassage(0, "a:1:0", Article("a", text), "a", Span(0, len(text)), tuple(spans))


def _fit(found: list[tuple[dict[str, float], bool]]) -> None:
    values = np.array([[one["check"], one["verifier"]] for one, _ in found])
    right = np.array([supported for _, supported in found])
    folds = KFold(10, shuffle=True, random_state=SEED)
    both = cross_val_predict(LogisticRegression(), values, right, cv=folds, method="predict_proba")[:, 1]
    model = LogisticRegression().fit(values, right)
    print(f"{len(found)} claims, {right.sum()} of them supported")
    print(f"weights {np.round(model.coef_[0], 2)}, intercept {model.intercept_[0]:.2f}")
    for name, column in (("the check", values[:, 0]), ("the LLM", values[:, 1]), ("both, in ten folds", both)):
        print(f"area under the ROC curve, {name}: {auroc(list(column[right]), list(column[~right])):.3f}")
    for least in (float(np.quantile(both[right], LOST)), 0.4, 0.5, 0.6, 0.7):
        kept, ticked = np.mean(both[right] >= least), np.mean(both[~right] >= least)
        print(f"threshold {least:.2f}: {kept:.3f} of the supported pass, {ticked:.3f} of the others")


if __name__ == "__main__":
    main()
