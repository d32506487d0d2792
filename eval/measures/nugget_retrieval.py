"""Nuggets@k: the share of vital nuggets that one of the first k passages contains.

A passage contains a nugget if it has one of its forms and, if evidence is given, is from an article of the evidence.
"""

from __future__ import annotations

from functools import partial

from ir_measures import Success, iter_calc

from dateline.eval.forms import says_any
from dateline.eval.gold import GoldQuestion, Nugget
from dateline.eval.measure import Case, Measure, Score, each, not_scoreable
from dateline.eval.measures.retrieval import DEPTHS


def nuggets_within(case: Case, *, k: int) -> Score:
    """The share of vital nuggets that one of the first `k` passages has: success at k, averaged over nuggets."""
    nuggets = case.gold.vital
    if not nuggets:
        return not_scoreable("the gold question has no vital nugget")
    if "passages" not in case.prediction.reports:
        return not_scoreable("retrieved passages are not reported")
    passages = case.prediction.passages
    # One query a nugget; a query without a relevant passage is not found at any depth.
    qrels = {
        str(n): {
            str(rank): 1
            for rank, passage in enumerate(passages)
            if _may_come_from(case.gold, nugget, passage.article_id) and says_any(nugget.accepted, [passage.text])
        }
        or {"none": 1}
        for n, nugget in enumerate(nuggets)
    }
    run = {query: {str(rank): float(-rank) for rank in range(len(passages))} for query in qrels}
    found = {one.query_id: bool(one.value) for one in iter_calc([Success @ k], qrels, run)}
    return each([found[str(n)] for n in range(len(nuggets))], [n.accepted[0] for n in nuggets], "not found:")


def _may_come_from(gold: GoldQuestion, nugget: Nugget, article_id: str) -> bool:
    givers = {each.article_id for each in gold.evidence if says_any(nugget.accepted, [each.quote])}
    return not givers or article_id in givers


NUGGET_RETRIEVAL = tuple(
    Measure(
        f"nuggets@{k}",
        f"Vital nuggets in the first {k} passages",
        "success at k by nugget (trec_eval, by way of ir-measures)",
        partial(nuggets_within, k=k),
    )
    for k in DEPTHS
)
