"""The HTML report of a run: failures first, then figures, plots, tables and every question. It loads nothing.

Knows nothing of how scores are computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from dateline.eval.confidence import expected_calibration_error, reliability, risk_coverage
from dateline.eval.forms import says_any
from dateline.eval.intervals import Estimate
from dateline.eval.judge import Judge
from dateline.eval.latency import latency
from dateline.eval.measure import Case, Measure, Score
from dateline.eval.measures.retrieval import DEPTHS
from dateline.eval.prediction import Cited, Prediction
from dateline.eval.report.plots import latency_plot, recall_plot, reliability_plot, risk_coverage_plot
from dateline.eval.scores import Scores
from dateline.eval.tables import by_kind, shown
from dateline.index.errors import RemoteError

CARDS = ("passed", "nugget_recall", "forbidden_said", "refusal_recall", "faithfulness", "recall@5")
"""The measures at the top."""
PASSAGES = 10
"""Retrieved passages shown with a question."""
MOST_FAILURES = 30
"""Failed questions listed at the top."""


@dataclass(frozen=True, slots=True)
class _Plot:
    title: str
    svg: str
    caption: str


@dataclass(frozen=True, slots=True)
class _Quote:
    """A citation in its context."""

    number: int
    article: str
    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class _Claim:
    text: str
    heading: str | None
    speaker: str
    support: str
    """`supported`, `unsupported`, or `unjudged` if the judge failed or nothing is cited."""
    reason: str
    quotes: tuple[_Quote, ...]


@dataclass(frozen=True, slots=True)
class _Question:
    case: Case
    passed: bool
    verdict: str
    claims: tuple[_Claim, ...]
    nuggets: tuple[tuple[str, bool, bool], ...]
    """(forms, vital, said)."""
    scores: tuple[tuple[Measure, Score], ...]
    found: tuple[tuple[int, str, bool], ...]
    """(rank, article, whether it is relevant) of the passages."""


def render(scores: Scores, judge: Judge) -> str:
    """The page. `judge`: the judge that scored the claims; it colours them."""
    environment = Environment(
        loader=PackageLoader("dateline.eval.report", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    header, rows = by_kind(scores)
    measures = {measure.name: measure for measure in scores.measures}
    articles = _article_names(scores)
    questions = [_question(case, scores, judge, articles) for case in scores.run.cases]
    failed = [question for question in questions if not question.passed]
    return environment.get_template("page.html").render(
        scores=scores,
        run=scores.run,
        articles=articles,
        failed=failed,
        most_failures=MOST_FAILURES,
        style=files("dateline.eval.report").joinpath("page.css").read_text("utf-8"),
        script=files("dateline.eval.report").joinpath("page.js").read_text("utf-8"),
        cards=[(measures[name], scores.estimate(measures[name])) for name in CARDS],
        table=[(measure, scores.estimate(measure), scores.unscored(measure)) for measure in scores.measures],
        kinds_header=header,
        kinds=rows,
        stages=latency(scores.run.timings),
        plots=_plots(scores),
        questions=[*failed, *(question for question in questions if question.passed)],
        groups=sorted({case.gold.group for case in scores.run.cases}),
        shown=shown,
    )


def _plots(scores: Scores) -> list[_Plot]:
    plots = []
    curves: dict[str, dict[int, Estimate]] = {}
    measures = {measure.name: measure for measure in scores.measures}
    for title, name in (("articles", "recall"), ("vital nuggets", "nuggets")):
        at = {k: estimate for k in DEPTHS if (estimate := scores.estimate(measures[f"{name}@{k}"]))}
        if at:
            curves[title] = at
    if curves:
        plots.append(_Plot("Retrieval", recall_plot(curves), "Found among the first k; bands are 95 %."))
    sure = [case for case in scores.run.cases if not case.prediction.refused and case.prediction.confidence is not None]
    if sure:
        confidences = [case.prediction.confidence or 0.0 for case in sure]
        # An answer to what must be refused has no value for this measure, and is wrong.
        right = [scores.by_question[case.gold.id]["contains_answer"].value == 1 for case in sure]
        bins = reliability(confidences, right)
        error = expected_calibration_error(bins)
        plots.append(
            _Plot("Reliability", reliability_plot(bins), f"Of answered questions. Calibration error {error:.3f}.")
        )
        caption = "The gain from refusing the least confident answers too."
        plots.append(_Plot("Risk against coverage", risk_coverage_plot(risk_coverage(confidences, right)), caption))
    if stages := latency(scores.run.timings):
        plots.append(_Plot("Latency by stage", latency_plot(stages), "Measured by the run, questions in parallel."))
    return plots


def _article_names(scores: Scores) -> dict[str, str]:
    """Article id → outlet and date, of every article that an answer of the run cites."""
    names = {}
    for case in scores.run.cases:
        for source in case.prediction.sources:
            if source.outlet:
                day = source.published
                names[source.article_id] = f"{source.outlet}, {f'{day.day} {day:%b %Y}' if day else 'date unknown'}"
    return names


def _question(case: Case, scores: Scores, judge: Judge, articles: Mapping[str, str]) -> _Question:
    gold, prediction = case.gold, case.prediction
    by_measure = scores.by_question[gold.id]
    numbers = {article_id: n for n, article_id in enumerate(_articles(prediction), 1)}
    said = prediction.everything_said
    return _Question(
        case=case,
        passed=by_measure["passed"].value == 1,
        verdict=by_measure["passed"].why,
        claims=tuple(
            _Claim(
                claim.text,
                claim.heading,
                claim.speaker,
                *_support(prediction, claim.text, claim.citations, judge),
                tuple(
                    _quote(numbers[cited.article_id], articles.get(cited.article_id, cited.article_id), cited)
                    for cited in claim.citations
                ),
            )
            for claim in prediction.claims
        ),
        nuggets=tuple(
            (" / ".join(nugget.accepted), nugget.vital, says_any(nugget.accepted, said)) for nugget in gold.nuggets
        ),
        scores=tuple((measure, by_measure[measure.name]) for measure in scores.measures),
        found=tuple(
            (rank, articles.get(passage.article_id, passage.article_id), passage.article_id in gold.grades)
            for rank, passage in enumerate(prediction.passages[:PASSAGES], 1)
        ),
    )


def _articles(prediction: Prediction) -> list[str]:
    named = [source.article_id for source in prediction.sources]
    return list(dict.fromkeys([*named, *(cited.article_id for cited in prediction.citations)]))


def _support(prediction: Prediction, text: str, citations: Sequence[Cited], judge: Judge) -> tuple[str, str]:
    if not citations:
        return "unjudged", "nothing is cited"
    try:
        judgement = judge(text, [prediction.cited_text(cited) for cited in citations])
    except RemoteError as error:
        return "unjudged", error.message
    return ("supported" if judgement.supported else "unsupported"), judgement.reason


def _quote(number: int, article: str, cited: Cited) -> _Quote:
    around, quote = cited.excerpt.text if cited.excerpt else cited.quote, cited.quote
    at = cited.start - cited.excerpt.start if cited.excerpt and cited.start is not None else around.find(quote)
    if at < 0 or around[at : at + len(quote)] != quote:
        return _Quote(number, article, "", quote, "")
    return _Quote(number, article, around[:at], quote, around[at + len(quote) :])
