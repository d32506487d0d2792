"""The support check: labels a claim by verbatim matches, a model and a comparison of parses.

Quotations and addresses must be the evidence's own (`rag.verification.verbatim`), and what the parses show to differ
decisively is final (`rag.verification.comparison`). All else is weighed with what the model says of the claim and the
likeliest sentences and how many of its words they lack: two logistic regressions,
fitted on held-out claims that people labelled (`training.support_calibration`). A claim that leaves out who says it, or
a "may", is supported in part only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from text_to_num import alpha2digit

from dateline.index.archive import StoredPassage
from dateline.index.header import header
from dateline.rag.answer import SupportLabel
from dateline.rag.language.analyser import Analyser
from dateline.rag.retrieval import day_of
from dateline.rag.verification.claim_detection import without_lead
from dateline.rag.verification.comparison import Comparison, Difference, compare
from dateline.rag.verification.entailment import Entailment, EntailmentModel
from dateline.rag.verification.evidence_selection import select_evidence
from dateline.rag.verification.explanations import explained_absence, explained_difference, explained_doubt
from dateline.rag.verification.left_out import LeftOut, hedge_left_out, left_out
from dateline.rag.verification.sentence import Sentence, folded_words, nearest
from dateline.rag.verification.stems import stems
from dateline.rag.verification.superseded import superseded
from dateline.rag.verification.support import Conflict, SupportingSpan, Verdict
from dateline.rag.verification.verbatim import Evidence, not_verbatim

LIKELY = 0.8
"""The probability from which a claim is called contradicted where the evidence has something else in the place of its
words. Without that it never is: the model alone contradicts as many true claims as false ones (training/log.md)."""
NEARLY_SAID = 0.5
"""The share of a claim's content lemmas that a sentence must have for what differs there to be decisive."""

Stated = tuple[SupportingSpan, str]
"""A sentence's place, and its words."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What speaks for and against a claim."""

    entailment: Entailment
    missing: float
    """The share of its stems that the passages lack."""
    not_verbatim: str | None
    """Which quotation or address the evidence doesn't have."""
    comparison: Comparison
    differences: tuple[Difference, ...]
    left_out: LeftOut | None
    """Which sentence: a place in `read`."""
    read: tuple[int, ...]
    """Places, among the evidence's sentences, of those that it was compared with."""
    nearest: int
    """Which of these is the nearest."""
    shares: tuple[float, ...]
    """The share of its content lemmas that each of these has."""

    @property
    def unconfirmed(self) -> Difference | None:
        """The first figure, time or "all" that the evidence lacks."""
        return next((one for one in self.differences if one.is_absent), None)

    @property
    def is_ruled_out(self) -> bool:
        """Whether it can't be supported, whatever the model says."""
        return self.not_verbatim is not None or self.unconfirmed is not None or self.conflicts or self.is_denied

    @property
    def is_denied(self) -> bool:
        """Whether the evidence has it only as what somebody denies."""
        return any(one.kind == "denial" for one in self.differences)

    @property
    def opposing(self) -> Difference | None:
        """The first thing in whose place the evidence has something else."""
        return next((one for one in self.differences if one.instead and one.is_decisive), None)

    @property
    def conflicts(self) -> bool:
        """Whether a sentence that has most of the claim's words differs decisively."""
        return any(one.is_decisive and self._share(one) >= NEARLY_SAID for one in self.differences)

    def _share(self, one: Difference) -> float:
        return self.shares[one.sentence if one.is_of_value and one.sentence is not None else self.nearest]

    def features(self) -> dict[str, float]:
        """By their names in the calibration."""
        return {
            "model_supported": self.entailment.supported,
            "model_contradicted": self.entailment.contradicted,
            "worst_word": self.entailment.worst,
            "missing_stems": self.missing,
            **self.comparison.features(),
        }


class TrainedSupport:
    """The check with the shipped model. Safe for threads."""

    def __init__(self, model: EntailmentModel, analyser: Analyser) -> None:
        self._model = model
        self._analyser = analyser
        self._calibration = model.calibration
        self.name = model.name

    def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        """See `rag.verification.support.SupportCheck`."""
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
        numbered = [(span.passage, words) for span, words in sentences]
        weighed = weigh(self._model, self._analyser, claim, numbered, evidence)
        score = round(self._calibration.supported.probability(weighed.features()), 4)
        if weighed.comparison.covered >= NEARLY_SAID and (old := superseded(claim, passages)) is not None:
            if old.now is None:
                return Verdict("unsupported", score, "rules", old.reason, ())
            return Verdict("contradicted", score, "rules", old.reason, (old.sentence,), conflict="figure")
        label, reason = self._label(claim, weighed, score)
        places = [weighed.nearest, *range(len(weighed.read))]
        nearest_ = _least(claim, [sentences[weighed.read[n]] for n in places])
        if label == "supported":
            return Verdict(label, score, "model", None, nearest_, nearest_)
        omission = weighed.left_out
        place = _place_of(weighed, label)
        spans = () if label == "unsupported" else (sentences[weighed.read[place]][0],)
        conflict = _conflict(weighed.opposing) if label == "contradicted" else None
        if weighed.is_ruled_out:
            return Verdict(label, score, "rules", reason, spans, conflict=conflict)
        if omission is None:
            return Verdict(label, score, "model", reason, spans, nearest_, conflict=conflict)
        method = "rules" if label == "partial" else "model"
        return Verdict(label, score, method, reason, spans, nearest_, omission.completed(claim), omission.reason)

    def _label(self, claim: str, weighed: Weighed, score: float) -> tuple[SupportLabel, str | None]:
        """The label of a claim that is not verbatim, and why it is not supported."""
        if not weighed.entailment.whole:
            return "unsupported", f"too long to be checked: {len(claim.split())} words"
        omission = weighed.left_out
        if not weighed.is_ruled_out and score >= self._calibration.threshold:
            return ("partial", omission.reason) if omission is not None else ("supported", None)
        if weighed.opposing is not None:
            against = self._calibration.contradicted.probability(weighed.features())
            label: SupportLabel = "contradicted" if weighed.conflicts or against >= LIKELY else "unsupported"
            return label, explained_difference(claim, weighed.opposing)
        if weighed.not_verbatim is not None:
            return "unsupported", weighed.not_verbatim
        if weighed.unconfirmed is not None:
            return "unsupported", explained_absence(claim, weighed.unconfirmed)
        return "unsupported", explained_doubt(_doubted(claim, weighed))


def weigh(
    model: EntailmentModel,
    analyser: Analyser,
    claim: str,
    sentences: Sequence[tuple[int, str]],
    evidence: Sequence[Evidence],
) -> Weighed:
    """What rules, words, parses and models say of a claim.

    `sentences`: at least one, each with the place of its passage in `evidence`.
    """
    places = select_evidence(claim, [words for _, words in sentences])
    read = [sentences[place][1] for place in places]
    (entailment,) = model.read([(in_digits(claim), in_digits(" ".join(read)))])
    covered = frozenset[str]().union(*(stems(text) for one in evidence for text in (one.text, one.header)))
    asked = stems(claim)
    own, *analyses = analyser.analyse_all([claim, *read])
    said = Sentence(claim, own)
    read_sentences = [
        Sentence(words, analysis, evidence[sentences[place][0]].published)
        for place, words, analysis in zip(places, read, analyses, strict=True)
    ]
    closest = nearest(said, read_sentences)
    comparison, differences = compare(said, read_sentences, closest, folded_words(one.header for one in evidence))
    missing = len(asked - covered) / max(len(asked), 1)
    omission = left_out(said, read_sentences) or hedge_left_out(differences)
    return Weighed(
        entailment,
        missing,
        not_verbatim(claim, evidence),
        comparison,
        differences,
        omission,
        tuple(places),
        closest,
        tuple(len(said.lemmas & one.said) / max(1, len(said.lemmas)) for one in read_sentences),
    )


def in_digits(text: str) -> str:
    """With numbers in digits: a small model doesn't know that "ninety" is 90."""
    digits: str = alpha2digit(text, "en")
    return digits


def evidence_of(passage: StoredPassage) -> Evidence:
    """A passage as the rules read it."""
    return Evidence(passage.text, header(passage.article), day_of(passage.article.published))


def _conflict(one: Difference | None) -> Conflict:
    if one is None:
        return "other"
    return "figure" if one.kind == "quantity" else "denial" if one.kind == "denial" else "other"


def _place_of(weighed: Weighed, label: SupportLabel) -> int:
    """Which of the sentences read is cited beside a claim that is not supported in full."""
    if label == "partial" and weighed.left_out is not None:
        return weighed.left_out.sentence
    opposing = weighed.opposing
    return weighed.nearest if opposing is None or opposing.sentence is None else opposing.sentence


def _doubted(claim: str, weighed: Weighed) -> str:
    """The word that the model doubts most."""
    doubted, claim = weighed.entailment.worst_word, in_digits(claim)
    around = next((m for m in re.finditer(r"\w+", claim) if m.start() <= doubted.start < m.end()), None)
    return around[0] if around else doubted.of(claim)


def _verbatim(claim: str, sentences: Sequence[Stated]) -> tuple[SupportingSpan, ...]:
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


def _least(claim: str, sentences: Sequence[Stated]) -> tuple[SupportingSpan, ...]:
    """The first of the sentences, and those that together have all of the claim's words that any has, taken greedily;
    in the passages' order.
    """
    having = {span: stems(claim) & stems(words) for span, words in sentences}
    chosen = [sentences[0][0]]
    left = set[str]().union(*having.values()) - having[chosen[0]]
    while left:
        span = max(having, key=lambda one: len(left & having[one]))  # the first of equal ones
        chosen.append(span)
        left -= having[span]
    return tuple(sorted(chosen, key=lambda span: (span.passage, span.span.start)))
