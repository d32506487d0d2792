"""The support check: what it catches, what it loses and how long it takes.

    python -m benchmarks.support [FOLDS]

Over RAGTruth's answers to questions and summaries of news (Niu et al. 2024, github.com/ParticleMedia/RAGTruth), in
which people marked what the sources don't bear out: whole answers by their worst sentence, beside floors, and sentence
by sentence. Each source is judged by the model of its fold, which has seen none of its answers; FOLDS has the five, as
`python -m training.support OUT FOLDS` makes them. Sentences that people left unmarked are then changed in one thing
(`training.contrasts`), each of which should be caught. Claims of Wikipedia with the article that they cite (WiCE,
Kamoi et al. 2023, github.com/ryokamoi/wice) are judged by the shipped model. Without FOLDS there are these, the times,
and what the rules alone catch and lose, which need no training.
"""

from __future__ import annotations

import random
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from api.settings import load_settings
from benchmarks._common import default_support, development_data, print_table, read_jsonl, seconds
from benchmarks._held_out import HeldOut, folds_folder
from eval.confidence import bootstrap_auroc
from eval.formats.ragtruth import LabelledAnswer
from eval.intervals import share_mean
from eval.judge import SUPPORTED, Judge, Judgement, SupportJudge, passage_of
from eval.judging import judge_the_judge
from rag.draft import without_lead
from rag.entailment import SHIPPED, EntailmentModel
from rag.support import SupportCheck
from rag.support_check import evidence_of, first_broken
from rag.support_evidence import select_evidence
from training.contrasts import KINDS, certain_names, contrast
from training.support_examples import answers_by_fold, claims_of

SEED = 5
CHANGED = 1_500
"""True sentences that are changed."""
TIMED = 100
"""Answers whose claims are timed."""


class HeldOutJudge:
    """The judge that asks the check which has not seen the source."""

    self_judged = True

    def __init__(self, checks: HeldOut) -> None:
        self.name = checks.name
        self._checks = checks

    def __call__(self, claim: str, texts: Sequence[str]) -> Judgement:
        """See `eval.judge.Judge`; the one text is the source."""
        check = self._checks.of(texts[0])
        return SupportJudge(check.check, name=check.name)(claim, texts)


class RulesJudge:
    """The judge that knows the rules alone: what they break is not supported, all else is."""

    name = "rules alone"
    self_judged = True

    def __call__(self, claim: str, texts: Sequence[str]) -> Judgement:
        """See `eval.judge.Judge`."""
        passages = [passage_of(n, text) for n, text in enumerate(texts)]
        sentences = [span.of(passage.article.text) for passage in passages for span in passage.sentences]
        broken = first_broken(without_lead(claim), sentences, [evidence_of(passage) for passage in passages])
        return Judgement(float(broken is None), broken.reason if broken else "breaks no rule")


def main() -> None:
    """Judge and print."""
    data = development_data()
    answers = [answer for some in answers_by_fold(data) for answer in some]
    _speed(answers, default_support())  # first: what a check has read once it keeps
    _wice(data)
    _judged(answers, RulesJudge())
    folds = folds_folder()
    with tempfile.TemporaryDirectory() as compiled:
        _judged(answers, HeldOutJudge(HeldOut(folds, data, Path(compiled))))


def _judged(answers: Sequence[LabelledAnswer], judge: Judge) -> None:
    _answers(answers, judge)
    _contrasts(answers, judge)


def _answers(answers: Sequence[LabelledAnswer], judge: Judge) -> None:
    for judged in judge_the_judge(answers, judge):
        rows = [("AUROC of whole answers", str(judged.auroc))]
        if judged.balanced_accuracy is not None:
            rows += [
                ("balanced accuracy", f"{judged.balanced_accuracy:.3f}"),
                ("sentences with marked words that are caught", str(judged.claim_recall)),
                ("other sentences that pass", str(judged.claim_accepted)),
            ]
        print_table(f"{judged.scorer}, {judged.kind}: {judged.answers} answers, {judged.unsupported} marked", rows)


def _contrasts(answers: Sequence[LabelledAnswer], judge: Judge) -> None:
    rng = random.Random(SEED)
    names = list(dict.fromkeys(name for answer in answers[::6] for name in certain_names(answer.source)))
    true = [(claim, answer.source) for answer in answers for claim in _unmarked(answer)]
    caught: dict[str, list[float]] = defaultdict(list)
    for claim, source in rng.sample(true, CHANGED):
        passes = judge(claim, [source]).supported
        caught["unchanged, and lost"].append(float(not passes))
        for kind in KINDS:
            made = contrast(kind, claim, source, names, rng)
            if made is not None:
                caught[kind.replace("_", " ")].append(float(not judge(made.text, [source]).supported))
    rows = [(f"{kind} ({len(values)})", str(share_mean(values))) for kind, values in caught.items()]
    print_table(f"{judge.name}: sentences that people left unmarked, with one thing changed: caught", rows)


def _speed(answers: Sequence[LabelledAnswer], check: SupportCheck) -> None:
    """Claim by claim, as an answer is checked: what is found out about its source serves its later claims too."""
    rng = random.Random(SEED)
    model = EntailmentModel(SHIPPED, compiled=load_settings().cache / "compiled")
    first: list[float] = []
    later: list[float] = []
    read: list[float] = []
    for answer in rng.sample(answers, TIMED):
        source = passage_of(0, answer.source)
        sentences = [span.of(answer.source) for span in source.sentences]
        for n, span in enumerate(claims_of(answer.text)):
            claim = span.of(answer.text)
            (later if n else first).append(seconds(partial(check.check, claim, [source])))
            evidence = " ".join(sentences[i] for i in select_evidence(claim, sentences))
            read.append(seconds(partial(model.read, [(claim, evidence)])))
    every = first + later
    rows = [
        (name, f"{np.median(some) * 1000:.1f} ms")
        for name, some in (("first of an answer", first), ("later ones", later), ("all", every))
    ]
    rows.append(
        ("all, as a multiple of reading them with the model alone", f"{np.median(every) / np.median(read):.2f}")
    )
    print_table(f"Time for a claim against a whole source, {len(every)} claims: medians", rows)


def _wice(data: Path) -> None:
    check = default_support()
    judge = SupportJudge(check.check, name=check.name)
    scores: dict[bool, list[float]] = {True: [], False: []}
    for row in read_jsonl(data / "wice" / "dev.jsonl.gz"):
        evidence = " ".join(sentence for sentence in row["evidence"] if not sentence.startswith("(meta data)"))
        scores[row["label"] == "supported"].append(judge(row["claim"], [evidence]).score)
    passed = {label: share_mean([float(score >= SUPPORTED) for score in some]) for label, some in scores.items()}
    rows = [
        ("AUROC", str(bootstrap_auroc(scores[True], scores[False], paired=False))),
        ("supported that pass", str(passed[True])),
        ("partly or not supported that pass", str(passed[False])),
    ]
    print_table(f"WiCE dev: {sum(map(len, scores.values()))} claims", rows)


def _unmarked(answer: LabelledAnswer) -> list[str]:
    return [
        span.of(answer.text)
        for span in claims_of(answer.text)
        if not any(mark.start < span.end and span.start < mark.end for mark in answer.unsupported)
    ]


if __name__ == "__main__":
    main()
