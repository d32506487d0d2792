"""The support check: recall of false sentences, loss of true ones, and speed.

    python -m benchmarks.support

Over RAGTruth's answers to questions and summaries of news (Niu et al. 2024, github.com/ParticleMedia/RAGTruth), in
which people marked what the sources don't support: whole answers by their worst sentence, and sentence by sentence.
Sentences that people left unmarked are then changed in one thing (`training.contrasts`), each of which should be
caught. Then claims of other sets that people labelled (`training.claim_sets`), and what is told as fact of what news
articles only attribute (PolNeAR, Newell et al. 2018). All of it about documents that the model was not trained on: see
`benchmarks._held_out`. Last, claims of Wikipedia with the article that they cite (WiCE, Kamoi et al. 2023).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks._attributed import attributed
from benchmarks._common import print_table, seconds
from benchmarks._held_out import held_out_answers, held_out_claims
from dateline.api.settings import load_settings
from dateline.eval.confidence import bootstrap_auroc
from dateline.eval.formats.ragtruth import LabelledAnswer
from dateline.eval.intervals import share_mean
from dateline.eval.judge import SUPPORTED, Judge, SupportJudge, passage_of
from dateline.eval.judging import judge_the_judge
from dateline.rag.verification.entailment import SHIPPED, EntailmentModel
from dateline.rag.verification.evidence_selection import select_evidence
from dateline.rag.verification.support import SupportCheck
from training.claim_sets import claims_of
from training.contrasts import KINDS, certain_names, contrast
from training.data import default_support, development_data, read_jsonl

SEED = 5
CHANGED = 500
"""True sentences that are changed, at most."""
CLAIMS = 500
"""Claims of a set that are checked, at most."""
TIMED = 60
"""Answers whose claims are timed."""


def main() -> None:
    """Judge and print."""
    data = development_data()
    answers = held_out_answers(data)
    support = default_support()
    _speed(answers, support)  # first: what a check has read once it keeps
    judge = SupportJudge(support.check, name=support.name)
    _answers(answers, judge)
    _contrasts(answers, judge)
    _claims(data, support)
    _attributed(data, support)
    _wice(data)


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
    for claim, source in rng.sample(true, min(CHANGED, len(true))):
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


def _claims(data: Path, support: SupportCheck) -> None:
    rng = random.Random(SEED)
    rows = []
    for name, some in held_out_claims(data).items():
        chosen = rng.sample(some, min(CLAIMS, len(some)))
        passing = [(one, support.check(one.claim, [passage_of(0, " ".join(one.evidence))])) for one in chosen]
        true = [float(verdict.label == "supported") for one, verdict in passing if one.label == "supported"]
        false = [float(verdict.label == "supported") for one, verdict in passing if one.label != "supported"]
        against = [float(verdict.label == "contradicted") for one, verdict in passing if one.label == "contradicted"]
        kept, ticked, called = share_mean(true), share_mean(false), share_mean(against)
        balanced = (np.mean(true) + 1 - np.mean(false)) / 2
        rows.append((f"{name} ({len(chosen)})", f"{kept}; {ticked}; {called}; {balanced:.3f}"))
    print_table("Held-out claims: true ones ticked; false ticked; contradicted called that; balanced accuracy", rows)


def _attributed(data: Path, support: SupportCheck) -> None:
    """What a source only attributes, told as fact, and told with the attribution in another place."""
    found: dict[str, list[float]] = defaultdict(list)
    for one in attributed(data):
        verdict = support.check(one.claim, [passage_of(0, " ".join(one.evidence))])
        found[one.kind].append(float(verdict.label == "supported"))
    rows = [(f"{kind} ({len(values)})", str(share_mean(values))) for kind, values in found.items()]
    print_table("PolNeAR's dev articles: called supported", rows)


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
