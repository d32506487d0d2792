"""Calibrates the support check's labels: two logistic regressions over held-out claims.

Knows the check as the product runs it; nothing of how its model was trained.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from dateline.eval.confidence import auroc
from dateline.rag.language.analyser import Analyser
from dateline.rag.language.pipeline import SpacyParser
from dateline.rag.verification.entailment import Calibration, EntailmentModel, Logistic
from dateline.rag.verification.stems import stems
from dateline.rag.verification.support_check import Weighed, weigh
from dateline.rag.verification.verbatim import Evidence
from training.claim_sets import HELD_OUT_OF, claim_sets, is_held_out, ragtruth_rows, source_of
from training.contrasts import KINDS
from training.strangers import borrowed, strangers
from training.support_examples import (
    SupportExample,
    TrueSentence,
    contrasts,
    example,
    names_of,
    news,
    sentences_of,
)
from training.support_export import write_about

SEED = 5
THRESHOLD = 0.5
"""The probability from which a claim is supported. A wrong tick is worse than a missing one."""
MOST_OF_A_SET = 400
CHANGED = 150
"""True sentences, each of RAGTruth's writers and of news, that are changed."""
YEARS = ("train-2024", "train-2025")
NEWS_SENTENCES = 1_500
FOLDS = 5
STRENGTH = 0.5
"""Inverse of the regularisation, over standardised features."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A held-out claim and what speaks for it and against it."""

    example: SupportExample
    weighed: Weighed


def recalibrate(folder: Path, data: Path, scratch: Path) -> None:
    """Write a new calibration to the `support.json` of an exported model. Prints its accuracy on other folds."""
    found = outcomes(EntailmentModel(folder, compiled=scratch), held_out(data))
    write_about(folder, fit(found))


def held_out(data: Path) -> list[SupportExample]:
    """Claims about documents that are not trained on: people's, and contrasts and strangers of their true ones."""
    rng = random.Random(SEED)
    sets = claim_sets(data, held_out=True)
    context = {source_of(row): sentences_of(row["context"]) for row in ragtruth_rows(data)}
    written = [one for one in sets["ragtruth"] if one.label == "supported"]
    true: list[TrueSentence] = [(one.source, one.claim, context[one.source]) for one in rng.sample(written, CHANGED)]
    pages = [one for one in news(data, YEARS, rng, NEWS_SENTENCES) if is_held_out(one[0])][:CHANGED]
    names = names_of(sentence for _, sentence, _ in pages)
    return [
        *(one for some in sets.values() for one in rng.sample(some, min(MOST_OF_A_SET, len(some)))),
        *(example(source, "true", sentence, around, "supported") for source, sentence, around in pages),
        *contrasts([*true, *pages], names, rng, KINDS),
        *strangers([*true, *pages], rng),
        *borrowed([*true, *pages], rng),
    ]


def outcomes(model: EntailmentModel, some: Sequence[SupportExample]) -> list[Outcome]:
    """What the check finds for each claim before it is weighed."""
    analyser = Analyser(SpacyParser())
    return [
        Outcome(
            one,
            weigh(
                model,
                analyser,
                one.claim,
                [(0, sentence) for sentence in one.evidence],
                [Evidence(" ".join(one.evidence))],
            ),
        )
        for one in some
        if stems(one.claim)
    ]


def fit(found: Sequence[Outcome]) -> Calibration:
    """Two regressions over the claims' features. Prints how many claims of other folds pass."""
    names = sorted(found[0].weighed.features())
    values = np.array([[one.weighed.features()[name] for name in names] for one in found])
    supported = np.array([one.example.label == "supported" for one in found])
    contradicted = np.array([one.example.label == "contradicted" for one in found])
    probability = _cross_fitted(values, supported, np.array([crc32(one.example.source.encode()) for one in found]))
    passing = probability * np.array([not one.weighed.is_ruled_out for one in found])
    _print_figures(found, passing, supported)
    against = _logistic(values[~supported], contradicted[~supported], names)
    return Calibration(_logistic(values, supported, names), against, THRESHOLD)


def _cross_fitted(
    values: NDArray[np.float64], right: NDArray[np.bool_], documents: NDArray[Any]
) -> NDArray[np.float64]:
    """Probabilities by regressions that have not seen the claim's document."""
    found = np.zeros(len(values))
    for fold in range(FOLDS):
        own = documents // HELD_OUT_OF % FOLDS == fold
        found[own] = _regression().fit(values[~own], right[~own]).predict_proba(values[own])[:, 1]
    return found


def _regression() -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=1_000))


def _logistic(values: NDArray[np.float64], right: NDArray[np.bool_], names: Sequence[str]) -> Logistic:
    """The regression over values as they are, not standardised."""
    scaler, regression = (step for _, step in _regression().fit(values, right).steps)
    weights = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - weights @ scaler.mean_)
    return Logistic({name: round(float(w), 4) for name, w in zip(names, weights, strict=True)}, round(intercept, 4))


def _print_figures(found: Sequence[Outcome], passing: NDArray[np.float64], supported: NDArray[np.bool_]) -> None:
    kinds = np.array([one.example.kind for one in found])
    passes = passing >= THRESHOLD
    area = auroc(list(passing[supported]), list(passing[~supported]))
    print(f"AUROC {area:.3f}; true pass {np.mean(passes[supported]):.3f}, false pass {np.mean(passes[~supported]):.3f}")
    for kind in dict.fromkeys(kinds):
        said = [
            f"{np.mean(some):.2f} of {len(some)} {name}"
            for name, some in (
                ("true", passes[(kinds == kind) & supported]),
                ("false", passes[(kinds == kind) & ~supported]),
            )
            if len(some)
        ]
        print(f"{kind}: " + ", ".join(said))
