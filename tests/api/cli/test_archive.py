"""`dateline articles`, `status`, `backup` and `restore`, and errors that have nothing to do with models."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import text

from dateline.index.archive import Archive
from dateline.index.database import FILE_NAME
from dateline.index.errors import ArchiveVersionError, ConflictError, InputError, NotFoundError
from dateline.index.search import Searcher
from tests.api.conftest import NOW, CommandLine
from tests.articles import FAKE, record, take_in


def out_json(result: Result) -> Any:
    """What a command printed for machines."""
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_list(bare: CommandLine, archive: Archive) -> None:
    listed = bare("articles", "list")
    assert listed.exit_code == 0
    assert listed.stdout.splitlines() == [
        "bridge  date unknown — Harbor Post — Ziegel bridge shut",
        "chess  20 Aug 2021 — Harbor Post — Quist wins",
        "river  5 Aug 2021 — Larkfield Gazette — Alm rises",
    ]
    assert listed.stderr == ""


def test_list_goes_on_with_its_cursor(bare: CommandLine, archive: Archive) -> None:
    first = bare("articles", "list", "--limit", "1")
    assert first.stdout.startswith("bridge ")
    words = first.stderr.split()
    assert words[:2] == ["more:", "--cursor"]
    second = out_json(bare("articles", "list", "--cursor", words[2], "--json"))
    assert [a["id"] for a in second["articles"]] == ["chess", "river"]
    assert second["next_cursor"] is None


def test_list_with_filters(bare: CommandLine, archive: Archive) -> None:
    def ids(*options: str) -> list[str]:
        return [a["id"] for a in out_json(bare("articles", "list", "--json", *options))["articles"]]

    assert ids("--from", "2021-08-20") == ["chess"]
    assert ids("--to", "5 August 2021") == ["river"]
    assert ids("--as-of", "2021-08-19") == ["river"]
    assert ids("--outlet", "harbor post") == ["bridge", "chess"]
    assert ids("--article", "river", "--article", "bridge") == ["bridge", "river"]
    assert ids("--language", "de") == []


def test_show(bare: CommandLine, archive: Archive) -> None:
    shown = bare("articles", "show", "river").stdout
    assert shown.startswith("Alm rises\n")
    assert "outlet     Larkfield Gazette  (from: metadata)" in shown
    assert "byline     unknown\n" in shown
    assert re.search(r"revision   1, ingested 2021-09-01T12:00:00\+00:00\n", shown)
    assert re.search(r"revision   2, ingested 2021-09-01T12:00:00\+00:00 \(current, shown\)\n", shown)
    assert "The river Alm rose by three metres on Monday." in shown
    older = bare("articles", "show", "river", "--revision", "1").stdout
    assert "rose by two metres" in older
    assert "(shown)" in older


def test_show_what_was_kept_out(bare: CommandLine, archive: Archive) -> None:
    furniture = "The council met on Friday and raised the fee for boats.\n\nSign up for our newsletter\n\nIt was late."
    take_in(archive, record("council", furniture))
    article = out_json(bare("articles", "show", "council", "--json"))
    assert [line["text"] for line in article["removed"]] == ["Sign up for our newsletter"]
    assert "newsletter" not in article["text"]
    assert (
        f"line 3, {article['removed'][0]['reason']}: Sign up for our newsletter"
        in bare("articles", "show", "council").stdout
    )


def test_withdraw(bare: CommandLine, archive: Archive) -> None:
    assert bare("articles", "withdraw", "chess").exit_code == 2  # without a reason
    withdrawn = bare("articles", "withdraw", "chess", "--reason", "never played")
    assert (withdrawn.exit_code, withdrawn.stdout) == (0, "chess is withdrawn; no answer cites it\n")
    assert archive.article("chess").withdrawn_reason == "never played"
    assert "chess" not in bare("articles", "list").stdout
    assert re.search(r"withdrawn .*: never played", bare("articles", "show", "chess").stdout)
    again = bare("articles", "withdraw", "chess", "--reason", "other")
    assert (again.exit_code, again.stdout) == (0, "chess was already withdrawn; no answer cites it\n")
    assert archive.article("chess").withdrawn_reason == "never played"


def test_withdraw_tells_how_many_answers_cite_it(bare: CommandLine, archive: Archive) -> None:
    archive.save_answer("ans_1", NOW, '{"question": "Who won?"}', cited={"chess": 1})
    where = "dateline articles show chess\n"
    once = bare("articles", "withdraw", "chess", "--reason", "never played").stdout
    assert once == f"chess is withdrawn; 1 answer cites it: {where}"
    for n in range(2, 1_202):
        archive.save_answer(f"ans_{n}", NOW, "{}", cited={"chess": 1})
    again = bare("articles", "withdraw", "chess", "--reason", "x")
    assert again.stdout == f"chess was already withdrawn; 1,201 answers cite it: {where}"
    counted = out_json(bare("articles", "withdraw", "chess", "--reason", "x", "--json"))
    assert counted == {"article_id": "chess", "withdrawn": True, "already": True, "answers": 1_201}


def test_show_lists_the_answers_that_cite_it(bare: CommandLine, archive: Archive) -> None:
    assert "Answers that cite it" not in bare("articles", "show", "river").stdout
    question = "How far did\nthe \x1b[31mAlm\u2028rise,\t\nand  when?"
    archive.save_answer("ans_1", NOW, json.dumps({"question": question, "status": "answered"}), cited={"river": 1})
    for n in range(2, 60):
        archive.save_answer(f"ans_{n:02}", NOW + timedelta(minutes=n), "no JSON", cited={"river": 2, "chess": 1})
    take_in(archive, record("mended", "The Alm rose by one metre.", corrects="river"))
    bare("articles", "withdraw", "chess", "--reason", "never\nplayed")
    lines = bare("articles", "show", "river").stdout.splitlines()
    shown = lines[lines.index("Answers that cite it") + 1 :]
    assert shown[:6] == [
        "ans_1  1 Sep 2021 — How far did the �[31mAlm rise, and when?",
        "    revised: river: revision 1 is cited, 2 is the current one",
        "    corrected: river by mended",
        "ans_02  1 Sep 2021 — unreadable",
        "    withdrawn: chess: never played",
        "    corrected: river by mended",
    ]
    assert sum(line.startswith("ans_") for line in shown) == 59
    article = out_json(bare("articles", "show", "river", "--json"))
    assert len(article["answers"]) == 59
    assert article["answers"][0]["question"] == question
    assert [flag["kind"] for flag in article["answers"][0]["flags"]] == ["revised", "corrected"]
    assert article["text"].startswith("The river Alm rose by three metres")


def test_show_which_article_it_corrects(bare: CommandLine, archive: Archive) -> None:
    take_in(archive, record("mended", "The Alm rose by one metre.", corrects="river"))
    assert "corrects   river\n" in bare("articles", "show", "mended").stdout
    corrected = bare("articles", "show", "river").stdout
    assert "corrected  by mended\n" in corrected
    assert "corrects " not in corrected


def test_what_is_not_there(bare: CommandLine, archive: Archive) -> None:
    for words in (["show", "nobody"], ["withdraw", "nobody", "--reason", "x"]):
        result = bare("articles", *words)
        assert result.exit_code == NotFoundError.exit_code
        assert result.stderr == "error: there is no article 'nobody'\nhint: dateline articles list shows all of them.\n"


@pytest.mark.parametrize("words", [["status"], ["articles", "list"], ["ask", "Who?"], ["backup", "x.zip"]])
def test_no_archive(bare: CommandLine, words: list[str]) -> None:
    result = bare(*words)
    assert result.exit_code == NotFoundError.exit_code
    assert result.stderr.startswith(f"error: there is no archive in {bare.home}\nhint: Ingest articles first")
    assert not bare.home.exists()


@pytest.mark.parametrize("limit", ["-1", "0", "1001", "many"])
def test_limit_out_of_range(bare: CommandLine, limit: str) -> None:
    result = bare("articles", "list", "--limit", limit)
    assert result.exit_code == 2
    assert (
        f"Invalid value for '--limit': {limit!r}" in result.stderr
        or f"Invalid value for '--limit': {limit} is not in" in result.stderr
    )


@pytest.mark.parametrize("date", ["20211-01-01", "2021", "soon", "03/04/2021"])
@pytest.mark.parametrize("option", ["--from", "--to", "--as-of"])
def test_what_is_no_date(bare: CommandLine, option: str, date: str) -> None:
    for command in (["articles", "list"], ["ask", "Who?"]):
        result = bare(*command, option, date)
        assert result.exit_code == 2
        assert f"Invalid value for '{option}': '{date}' can't be read as a date" in result.stderr


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "the question is empty"),
        ("?!…", "the question has no words in it"),
        ("x" * 100_000, "the question has 100,000 characters, more than 2,000"),
    ],
)
def test_what_is_no_question(bare: CommandLine, question: str, message: str) -> None:
    result = bare("ask", question)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {message}\nhint: ")


def test_filters_that_contradict_each_other(bare: CommandLine) -> None:
    for command in (["ask", "Who?"], ["articles", "list"]):
        result = bare(*command, "--from", "2021-08-02", "--to", "2021-08-01")
        assert result.exit_code == 2
        assert "the filters contradict each other" in result.stderr


def test_wrong_setting_is_named(bare: CommandLine) -> None:
    result = bare("status", device="tpu")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: a setting can't be used: DATELINE_DEVICE=tpu")


def test_archive_of_a_newer_version(bare: CommandLine, archive: Archive) -> None:
    with archive.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for words in (["status"], ["ask", "Who?"], ["articles", "list"], ["backup", str(bare.home.parent / "b.zip")]):
        result = bare(*words)
        assert result.exit_code == ArchiveVersionError.exit_code
        assert "9999" in result.stderr
        assert "hint: Upgrade Dateline" in result.stderr


def test_error_that_nobody_foresaw(bare: CommandLine, archive: Archive) -> None:
    with archive.engine.begin() as connection:
        connection.execute(text("UPDATE revisions SET basis = 'no JSON'"))
    result = bare("articles", "list")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: something went wrong inside Dateline (JSONDecodeError)\nhint: ")
    assert "Traceback" not in result.stderr
    assert isinstance(bare("--debug", "articles", "list").exception, json.JSONDecodeError)


def test_status(bare: CommandLine, archive: Archive) -> None:
    found = out_json(bare("status", "--json"))
    assert found["home"] == str(bare.home)
    nothing = dict.fromkeys(("withdrawn", "embargoed", "answers"), 0)
    assert found["counts"] == {"articles": 3, "passages": 3, "stories": 3, **nothing}
    assert found["encoder"] == "initials"
    assert (found["sequence"], found["lag"], found["trouble"]) == (5, 0, None)
    assert found["snapshot"] == f"{archive.fact('id')}-5"
    assert found["archive_bytes"] >= (bare.home / FILE_NAME).stat().st_size
    assert found["index_bytes"] == sum(f.stat().st_size for f in (bare.home / "indexes").rglob("*") if f.is_file())
    assert found["cache_bytes"] == 0
    assert "articles  3 in 3 stories; 0 withdrawn\n" in bare("status").stdout


def test_status_tells_how_far_the_indexes_are_behind(bare: CommandLine, archive: Archive) -> None:
    bare("articles", "withdraw", "chess", "--reason", "x")
    found = out_json(bare("status", "--json"))
    assert (found["counts"]["articles"], found["counts"]["withdrawn"]) == (2, 1)
    assert (found["sequence"], found["lag"]) == (6, 1)
    assert "1 change behind" in bare("status").stdout
    next((bare.home / "indexes").glob("words/*.term")).write_bytes(b"")
    assert ".term is damaged" in out_json(bare("status", "--json"))["trouble"]
    assert "rebuilt at the next search" in bare("status").stdout


def test_backup_and_restore(bare: CommandLine, archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "news.zip"
    made = out_json(bare("backup", str(file), "--json"))
    assert made == {"file": str(file), "articles": 3, "sequence": 5, "bytes": file.stat().st_size}
    again = bare("backup", str(file))
    assert again.exit_code == ConflictError.exit_code
    assert bare("backup", str(file), "--force").exit_code == 0

    elsewhere = CommandLine(tmp_path / "other" / "home", bare.cache)
    assert out_json(elsewhere("restore", str(file), "--json"))["articles"] == 3
    assert elsewhere("articles", "list").stdout == bare("articles", "list").stdout
    assert elsewhere("articles", "show", "river", "--revision", "1").stdout.count("two metres") == 1
    occupied = elsewhere("restore", str(file))
    assert occupied.exit_code == ConflictError.exit_code
    assert "is not empty" in occupied.stderr


def test_restore_of_a_damaged_backup(bare: CommandLine, archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "news.zip"
    bare("backup", str(file))
    file.write_bytes(file.read_bytes()[:-100])
    elsewhere = CommandLine(tmp_path / "other", bare.cache)
    result = elsewhere("restore", str(file))
    assert result.exit_code == InputError.exit_code
    assert "is damaged or not a Dateline backup" in result.stderr
    assert not elsewhere.home.exists()


def test_restored_archive_is_searchable(bare: CommandLine, archive: Archive, tmp_path: Path) -> None:
    bare("backup", str(tmp_path / "b.zip"))
    elsewhere = CommandLine(tmp_path / "other", bare.cache)
    elsewhere("restore", str(tmp_path / "b.zip"))
    restored = Archive(elsewhere.home)
    for query in ("river Alm", "Vera Quist"):
        here = Searcher(archive, FAKE).search(query).passages
        there = Searcher(restored, FAKE).search(query).passages
        assert [(p.passage.id, p.score, p.passage.text) for p in there] == [
            (p.passage.id, p.score, p.passage.text) for p in here
        ]
    restored.close()


def test_reader_of_a_pipe_who_has_seen_enough(bare: CommandLine, archive: Archive) -> None:
    for i in range(40):
        take_in(archive, record(f"long-{i}", f"Report number {i} says a word. " * 3, title="word " * 500))
    run = subprocess.run(
        f"{sys.executable} -m dateline articles list | head -n 1",
        shell=True,
        cwd=Path(__file__).parents[3],
        env={"DATELINE_HOME": str(bare.home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith("bridge ")
    assert run.stderr == ""


def test_help_names_every_command(bare: CommandLine) -> None:
    shown = bare("--help").stdout
    for command in ("ingest", "ask", "articles", "status", "backup", "restore", "serve", "encoder"):
        assert re.search(rf"^  {command} ", shown, re.MULTILINE)
    assert bare("--version").stdout.startswith("dateline ")


def test_way_of_ask_loads_nothing_heavy() -> None:
    heavy = ["openai", "torch", "sentence_transformers", "transformers", "fastapi", "alembic", "uvicorn", "trafilatura"]
    program = (
        "import sys, api.cli.main, api.asking, api.compose, api.settings, api.render, api.terminal, rag.answerer, index.search,"
        f" index.archive, index.encoder_export; print([m for m in {heavy!r} if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"
