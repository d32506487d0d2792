"""An Answer with something in every field, and a refusal, for the tests of how answers look."""

from dataclasses import replace
from datetime import UTC, date, datetime

from dateline.index.article import Span
from dateline.rag.answer import (
    Answer,
    Citation,
    Claim,
    Disagreement,
    Dropped,
    EventTime,
    NearestPassage,
    Position,
    Receipt,
    ReceiptPassage,
    Refusal,
    ShortAnswer,
    Source,
    Support,
    TimeWindow,
    Understanding,
)

FIRST = Citation(1, "river", "river:2:0", Span(0, 46), "The river Alm rose by three metres on Monday.\n\n")
SECOND = Citation(2, "wire", "wire:1:0", Span(5, 40), "It rose by two metres, bakers said.", 3)

ANSWER = Answer(
    id="ans_1",
    status="answered",
    question="How far did the Alm rise?",
    asked_at=datetime(2021, 9, 1, 12, tzinfo=UTC),
    answered_by="reader",
    text="The river Alm rose by three metres on Monday. [1] It rose by two metres. [2]",
    short_answer=ShortAnswer("three metres", "c1", Span(22, 34)),
    confidence=0.8125,
    claims=(
        Claim(
            "c1",
            FIRST.quote.strip(),
            "August 2021",
            Span(0, 49),
            (FIRST,),
            None,
            None,
            EventTime(date(2021, 8, 2), date(2021, 8, 2)),
            Support("supported", 1.0, "verbatim"),
        ),
        Claim(
            "c2",
            "It rose by two metres.",
            None,
            Span(50, 76),
            (SECOND,),
            "bakers",
            "of Larkfield",
            None,
            Support("supported", 0.9, "entailed"),
        ),
    ),
    disagreements=(
        Disagreement(
            "rise of the Alm", "conflict", (Position("three metres", (FIRST,)), Position("two metres", (SECOND,), True))
        ),
    ),
    sources=(
        Source(
            1,
            "river",
            "Alm rises",
            "Larkfield Gazette",
            "https://gazette.example/alm",
            "2021-08-05",
            "metadata",
            "river",
        ),
        Source(2, "wire", None, None, None, None, "unknown", "river", ("wire-2",), ("mended",)),
    ),
    origins=1,
    gaps=("when it will fall",),
    refusal=None,
    understanding=Understanding(
        "How far did the Alm rise?",
        "fact",
        TimeWindow(datetime(2021, 8, 1, tzinfo=UTC), None, "event"),
        "en",
        ("The question's language was guessed.",),
    ),
    receipt=Receipt(
        "abc-4",
        "initials",
        "overlap",
        None,
        (ReceiptPassage("river:2:0", "00ff", 0.03, Span(0, 66)),),
        (Dropped("x", "said before"),),
        {"read": 1.5},
    ),
)

REFUSED = replace(
    ANSWER,
    status="refused",
    text="",
    short_answer=None,
    claims=(),
    disagreements=(),
    sources=(),
    origins=0,
    refusal=Refusal(
        "no_coverage",
        "No article is about this.",
        (NearestPassage("river", "river:2:0", FIRST.quote, "2021-08-05T10:00:00+02:00"),),
    ),
)
