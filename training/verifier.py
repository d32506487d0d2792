"""How a verifier's yes is weighed with the support check's own score: the weights of `rag/verification/verifier.py`.

    DATELINE_LLM_MODEL=NAME python -m training.verifier [CLAIMS]      (150)

Claims about documents that the support check was not trained on (`training.support_calibration.held_out`), those for
which its verdict is the model's; the LLM is asked about each. Prints a logistic regression, with the area under the ROC
curve of the check alone, the LLM alone and both, in ten folds, and the threshold that loses a tenth of the true claims.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_predict

from api.compose import open_llm, open_support, own_model_server
from api.settings import load_settings
from eval.confidence import auroc
from index.archive import StoredPassage
from index.article import Article, Span
from rag.generation.llm_verifier import LlmVerifier
from rag.support import Verdict
from rag.verification.verifier import VerifiedSupport, Verifier, Weights
from training.data import development_data
from training.support_calibration import held_out
from training.support_examples import SupportExample

SEED = 11
LEAST = 0.15
"""The check's own probability below which the LLM is not asked: fewer than one in twenty of those claims is true."""
LOST = 0.10


class Recording:
    """A verifier that remembers what it last heard."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self.name = verifier.name
        self.heard: float | None = None

    def log_odds(self, claim: str, sentences: Sequence[tuple[Article, str]]) -> float | None:
        """See `Verifier`."""
        self.heard = self._verifier.log_odds(claim, sentences)
        return self.heard


@dataclass
class Known:
    """A support check whose verdict is known."""

    verdict: Verdict
    name: str = "known"

    def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        """See `rag.support.SupportCheck`."""
        return self.verdict


def main() -> None:
    """Ask, fit and print."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    settings = load_settings()
    with ExitStack() as stack:
        servers = own_model_server(settings)
        if servers is not None:
            stack.callback(servers.close)
        llm = open_llm(settings, servers)
        if llm is None:
            print("skipped: DATELINE_LLM_MODEL names no model")
            return
        llm.warm_up()
        found = []
        for one in _asked(LlmVerifier(llm)):
            found.append(one)
            print(len(found), file=sys.stderr, end="\r")
            if len(found) == most:
                break
    _fit(found)


def _asked(verifier: LlmVerifier) -> Iterator[tuple[float, float, bool]]:
    """The check's own score, the LLM's log-odds, and whether the claim is supported."""
    support, recording = open_support(load_settings()), Recording(verifier)
    claims = held_out(development_data())
    random.Random(SEED).shuffle(claims)
    for one in claims:
        recording.heard = None
        passages = [_passage(one)]
        alone = support.check(one.claim, passages)
        VerifiedSupport(Known(alone), recording, Weights(1, 1, 0, 0.5, LEAST)).check(one.claim, passages)
        if recording.heard is not None:
            yield alone.score, recording.heard, one.label == "supported"


def _passage(example: SupportExample) -> StoredPassage:
    """The evidence as a passage of an article of which nothing else is known."""
    spans, at = [], 0
    for sentence in example.evidence:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    text = " ".join(example.evidence)
    return StoredPassage(0, "a:1:0", Article("a", text), "a", Span(0, len(text)), tuple(spans))


def _fit(found: list[tuple[float, float, bool]]) -> None:
    score, heard, right = (np.array(column) for column in zip(*found, strict=True))
    own = np.log(np.clip(score, 1e-4, 1 - 1e-4) / (1 - np.clip(score, 1e-4, 1 - 1e-4)))
    features = np.stack([own, heard], axis=1)
    folds = KFold(10, shuffle=True, random_state=SEED)
    both = cross_val_predict(LogisticRegression(), features, right, cv=folds, method="predict_proba")[:, 1]
    model = LogisticRegression().fit(features, right)
    print(f"{len(found)} claims, {right.sum()} of them supported")
    print(f"weights {np.round(model.coef_[0], 2)}, intercept {model.intercept_[0]:.2f}")
    for name, values in (("the check", own), ("the LLM", heard), ("both, in ten folds", both)):
        print(f"area under the ROC curve, {name}: {auroc(list(values[right]), list(values[~right])):.3f}")
    for least in (float(np.quantile(both[right], LOST)), 0.4, 0.5, 0.6, 0.7):
        kept, ticked = np.mean(both[right] >= least), np.mean(both[~right] >= least)
        print(f"threshold {least:.2f}: {kept:.3f} of the supported pass, {ticked:.3f} of the others")


if __name__ == "__main__":
    main()
