"""Faithfulness, and ALCE's citation recall and precision.

All three ask a judge. ALCE: Gao, Yen, Yu and Chen, EMNLP 2023, section 4.
"""

from __future__ import annotations

from collections.abc import Callable

from dateline.eval.judge import Judge
from dateline.eval.measure import Case, Measure, Score, not_scoreable, share
from dateline.eval.prediction import Prediction, Said
from dateline.index.errors import RemoteError

ALCE = "ALCE (Gao et al. 2023)"


def faithfulness(case: Case, judge: Judge) -> Score:
    """The share of claims that the words of all the answer's citations support, taken together."""
    unfit = _unfit(case.prediction)
    if unfit:
        return unfit
    texts = _distinct([case.prediction.cited_text(each) for each in case.prediction.citations])
    claims = case.prediction.claims
    wrong = []
    for claim in claims:
        judgement = judge(claim.text, texts)
        if not judgement.supported:
            wrong.append(f"{claim.text!r}: {judgement.reason}")
    return share(len(claims) - len(wrong), len(claims), "; ".join(wrong) or "every claim is supported")


def citation_recall(case: Case, judge: Judge) -> Score:
    """The share of claims that have citations and are supported by the words of their own, taken together."""
    unfit = _unfit(case.prediction)
    if unfit:
        return unfit
    claims = case.prediction.claims
    lacking = [claim.text for claim in claims if not _recalled(case.prediction, claim, judge)]
    return share(len(claims) - len(lacking), len(claims), "; ".join(lacking) or "every claim is supported")


def citation_precision(case: Case, judge: Judge) -> Score:
    """The share of citations that are needed; 0 where nothing is cited.

    A citation is needed if its claim is supported and, beside that, it supports the claim alone or the others
    don't support it without it.
    """
    unfit = _unfit(case.prediction)
    if unfit:
        return unfit
    if not case.prediction.citations:
        return Score(0.0, "nothing is cited")
    idle = []
    for claim in case.prediction.claims:
        recalled = _recalled(case.prediction, claim, judge)
        texts = [case.prediction.cited_text(each) for each in claim.citations]
        for n, citation in enumerate(claim.citations):
            others = texts[:n] + texts[n + 1 :]
            if not recalled or (
                others and not judge(claim.text, texts[n : n + 1]).supported and judge(claim.text, others).supported
            ):
                idle.append(citation.quote)
    total = len(case.prediction.citations)
    return share(total - len(idle), total, "; ".join(idle) or "every citation is needed")


def _recalled(prediction: Prediction, claim: Said, judge: Judge) -> bool:
    texts = [prediction.cited_text(each) for each in claim.citations]
    return bool(texts) and judge(claim.text, texts).supported


def _unfit(prediction: Prediction) -> Score | None:
    if prediction.refused:
        return not_scoreable("refused")
    if "claims" not in prediction.reports or not prediction.claims:
        return not_scoreable("no claims are reported")
    return None


def _distinct(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def judged_by(judge: Judge) -> tuple[Measure, ...]:
    """The measures that ask this judge; where it fails, they are not scoreable for that question."""
    mark = ", self-judged" if judge.self_judged else ""

    def judged(name: str, title: str, source: str, measure: Callable[[Case, Judge], Score]) -> Measure:
        def score(case: Case) -> Score:
            try:
                return measure(case, judge)
            except RemoteError as error:
                return Score(None, f"the judge failed: {error.message}", judge_failed=True)

        return Measure(name, title + mark, f"{source}; judged by {judge.name}{mark}", score)

    return (
        judged("faithfulness", "Claims that are supported", "share of claims", faithfulness),
        judged("citation_recall", "Claims supported by their citations", ALCE, citation_recall),
        judged("citation_precision", "Citations that are needed", ALCE, citation_precision),
    )
