"""The report of a run: figures, plots, tables and every question, as one HTML file without links to anywhere.

Knows nothing of how scores come about.
"""

from __future__ import annotations

from collections.abc import Sequence
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
"""Retrieved passages that are shown with a question."""


@dataclass(frozen=True, slots=True)
class _Plot:
    title: str
    svg: str
    caption: str


@dataclass(frozen=True, slots=True)
class _Quote:
    """A citation in its context."""

    number: int
    article_id: str
    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class _Claim:
    text: str
    heading: str | None
    speaker: str
    support: str
    """`supported`, `unsupported`, or `unjudged` where the judge failed or nothing is cited."""
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
    """(rank, article, whether it should be found) of the passages."""


def render(scores: Scores, judge: Judge) -> str:
    """The page. `judge` colours the claims; it is the one that scored them."""
    environment = Environment(
        loader=PackageLoader("dateline.eval.report", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    header, rows = by_kind(scores)
    measures = {measure.name: measure for measure in scores.measures}
    return environment.get_template("page.html").render(
        scores=scores,
        run=scores.run,
        style=files("dateline.eval.report").joinpath("page.css").read_text("utf-8"),
        script=files("dateline.eval.report").joinpath("page.js").read_text("utf-8"),
        cards=[(measures[name], scores.estimate(measures[name])) for name in CARDS],
        table=[(measure, scores.estimate(measure), scores.unscored(measure)) for measure in scores.measures],
        kinds_header=header,
        kinds=rows,
        stages=latency(scores.run.timings),
        plots=_plots(scores),
        questions=[_question(case, scores, judge) for case in scores.run.cases],
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
            _Plot("Reliability", reliability_plot(bins), f"Of what is answered. Calibration error {error:.3f}.")
        )
        caption = "What refusing the least sure answers, too, would win."
        plots.append(_Plot("Risk against coverage", risk_coverage_plot(risk_coverage(confidences, right)), caption))
    if stages := latency(scores.run.timings):
        plots.append(_Plot("Latency by stage", latency_plot(stages), "As the run measured it, questions in parallel."))
    return plots


def _question(case: Case, scores: Scores, judge: Judge) -> _Question:
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
                tuple(_quote(numbers[cited.article_id], cited) for cited in claim.citations),
            )
            for claim in prediction.claims
        ),
        nuggets=tuple(
            (" / ".join(nugget.accepted), nugget.vital, says_any(nugget.accepted, said)) for nugget in gold.nuggets
        ),
        scores=tuple((measure, by_measure[measure.name]) for measure in scores.measures),
        found=tuple(
            (rank, passage.article_id, passage.article_id in gold.grades)
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


def _quote(number: int, cited: Cited) -> _Quote:
    around, quote = cited.excerpt.text if cited.excerpt else cited.quote, cited.quote
    at = cited.start - cited.excerpt.start if cited.excerpt and cited.start is not None else around.find(quote)
    if at < 0 or around[at : at + len(quote)] != quote:
        return _Quote(number, cited.article_id, "", quote, "")
    return _Quote(number, cited.article_id, around[:at], quote, around[at + len(quote) :])
