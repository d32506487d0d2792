"""The support check: what it catches, what it loses and how long it takes.

    python -m benchmarks.support

Over RAGTruth's answers to questions and summaries of news (Niu et al. 2024, github.com/ParticleMedia/RAGTruth), in
which people marked what the sources don't bear out: whole answers by their worst sentence, beside floors, and sentence
by sentence. Sentences that people left unmarked are then changed in one thing (`training.contrasts`), each of which
should be caught.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict

import numpy as np

from benchmarks._common import development_data, print_table
from eval.formats.ragtruth import LabelledAnswer, read_labelled
from eval.intervals import share_mean
from eval.judge import SupportJudge
from eval.judging import judge_the_judge
from index.sentences import split_sentences
from rag.support_check import RulesAndWords
from training.contrasts import KINDS, certain_names, contrast

SEED = 5
CHANGED = 1_500
"""True sentences that are changed."""
LEAST_WORDS = 4


def main() -> None:
    """Judge and print."""
    answers = read_labelled(development_data() / "ragtruth" / "dev.jsonl.gz")
    check = RulesAndWords()
    judge = SupportJudge(check.check, name=check.name)
    for judged in judge_the_judge(answers, judge):
        rows = [("AUROC of whole answers", str(judged.auroc))]
        if judged.balanced_accuracy is not None:
            rows += [
                ("balanced accuracy", f"{judged.balanced_accuracy:.3f}"),
                ("sentences with marked words that are caught", str(judged.claim_recall)),
                ("other sentences that pass", str(judged.claim_accepted)),
            ]
        print_table(f"{judged.scorer}, {judged.kind}: {judged.answers} answers, {judged.unsupported} marked", rows)
    _contrasts(answers, judge)


def _contrasts(answers: list[LabelledAnswer], judge: SupportJudge) -> None:
    rng = random.Random(SEED)
    names = list(dict.fromkeys(name for answer in answers[::6] for name in certain_names(answer.source)))
    true = [(claim, answer.source) for answer in answers for claim in _unmarked(answer)]
    caught: dict[str, list[float]] = defaultdict(list)
    seconds = []
    for claim, source in rng.sample(true, CHANGED):
        begun = time.perf_counter()
        passes = judge(claim, [source]).supported
        seconds.append(time.perf_counter() - begun)
        caught["unchanged, and lost"].append(float(not passes))
        for kind in KINDS:
            made = contrast(kind, claim, source, names, rng)
            if made is not None:
                caught[kind.replace("_", " ")].append(float(not judge(made.text, [source]).supported))
    rows = [(f"{kind} ({len(values)})", str(share_mean(values))) for kind, values in caught.items()]
    print_table("Sentences that people left unmarked, with one thing changed: caught", rows)
    print_table("Time for a claim against a whole source", [("median", f"{np.median(seconds) * 1000:.1f} ms")])


def _unmarked(answer: LabelledAnswer) -> list[str]:
    return [
        span.of(answer.text)
        for span in split_sentences(answer.text)
        if len(span.of(answer.text).split()) >= LEAST_WORDS
        and not any(mark.start < span.end and span.start < mark.end for mark in answer.unsupported)
    ]


if __name__ == "__main__":
    main()
