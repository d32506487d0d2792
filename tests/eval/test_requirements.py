"""Whether an answer is all that a gold question asks for, and every reason why it isn't."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from dateline.eval.gold import GoldQuestion
from dateline.eval.requirements import RequirementsCheck, check_requirements
from dateline.index.article import Span
from dateline.rag.answer import Answer, Claim, Disagreement, EventTime, Position, ShortAnswer, Support, TimeWindow
from tests.eval.river import ANSWER, REFUSED, gold, nuggets, predicted


def judge(asked: GoldQuestion, answer: Answer) -> RequirementsCheck:
    return check_requirements(asked, predicted(answer))


def claim(text: str, speaker: str | None = None, role: str | None = None, **fields: Any) -> Claim:
    made = Claim("c1", text, None, Span(0, len(text)), (), speaker, role, None, Support("supported", 1.0, "verbatim"))
    return replace(made, **fields)


def test_an_answer_passes_that_says_and_cites_all_it_should() -> None:
    asked = gold(nuggets=nuggets("ROSE", "bakers"), sources=["wire", "river"], forbidden=["fell"])
    assert judge(asked, ANSWER) == RequirementsCheck(True, ())


def test_every_reason_for_failing_is_given() -> None:
    asked = gold(
        nuggets=nuggets("rose", "/three|3/", "metres"), sources=["river", "gazette"], forbidden=["/BAKERS?/", "fell"]
    )
    assert judge(asked, ANSWER) == RequirementsCheck(
        False,
        ("lacks '/three|3/'", "lacks 'metres'", "says '/BAKERS?/', which is forbidden", "does not cite 'gazette'"),
    )


def test_a_marker_is_not_taken_for_a_number() -> None:
    assert judge(gold(nuggets=nuggets("22")), ANSWER).reasons == ("lacks '22'",)
    assert judge(gold(forbidden=["1", "22"]), ANSWER).passed


def test_the_short_answer_and_the_values_that_differ_are_said_too() -> None:
    asked = gold(nuggets=nuggets("three metres"), forbidden=["two metres"])
    short = replace(ANSWER, short_answer=ShortAnswer("Three metres", "c1", Span(0, 12)))
    differing = Disagreement("rise", "conflict", (Position("three metres", ()), Position("two metres", ())))
    assert not judge(asked, ANSWER).passed
    assert judge(asked, short).passed
    assert judge(asked, replace(ANSWER, disagreements=(differing,))).reasons == (
        "says 'two metres', which is forbidden",
    )


def test_a_question_that_can_be_answered_must_not_be_refused() -> None:
    assert judge(gold(), REFUSED) == RequirementsCheck(False, ("refused: not_in_coverage",))
    assert judge(gold(), ANSWER) == RequirementsCheck(True, ())


def test_a_question_that_cannot_be_answered_must_be_refused() -> None:
    assert judge(gold(must_refuse={}), REFUSED) == RequirementsCheck(True, ())
    assert judge(gold(must_refuse={}), ANSWER) == RequirementsCheck(False, ("answered, though it should be refused",))


@pytest.mark.parametrize(
    ("accepted", "reasons"),
    [
        (None, ()),
        (["not_in_coverage"], ()),
        (["false_premise", "not_in_coverage"], ()),
        (["no_coverage"], ("refused: not_in_coverage, not no_coverage",)),
        (["no_coverage", "false_premise"], ("refused: not_in_coverage, not no_coverage or false_premise",)),
    ],
)
def test_a_refusal_must_have_a_reason_that_is_accepted(accepted: object, reasons: tuple[str, ...]) -> None:
    assert judge(gold(must_refuse={"reasons": accepted}), REFUSED).reasons == reasons


THREE_RISES = replace(
    ANSWER,
    disagreements=(
        Disagreement("length", "conflict", (Position("12 km", ()), Position("20 km", ()))),
        Disagreement("rise", "update", (Position("3.2 metres", ()), Position("three metres", ()), Position("2 m", ()))),
    ),
)


@pytest.mark.parametrize(
    ("kind", "values", "passes"),
    [
        ("update", ["three", "3.2 metres"], True),
        ("update", ["2 m", "metres", "three"], True),
        ("conflict", ["20", "12"], True),
        ("conflict", ["3.2 metres", "three"], False),  # the right values, but of an update
        ("update", ["three", "THREE metres"], False),  # one position can't be two
        ("update", ["20 km", "three"], False),  # values of two disagreements
        ("update", ["3.2 metres", "metres", "2 m", "metres"], False),
    ],
)
def test_a_disagreement_must_be_of_its_kind_and_have_each_value(kind: str, values: list[str], passes: bool) -> None:
    asked = gold(disagreements=[{"kind": kind, "values": values}])
    assert judge(asked, THREE_RISES).passed is passes
    assert judge(asked, ANSWER).reasons == (f"lacks a disagreement, {kind}: {' | '.join(values)} (has none)",)


def test_sources_that_agree_must_not_be_shown_to_differ() -> None:
    assert judge(gold(no_disagreement=True), ANSWER).passed
    assert judge(gold(no_disagreement=True), THREE_RISES).reasons == (
        "has a disagreement, conflict: 12 km | 20 km",
        "has a disagreement, update: 3.2 metres | three metres | 2 m",
    )


SAID = replace(
    ANSWER,
    claims=(
        claim("The Alm rose by three metres.", "Malcolm Prewitt", "the county’s engineer", heading="August 2021"),
        claim("The gate was open.", None, "a miller", heading="August 2021"),
        claim("Bakers had to leave.", heading="September 2021"),
        claim("The Alm rose again.", heading=None, event_time=EventTime(date(2021, 8, 2), date(2021, 8, 3))),
    ),
)


@pytest.mark.parametrize(
    ("pattern", "speaker", "reasons"),
    [
        ("three METRES", "prewitt, the county’s engineer", ()),
        ("gate", "/^a miller$/", ()),
        ("bakers", None, ()),
        ("the alm rose", None, ()),  # one of the two claims is enough
        ("gate", None, ("gives 'gate' to a miller, not nobody",)),
        ("bakers", "Prewitt", ("gives 'bakers' to nobody, not Prewitt",)),
        (
            "/rose|gate/",
            "Finch",
            ("gives '/rose|gate/' to Malcolm Prewitt, the county’s engineer; a miller; nobody, not Finch",),
        ),
        ("feet", "Prewitt", ("has no claim with 'feet'",)),
    ],
)
def test_a_claim_must_have_its_speaker(pattern: str, speaker: str | None, reasons: tuple[str, ...]) -> None:
    assert judge(gold(speakers=[{"claim": pattern, "speaker": speaker}]), SAID).reasons == reasons


@pytest.mark.parametrize(
    ("pattern", "end", "reasons"),
    [
        ("rose", "2021-08-03", ()),
        ("rose again", "2021-08-02", ("dates 'rose again' to 2021-08-02 to 2021-08-03, not 2021-08-02 to 2021-08-02",)),
        ("gate", "2021-08-03", ("dates 'gate' to … to …, not 2021-08-02 to 2021-08-03",)),
        ("feet", "2021-08-03", ("has no claim with 'feet'",)),
    ],
)
def test_a_claim_must_have_its_event_time(pattern: str, end: str, reasons: tuple[str, ...]) -> None:
    asked = gold(event_times=[{"claim": pattern, "from": "2021-08-02", "to": end}])
    assert judge(asked, SAID).reasons == reasons


def test_the_origins_must_be_as_many() -> None:
    assert judge(gold(origins=2), ANSWER).passed
    assert judge(gold(origins=1), ANSWER).reasons == ("has 2 origins, not 1",)


@pytest.mark.parametrize(
    ("patterns", "passes"),
    [
        (["August", "september"], True),
        (["2021"], True),  # both match it
        (["September", "August"], False),
        (["August"], False),
        (["August", "September", "October"], False),
    ],
)
def test_the_headings_must_match_in_order(patterns: list[str], passes: bool) -> None:
    assert judge(gold(headings=patterns), SAID).reasons == (
        () if passes else (f"has the headings ['August 2021', 'September 2021'], not {patterns}",)
    )
    assert judge(gold(headings=["2021"]), ANSWER).reasons == ("has the headings [], not ['2021']",)


def understood(start: datetime | None, end: datetime | None, applies_to: object = "event") -> Answer:
    window = TimeWindow(start, end, applies_to)  # type: ignore[arg-type]
    return replace(ANSWER, understanding=replace(ANSWER.understanding, time_window=window))


@pytest.mark.parametrize(
    ("answer", "reasons"),
    [
        (understood(None, datetime(2021, 8, 8, 23, 59, 59, tzinfo=UTC)), ()),
        # 01:30 in Kabul is 21:00 of the day before in UTC.
        (understood(None, datetime(2021, 8, 9, 1, 30, tzinfo=timezone(timedelta(hours=4.5)))), ()),
        (
            understood(datetime(2021, 8, 1, tzinfo=UTC), datetime(2021, 8, 8, tzinfo=UTC)),
            ("reads the time as 2021-08-01 to 2021-08-08 of event, not … to 2021-08-08 of event",),
        ),
        (
            understood(None, datetime(2021, 8, 8, tzinfo=UTC), "publication"),
            ("reads the time as … to 2021-08-08 of publication, not … to 2021-08-08 of event",),
        ),
        (ANSWER, ("reads the time as … to … of None, not … to 2021-08-08 of event",)),
    ],
)
def test_the_time_asked_about_must_be_read_right(answer: Answer, reasons: tuple[str, ...]) -> None:
    window = {"from": None, "to": "2021-08-08", "applies_to": "event"}
    assert judge(gold(window=window), answer).reasons == reasons
    refused = replace(answer, status="refused", refusal=REFUSED.refusal)
    assert judge(gold(must_refuse={}, window=window), refused).reasons == reasons


def test_what_a_system_does_not_report_is_not_held_against_it() -> None:
    asked = gold(
        nuggets=nuggets("rose"),
        sources=["gazette"],
        disagreements=[{"kind": "update", "values": ["3", "2"]}],
        speakers=[{"claim": "rose", "speaker": "Prewitt"}],
        event_times=[{"claim": "rose", "from": "2021-08-02", "to": "2021-08-02"}],
        origins=3,
        headings=["2021"],
        window={"from": None, "to": "2021-08-08", "applies_to": "event"},
    )
    told = predicted(ANSWER)
    assert len(check_requirements(asked, told).reasons) == 7
    assert check_requirements(asked, replace(told, reports=frozenset())).passed
