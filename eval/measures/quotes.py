"""Quote exactness: the share of citations whose quote is in its article at the given offsets."""

from __future__ import annotations

from dateline.eval.measure import Case, Measure, Score, each, not_scoreable
from dateline.eval.prediction import Cited, Prediction


def exact_quotes(case: Case) -> Score:
    """The share of quotes that stand, code point by code point, where their span says; without spans, in their text."""
    prediction = case.prediction
    if prediction.refused or not prediction.citations:
        return not_scoreable("refused" if prediction.refused else "nothing is cited")
    known = [citation for citation in prediction.citations if citation.excerpt or _passage(prediction, citation)]
    if not known:
        return not_scoreable("the cited articles' words are not recorded")
    return each([_is_exact(prediction, citation) for citation in known], [each.quote for each in known], "not exact:")


def _is_exact(prediction: Prediction, citation: Cited) -> bool:
    if citation.excerpt and citation.start is not None:
        at = citation.start - citation.excerpt.start
        return at >= 0 and citation.excerpt.text[at : at + len(citation.quote)] == citation.quote
    return bool(citation.quote) and citation.quote in _passage(prediction, citation)


def _passage(prediction: Prediction, citation: Cited) -> str:
    passages = (each for each in prediction.passages if each.passage_id == citation.passage_id)
    return next((passage.text for passage in passages), "")


QUOTES = (
    Measure("quote_exactness", "Quotes that are exact", "design's promise: text[start:end] == quote", exact_quotes),
)
