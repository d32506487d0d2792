"""An answer, a refusal and gold questions to test measures with, about a river that rose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from dateline.eval.gold import GoldQuestion
from dateline.eval.measure import Case
from dateline.eval.prediction import FoundPassage, Prediction, of_answer
from dateline.index.article import Span
from dateline.rag.answer import Answer, Claim, Receipt, Refusal, Source, Support, TimeWindow, Understanding

SUPPORTED = Support("supported", 1.0, "verbatim")
ANSWER = Answer(
    id="ans_1",
    status="answered",
    question="How far did the Alm rise?",
    asked_at=datetime(2021, 9, 1, 12, tzinfo=UTC),
    answered_by="reader",
    text="The river Alm rose on Monday. [1] Bakers had to leave. [1] [22]",
    short_answer=None,
    confidence=0.9,
    claims=(
        Claim("c1", "The river Alm rose on Monday.", None, Span(0, 33), (), None, None, None, SUPPORTED),
        Claim("c2", "Bakers had to leave.", None, Span(34, 63), (), None, None, None, SUPPORTED),
    ),
    disagreements=(),
    sources=(
        Source(1, "river", "Alm rises", "Larkfield Gazette", None, "2021-08-05", "metadata", "river"),
        Source(22, "wire", None, None, None, None, "unknown", "wire"),
    ),
    origins=2,
    gaps=(),
    refusal=None,
    understanding=Understanding("How far did the Alm rise?", "fact", TimeWindow(None, None, None), "en", ()),
    receipt=Receipt("abc-4", "initials", "overlap", None, (), (), {}),
)
REFUSED = replace(
    ANSWER,
    status="refused",
    text="",
    claims=(),
    sources=(),
    origins=0,
    refusal=Refusal("not_in_coverage", "It is not said.", ()),
)


def gold(**fields: Any) -> GoldQuestion:
    """A gold question with these fields."""
    return GoldQuestion.model_validate({"id": "g1", "kind": "fact", "question": "How far did the Alm rise?", **fields})


def nuggets(*forms: str, vital: bool = True) -> list[dict[str, Any]]:
    """A nugget for each form."""
    return [{"accepted": [form]} | ({} if vital else {"vital": False}) for form in forms]


def predicted(answer: Answer, passages: tuple[FoundPassage, ...] = ()) -> Prediction:
    """The prediction that an Answer makes once it has gone over the wire."""
    return of_answer("g1", TypeAdapter(Answer).dump_python(answer, mode="json", by_alias=True), passages)


def case(answer: Answer, passages: tuple[FoundPassage, ...] = (), **fields: Any) -> Case:
    """A gold question with these fields, and the answer to it."""
    return Case(gold(**fields), predicted(answer, passages))
