"""Recall@k, nDCG@10 and reciprocal rank of the relevant articles, by ir-measures.

An article has the rank of its first passage. A question without retrieved passages scores 0.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ir_measures import RR, R, iter_calc, nDCG
from ir_measures.measures import Measure as IrMeasure

from dateline.eval.measure import Case, Measure, Score, not_scoreable

DEPTHS = (1, 5, 10, 20)
DEEPEST = max(DEPTHS)
TREC = "trec_eval, by way of ir-measures (MacAvaney et al. 2022)"


def ranked_articles(case: Case) -> list[str]:
    """The articles found, best first, each once."""
    return list(dict.fromkeys(passage.article_id for passage in case.prediction.passages))


def by_article(case: Case, *, measure: IrMeasure) -> Score:
    """A measure of ir-measures over the ranked articles, against the articles that the gold question names."""
    grades = case.gold.grades
    if case.gold.must_refuse or not grades:
        return not_scoreable("the gold question names no article to be found")
    if "passages" not in case.prediction.reports:
        return not_scoreable("retrieved passages are not reported")
    ranked = ranked_articles(case)
    return Score(_value(measure, grades, ranked), _why(grades, ranked))


def _value(measure: IrMeasure, grades: dict[str, int], ranked: list[str]) -> float:
    # trec_eval sorts by score and breaks ties by id: falling scores keep the order that the passages came in.
    run = {"q": {article_id: float(-rank) for rank, article_id in enumerate(ranked)}}
    (found,) = iter_calc([measure], {"q": grades}, run)
    return float(found.value)


def _why(grades: dict[str, int], ranked: list[str]) -> str:
    if not ranked:
        return "nothing was retrieved"
    ranks = {article_id: rank for rank, article_id in enumerate(ranked, 1)}
    return ", ".join(f"{article_id}: {ranks.get(article_id, 'not found')}" for article_id in grades)


def _measure(name: str, title: str, measure: IrMeasure) -> Measure:
    score: Callable[[Case], Score] = partial(by_article, measure=measure)
    return Measure(name, title, TREC, score)


RETRIEVAL = (
    *(_measure(f"recall@{k}", f"Articles found among the first {k}", R @ k) for k in DEPTHS),
    _measure("ndcg@10", "nDCG of the first 10 articles", nDCG @ 10),
    _measure("mrr", "Reciprocal rank of the first right article", RR @ DEEPEST),
)
