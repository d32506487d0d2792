"""`dateline eval` from end to end: a run over an archive, its scores, report and comparison, and what goes wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dateline.api.cli import eval_options
from dateline.api.cli.main import cli
from dateline.api.settings import Settings
from dateline.eval.formats.plain import PlainPrediction
from dateline.eval.recorded import record
from dateline.eval.run import Plan, gold_text, run
from dateline.index.archive import Archive
from dateline.index.errors import ConflictError, InputError, NotFoundError, RemoteError
from tests.api.conftest import CommandLine
from tests.eval.runs import GOLD, clock, evidence, gold_question, plan, run_into, system
from tests.scripted_llm import Reply, in_turn, scripted_llm


def evaluate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["eval", *map(str, arguments)])


@pytest.fixture
def made(archive: Archive, tmp_path: Path) -> Path:
    """A run's folder."""
    run_into(tmp_path / "made", archive)
    return tmp_path / "made"


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    file = tmp_path / "gold.jsonl"
    file.write_text(gold_text(GOLD), "utf-8")
    return file


def test_the_schema_is_printed() -> None:
    result = evaluate("schema")
    assert result.exit_code == 0
    published = Path(__file__).parents[3] / "eval" / "gold" / "schema.json"
    assert result.stdout == published.read_text("utf-8")


def test_without_the_extra_it_is_said_what_to_install() -> None:
    with pytest.raises(InputError, match="are not installed: no_such_module") as caught:
        eval_options.need("json", "no_such_module")
    assert caught.value.hint == "pip install 'dateline[eval]'"


def test_a_run_is_scored_and_its_files_written(made: Path) -> None:
    result = evaluate("score", made)
    assert result.exit_code == 0, result.output
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert rows[1][0] == "passed"
    assert rows[1][2].startswith("0.750 [")
    assert {file.name for file in made.iterdir()} >= {"scores.json", "scores.csv", "scores.md"}
    as_json = evaluate("score", made, "--json")
    assert json.loads(as_json.stdout) == json.loads((made / "scores.json").read_text("utf-8"))


def test_a_gate_that_is_not_met_exits_with_1(made: Path) -> None:
    met = evaluate("score", made, "--gate", "passed>=0.2")
    assert (met.exit_code, met.stdout.splitlines()[-1].split(": ")[0]) == (0, "gate met")
    failed = evaluate("score", made, "--gate", "passed>=0.2,passed>=0.7")
    assert failed.exit_code == 1
    assert "gate NOT met: passed>=0.7: 0.750 [" in failed.stderr
    assert evaluate("score", made, "--gate", "past>=0.7").exit_code == InputError.exit_code
    assert evaluate("score", made, "--gate", "passed=1").exit_code == InputError.exit_code


def test_the_report_is_one_file(made: Path, tmp_path: Path) -> None:
    assert evaluate("report", made).exit_code == 0
    assert "<h1>3 of 4 questions pass</h1>" in (made / "report.html").read_text("utf-8")
    assert evaluate("report", made, "--out", tmp_path / "r.html").stdout == f"{tmp_path / 'r.html'}\n"


def test_two_runs_are_compared_side_by_side(tmp_path: Path) -> None:
    gold = [gold_question(f"q{n}", f"Who is {n}?", nuggets=[{"accepted": ["right"]}]) for n in range(12)]
    for name, text in (("a", "wrong"), ("b", "right")):
        record(tmp_path / name, gold, [PlainPrediction(id=each.id, text=text) for each in gold], None)
    result = evaluate("compare", tmp_path / "a", tmp_path / "b")
    assert result.exit_code == 0, result.output
    row = next(line.split("\t") for line in result.stdout.splitlines() if line.startswith("nugget_recall\t"))
    assert row[1:4] == ["0.000", "1.000", "+1.000 [+1.000, +1.000]"]
    assert row[6] == "better"
    assert "nugget_recall: 12 better in B" in result.stdout
    assert "A wrong  (0 of 1; lacks right)" in result.stdout
    assert "B right  (1 of 1)" in result.stdout
    assert "… and 7 more; --all shows them" in result.stdout
    assert "more; --all" not in evaluate("compare", tmp_path / "a", tmp_path / "b", "--all").stdout
    told = {
        each["measure"]: each
        for each in json.loads(evaluate("compare", tmp_path / "a", tmp_path / "b", "--json").stdout)
    }
    assert told["nugget_recall"]["verdict"] == "better"
    gated = evaluate("compare", tmp_path / "b", tmp_path / "a", "--gate", "nugget_recall>=0.5")
    assert gated.exit_code == 1


def test_the_history_is_oldest_first(archive: Archive, made: Path, tmp_path: Path) -> None:
    run_into(tmp_path / "later", archive)
    result = evaluate("history", tmp_path / "later", made)
    assert [line.split("\t")[0] for line in result.stdout.splitlines()] == ["run", "made", "later"]
    assert json.loads(evaluate("history", made, "--json").stdout)[0]["commit"] == "0123abcd"


def test_a_run_that_is_not_whole_is_not_scored_as_one(archive: Archive, tmp_path: Path) -> None:
    record(tmp_path / "run", GOLD, [PlainPrediction(id="q1", text="seven")], None)
    result = evaluate("score", tmp_path / "run")
    assert result.exit_code == InputError.exit_code
    assert "q2 has no answer: no prediction" in result.stderr
    partial = evaluate("score", tmp_path / "run", "--partial")
    assert partial.exit_code == 0
    assert "run is partial: 3 of 4 questions have no answer" in partial.stderr
    compared = evaluate("compare", tmp_path / "run", tmp_path / "run", "--partial")
    assert compared.stderr.count("run is partial: 3 of 4 questions have no answer") == 2
    assert evaluate("score", tmp_path).exit_code == NotFoundError.exit_code


def test_a_judge_that_fails_in_the_middle_is_said_so(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = json.loads((made / "answers.jsonl").read_text("utf-8").splitlines()[0])["answer"]
    asked = 3 * len(first["claims"])  # faithfulness, citation recall and citation precision
    script = in_turn(*[Reply("SUPPORTED")] * asked, Reply("Who knows?"))
    with scripted_llm(script) as server:
        monkeypatch.setenv("DATELINE_LLM_BASE_URL", server.base_url)
        monkeypatch.setenv("DATELINE_LLM_MODEL", "scripted")
        result = evaluate("score", made, "--judge", "llm", "--gate", "passed>=0.2,faithfulness>=0.1")
    assert result.exit_code == 1
    assert "made: on 2 of 4 questions the judge failed: llm: scripted says neither SUPPORTED nor" in result.stderr
    assert "gate met: passed>=0.2" in result.stdout
    assert "gate NOT met: faithfulness>=0.1: the judge failed at 2 questions" in result.stderr
    assert "**The judge failed at 2 questions;" in (made / "scores.md").read_text("utf-8")
    assert list(json.loads((made / "scores.json").read_text("utf-8"))["unjudged"]) == ["q2", "q4"]


def test_predictions_are_taken_from_a_file(gold_file: Path, tmp_path: Path) -> None:
    said = tmp_path / "said.jsonl"
    said.write_text('{"id": "q1", "text": "seven"}\n')
    result = evaluate("run", "--gold", gold_file, "--predictions", said, "--out", tmp_path / "run", "--limit", "1")
    assert (result.exit_code, result.stdout) == (0, f"1 of 1 questions have an answer, in {tmp_path / 'run'}\n")
    result = evaluate("run", "--gold", gold_file, "--predictions", said, "--out", tmp_path / "more")
    assert result.exit_code == 1
    assert f"3 have none; {said} doesn't have them" in result.stderr
    assert evaluate("run", "--gold", gold_file, "--predictions", said, "--url", "x", "--out", tmp_path).exit_code == 2


def test_a_server_that_is_not_there_is_said_so(gold_file: Path, tmp_path: Path) -> None:
    result = evaluate("run", "--gold", gold_file, "--url", "http://127.0.0.1:9", "--out", tmp_path / "run")
    assert result.exit_code == RemoteError.exit_code
    assert "does not answer" in result.stderr


def test_a_run_goes_on_with_the_moment_at_which_it_was_begun(archive: Archive, tmp_path: Path) -> None:
    run(tmp_path / "run", Plan(GOLD, clock().replace(year=2020), None), system(archive), workers=1, now=clock)
    assert eval_options.moment_of_run(tmp_path / "run", None, clock()).year == 2020
    assert eval_options.moment_of_run(tmp_path / "new", None, plan().asked_at) == plan().asked_at
    given = eval_options.moment_of_run(tmp_path / "run", plan().asked_at.date(), clock())
    assert given.isoformat() == "2021-09-01T23:59:59+00:00"


def test_the_judge_is_measured_by_a_labelled_file(tmp_path: Path) -> None:
    rows = [
        {"task": "qa", "context": "It rose.", "response": "It rose.", "labels": []},
        {"task": "qa", "context": "It rose.", "response": "Nobody came there.", "labels": [{"start": 0, "end": 6}]},
    ]
    file = tmp_path / "labelled.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = evaluate("judge", file)
    assert result.exit_code == 0, result.output
    assert [line.split("\t")[0] for line in result.stdout.splitlines()[1:]] == [
        "words",
        "floor: length",
        "floor: unseen words",
        "floor: constant",
    ]
    assert json.loads(evaluate("judge", file, "--json").stdout)[0]["balanced_accuracy"] == 1.0


def test_a_run_over_an_archive(dateline: CommandLine, tmp_path: Path) -> None:
    samples = Path(__file__).parents[3] / "samples" / "other"
    dateline("ingest", str(samples / "saltmarsh-chess.md"), str(samples / "northgate-ferry-3.md"))
    asked = gold_question(
        "q1",
        "Who came second in the Candlemas Open?",
        nuggets=[{"accepted": ["Brandvold"]}],
        evidence=evidence("saltmarsh-chess", "Second place went to Lidia Brandvold with seven points."),
    )
    gold = tmp_path / "gold.jsonl"
    gold.write_text(gold_text([asked]), "utf-8")
    result = dateline("eval", "run", "--gold", str(gold), "--out", str(tmp_path / "run"))
    assert result.exit_code == 0, result.output
    about = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert (about["system"], about["settings"]["answer_words"]) == ("in process", 180)
    assert set(about["settings"]) == eval_options.BEARING <= set(Settings.model_fields)
    assert {name: model and model.partition("@")[0] for name, model in about["models"].items()} == {
        "encoder": "all-MiniLM-L6-v2",
        "reader": "dateline-reader",
        "support": None,
    }
    llm = {"llm_base_url": "http://127.0.0.1:9/v1", "llm_model": "nobody", "llm_api_key": "sk-secret"}
    result = dateline("eval", "run", "--gold", str(gold), "--out", str(tmp_path / "written"), **llm)
    assert result.exit_code == 0, result.output  # the reader's answers stand in
    written = (tmp_path / "written" / "run.json").read_text("utf-8")
    assert json.loads(written)["models"]["support"].startswith("dateline-support@")
    assert "sk-secret" not in written
    assert dateline("eval", "score", str(tmp_path / "run"), "--gate", "recall@5>=0.2").exit_code == 0

    # Evidence that does not stand in the archive is told before anything is asked.
    wrong = asked.model_copy(update={"id": "q2", "sources": ("no-such-article",)})
    gold.write_text(gold_text([asked, wrong]), "utf-8")
    result = dateline("eval", "run", "--gold", str(gold), "--out", str(tmp_path / "other"))
    assert result.exit_code == InputError.exit_code
    assert "line 2: there is no article 'no-such-article'" in result.stderr
    assert not (tmp_path / "other").exists()

    drafts = tmp_path / "drafts.jsonl"
    result = dateline("eval", "draft", "--out", str(drafts), "--limit", "3")
    assert result.exit_code == 0, result.output
    assert 1 <= len(drafts.read_text("utf-8").splitlines()) <= 3
    assert dateline("eval", "draft", "--out", str(drafts)).exit_code == ConflictError.exit_code
    assert dateline("eval", "run", "--gold", str(drafts), "--out", str(tmp_path / "drafted")).exit_code == 0
