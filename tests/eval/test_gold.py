"""The gold-set format, and our own questions on the samples against the articles they are about."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from dateline.eval.forms import says_any
from dateline.eval.gold import Evidence, GoldQuestion, Nugget, check_evidence, read_gold, schema
from dateline.index.errors import InputError
from dateline.index.read import Record, parse, records
from tests.eval.river import gold, nuggets

ROOT = Path(__file__).parents[2]
OURS = ROOT / "eval" / "gold" / "samples.jsonl"
TEXTS = {"river": "The Alm rose by three metres on Monday.", "wire": "It rose by two metres."}


def file_of(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    return file


def line(**fields: object) -> str:
    return json.dumps(
        {"id": "g1", "kind": "fact", "question": "How far did the Alm rise?", **fields}, ensure_ascii=False
    )


def problems_of(file: Path, **options: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_gold(file, **options)
    return [problem.removeprefix(f"{file}: ") for problem in caught.value.message.split("\n")]


def test_every_field_is_read(tmp_path: Path) -> None:
    everything = {
        "nuggets": [{"accepted": ["three", "/3 ?m/"]}, {"accepted": ["metres"], "vital": False}],
        "sources": ["river"],
        "forbidden": ["feet"],
        "asked_at": "2021-09-01T00:00:00+02:00",
        "as_of": "2021-08-31",
        "length": "short",
        "evidence": [{"article_id": "river", "quote": "rose by three metres"}],
        "relevant": [{"article_id": "wire", "grade": 2}],
        "disagreements": [{"kind": "update", "values": ["three", "two"]}],
        "speakers": [{"claim": "rose", "speaker": "Prewitt"}, {"claim": "fell", "speaker": None}],
        "event_times": [{"claim": "rose", "from": "2021-08-02", "to": "2021-08-03"}],
        "origins": 2,
        "headings": ["2021"],
        "window": {"from": None, "to": "2021-08-31", "applies_to": "event"},
    }
    (read,) = read_gold(file_of(tmp_path, line(**everything)))
    assert read.nuggets == (Nugget(accepted=("three", "/3 ?m/")), Nugget(accepted=("metres",), vital=False))
    assert (read.vital, read.grades, read.group) == (read.nuggets[:1], {"wire": 2}, "fact")
    assert (read.sources, read.forbidden, read.length) == (("river",), ("feet",), "short")
    assert read.asked_at == datetime(2021, 9, 1, tzinfo=timezone(timedelta(hours=2)))
    assert read.as_of == date(2021, 8, 31)
    assert read.evidence == (Evidence(article_id="river", quote="rose by three metres"),)
    assert [(each.kind, each.values) for each in read.disagreements] == [("update", ("three", "two"))]
    assert [(each.claim, each.speaker) for each in read.speakers] == [("rose", "Prewitt"), ("fell", None)]
    (time,) = read.event_times
    assert (time.claim, time.start, time.end) == ("rose", date(2021, 8, 2), date(2021, 8, 3))
    assert (read.origins, read.headings) == (2, ("2021",))
    assert read.window is not None
    assert (read.window.start, read.window.end, read.window.applies_to) == (None, date(2021, 8, 31), "event")


def test_questions_come_in_order_and_blank_lines_do_not_count(tmp_path: Path) -> None:
    file = file_of(tmp_path, "\ufeff" + line(id="b"), "", line(id="a", must_refuse={}), "  ", "")
    assert [(each.id, each.group) for each in read_gold(file)] == [("b", "fact"), ("a", "refuse")]
    packed = tmp_path / "gold.jsonl.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert read_gold(packed) == read_gold(file)


def test_a_day_stays_a_day_and_midnight_a_moment() -> None:
    day, midnight = gold(asked_at="2021-09-01").asked_at, gold(asked_at="2021-09-01T00:00:00Z").asked_at
    assert type(day) is date
    assert day == date(2021, 9, 1)
    assert type(midnight) is datetime
    assert midnight == datetime(2021, 9, 1, tzinfo=UTC)


def test_every_problem_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    file = file_of(
        tmp_path,
        line(),
        '{"id": "g2", "kind": "fact", "question": "…"',
        line(id="g3", kind="facts", needs=[]),
        "",
        line(),
        line(id="g6", nuggets=[{"accepted": ["/(three/"]}], forbidden=["/*/", "the"]),
        line(id="g7", nuggets=[], sources=[], evidence=[], forbidden=[], speakers=[]),
        line(id="g8", nuggets=[{"accepted": []}], must_refuse={"reasons": []}),
        line(id="g9", asked_at="2021-09-01T12:00:00", as_of=1630497600),
        line(id="g10", must_refuse={}, sources=["river"], origins=1),
        line(id="g11", must_refuse={"reasons": ["no_coverage", "no"]}),
        line(id="g12", no_disagreement=True, disagreements=[{"kind": "update", "values": ["3", "2"]}]),
        line(id="g13", disagreements=[{"kind": "update", "values": ["3"]}]),
        line(id="g14", evidence=[{"article_id": "river", "quote": " "}]),
        line(id="", question=""),
        "[]",
        line(id="g3", colour="red"),
    )
    expected = [
        "line 2: Invalid JSON: ",
        "line 3: kind: .*'time' or 'conflict'",
        "line 3: needs: unknown field",
        "line 5: the id 'g1' is that of line 1 already",
        r"line 6: nuggets\.0\.accepted\.0: '/\(three/' is no regular expression: missing \)",
        r"line 6: forbidden\.0: '/\*/' is no regular expression: nothing to repeat",
        r"line 6: forbidden\.1: 'the' has no word that could be found",
        *(f"line 7: {name}: is empty" for name in ("nuggets", "forbidden", "evidence", "sources", "speakers")),
        r"line 8: nuggets\.0\.accepted: is empty",
        r"line 8: must_refuse\.reasons: is empty",
        r"line 9: asked_at: '2021-09-01T12:00:00' has no time zone",
        r"line 9: as_of: must be an ISO date or datetime",
        "line 10: a question that must be refused says nothing of its answer: origins, sources",
        r"line 11: must_refuse\.reasons\.1: .*'false_premise' or 'not_a_question'",
        "line 12: `disagreements` and `no_disagreement` exclude each other",
        r"line 13: disagreements\.0\.values: .* at least 2 items",
        r"line 14: evidence\.0\.quote: String should match pattern",
        "line 15: id: String should have at least 1 character",
        "line 15: question: String should have at least 1 character",
        "line 16: Input should be an object",
        "line 17: the id 'g3' is that of line 3 already",
        "line 17: colour: unknown field",
    ]
    problems = problems_of(file)
    assert len(problems) == len(expected), problems
    for problem, pattern in zip(problems, expected, strict=True):
        assert re.match(pattern, problem), (problem, pattern)


def test_evidence_that_does_not_stand_is_told_with_its_line_and_the_rest(tmp_path: Path) -> None:
    file = file_of(
        tmp_path,
        line(nuggets=nuggets("three"), evidence=[{"article_id": "river", "quote": "rose by three metres"}]),
        line(id="g2", evidence=[{"article_id": "river", "quote": "rose by four metres"}]),
        line(id="g3", evidence=[{"article_id": "lake", "quote": "rose"}], sources=["pond"]),
        line(id="g3"),
    )
    assert problems_of(file, text_of=TEXTS.get) == [
        "line 2: 'river' does not say 'rose by four metres'",
        "line 3: there is no article 'lake'",
        "line 3: there is no article 'pond'",
        "line 4: the id 'g3' is that of line 3 already",
    ]


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_a_file_without_questions_is_a_problem(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match="there is no question in it"):
        read_gold(file_of(tmp_path, content))


def test_a_file_that_is_no_text_or_not_there_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "caf\xe9"}')
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b"{}")[:10])
    for name, problem in (
        ("latin.jsonl", r"not UTF-8 \(byte 11\)"),
        ("cut.jsonl.gz", "can't be read"),
        ("missing.jsonl", "can't be read"),
        (".", "can't be read"),
    ):
        with pytest.raises(InputError, match=problem):
            read_gold(tmp_path / name)


def test_evidence_must_stand_in_its_article_word_for_word() -> None:
    quotes = [("river", "rose by three metres"), ("river", "rose by two"), ("river", "the alm"), ("lake", "rose")]
    asked = gold(
        nuggets=nuggets("THREE", "four"),
        sources=["pond"],
        evidence=[{"article_id": article_id, "quote": quote} for article_id, quote in quotes],
        disagreements=[{"kind": "conflict", "values": ["by three", "five"]}],
        speakers=[{"claim": "six", "speaker": None}],
        event_times=[{"claim": "seven", "from": "2021-08-02", "to": "2021-08-02"}],
    )
    assert check_evidence(asked, TEXTS.get) == [
        "there is no article 'lake'",
        "there is no article 'pond'",
        "'river' does not say 'rose by two'",
        "'river' does not say 'the alm'",
        *(f"no quote has {form!r}" for form in ("four", "five", "six", "seven")),
    ]
    assert check_evidence(gold(), TEXTS.get) == []


def test_the_published_schema_is_the_models() -> None:
    published = json.loads((OURS.parent / "schema.json").read_text("utf-8"))
    assert published == schema(), "dateline eval schema > eval/gold/schema.json"


@pytest.fixture(scope="module")
def sample_texts() -> dict[str, str]:
    articles = [parse(item).article for item in records([ROOT / "samples"]) if isinstance(item, Record)]
    return {article.id: article.text for article in articles}


@pytest.fixture(scope="module")
def ours(sample_texts: dict[str, str]) -> list[GoldQuestion]:
    """Our own questions; that their evidence stands in the samples is checked as they are read."""
    return read_gold(OURS, sample_texts.get)


def test_our_questions_ask_for_something_and_show_where_it_stands(ours: list[GoldQuestion]) -> None:
    for each in ours:
        assert each.must_refuse or (each.vital and each.evidence), f"{each.id}: any answer at all would pass"
        assert set(each.sources) <= {evidence.article_id for evidence in each.evidence}, each.id
        assert each.asked_at, f"{each.id}: its answer would depend on the day of the run"


def test_our_questions_do_not_give_their_answer_away(ours: list[GoldQuestion]) -> None:
    for each in ours:
        given = [nugget.accepted for nugget in each.nuggets if says_any(nugget.accepted, [each.question])]
        assert given == [], each.id


def test_our_set_has_enough_of_each_kind(ours: list[GoldQuestion]) -> None:
    kinds = Counter(each.group for each in ours)
    least = {"fact": 60, "why": 12, "how": 5, "what_happened": 5, "list": 10, "yes_no": 8, "update": 10, "time": 10}
    for kind, number in {**least, "conflict": 8, "refuse": 40}.items():
        assert kinds[kind] >= number, kind
    reasons = Counter(each.must_refuse.reasons[0] for each in ours if each.must_refuse and each.must_refuse.reasons)
    for reason, number in {"false_premise": 10, "not_in_coverage": 8, "outside_time_window": 2}.items():
        assert reasons[reason] >= number, reason  # type: ignore[index]
    windows = Counter(each.window.applies_to for each in ours if each.window)
    disagreements = Counter(one.kind for each in ours for one in each.disagreements)
    for counted in (windows["publication"], windows["event"], disagreements["conflict"], disagreements["update"]):
        assert counted >= 5
    assert sum(not nugget.vital for each in ours for nugget in each.nuggets) >= 12
    named = ("as_of", "forbidden", "no_disagreement", "speakers", "event_times", "origins", "headings")
    having = {name: sum(bool(getattr(each, name)) for each in ours) for name in named}
    least_having = {"as_of": 8, "forbidden": 10, "no_disagreement": 8, "speakers": 20, "event_times": 8}
    for name, number in {**least_having, "origins": 3, "headings": 2}.items():
        assert having[name] >= number, name
    openings = Counter(" ".join(each.question.split()[: 2 if each.question.startswith("How") else 1]) for each in ours)
    for opening in ("Who", "Whose", "Which", "How many", "When", "Where", "What"):
        assert openings[opening] >= 2, opening
    assert len({(each.question, each.as_of) for each in ours}) == len(ours) >= 150
