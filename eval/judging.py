"""Evaluates a judge against human labels of supported and unsupported answers.

It is compared with baselines that any judge must beat: the answer's length, the words its source lacks, a constant.
Knows nothing of gold questions or runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dateline.eval.confidence import bootstrap_auroc
from dateline.eval.formats.ragtruth import LabelledAnswer
from dateline.eval.intervals import Estimate, share_mean
from dateline.eval.judge import SUPPORTED, Judge
from dateline.eval.words import normalise_answer
from dateline.index.errors import RemoteError
from dateline.rag.verification.claim_detection import draft_sentences, why_unchecked

Scorer = Callable[[str, str], float]
"""Claim and source → how far the source supports the claim; higher is more."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How well one scorer separates the answers of one kind."""

    scorer: str
    kind: str
    answers: int
    unsupported: int
    """Answers with a labelled span."""
    auroc: Estimate | None
    """Of whole answers, by their least supported claim; None where all answers are of one sort."""
    balanced_accuracy: float | None
    """Mean of the shares of supported and of unsupported answers that are recognised; None for a baseline, which has no
    threshold."""
    claim_recall: Estimate | None
    """Share of the sentences with marked words that are called unsupported; None for a floor."""
    claim_accepted: Estimate | None
    """Share of the sentences without any that are called supported; None for a floor."""


FLOORS: dict[str, Scorer] = {
    "floor: length": lambda claim, source: -float(len(claim)),
    "floor: unseen words": lambda claim, source: (
        -float(len(set(normalise_answer(claim).split()) - set(normalise_answer(source).split())))
    ),
    "floor: constant": lambda claim, source: 0.0,
}
"""Over whole answers."""


def judge_the_judge(
    answers: Sequence[LabelledAnswer], judge: Judge, on_progress: Callable[[int], None] = lambda done: None
) -> list[Judged]:
    """The judge and the floors, over each kind and over all.

    Raises `RemoteError` if the judge fails: figures from a part of the answers would pass for the whole.
    """
    claims: list[list[_Claim]] = []
    for n, answer in enumerate(answers):
        try:
            claims.append(list(_claims(answer, judge)))
        except RemoteError as error:
            raise RemoteError(f"the judge failed at answer {n + 1} of {len(answers)}: {error.message}") from error
        on_progress(n + 1)
    kinds = sorted({answer.kind for answer in answers})
    found = []
    for kind in [*kinds, *(["all"] if len(kinds) > 1 else [])]:
        chosen = [n for n, answer in enumerate(answers) if kind in (answer.kind, "all")]
        bad = [bool(answers[n].unsupported) for n in chosen]
        least = [min((claim.score for claim in claims[n]), default=1.0) for n in chosen]
        flat = [claim for n in chosen for claim in claims[n]]
        found.append(
            Judged(
                judge.name,
                kind,
                len(chosen),
                sum(bad),
                _auroc(least, bad),
                _balanced([score >= SUPPORTED for score in least], bad),
                _share(claim.score < SUPPORTED for claim in flat if claim.marked),
                _share(claim.score >= SUPPORTED for claim in flat if not claim.marked),
            )
        )
        for name, floor in FLOORS.items():
            scores = [floor(answers[n].text, answers[n].source) for n in chosen]
            found.append(Judged(name, kind, len(chosen), sum(bad), _auroc(scores, bad), None, None, None))
    return found


@dataclass(frozen=True, slots=True)
class _Claim:
    score: float
    marked: bool


def _claims(answer: LabelledAnswer, judge: Judge) -> Iterator[_Claim]:
    """The answer's claims, by the rule of `rag.verification.claim_detection`. What claims nothing by it is not judged,
    but if people have marked words in it, it counts as passed.
    """
    for span in draft_sentences(answer.text):
        marked = any(mark.start < span.end and span.start < mark.end for mark in answer.unsupported)
        if why_unchecked(answer.text, span) is None:
            yield _Claim(judge(span.of(answer.text), [answer.source]).score, marked)
        elif marked:
            yield _Claim(1.0, marked)


def _auroc(scores: Sequence[float], bad: Sequence[bool]) -> Estimate | None:
    good = [score for score, is_bad in zip(scores, bad, strict=True) if not is_bad]
    poor = [score for score, is_bad in zip(scores, bad, strict=True) if is_bad]
    return bootstrap_auroc(good, poor, paired=False) if good and poor else None


def _balanced(accepted: Sequence[bool], bad: Sequence[bool]) -> float | None:
    good = [ok for ok, is_bad in zip(accepted, bad, strict=True) if not is_bad]
    poor = [ok for ok, is_bad in zip(accepted, bad, strict=True) if is_bad]
    if not good or not poor:
        return None
    return (sum(good) / len(good) + 1 - sum(poor) / len(poor)) / 2


def _share(verdicts: Iterable[bool]) -> Estimate | None:
    values = [float(verdict) for verdict in verdicts]
    return share_mean(values) if values else None
