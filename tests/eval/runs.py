"""Runs to test with: a small archive about two rivers, gold questions on it, and the system that answers them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dateline.eval.gold import GoldQuestion
from dateline.eval.run import Outcome, Plan, run
from dateline.eval.systems import InProcess
from dateline.index.archive import Archive
from dateline.index.search import Searcher
from dateline.rag.answerer import Answerer
from tests.articles import FAKE, NOW, READER, take_in

ARTICLES = {
    "river": "The river Alm rose by 3 metres on Monday. Bakers had to leave.",
    "wire": "The river Alm rose by 2 metres on Sunday. A miller stayed.",
    "chess": "Tamsin Okoro won 7 games. The hall was cold.",
}


def gold_question(name: str, question: str, **fields: Any) -> GoldQuestion:
    """A gold question asked in September 2021."""
    asked = {"id": name, "kind": "fact", "question": question, "asked_at": "2021-09-01", **fields}
    return GoldQuestion.model_validate(asked)


def evidence(article_id: str, quote: str) -> list[dict[str, str]]:
    """Evidence of one quote."""
    return [{"article_id": article_id, "quote": quote}]


GOLD = (
    gold_question(
        "q1",
        "How many games did Tamsin Okoro win?",
        nuggets=[{"accepted": ["7", "seven"]}],
        evidence=evidence("chess", "Tamsin Okoro won 7 games."),
        forbidden=["8 games"],
    ),
    gold_question(
        "q2",
        "How many metres rose the river Alm on Monday?",
        nuggets=[{"accepted": ["3 metres"]}, {"accepted": ["Bakers"], "vital": False}],
        evidence=evidence("river", "The river Alm rose by 3 metres on Monday. Bakers had to leave."),
    ),
    gold_question("q3", "Who is the mayor of Brindle?", must_refuse={"reasons": ["no_coverage", "not_in_coverage"]}),
    gold_question(
        "q4",
        "In what way was the hall cold?",
        nuggets=[{"accepted": ["minus four"]}],
        relevant=[{"article_id": "chess"}],
    ),
)


def system(archive: Archive, **settings: Any) -> InProcess:
    """The three articles and who answers from them."""
    take_in(
        archive,
        *(
            {"id": name, "language": "en", "published": "2021-08-05", "text": text, "outlet": name.title()}
            for name, text in ARTICLES.items()
        ),
    )
    return InProcess(Answerer(Searcher(archive, FAKE), READER), settings)


def plan(*gold: GoldQuestion) -> Plan:
    """A plan for these questions, or for `GOLD`."""
    return Plan(gold or GOLD, NOW, "0123abcd")


def clock() -> datetime:
    """The time."""
    return datetime.now(UTC)


def run_into(folder: Path, archive: Archive, *gold: GoldQuestion, workers: int = 2) -> Outcome:
    """A run over these questions, or over `GOLD`."""
    return run(folder, plan(*gold), system(archive), workers=workers, now=clock)


def lines_of(file: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]
