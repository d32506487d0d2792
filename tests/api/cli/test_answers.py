"""`dateline answers`, `search` and `chat`: what the page does, on the terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner

from dateline.api.asking import from_json, to_json
from dateline.api.cli.main import cli
from dateline.index.archive import Archive
from tests.api.answers import ANSWER, REFUSED
from tests.api.conftest import BRIDGE, CHESS, NOW, CommandLine
from tests.articles import record, write_records

QUESTION = "Who won the chess title in nine rounds?"


def test_a_stored_answer_is_read_as_it_was_given() -> None:
    for answer in (ANSWER, REFUSED):
        assert from_json(to_json(answer)) == answer


def test_answers_are_listed_and_shown(archive: Archive, bare: CommandLine) -> None:
    archive.save_answer("ans_1", NOW, to_json(ANSWER), cited={"river": 2})
    archive.save_answer("ans_2", NOW.replace(hour=13), to_json(REFUSED), cited={})
    bare("articles", "withdraw", "river", "--reason", "mistake")
    listed = bare("answers", "list").output.splitlines()
    assert listed == [
        "ans_2  1 Sep 2021 — How far did the Alm rise? (refused)",
        "ans_1  1 Sep 2021 — How far did the Alm rise?",
        "    withdrawn: river",
    ]
    assert [one["id"] for one in json.loads(bare("answers", "list", "--limit", "1", "--json").output)] == ["ans_2"]
    shown = bare("answers", "show", "ans_1").output
    assert "The river Alm rose by three metres on Monday. [1]" in shown
    assert shown.splitlines()[-1] == "withdrawn since: river: mistake"
    assert json.loads(bare("answers", "show", "ans_1", "--json").output)["flags"][0]["kind"] == "withdrawn"
    assert bare("answers", "show", "ans_0").exit_code == 3


def test_what_is_stored_and_is_no_answer(archive: Archive, bare: CommandLine) -> None:
    archive.save_answer("ans_1", NOW, "{}", cited={})
    shown = bare("answers", "show", "ans_1")
    assert (shown.exit_code, "can't be read by this version" in shown.output) == (2, True)


def test_search_and_chat(dateline: CommandLine, tmp_path: Path) -> None:
    file = write_records(
        tmp_path / "in.jsonl",
        record("chess", CHESS, title="Quist wins", outlet="Harbor Post"),
        record("bridge", BRIDGE, title="Ziegel bridge shut", outlet="Larkfield Gazette"),
    )
    assert dateline("ingest", str(file)).exit_code == 0
    found = dateline("search", "chess title", "--limit", "1").output.splitlines()
    assert found[0] == "1. Harbor Post — Quist wins — 5 Aug 2021 — chess"
    assert found[1].startswith("    “Vera Quist won the chess title in nine rounds.")
    as_json = json.loads(dateline("search", "chess title", "--outlet", "Larkfield Gazette", "--json").output)
    assert [one["article_id"] for one in as_json["passages"]] == ["bridge"]
    assert dateline("search", "").exit_code == 2

    env = {"DATELINE_HOME": str(dateline.home), "DATELINE_CACHE": str(dateline.cache)}
    said = CliRunner().invoke(cli, ["chat"], env=env, input=f"{QUESTION}\nwhy?\n\n")
    assert said.exit_code == 0
    ids = re.findall(r"conv_[0-9a-f]{24}", said.output)
    assert len(set(ids)) == 1
    assert "Vera Quist won the chess title in nine rounds. [1]" in said.output
    assert "understood as: Why" in said.output
    again = CliRunner().invoke(cli, ["chat", "--conversation", ids[0]], env=env, input="who said that?\n")
    assert "understood as: Who said" in again.output
