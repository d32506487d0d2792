"""How the support check's models and the claim's words become a probability: by answers they were not trained on.

Knows the model as the product runs it; nothing of how it was trained.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from sklearn.linear_model import LogisticRegression

from eval.formats.ragtruth import LabelledAnswer
from rag.entailment import Calibration, EntailmentModel
from rag.support_check import Weighed, weigh
from rag.support_nearness import Nearness
from rag.support_rules import Evidence
from rag.support_words import stems
from training.strangers import borrowed, strangers
from training.support_examples import TrueSentence, claims_of, sentences_of

LOST = 0.12
"""The share of supported claims that the check may lose in all."""
LOST_AS_ALTERED = 0.02
"""Of those that break no rule, the ones that may be lost because the model takes them for altered."""
MADE = 120
"""Answers of a fold, at most, of which claims are made that the passages say nothing of."""
BORROWED = 150
"""Claims of a fold, at most, that tell something else of a subject of the passages."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A claim: what speaks for it and against it, and whether people found it supported."""

    weighed: Weighed
    supported: bool


def outcomes(model: EntailmentModel, nearness: Nearness, answers: Iterable[LabelledAnswer]) -> Iterator[Outcome]:
    """The claims of answers that the model was not trained on."""
    for answer in answers:
        sentences, evidence = sentences_of(answer.source), [Evidence(answer.source)]
        for span in claims_of(answer.text):
            claim = span.of(answer.text)
            if stems(claim):
                marked = any(mark.start < span.end and span.start < mark.end for mark in answer.unsupported)
                yield Outcome(weigh(model, nearness, claim, sentences, evidence), not marked)


def made_outcomes(
    model: EntailmentModel, nearness: Nearness, answers: Sequence[LabelledAnswer], rng: random.Random
) -> Iterator[Outcome]:
    """Claims of which the passages say nothing, wholly or in part, made of those that people left unmarked.

    What models write that RAGTruth's passages were given to stays near them; drafts and other models may not.
    """
    some = rng.sample(answers, min(MADE, len(answers)))
    firsts = [one for answer in some for one in _true_sentences(answer)[:1]]
    every = [one for answer in answers for one in _true_sentences(answer)]
    for one in [*strangers(firsts, rng), *islice(borrowed(rng.sample(every, len(every)), rng), BORROWED)]:
        evidence = [Evidence(" ".join(one.evidence))]
        if stems(one.claim):
            yield Outcome(weigh(model, nearness, one.claim, one.evidence, evidence), False)


def _true_sentences(answer: LabelledAnswer) -> list[TrueSentence]:
    """The claims of an answer in which people marked nothing."""
    if answer.unsupported:
        return []
    sentences = sentences_of(answer.source)
    return [(answer.source, span.of(answer.text), sentences) for span in claims_of(answer.text)]


def calibrate(found: Sequence[Outcome], *, nearness: bool = True) -> Calibration:
    """Logistic regression over the outcomes; thresholds that lose so many of the supported ones.

    Without `nearness` its weight is 0, and the others are fitted for that.
    """
    weighed = [one.weighed if nearness else replace(one.weighed, nearness=0.0) for one in found]
    values = np.array([one.values() for one in weighed])
    supported = np.array([outcome.supported for outcome in found])
    fit = LogisticRegression(C=10.0, max_iter=1_000).fit(values, supported)
    odds = fit.decision_function(values)[supported]
    altered = np.array([outcome.weighed.entailment.altered for outcome in found])[supported]
    broken = values[supported, -1] > 0
    most = np.quantile(altered[~broken], 1 - LOST_AS_ALTERED)
    lost = (altered > most) | broken
    more = max(0.0, LOST - lost.mean()) * len(lost) / max(1, (~lost).sum())
    threshold = 1 / (1 + np.exp(-np.quantile(odds[~lost], more)))
    fitted = (*fit.coef_[0], fit.intercept_[0], threshold, most)
    return Calibration(*(round(float(value), 4) for value in fitted))
