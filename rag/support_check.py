"""The support check: word for word first, then rules, then the model of entailment.

The rules are strict (`rag.support_rules`). What the model says is weighed with how many of the claim's words the
passages lack and how near in meaning their sentences come to it, as people judged answers (RAGTruth, Niu et al. 2024;
`benchmarks.support` measures it); a claim that the model takes for what they say with one thing changed is not
supported, whatever the rest weighs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.archive import StoredPassage
from index.encoder import Encoder
from index.header import header
from rag.answer import SupportLabel
from rag.draft import without_lead
from rag.entailment import Calibration, Entailment, EntailmentModel
from rag.retrieval import day_of
from rag.support import SupportingSpan, Verdict
from rag.support_evidence import select_evidence
from rag.support_happenings import untold
from rag.support_nearness import Nearness
from rag.support_places import misplaced
from rag.support_rules import Broken, Evidence, broken_rules
from rag.support_speakers import misattributed
from rag.support_words import stems

PARTIAL = 0.5
"""The share of its words that the passages must have for an unsupported claim to be called partly supported."""

COMPARED = 2
"""Sentences, those with the most of a claim's words, that it is compared with in meaning. Embedding costs more than
reading, and in five folds all that are read tell no more (training/log.md)."""

Sentence = tuple[SupportingSpan, str]
"""Where it stands, and its words."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What speaks for and against a claim."""

    entailment: Entailment
    missing: frozenset[str]
    """The stems of its words that the passages lack."""
    words: int
    """How many stems it has."""
    nearness: float
    """The cosine of it and the nearer of the `COMPARED` likeliest sentences; 0 where none is asked for."""
    broken: Broken | None
    """The first rule that it breaks."""

    def values(self) -> tuple[float, float, float, float, float, float]:
        """In the order of the calibration's weights."""
        missing = len(self.missing)
        return (
            self.entailment.supported,
            self.entailment.worst,
            float(missing),
            missing / max(self.words, 1),
            self.nearness,
            float(self.broken is not None),
        )

    def probability(self, calibration: Calibration) -> float:
        """That the claim is supported, 0…1."""
        of = calibration
        weights = (of.entailed, of.worst, of.lacking, of.share, of.nearness, of.broken)
        odds = sum(weight * value for weight, value in zip(weights, self.values(), strict=True)) + of.intercept
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


class TrainedSupport:
    """The check with the shipped model. Safe for threads."""

    def __init__(self, model: EntailmentModel, encoder: Encoder) -> None:
        """`encoder`: what passages are found by; nearness counts if it is the one that the model is calibrated with."""
        self._model = model
        self._nearness = Nearness(encoder) if encoder.name == model.encoder else None
        self._calibration = model.calibration if self._nearness else model.calibration_without_nearness
        self.name = model.name

    def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        """See `rag.support.SupportCheck`."""
        claim = without_lead(claim)
        sentences = [
            (SupportingSpan(n, span), span.of(passage.article.text))
            for n, passage in enumerate(passages)
            for span in passage.sentences
        ]
        if said := _verbatim(claim, sentences):
            return Verdict("supported", 1.0, "verbatim", None, said)
        if not stems(claim) or not sentences:
            return Verdict("unsupported", 0.0, "rules", "no words that could be checked", ())
        evidence = [evidence_of(passage) for passage in passages]
        weighed = weigh(self._model, self._nearness, claim, [words for _, words in sentences], evidence)
        calibration = self._calibration
        score = round(weighed.probability(calibration), 4)
        if weighed.broken is not None:
            differs = weighed.broken.rule in ("negation", "number", "date", "place", "speaker")
            label: SupportLabel = "contradicted" if differs else "unsupported"
            return Verdict(label, score, "rules", weighed.broken.reason, ())
        if not weighed.entailment.whole:
            return Verdict("unsupported", score, "model", f"too long to be checked: {len(claim.split())} words", ())
        if score < calibration.threshold:
            partly = len(weighed.missing) <= (1 - PARTIAL) * weighed.words
            return Verdict("partial" if partly else "unsupported", score, "model", _reason(claim, weighed), ())
        if weighed.entailment.altered > calibration.altered:
            reason = f"the passage says otherwise: {_doubted(claim, weighed)}"
            return Verdict("contradicted", score, "model", reason, ())
        return Verdict("supported", score, "model", None, _least(claim, sentences))


def weigh(
    model: EntailmentModel,
    nearness: Nearness | None,
    claim: str,
    sentences: Sequence[str],
    evidence: Sequence[Evidence],
) -> Weighed:
    """What the rules, the words and the models say of a claim. `sentences`: the evidence's, at least one."""
    broken = first_broken(claim, sentences, evidence)
    read = [sentences[i] for i in select_evidence(claim, sentences)]
    (entailment,) = model.read([(claim, " ".join(read))])
    covered = frozenset[str]().union(*(stems(text) for one in evidence for text in (one.text, one.header)))
    asked = stems(claim)
    likeliest = sorted(read, key=lambda sentence: -len(asked & stems(sentence)))[:COMPARED]  # the first of equal ones
    near = nearness.of(claim, likeliest) if nearness else 0.0
    return Weighed(entailment, asked - covered, len(asked), near, broken)


def first_broken(claim: str, sentences: Sequence[str], evidence: Sequence[Evidence]) -> Broken | None:
    """The first rule that the claim breaks. `sentences`: the evidence's."""
    return (
        next(iter(broken_rules(claim, evidence)), None)
        or untold(claim, evidence)
        or misplaced(claim, sentences)
        or misattributed(claim, evidence)
    )


def evidence_of(passage: StoredPassage) -> Evidence:
    """A passage as the rules read it."""
    return Evidence(passage.text, header(passage.article), day_of(passage.article.published))


def _reason(claim: str, weighed: Weighed) -> str:
    """Words that the passages lack, or else the word that the model doubts."""
    if weighed.missing:
        words = ", ".join(word for word in re.findall(r"\w+", claim) if stems(word) & weighed.missing)
        return f"words not in passage: {words}"
    return f"not borne out by the passage: {_doubted(claim, weighed)}"


def _doubted(claim: str, weighed: Weighed) -> str:
    """The word that the model doubts most."""
    doubted = weighed.entailment.worst_word
    around = next((m for m in re.finditer(r"\w+", claim) if m.start() <= doubted.start < m.end()), None)
    return around[0] if around else doubted.of(claim)


def _verbatim(claim: str, sentences: Sequence[Sentence]) -> tuple[SupportingSpan, ...]:
    """The sentence, or the run of sentences of one passage, that is the claim; a part of one may leave out a "not"."""
    wanted = _plain(claim).rstrip(".")
    for first in range(len(sentences)):
        said = ""
        for last in range(first, len(sentences)):
            if sentences[last][0].passage != sentences[first][0].passage:
                break
            said = f"{said} {_plain(sentences[last][1])}".strip()
            if said.rstrip(".") == wanted:
                return tuple(span for span, _ in sentences[first : last + 1])
            if len(said) > len(wanted) + 1:
                break
    return ()


def _plain(text: str) -> str:
    """With single spaces and straight marks."""
    straight = text.translate(str.maketrans("’‘“”", "''\"\""))
    return " ".join(straight.split())


def _least(claim: str, sentences: Sequence[Sentence]) -> tuple[SupportingSpan, ...]:
    """Sentences that together have all of the claim's words that any has, taken greedily; in the passages' order."""
    having = [(span, stems(claim) & stems(words)) for span, words in sentences]
    left = set[str]().union(*(found for _, found in having))
    chosen: list[SupportingSpan] = []
    while left or not chosen:
        span, found = max(having, key=lambda each: len(left & each[1]))  # the first of equal ones
        chosen.append(span)
        left -= found
    return tuple(sorted(chosen, key=lambda span: (span.passage, span.span.start)))
