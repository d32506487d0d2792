"""Options and helpers shared by the commands of `dateline eval`: system, judge, progress, gates.

Knows nothing of how measures work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dateline.api.cli.options import moment_of
from dateline.api.terminal import note, say
from dateline.index.errors import InputError

if TYPE_CHECKING:
    from dateline.eval.gate import Condition
    from dateline.eval.judge import Judge
    from dateline.eval.scores import Scores
    from dateline.eval.systems import System

FAILED = 1
"""Exit code if questions have no answer or a gate is not met."""
FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path)
BEARING = {
    "answer_words",
    "device",
    "llm_base_url",
    "llm_max_tokens",
    "llm_model",
    "llm_temperature",
    "llm_timeout",
}
"""Settings that affect answers; those that name a model are recorded by the hash of its files."""

judge_option = click.option(
    "--judge",
    type=click.Choice(["words", "support", "llm"]),
    default="words",
    show_default=True,
    help="Judge of whether claims are supported. words: overlap of words; support: the support check that also filters "
    "a language model's sentences; llm: the model of DATELINE_LLM_*.",
)
partial_option = click.option("--partial", is_flag=True, help="Score an incomplete run, and report that it is.")
gate_option = click.option(
    "--gate",
    metavar="CONDITIONS",
    help="Conditions such as nugget_recall>=0.8,forbidden_said<=0.1; exit code 1 unless the whole interval meets each.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@contextmanager
def open_system(url: str | None) -> Iterator[System]:
    """The server at `url`, or Dateline in this process over the archive in DATELINE_HOME."""
    if url is not None:
        import httpx

        from dateline.eval.systems import TIMEOUT, Server

        with httpx.Client(base_url=url, timeout=TIMEOUT) as client:
            yield Server(client)
        return
    from dateline.api.compose import open_services, prose_support
    from dateline.api.settings import load_settings
    from dateline.eval.systems import InProcess

    settings = load_settings()
    services = open_services(settings)
    try:
        support = None if services.llm is None else prose_support(settings, services.llm).name
        yield InProcess(services.answerer, settings.model_dump(mode="json", include=BEARING), support=support)
    finally:
        services.close()


def need(*modules: str) -> None:
    """Raise `InputError` with the command to install the extra if a module of it is missing."""
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise InputError(f"packages are not installed: {', '.join(missing)}", hint="pip install 'dateline[eval]'")


def open_judge(name: str) -> Judge:
    """The judge of this name. Raises `InputError` for `llm` where the settings name none."""
    from dateline.api.compose import open_llm, open_support, own_model_server
    from dateline.api.settings import load_settings
    from dateline.eval.judge import SupportJudge, WordsJudge
    from dateline.eval.llm_judge import LlmJudge

    if name == "words":
        return WordsJudge()
    settings = load_settings()
    if name == "llm":
        llm = open_llm(settings, own_model_server(settings))  # its process ends with this one
        if llm is None:
            raise InputError(
                "no language model is configured to judge", hint="Set DATELINE_LLM_BASE_URL and DATELINE_LLM_MODEL."
            )
        return LlmJudge(llm)
    check = open_support(settings)
    return SupportJudge(check.check, name=check.name)


def moment_of_run(folder: Path, given: date | datetime | None, now: datetime) -> datetime:
    """The time of questions without their own: as given, as the run in `folder` has it, or now."""
    from dateline.eval.jsonl import read_json
    from dateline.eval.run import ABOUT

    begun = read_json(folder / ABOUT).get("asked_at") if given is None and (folder / ABOUT).exists() else None
    return datetime.fromisoformat(begun) if begun else moment_of(given, now.replace(microsecond=0))


def print_gate(conditions: Sequence[Condition], scores: Scores) -> bool:
    """Print which conditions are met. Returns whether all are."""
    from dateline.eval.gate import check_gate

    checked = check_gate(list(conditions), scores)
    for each in checked:
        asked = f"{each.condition.measure}{each.condition.sign}{each.condition.limit:g}"
        (say if each.met else note)(f"gate {'met' if each.met else 'NOT met'}: {asked}: {each.why}")
    return all(each.met for each in checked)


def print_partial(scores: Scores) -> None:
    """Print how many questions of an incomplete run have no answer."""
    run = scores.run
    if run.missing:
        note(f"{run.name} is partial: {len(run.missing):,} of {len(run.gold):,} questions have no answer")


def print_unjudged(scores: Scores) -> bool:
    """Print on how many questions the judge failed, and its first error. Returns whether it failed on none."""
    if scores.unjudged:
        why = next(iter(scores.unjudged.values()))
        note(f"{scores.run.name}: on {len(scores.unjudged):,} of {len(scores.by_question):,} questions {why}")
    return not scores.unjudged


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar, on a terminal only. It is called with the number done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("left"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)
