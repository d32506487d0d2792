"""The gold-set format, its verdicts, and our own questions on the samples against the articles they are about."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from eval.gold import Evidence, GoldQuestion, Verdict, check_evidence, read_gold, score
from index.article import Span
from index.errors import InputError
from index.read import Record, parse, records
from rag.answer import (
    Answer,
    Disagreement,
    Position,
    Receipt,
    Refusal,
    ShortAnswer,
    Source,
    TimeWindow,
    Understanding,
)

ROOT = Path(__file__).parents[2]
OURS = ROOT / "eval" / "gold" / "samples.jsonl"

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
        "length": "short",
        "evidence": [{"article_id": "river", "quote": "rose by three metres"}],
    }
    assert read_gold(file_of(tmp_path, line(**everything))) == [
        GoldQuestion(
            id="g1",
            kind="fact",
            question="How far did the Alm rise?",
            need=("three|3", "met(?:er|re)s"),
            sources=("river",),
            forbid=("feet",),
            asked_at=datetime(2021, 9, 1, tzinfo=timezone(timedelta(hours=2))),
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
        r"line 6: need: '\(three' is no regular expression: missing \)",
        r"line 6: forbid: '\*' is no regular expression: nothing to repeat",
        "line 7: asked_at: '2021-09-01T12:00:00' has no time zone",
        "line 8: asked_at: must be an ISO date or datetime",
        "line 9: a question to be refused can have none of `need`, `sources` and `forbid`",
        r"line 10: evidence\.0\.quote: String should match pattern",
        "line 11: question: String should have at least 1 character",
        r"line 11: need\.0: String should have at least 1 character",
        "line 12: Input should be an object",
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


def test_evidence_must_stand_in_its_article_word_for_word() -> None:
    texts = {"river": "The Alm rose by three metres on Monday.", "wire": "It rose by two metres."}
    quotes = [("river", "rose by three metres"), ("river", "rose by two"), ("river", "the alm"), ("lake", "rose")]
    asked = gold(
        need=["THREE", "four"],
        sources=["pond"],
        evidence=[{"article_id": article_id, "quote": quote} for article_id, quote in quotes],
    )
    assert check_evidence(asked, texts) == [
        "g1: there is no article 'pond'",
        "g1: there is no article 'lake'",
        "g1: 'river' does not say 'rose by two'",
        "g1: 'river' does not say 'the alm'",
        "g1: no quote holds 'four'",
    ]
    assert check_evidence(gold(), texts) == []


@pytest.fixture(scope="module")
def ours() -> list[GoldQuestion]:
    return read_gold(OURS)


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


def test_our_set_has_enough_of_each_kind(ours: list[GoldQuestion]) -> None:
    kinds = Counter(each.kind for each in ours)
    for kind, least in {"fact": 28, "list": 4, "why": 4, "refuse": 6, "update": 2, "conflict": 2}.items():
        assert kinds[kind] >= least, kind  # type: ignore[index]
    openings = Counter(" ".join(each.question.split()[: 2 if each.question.startswith("How") else 1]) for each in ours)
    for opening in ("Who", "Whose", "Which", "How many", "When", "Where", "What"):
        assert openings[opening] >= 2, opening
    assert len({each.question for each in ours}) == len(ours) >= 40
