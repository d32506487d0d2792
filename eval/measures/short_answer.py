"""SQuAD's exact match and F1 of the short answer, against the best of the accepted forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dateline.eval.forms import is_plain
from dateline.eval.measure import Case, Measure, Score, not_scoreable
from dateline.eval.words import exact_match, token_f1

SQUAD = "SQuAD (Rajpurkar et al. 2016)"


def em(case: Case) -> Score:
    """1 if the short answer is one of the forms once both are normalised."""
    return _best(case, lambda said, form: float(exact_match(said, form)))


def f1(case: Case) -> Score:
    """Harmonic mean of precision and recall of its words, against the form that gives most."""
    return _best(case, token_f1)


def _best(case: Case, compare: Callable[[str, str], float]) -> Score:
    forms = _answers(case)
    if not forms:
        return not_scoreable("the gold question has no single answer in plain words")
    if case.prediction.refused:
        return Score(0.0, "refused")
    said = case.prediction.short_answer
    value, form = max((compare(said, form), form) for form in forms)
    return Score(value, f"{said!r} against {form!r}" if said else "there is no short answer")


def _answers(case: Case) -> Sequence[str]:
    """The plain forms of the one fact that is asked for; none where several are."""
    nuggets = case.gold.vital
    if len(nuggets) != 1 or case.gold.kind in ("why", "how", "what_happened", "list"):
        return ()
    return [form for form in nuggets[0].accepted if is_plain(form)]


SHORT_ANSWER = (
    Measure("exact_match", "Short answers that match exactly", SQUAD, em),
    Measure("f1", "F1 of the short answer's words", SQUAD, f1),
)
