"""Tables of scores: summary and kinds as Markdown, all values as CSV, comparisons, history.

Knows nothing of how scores are computed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from dateline.eval.compare import Difference
from dateline.eval.intervals import Estimate
from dateline.eval.judging import Judged
from dateline.eval.measure import Measure
from dateline.eval.scores import GROUPS, Scores

COMPARED = ("measure", "A", "B", "gain of B [95 %]", "p", "adjusted p", "verdict", "won", "lost", "unpaired")
JUDGED = ("scorer", "kind", "answers", "unsupported", "AUROC", "balanced accuracy", "bad found", "good accepted")
HEADER = ("measure", "what", "value [95 %]", "questions", "not scoreable")


def summary(scores: Scores) -> list[list[str]]:
    """One row a measure, after `HEADER`; measures that no question can be scored on come with a dash."""
    rows = []
    for measure in scores.measures:
        estimate = scores.estimate(measure)
        unscored = len(scores.by_question) - (estimate.cases if estimate else 0)
        cases = estimate.cases if estimate else 0
        rows.append([measure.name, _what(measure), shown(estimate, measure), str(cases), str(unscored)])
    return rows


def by_kind(scores: Scores) -> tuple[list[str], list[list[str]]]:
    """The headline measures and faithfulness by kind: header, rows."""
    measures = [each for each in scores.measures if each.headline or each.name in ("faithfulness", "recall@5")]
    header = ["kind", "questions", *(measure.name for measure in measures)]
    rows = []
    for group in GROUPS:
        count = sum(gold.group == group and gold.id in scores.by_question for gold in scores.run.gold)
        if count:
            estimates = (shown(scores.estimate(measure, group), measure) for measure in measures)
            rows.append([group, str(count), *estimates])
    return header, rows


def compared_rows(differences: Sequence[Difference]) -> list[list[str]]:
    """One row a measure, after `COMPARED`."""
    return [
        [
            each.measure.name,
            f"{each.before:.3f}",
            f"{each.after:.3f}",
            f"{each.gain.mean:+.3f} [{each.gain.low:+.3f}, {each.gain.high:+.3f}]",
            f"{each.p:.4f}",
            f"{each.adjusted_p:.4f}",
            each.verdict,
            str(len(each.wins)),
            str(len(each.losses)),
            str(each.unpaired),
        ]
        for each in differences
    ]


def judged_rows(found: Sequence[Judged]) -> list[list[str]]:
    """One row a scorer and kind, after `JUDGED`."""
    return [
        [
            each.scorer,
            each.kind,
            str(each.answers),
            str(each.unsupported),
            str(each.auroc or "–"),
            "–" if each.balanced_accuracy is None else f"{each.balanced_accuracy:.3f}",
            str(each.claim_recall or "–"),
            str(each.claim_accepted or "–"),
        ]
        for each in found
    ]


def history(every: Sequence[Scores]) -> tuple[list[str], list[list[str]]]:
    """The headline measures of several runs, oldest first: header, rows."""
    oldest_first = sorted(every, key=lambda scores: scores.run.started)
    measures = [measure for measure in oldest_first[0].measures if measure.headline]
    header = ["run", "started", "commit", "gold", "questions", *(measure.name for measure in measures)]
    rows = []
    for scores in oldest_first:
        about, missing = scores.run.about, len(scores.run.missing)
        questions = f"{len(scores.by_question)}" + (f", {missing} missing" if missing else "")
        commit = str(about.get("commit") or "–")
        short = commit[:10] + ("+" if commit.endswith("+") else "")
        estimates = [shown(scores.estimate(measure), measure) for measure in measures]
        gold = str(about["gold_sha256"])[:10]
        rows.append([scores.run.name, scores.run.started[:16] or "–", short, gold, questions, *estimates])
    return header, rows


def shown(estimate: Estimate | None, measure: Measure) -> str:
    """An estimate as a table has it."""
    if estimate is None:
        return "–"
    if measure.is_share:
        return str(estimate)
    return f"{estimate.mean:.1f} [{estimate.low:.1f}, {estimate.high:.1f}]"


def markdown(scores: Scores) -> str:
    """The summary and the kinds."""
    header, rows = by_kind(scores)
    partial = f"**Partial: {len(scores.run.missing)} questions have no answer.**\n\n" if scores.run.missing else ""
    if scores.unjudged:
        partial += f"**The judge failed at {len(scores.unjudged)} questions; its figures are of the others.**\n\n"
    judged = "self-judged" if scores.self_judged else "an independent check"
    return (
        f"# {scores.run.name}\n\n{partial}{len(scores.by_question)} questions; claims judged by {scores.judge} "
        f"({judged}).\n\n{markdown_table(HEADER, summary(scores))}\n{markdown_table(header, rows)}"
    )


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '∣') for cell in line)} |\n" for line in lines)


def csv_of_questions(scores: Scores) -> str:
    """One line a question: id, kind, question, refused, then each measure; empty where it is not scoreable."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "kind", "question", "refused", *(measure.name for measure in scores.measures)])
    for case in scores.run.cases:
        values = (scores.by_question[case.gold.id][measure.name].value for measure in scores.measures)
        cells = ("" if value is None else f"{value:.6g}" for value in values)
        writer.writerow([case.gold.id, case.gold.group, case.gold.question, int(case.prediction.refused), *cells])
    return out.getvalue()


def _what(measure: Measure) -> str:
    return measure.title if measure.higher_is_better else f"{measure.title} (lower is better)"
