"""Scores of a run, gates on them, comparisons of two, and what is written of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from dateline.eval.compare import compare
from dateline.eval.formats.plain import PlainPrediction
from dateline.eval.gate import check_gate, read_gate
from dateline.eval.intervals import share_mean
from dateline.eval.judge import WordsJudge
from dateline.eval.latency import latency
from dateline.eval.recorded import record
from dateline.eval.run import ANSWERS
from dateline.eval.runs import load_run
from dateline.eval.scores import Scores, score_run
from dateline.eval.tables import by_kind, history, markdown, summary
from dateline.eval.write import differences_as_json, write_scores
from dateline.index.archive import Archive
from dateline.index.errors import InputError
from tests.eval.runs import gold_question, run_into

WORDS = WordsJudge()


def scored(folder: Path, *, partial: bool = False) -> Scores:
    return score_run(load_run(folder, partial=partial), WORDS)


def of_plain(folder: Path, *texts: str, questions: int | None = None) -> Scores:
    """The scores of a system that answered so; an empty text is a refusal."""
    gold = [gold_question(f"q{n}", "Who?", nuggets=[{"accepted": ["right"]}]) for n in range(questions or len(texts))]
    said = [PlainPrediction(id=f"q{n}", text=text, refused=not text) for n, text in enumerate(texts)]
    record(folder, gold, said, None)
    return scored(folder, partial=True)


@pytest.fixture
def scores(archive: Archive, tmp_path: Path) -> Scores:
    run_into(tmp_path / "run", archive)
    return scored(tmp_path / "run")


def estimate(scores: Scores, name: str, group: str | None = None) -> tuple[float, int] | None:
    (measure,) = (each for each in scores.measures if each.name == name)
    found = scores.estimate(measure, group)
    return (found.mean, found.cases) if found else None


def test_a_run_is_scored_over_all_and_by_kind(scores: Scores) -> None:
    # q1 and q2 are answered, q3 is rightly refused, q4 asks for what no article says.
    assert estimate(scores, "nugget_recall") == (2 / 3, 3)
    assert estimate(scores, "nugget_recall", "fact") == (2 / 3, 3)
    assert estimate(scores, "nugget_recall", "refuse") is None
    assert estimate(scores, "refusal_recall") == (1.0, 1)
    assert estimate(scores, "forbidden_said") == (0.0, 1)
    assert estimate(scores, "passed") == (3 / 4, 4)
    assert estimate(scores, "quote_exactness") == (1.0, len(scores.run.cases) - 1)
    (forbidden,) = (each for each in scores.measures if each.name == "forbidden_said")
    assert list(scores.unscored(forbidden)) == ["q2", "q3", "q4"]
    assert scores.unscored(forbidden)["q2"] == "the gold question forbids nothing"


def test_scores_are_written_the_same_every_time(scores: Scores, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_scores(tmp_path / name, scores)
    for file in ("scores.json", "scores.csv", "scores.md"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    written = json.loads((tmp_path / "one" / "scores.json").read_text("utf-8"))
    assert (written["judge"], written["self_judged"], written["partial"]) == ("words", False, False)
    by_name = {each["name"]: each for each in written["measures"]}
    assert by_name["nugget_recall"]["not_scoreable"] == 1
    assert by_name["disagreement_found"]["estimate"] is None
    assert written["questions"][0]["scores"]["nugget_recall"] == {"value": 1.0, "why": "1 of 1"}
    rows = list(csv.DictReader(io.StringIO((tmp_path / "one" / "scores.csv").read_text("utf-8"))))
    assert [(row["id"], row["refused"], row["nugget_recall"]) for row in rows[:3]] == [
        ("q1", "0", "1"),
        ("q2", "0", "1"),
        ("q3", "1", ""),
    ]
    assert "NaN" not in (tmp_path / "one" / "scores.json").read_text("utf-8")
    assert "| passed | Questions passed | 0.750 [" in (tmp_path / "one" / "scores.md").read_text("utf-8")


def test_tables_have_a_row_for_each_measure_and_kind(scores: Scores) -> None:
    assert [row[0] for row in summary(scores)] == [measure.name for measure in scores.measures]
    header, rows = by_kind(scores)
    assert header[:3] == ["kind", "questions", "passed"]
    assert [row[:2] for row in rows] == [["fact", "3"], ["refuse", "1"]]
    assert history([scores])[1][0][0] == "run"


def test_timings_tell_the_whole_and_each_stage(scores: Scores) -> None:
    stages = latency(scores.run.timings)
    assert [stage.name for stage in stages][:3] == ["whole", "understand", "retrieve"]
    assert stages[0].median.cases == 4
    assert latency([]) == []
    # Asked twice, it counts as it was asked last; without an answer it took no time.
    told: list[dict[str, Any]] = [
        {"id": "q", "ms": 9.0, "stages_ms": {}},
        {"id": "q", "ms": 5.0, "stages_ms": {"read": 4.0}},
        {"id": "r"},
    ]
    assert [(stage.name, stage.median.mean) for stage in latency(told)] == [("whole", 5.0), ("read", 4.0)]


def test_a_partial_score_is_never_passed_off_as_whole(archive: Archive, tmp_path: Path) -> None:
    run_into(tmp_path / "run", archive)
    file = tmp_path / "run" / ANSWERS
    file.write_text("".join(file.read_text("utf-8").splitlines(keepends=True)[:3]), "utf-8")
    with pytest.raises(InputError, match="q4 has no answer"):
        scored(tmp_path / "run")
    partial = scored(tmp_path / "run", partial=True)
    assert partial.as_json()["partial"] is True
    assert partial.as_json()["missing"] == {"q4": "not asked yet"}
    assert "**Partial: 1 questions have no answer.**" in markdown(partial)
    (checked,) = check_gate(read_gate("passed>=0"), partial)
    assert (checked.met, checked.why) == (False, "1 questions have no answer")


def test_a_gate_asks_the_interval_not_the_mean(tmp_path: Path) -> None:
    scores = of_plain(tmp_path / "run", *["right"] * 18, *["wrong"] * 2)
    low, high = share_mean([1.0] * 18 + [0.0] * 2).low, share_mean([1.0] * 18 + [0.0] * 2).high
    assert low < 0.9 < high
    text = f"nugget_recall>=0.9, nugget_recall>={low - 0.001:.3f}, nugget_recall<={high + 0.001:.3f},nugget_recall<=0.9"
    checked = check_gate(read_gate(text), scores)
    assert [each.met for each in checked] == [False, True, True, False]
    (unscored,) = check_gate(read_gate("speaker>=0.1"), scores)
    assert (unscored.met, unscored.why) == (False, "no question can be scored")
    with pytest.raises(InputError, match="there is no measure nugget_recal"):
        check_gate(read_gate("nugget_recal>=0.9"), scores)


@pytest.mark.parametrize("text", ["", "passed", "passed>0.5", "passed>=x", "passed>=0.5,,", "passed>=0.5;f1>=0.1"])
def test_what_is_no_gate_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no condition of a gate"):
        read_gate(text)


def test_two_runs_are_compared_question_by_question(tmp_path: Path) -> None:
    before = of_plain(tmp_path / "a", *["wrong"] * 12, *["right"] * 20, "right", "")
    after = of_plain(tmp_path / "b", *["right"] * 12, *["right"] * 20, "wrong", "")
    by_name = {each.measure.name: each for each in compare(before, after)}
    recall = by_name["nugget_recall"]
    assert (recall.before, recall.after) == (21 / 34, 32 / 34)
    assert recall.gain.mean == pytest.approx((12 - 1) / 34)
    assert (recall.verdict, recall.unpaired, len(recall.pairs)) == ("better", 0, 34)
    assert [pair.gold.id for pair in recall.wins] == [f"q{n}" for n in range(12)]
    assert [pair.gold.id for pair in recall.losses] == ["q32"]
    # Of the 2¹³ ways to turn 13 questions around, 2 × (1 + 13) have one question or none against the rest.
    assert recall.p == 2 * (1 + 13) / 2**13
    assert recall.adjusted_p >= recall.p
    assert by_name["words"].verdict == "no clear difference"
    assert {each.measure.name: each.verdict for each in compare(after, before)}["nugget_recall"] == "worse"
    told = {each["measure"]: each for each in differences_as_json(compare(before, after))}
    assert told["nugget_recall"]["losses"][0]["after"] == {"value": 0.0, "why": "0 of 1; lacks right"}


def test_a_question_that_one_run_refused_is_unpaired_where_a_refusal_has_no_value(tmp_path: Path) -> None:
    before = of_plain(tmp_path / "a", "right", "right", "right")
    after = of_plain(tmp_path / "b", "right", "", "right")
    by_name = {each.measure.name: each for each in compare(before, after)}
    assert (len(by_name["words"].pairs), by_name["words"].unpaired) == (2, 1)
    assert (len(by_name["nugget_recall"].pairs), by_name["nugget_recall"].unpaired) == (3, 0)


def test_runs_over_different_questions_are_not_compared(tmp_path: Path) -> None:
    before, after = of_plain(tmp_path / "a", "right", "right"), of_plain(tmp_path / "b", "right", questions=1)
    with pytest.raises(InputError, match=r"can't be compared: their gold questions differ: 1 only in a \(q1\)$"):
        compare(before, after)
    other = [gold_question("q0", "Who else?"), gold_question("q1", "Who?", nuggets=[{"accepted": ["right"]}])]
    record(tmp_path / "c", other, [], None)
    with pytest.raises(InputError, match=r"differ: 1 changed \(q0\)$"):
        compare(before, scored(tmp_path / "c", partial=True))
    turned = [before.run.gold[1], before.run.gold[0]]
    record(tmp_path / "d", turned, [], None)
    with pytest.raises(InputError, match="their gold questions differ: they are in another order"):
        compare(before, scored(tmp_path / "d", partial=True))
    others = [gold_question(f"z{n}", "Who?", nuggets=[{"accepted": ["right"]}]) for n in range(40)]
    record(tmp_path / "e", others, [], None)
    with pytest.raises(InputError) as raised:
        compare(before, scored(tmp_path / "e", partial=True))
    assert raised.value.message == (
        "the runs can't be compared: their gold questions differ: 2 only in a (q0, q1), 40 only in e (z0, z1, z2, …)"
    )
