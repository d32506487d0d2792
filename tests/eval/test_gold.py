"""The gold-set format, its verdicts, and our own questions on the samples against the articles they are about."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from eval.gold import Evidence, GoldQuestion, check_evidence, read_gold
from eval.gold_score import Verdict, score
from index.article import Span
from index.errors import InputError
from index.read import Record, parse, records
from rag.answer import (
    Answer,
    Claim,
    Disagreement,
    EventTime,
    Position,
    Receipt,
    Refusal,
    ShortAnswer,
    Source,
    Support,
    TimeWindow,
    Understanding,
)

ROOT = Path(__file__).parents[2]
SETS = ("samples", "careful")

ANSWER = Answer(
    id="ans_1",
    status="answered",
    question="How far did the Alm rise?",
    asked_at=datetime(2021, 9, 1, 12, tzinfo=UTC),
    answered_by="reader",
    text="The river Alm rose on Monday. [1] Bakers had to leave. [1] [22]",
    short_answer=None,
    confidence=0.9,
    claims=(),
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
    ANSWER, status="refused", text="", sources=(), origins=0, refusal=Refusal("not_in_coverage", "It is not said.", ())
)


def gold(**fields: object) -> GoldQuestion:
    return GoldQuestion.model_validate({"id": "g1", "kind": "fact", "question": "How far did the Alm rise?", **fields})


def claim(text: str, speaker: str | None = None, role: str | None = None, **fields: object) -> Claim:
    made = Claim("c1", text, None, Span(0, len(text)), (), speaker, role, None, Support("supported", 1.0, "verbatim"))
    return replace(made, **fields)  # type: ignore[arg-type]


def file_of(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    return file


def line(**fields: object) -> str:
    return json.dumps(
        {"id": "g1", "kind": "fact", "question": "How far did the Alm rise?", **fields}, ensure_ascii=False
    )


def test_every_field_is_read(tmp_path: Path) -> None:
    everything = {
        "need": ["three|3", "met(?:er|re)s"],
        "sources": ["river"],
        "forbid": ["feet"],
        "asked_at": "2021-09-01T00:00:00+02:00",
        "as_of": "2021-08-31",
        "length": "short",
        "evidence": [{"article_id": "river", "quote": "rose by three metres"}],
        "disagreement": {"kind": "update", "values": ["three", "two"]},
        "speakers": [{"claim": "rose", "speaker": "Prewitt"}, {"claim": "fell", "speaker": None}],
        "event_times": [{"claim": "rose", "from": "2021-08-02", "to": "2021-08-03"}],
        "origins": 2,
        "headings": ["2021"],
        "window": {"from": None, "to": "2021-08-31", "applies_to": "event"},
    }
    (read,) = read_gold(file_of(tmp_path, line(**everything)))
    assert read.disagreement is not None
    assert (read.disagreement.kind, read.disagreement.values) == ("update", ("three", "two"))
    assert [(each.claim, each.speaker) for each in read.speakers] == [("rose", "Prewitt"), ("fell", None)]
    (time,) = read.event_times
    assert (time.claim, time.start, time.end) == ("rose", date(2021, 8, 2), date(2021, 8, 3))
    assert (read.origins, read.headings) == (2, ("2021",))
    assert read.window is not None
    assert (read.window.start, read.window.end, read.window.applies_to) == (None, date(2021, 8, 31), "event")
    nested = dict.fromkeys(("disagreement", "window", "origins"), None)
    nested |= dict.fromkeys(("speakers", "event_times", "headings"), ())
    assert [read.model_copy(update=nested)] == [
        GoldQuestion(
            id="g1",
            kind="fact",
            question="How far did the Alm rise?",
            need=("three|3", "met(?:er|re)s"),
            sources=("river",),
            forbid=("feet",),
            asked_at=datetime(2021, 9, 1, tzinfo=timezone(timedelta(hours=2))),
            as_of=date(2021, 8, 31),
            length="short",
            evidence=(Evidence(article_id="river", quote="rose by three metres"),),
        )
    ]


def test_questions_come_in_order_and_blank_lines_do_not_count(tmp_path: Path) -> None:
    file = file_of(tmp_path, "\ufeff" + line(id="b"), "", line(id="a", kind="refuse", need=[], sources=[]), "  ", "")
    assert [(each.id, each.kind) for each in read_gold(file)] == [("b", "fact"), ("a", "refuse")]


@pytest.mark.parametrize(
    "kind", ["fact", "why", "how", "what_happened", "list", "yes_no", "update", "time", "conflict", "refuse"]
)
def test_each_kind_is_known(kind: str) -> None:
    assert gold(kind=kind).kind == kind


def test_a_day_stays_a_day_and_midnight_a_moment() -> None:
    day, midnight = gold(asked_at="2021-09-01").asked_at, gold(asked_at="2021-09-01T00:00:00Z").asked_at
    assert type(day) is date
    assert day == date(2021, 9, 1)
    assert type(midnight) is datetime
    assert midnight == datetime(2021, 9, 1, tzinfo=UTC)
    assert gold(asked_at=None).asked_at is None


def test_a_line_separator_within_a_string_does_not_end_the_line(tmp_path: Path) -> None:
    assert read_gold(file_of(tmp_path, line(question="How\u2028far?")))[0].question == "How\u2028far?"


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    file = file_of(
        tmp_path,
        line(),
        '{"id": "g2", ',
        line(id="g3", needs=["three"], kind="guess"),
        "",
        line(id="g1"),
        line(id="g4", need=["fine", "(three"], forbid=["*"]),
        line(id="g5", asked_at="2021-09-01T12:00:00"),
        line(id="g6", asked_at=1630497600),
        line(id="g7", kind="refuse", need=["three"]),
        line(id="g7b", kind="refuse", no_disagreement=True),
        line(id="g7c", refusal="no_coverage"),
        line(id="g7d", kind="refuse", refusal=["no_coverage", "silence"]),
        line(id="g7e", disagreement={"kind": "update", "values": ["three", "two"]}, no_disagreement=True),
        line(id="g7f", disagreement={"kind": "update", "values": ["three"]}),
        line(id="g7g", speakers=[{"claim": "(three"}], window={"from": 1, "to": None, "applies_to": "event"}),
        line(id="g8", evidence=[{"article_id": "river", "quote": " "}]),
        line(id="g9", need=[""], question=""),
        "[]",
    )
    with pytest.raises(InputError) as caught:
        read_gold(file)
    problems = [problem.removeprefix(f"{file}: ") for problem in caught.value.message.split("\n")]
    expected = [
        "line 2: Invalid JSON: ",
        "line 3: kind: .*'conflict' or 'refuse'",
        "line 3: needs: unknown field",
        "line 5: the id 'g1' is that of line 1 already",
        r"line 6: need\.1: '\(three' is no regular expression: missing \)",
        r"line 6: forbid\.0: '\*' is no regular expression: nothing to repeat",
        "line 7: asked_at: '2021-09-01T12:00:00' has no time zone",
        "line 8: asked_at: must be an ISO date or datetime",
        "line 9: a question to be refused says nothing of the answer but `refusal` and `window`",
        "line 10: a question to be refused says nothing of the answer but `refusal` and `window`",
        "line 11: only a question of kind `refuse` has a `refusal`",
        r"line 12: refusal\.1: .*'outside_time_window' or 'false_premise'",
        "line 13: `disagreement` and `no_disagreement` exclude each other",
        r"line 14: disagreement\.values: .* at least 2 items",
        r"line 15: speakers\.0\.claim: '\(three' is no regular expression",
        r"line 15: speakers\.0\.speaker: Field required",
        r"line 15: window\.from: must be an ISO date or datetime",
        r"line 16: evidence\.0\.quote: String should match pattern",
        "line 17: question: String should have at least 1 character",
        r"line 17: need\.0: String should have at least 1 character",
        "line 18: Input should be an object",
    ]
    assert len(problems) == len(expected), problems
    for problem, pattern in zip(problems, expected, strict=True):
        assert re.match(pattern, problem), problem


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_a_file_without_questions_is_a_problem(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match="there is no question in it"):
        read_gold(file_of(tmp_path, content))


def test_a_file_that_is_no_text_or_not_there_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "caf\xe9"}')
    for name, problem in (
        ("latin.jsonl", r"not UTF-8 \(byte 11\)"),
        ("missing.jsonl", "can't be read"),
        (".", "can't be read"),
    ):
        with pytest.raises(InputError, match=problem):
            read_gold(tmp_path / name)


def test_an_answer_passes_that_says_and_cites_all_it_should() -> None:
    asked = gold(need=["ROSE", "bakers"], sources=["wire", "river"], forbid=["fell"])
    assert score(asked, ANSWER) == Verdict(True, ())


def test_every_reason_for_failing_is_given() -> None:
    asked = gold(need=["rose", "three|3", "metres"], sources=["river", "gazette"], forbid=["BAKERS?", "fell"])
    assert score(asked, ANSWER) == Verdict(
        False,
        ("lacks 'three|3'", "lacks 'metres'", "does not cite 'gazette'", "holds 'BAKERS?', which is forbidden"),
    )


def test_a_marker_is_not_taken_for_a_number() -> None:
    assert score(gold(need=["22"]), ANSWER).reasons == ("lacks '22'",)
    assert score(gold(forbid=[r"\b1\b", "22"]), ANSWER).passed


def test_the_short_answer_and_the_values_that_differ_are_said_too() -> None:
    asked = gold(need=["three metres"], forbid=["two metres"])
    short = replace(ANSWER, short_answer=ShortAnswer("Three metres", "c1", Span(0, 12)))
    differing = Disagreement("rise", "conflict", (Position("three metres", ()), Position("two metres", ())))
    assert not score(asked, ANSWER).passed
    assert score(asked, short).passed
    assert score(asked, replace(ANSWER, disagreements=(differing,))).reasons == (
        "holds 'two metres', which is forbidden",
    )


def test_a_question_that_can_be_answered_must_not_be_refused() -> None:
    assert score(gold(), REFUSED) == Verdict(False, ("refused: not_in_coverage",))
    assert score(gold(), ANSWER) == Verdict(True, ())


def test_a_question_that_cannot_be_answered_must_be_refused() -> None:
    assert score(gold(kind="refuse"), REFUSED) == Verdict(True, ())
    assert score(gold(kind="refuse"), ANSWER) == Verdict(False, ("answered, though it should be refused",))


@pytest.mark.parametrize(
    ("accepted", "reasons"),
    [
        (None, ()),
        ([], ()),
        ("not_in_coverage", ()),
        (["false_premise", "not_in_coverage"], ()),
        ("no_coverage", ("refused: not_in_coverage, not no_coverage",)),
        (["no_coverage", "false_premise"], ("refused: not_in_coverage, not no_coverage or false_premise",)),
    ],
)
def test_a_refusal_must_have_a_reason_that_is_accepted(accepted: object, reasons: tuple[str, ...]) -> None:
    assert score(gold(kind="refuse", refusal=accepted), REFUSED).reasons == reasons


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
        ("update", ["three", "3.2"], True),
        ("update", ["2 m$", "metres", "three"], True),
        ("conflict", ["20", "12"], True),
        ("conflict", ["3.2", "three"], False),  # the right values, but of an update
        ("update", ["three", "THREE M"], False),  # one position can't be two
        ("update", ["20 km", "three"], False),  # values of two disagreements
        ("update", ["3.2", "metres", "2 m$", "metres"], False),
    ],
)
def test_a_disagreement_must_be_of_its_kind_and_have_each_value(kind: str, values: list[str], passes: bool) -> None:
    asked = gold(disagreement={"kind": kind, "values": values})
    assert score(asked, THREE_RISES).passed is passes
    assert score(asked, ANSWER).reasons == (f"lacks a disagreement, {kind}: {' | '.join(values)} (has none)",)


def test_sources_that_agree_must_not_be_shown_to_differ() -> None:
    assert score(gold(no_disagreement=True), ANSWER).passed
    assert score(gold(no_disagreement=True), THREE_RISES).reasons == (
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
        ("three METRES", "prewitt, the county.s engineer", ()),
        ("gate", "^a miller$", ()),
        ("bakers", None, ()),
        ("the alm rose", None, ()),  # one of the two claims is enough
        ("gate", None, ("gives 'gate' to a miller, not nobody",)),
        ("bakers", "Prewitt", ("gives 'bakers' to nobody, not Prewitt",)),
        (
            "rose|gate",
            "Finch",
            ("gives 'rose|gate' to Malcolm Prewitt, the county’s engineer; a miller; nobody, not Finch",),
        ),
        ("feet", "Prewitt", ("has no claim with 'feet'",)),
    ],
)
def test_a_claim_must_have_its_speaker(pattern: str, speaker: str | None, reasons: tuple[str, ...]) -> None:
    assert score(gold(speakers=[{"claim": pattern, "speaker": speaker}]), SAID).reasons == reasons


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
    assert score(asked, SAID).reasons == reasons


def test_the_origins_must_be_as_many() -> None:
    assert score(gold(origins=2), ANSWER).passed
    assert score(gold(origins=1), ANSWER).reasons == ("has 2 origins, not 1",)


@pytest.mark.parametrize(
    ("patterns", "passes"),
    [
        (["August", "september"], True),
        (["2021"], True),  # both match it
        ([], True),
        (["September", "August"], False),
        (["August"], False),
        (["August", "September", "October"], False),
    ],
)
def test_the_headings_must_match_in_order(patterns: list[str], passes: bool) -> None:
    assert score(gold(headings=patterns), SAID).reasons == (
        () if passes else (f"has the headings ['August 2021', 'September 2021'], not {patterns}",)
    )
    assert score(gold(headings=["2021"]), ANSWER).reasons == ("has the headings [], not ['2021']",)


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
    assert score(gold(window=window), answer).reasons == reasons
    refused = replace(answer, status="refused", refusal=REFUSED.refusal)
    assert score(gold(kind="refuse", window=window), refused).reasons == reasons


def test_evidence_must_stand_in_its_article_word_for_word() -> None:
    texts = {"river": "The Alm rose by three metres on Monday.", "wire": "It rose by two metres."}
    quotes = [("river", "rose by three metres"), ("river", "rose by two"), ("river", "the alm"), ("lake", "rose")]
    asked = gold(
        need=["THREE", "four"],
        sources=["pond"],
        evidence=[{"article_id": article_id, "quote": quote} for article_id, quote in quotes],
        disagreement={"kind": "conflict", "values": ["by three", "five"]},
        speakers=[{"claim": "six", "speaker": None}],
        event_times=[{"claim": "seven", "from": "2021-08-02", "to": "2021-08-02"}],
    )
    assert check_evidence(asked, texts) == [
        "g1: there is no article 'pond'",
        "g1: there is no article 'lake'",
        "g1: 'river' does not say 'rose by two'",
        "g1: 'river' does not say 'the alm'",
        *(f"g1: no quote holds {pattern!r}" for pattern in ("four", "five", "six", "seven")),
    ]
    assert check_evidence(gold(), texts) == []


@pytest.fixture(scope="module", params=SETS)
def ours(request: pytest.FixtureRequest) -> list[GoldQuestion]:
    return read_gold(ROOT / "eval" / "gold" / f"{request.param}.jsonl")


@pytest.fixture(scope="module")
def sample_texts() -> dict[str, str]:
    articles = [parse(item).article for item in records([ROOT / "samples"]) if isinstance(item, Record)]
    return {article.id: article.text for article in articles}


def test_our_evidence_stands_in_the_samples(ours: list[GoldQuestion], sample_texts: dict[str, str]) -> None:
    assert [wrong for each in ours for wrong in check_evidence(each, sample_texts)] == []
    assert [each.id for each in ours if each.kind != "refuse" and not each.evidence] == []


def test_our_questions_ask_for_something_and_show_where_it_stands(ours: list[GoldQuestion]) -> None:
    for each in ours:
        assert set(each.sources) <= {evidence.article_id for evidence in each.evidence}, each.id
        assert each.kind == "refuse" or each.need, f"{each.id}: any answer at all would pass"


def test_our_questions_do_not_give_their_answer_away(ours: list[GoldQuestion]) -> None:
    for each in ours:
        given = [pattern for pattern in each.need if re.search(pattern, each.question, re.IGNORECASE)]
        assert given == [], each.id


def test_our_set_has_enough_of_each_kind() -> None:
    ours = read_gold(ROOT / "eval" / "gold" / "samples.jsonl")
    kinds = Counter(each.kind for each in ours)
    for kind, least in {"fact": 28, "list": 4, "why": 4, "refuse": 6, "update": 2, "conflict": 2}.items():
        assert kinds[kind] >= least, kind  # type: ignore[index]
    openings = Counter(" ".join(each.question.split()[: 2 if each.question.startswith("How") else 1]) for each in ours)
    for opening in ("Who", "Whose", "Which", "How many", "When", "Where", "What"):
        assert openings[opening] >= 2, opening
    assert len({each.question for each in ours}) == len(ours) >= 40


def test_our_careful_set_has_enough_of_what_is_hard() -> None:
    careful = read_gold(ROOT / "eval" / "gold" / "careful.jsonl")
    kinds = Counter(each.kind for each in careful)
    for kind, least in {"time": 8, "why": 6, "update": 6, "conflict": 5, "list": 3, "yes_no": 3, "refuse": 20}.items():
        assert kinds[kind] >= least, kind  # type: ignore[index]
    reasons = Counter(each.refusal[0] for each in careful if each.refusal)
    for reason, least in {"false_premise": 10, "not_in_coverage": 8, "outside_time_window": 2}.items():
        assert reasons[reason] >= least, reason  # type: ignore[index]
    windows = Counter(each.window.applies_to for each in careful if each.window)
    disagreements = Counter(each.disagreement.kind for each in careful if each.disagreement)
    for counted in (windows["publication"], windows["event"], disagreements["conflict"], disagreements["update"]):
        assert counted >= 5
    named = ("as_of", "no_disagreement", "speakers", "event_times", "origins", "headings")
    having = {name: sum(bool(getattr(each, name)) for each in careful) for name in named}
    least_having = {"as_of": 8, "no_disagreement": 8, "speakers": 20, "event_times": 8, "origins": 3, "headings": 2}
    assert {name: having[name] for name in named if having[name] < least_having[name]} == {}
    assert len({(each.question, each.as_of) for each in careful}) == len(careful) >= 75
