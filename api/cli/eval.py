"""`dateline eval`: run gold questions; score, compare and report the runs; evaluate the judge.

With `eval_options.py` and `eval_draft.py` the only modules of api/ that import eval/. Knows nothing of how measures
work.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.api.cli.eval_draft import draft
from dateline.api.cli.eval_options import (
    FAILED,
    FILE,
    FOLDER,
    gate_option,
    json_option,
    judge_option,
    moment_of_run,
    need,
    open_judge,
    open_system,
    partial_option,
    print_gate,
    print_partial,
    print_unjudged,
    progress,
)
from dateline.api.cli.options import Moment
from dateline.api.terminal import Page, note, say, say_value

if TYPE_CHECKING:
    from dateline.eval.compare import Difference

ROOT = Path(__file__).resolve().parents[2]
SIDE_BY_SIDE = 5
"""Wins and losses of a measure shown without --all."""


@click.group("eval")
@click.pass_context
def evaluation(ctx: click.Context) -> None:
    """Run gold questions; score, compare and report the runs."""
    if ctx.invoked_subcommand != "schema":
        need("httpx", "ir_measures", "jinja2", "matplotlib")


@evaluation.command()
@click.option(
    "--gold", "gold_file", required=True, type=FILE, help="File of gold questions; see `dateline eval schema`."
)
@click.option(
    "--out", "folder", required=True, type=FOLDER, help="Folder of the run; an unfinished run in it is continued."
)
@click.option("--format", "form", type=click.Choice(["gold", "realtimeqa"]), default="gold", help="Format of --gold.")
@click.option("--qrels", type=FILE, help="Qrels of TREC or BEIR; --gold is then their topics or queries.")
@click.option("--url", help="Ask the Dateline server at this address instead of the archive in DATELINE_HOME.")
@click.option("--predictions", type=FILE, help="Take another system's answers from this JSONL file instead of asking.")
@click.option("--asked-at", type=Moment(), help="Time of questions without their own asked_at; default: now.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Questions asked in parallel."
)
@click.option("--limit", type=click.IntRange(1), help="Ask only the first N questions.")
@click.pass_context
def run(
    ctx: click.Context,
    gold_file: Path,
    folder: Path,
    form: Any,
    qrels: Path | None,
    url: str | None,
    predictions: Path | None,
    asked_at: date | datetime | None,
    workers: int,
    limit: int | None,
) -> None:
    """Ask every gold question and store the answers as a run.

    The same command continues a run that was stopped or killed. Exit code 1: some questions got no answer; the same
    command asks them again.
    """
    from dateline.eval.formats.plain import read_plain
    from dateline.eval.formats.questions import read_questions
    from dateline.eval.provenance import commit_of
    from dateline.eval.recorded import record
    from dateline.eval.run import Plan, text_now
    from dateline.eval.run import run as run_all

    if url and predictions:
        raise click.UsageError("--url and --predictions exclude each other")
    commit = commit_of(ROOT)
    if predictions:
        gold = read_questions(gold_file, form, qrels=qrels)[:limit]
        outcome = record(folder, gold, read_plain(predictions, {each.id for each in gold}), commit)
    else:
        with ExitStack() as stack:
            system = stack.enter_context(open_system(url))
            gold = read_questions(gold_file, form, qrels=qrels, text_of=text_now(system))[:limit]
            plan = Plan(tuple(gold), moment_of_run(folder, asked_at, datetime.now(UTC)), commit)
            bar = stack.enter_context(progress("questions", len(gold)))
            outcome = run_all(
                folder,
                plan,
                system,
                workers=workers,
                now=lambda: datetime.now(UTC),
                on_progress=lambda at: bar(at.done + at.failed),
            )
    say(f"{outcome.done:,} of {outcome.total:,} questions have an answer, in {folder}")
    if outcome.failed:
        again = f"{predictions} doesn't have them" if predictions else "run the same command again to ask them again"
        note(f"{outcome.failed:,} have none; {again}")
        ctx.exit(FAILED)


@evaluation.command()
@click.argument("folder", metavar="RUN", type=FOLDER)
@judge_option
@partial_option
@gate_option
@json_option
@click.pass_context
def score(ctx: click.Context, folder: Path, judge: str, partial: bool, gate: str | None, as_json: bool) -> None:
    """Score a RUN: every measure with its interval.

    Also by kind of question, and what could not be scored. Writes scores.json, scores.csv and scores.md into the run's
    folder. Needs no archive. Exit code 1: a gate is not met, or the judge failed on some questions.
    """
    from dateline.eval.gate import read_gate
    from dateline.eval.runs import load_run
    from dateline.eval.scores import score_run
    from dateline.eval.tables import HEADER, by_kind, summary
    from dateline.eval.write import write_scores

    conditions = read_gate(gate) if gate else []
    scores = score_run(load_run(folder, partial=partial), open_judge(judge))
    write_scores(folder, scores)
    if as_json:
        say_value(scores.as_json())
    else:
        page = Page()
        page.table(HEADER, summary(scores))
        page.blank()
        page.table(*by_kind(scores))
    print_partial(scores)
    judged = print_unjudged(scores)
    if not print_gate(conditions, scores) or not judged:
        ctx.exit(FAILED)


@evaluation.command()
@click.argument("folder", metavar="RUN", type=FOLDER)
@click.option("--out", type=FILE, help="Output file; default: report.html in the run's folder.")
@judge_option
@partial_option
def report(folder: Path, out: Path | None, judge: str, partial: bool) -> None:
    """Write the report of a RUN as one HTML file."""
    from dateline.eval.runs import load_run
    from dateline.eval.scores import score_run
    from dateline.eval.write import write_report

    asked = open_judge(judge)
    file = out or folder / "report.html"
    write_report(file, score_run(load_run(folder, partial=partial), asked), asked)
    say(f"{file}")


@evaluation.command("compare")
@click.argument("before", metavar="A", type=FOLDER)
@click.argument("after", metavar="B", type=FOLDER)
@judge_option
@partial_option
@gate_option
@click.option("--all", "everything", is_flag=True, help="Show every win and loss, not only the first few.")
@json_option
@click.pass_context
def compare_runs(
    ctx: click.Context,
    before: Path,
    after: Path,
    judge: str,
    partial: bool,
    gate: str | None,
    everything: bool,
    as_json: bool,
) -> None:
    """Compare run B with run A, question by question.

    Shows the gain on each measure, its significance, wins and losses. Gates apply to B. Exit code 1: a gate is not
    met, or the judge failed on some questions.
    """
    from dateline.eval.compare import compare
    from dateline.eval.gate import read_gate
    from dateline.eval.runs import load_run
    from dateline.eval.scores import score_run
    from dateline.eval.write import differences_as_json

    conditions = read_gate(gate) if gate else []
    one, other = (score_run(load_run(each, partial=partial), open_judge(judge)) for each in (before, after))
    differences = compare(one, other)
    if as_json:
        say_value(differences_as_json(differences))
    else:
        _print_differences(differences, one.run.predictions, other.run.predictions, everything)
    for each in (one, other):
        print_partial(each)
    judged = all([print_unjudged(one), print_unjudged(other)])
    if not print_gate(conditions, other) or not judged:
        ctx.exit(FAILED)


@evaluation.command()
@click.argument("folders", metavar="RUN…", nargs=-1, required=True, type=FOLDER)
@judge_option
@json_option
def history(folders: tuple[Path, ...], judge: str, as_json: bool) -> None:
    """List the headline figures of several RUNs, oldest first."""
    from dateline.eval.runs import load_run
    from dateline.eval.scores import score_run
    from dateline.eval.tables import history as table

    every = [score_run(load_run(each, partial=True), open_judge(judge)) for each in folders]
    header, rows = table(every)
    if as_json:
        say_value([dict(zip(header, row, strict=True)) for row in rows])
    else:
        Page().table(header, rows)


@evaluation.command("judge")
@click.argument("file", metavar="LABELLED", type=FILE)
@judge_option
@json_option
def judge_judge(file: Path, judge: str, as_json: bool) -> None:
    """Measure the judge of claims against human labels.

    LABELLED is a file such as RAGTruth's. The judge is compared with three baselines: the answer's length, the words
    that its source lacks, a constant. A judge that does not beat them is of no use.
    """
    from dateline.eval.formats.ragtruth import read_labelled
    from dateline.eval.judging import judge_the_judge
    from dateline.eval.tables import JUDGED, judged_rows
    from dateline.eval.write import judged_as_json

    answers = read_labelled(file)
    with progress("answers", len(answers)) as bar:
        found = judge_the_judge(answers, open_judge(judge), bar)
    if as_json:
        say_value(judged_as_json(found))
    else:
        Page().table(JUDGED, judged_rows(found))


@evaluation.command()
def schema() -> None:
    """Print the JSON Schema of a gold file's lines."""
    from dateline.eval.gold import schema as schema_of

    say_value(schema_of())


evaluation.add_command(draft)


def _print_differences(differences: list[Difference], before: Any, after: Any, everything: bool) -> None:
    from dateline.eval.tables import COMPARED, compared_rows

    page = Page()
    page.table(COMPARED, compared_rows(differences))
    most = None if everything else SIDE_BY_SIDE
    for difference in differences:
        if difference.verdict == "no clear difference" and not difference.measure.headline:
            continue
        for title, pairs in (("better", difference.wins), ("worse", difference.losses)):
            if not pairs:
                continue
            page.blank()
            page.line((f"{difference.measure.name}: {len(pairs)} {title} in B", "bold"))
            for pair in pairs[:most]:
                page.line(f"{pair.gold.id} {pair.gold.question}", indent=2)
                page.line(("A ", "dim"), _said(before[pair.gold.id]), (f"  ({pair.before.why})", "dim"), indent=4)
                page.line(("B ", "dim"), _said(after[pair.gold.id]), (f"  ({pair.after.why})", "dim"), indent=4)
            if most is not None and len(pairs) > most:
                page.line((f"… and {len(pairs) - most} more; --all shows them", "dim"), indent=2)


def _said(prediction: Any) -> str:
    return f"refused: {prediction.refusal_reason or 'no reason given'}" if prediction.refused else prediction.text
