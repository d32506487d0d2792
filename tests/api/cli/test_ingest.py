"""`dateline ingest` and `ask` with the real encoder: progress, problems, stopping, and answers over the samples."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dateline.api.cli.ingest import SHOWN
from dateline.index.archive import Archive
from dateline.index.database import FILE_NAME
from dateline.index.errors import BusyError, ConflictError, EncoderError, InputError, ReaderError, StorageError
from dateline.index.writer import Writer
from tests.api.conftest import CHESS, RIVER, CommandLine
from tests.articles import SAMPLES, news, record, write_records

ROOT = Path(__file__).parents[3]


def environment(dateline: CommandLine) -> dict[str, str]:
    """For `dateline` as a process of its own."""
    return os.environ | {
        "DATELINE_HOME": str(dateline.home),
        "DATELINE_CACHE": str(dateline.cache),
        "PYTHONPATH": str(ROOT),
    }


def many(file: Path, count: int) -> Path:
    """A file of so many short articles, each a passage."""
    return write_records(file, *(record(f"n{i:05}", news(i, sentences=1)) for i in range(count)))


def test_tables_orders_of_dates_and_what_there_is_to_know(dateline: CommandLine, tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    german = "Die Brücke über den Fluss bleibt nach Angaben der Stadt bis zum Herbst für den Verkehr gesperrt. " * 2
    rows = [f'1,03/04/2021,"{RIVER}"', f'2,05/04/2021,"{CHESS}\n\nShare this article"', f'3,05/04/2021,"{german}"']
    table.write_text("nr,tag,inhalt\n" + "\n".join(rows) + "\n")
    kill = tmp_path / "kill.json"
    kill.write_text(json.dumps({"id": "1", "status": "killed"}))
    columns = "id=nr,published=tag,text=inhalt"
    result = dateline("ingest", str(table), str(kill), "--columns", columns, "--date-order", "dmy", "--verbose")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "3 added, 0 revised, 0 unchanged, 0 skipped, 0 failed",
        "1 article withdrawn by the provider",
        "1 article in languages that the models don't read (de 1): found by their words only",
        "1 line of page furniture removed",
    ]
    assert "2:3: share bar: Share this article" in result.stderr
    assert "'1' was withdrawn: its provider has taken it back (status killed)." in result.stderr
    shown = dateline("articles", "show", "2")
    assert "2021-04-05" in shown.stdout
    wrong = dateline("ingest", str(table), "--columns", "nr=id")
    assert wrong.exit_code == 2
    assert "the fields are text, id, title" in wrong.stderr


def test_what_is_wrong_is_listed(dateline: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.md").write_text(f"---\nid: river\npublished: 20211-08-05\n---\n\n{RIVER}\n")
    (folder / "b.md").write_text("")
    (folder / "c.jsonl").write_text(json.dumps(record("chess", CHESS)) + "\n{\n" + json.dumps({"id": "x"}) + "\n")
    (folder / "d.rtf").write_text("{}")
    result = dateline("ingest", str(folder), str(tmp_path / "missing"))
    assert result.exit_code == 1
    assert result.stdout == "2 added, 0 revised, 0 unchanged, 0 skipped, 4 failed\n"
    errors, warnings = result.stderr.split("warnings, stored anyway")
    assert errors.startswith("errors, not stored (4):\n")
    for where in ("b.md: ", "c.jsonl:2: ", "c.jsonl:3: "):
        assert f"  {folder}/{where}" in errors
    assert f"  {tmp_path}/missing: There is no such file" in errors
    assert warnings.startswith(" (2):\n")
    assert f"  {folder}/a.md: " in warnings
    assert "20211-08-05" in warnings
    assert ".rtf skipped" in warnings

    again = dateline("ingest", str(folder / "a.md"))
    assert (again.exit_code, again.stdout) == (0, "0 added, 0 revised, 1 unchanged, 0 skipped, 0 failed\n")


def test_summary_for_machines(dateline: CommandLine, tmp_path: Path) -> None:
    file = write_records(tmp_path / "in.jsonl", record("river", RIVER), {"id": "empty", "text": ""})
    result = dateline("ingest", str(file), "--json")
    assert result.exit_code == 1
    assert result.stderr == ""
    summary: dict[str, Any] = json.loads(result.stdout)
    problems = summary.pop("problems")
    assert summary == {
        "added": 1,
        "revised": 0,
        "unchanged": 0,
        "kept_out": 0,
        "failed": 1,
        "withdrawn": 0,
        "passages": 1,
        "removed": 0,
        "removed_lines": [],
        "unread_languages": {},
        "embargoed": 0,
        "stopped": False,
    }
    assert [(p["path"], p["line"], p["severity"]) for p in problems] == [(str(file), 2, "error")]


def test_long_lists_are_abridged(dateline: CommandLine, tmp_path: Path) -> None:
    file = write_records(
        tmp_path / "in.jsonl", *(record(f"a{i}", news(i), published="someday") for i in range(SHOWN + 2))
    )
    result = dateline("ingest", str(file))
    assert result.exit_code == 0
    assert f"warnings, stored anyway ({SHOWN + 2}):" in result.stderr
    assert result.stderr.count("'someday'") == SHOWN
    assert "… and 2 more; --verbose lists them all" in result.stderr
    write_records(file, *(record(f"b{i}", news(50 + i), published="someday") for i in range(SHOWN + 2)))
    assert dateline("ingest", str(file), "--verbose").stderr.count("'someday'") == SHOWN + 2


def test_nothing_there_opens_nothing(bare: CommandLine, tmp_path: Path) -> None:
    result = bare("ingest", str(tmp_path / "missing"))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: there is no such file or folder: {tmp_path}/missing\n")
    assert not bare.home.exists()


def test_second_writer_is_sent_away(dateline: CommandLine, archive: Archive, tmp_path: Path) -> None:
    file = write_records(tmp_path / "in.jsonl", record("new", RIVER))
    with Writer(archive):
        result = dateline("ingest", str(file))
    assert result.exit_code == BusyError.exit_code
    assert "another process is writing" in result.stderr
    assert archive.counts().articles == 3


def test_archive_of_another_encoder(dateline: CommandLine, archive: Archive, tmp_path: Path) -> None:
    file = write_records(tmp_path / "in.jsonl", record("new", RIVER))
    for words in (["ingest", str(file)], ["ask", "Who won?"]):
        result = dateline(*words)
        assert result.exit_code == ConflictError.exit_code
        assert "the archive was made with the encoder initials, not all-MiniLM-L6-v2" in result.stderr
    assert archive.counts().articles == 3


def test_encoder_that_is_none(bare: CommandLine, tmp_path: Path) -> None:
    file = write_records(tmp_path / "in.jsonl", record("new", RIVER))
    (tmp_path / "model").mkdir()
    result = bare("ingest", str(file), encoder=str(tmp_path / "model"))
    assert result.exit_code == EncoderError.exit_code
    assert f"{tmp_path / 'model'} holds no model" in result.stderr


def test_reader_that_is_none(dateline: CommandLine, tmp_path: Path) -> None:
    file = write_records(tmp_path / "in.jsonl", record("new", RIVER))
    (tmp_path / "model").mkdir()
    reader = str(tmp_path / "model")
    assert dateline("ingest", str(file), reader=reader).exit_code == 0  # needs none
    result = dateline("ask", "Who won?", reader=reader)
    assert (result.exit_code, result.stdout) == (ReaderError.exit_code, "")
    assert f"{tmp_path / 'model'} holds no model" in result.stderr


def test_words_that_no_answer_can_have(bare: CommandLine) -> None:
    result = bare("ask", "Who won?", answer_words="7")
    assert result.exit_code == InputError.exit_code
    assert "DATELINE_ANSWER_WORDS=7: " in result.stderr


def test_exported_encoder_is_used_where_it_lies(dateline: CommandLine, encoder_cache: Path, tmp_path: Path) -> None:
    (exported,) = (about.parent for about in encoder_cache.glob("*/encoder.json"))
    file = write_records(tmp_path / "in.jsonl", record("chess", CHESS))
    assert dateline("ingest", str(file)).exit_code == 0
    bare = CommandLine(dateline.home, tmp_path / "nothing")
    asked = bare("ask", "Who won the chess title in nine rounds?", encoder=str(exported))
    assert "Vera Quist won the chess title in nine rounds. [1]" in asked.stdout
    assert not list(bare.cache.rglob("encoder.json"))


def test_export_keeps_its_hands_off_other_files(bare: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    result = bare("encoder", "export", str(tmp_path))
    assert result.exit_code == 2
    assert "contains other files" in result.stderr
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_export(bare: CommandLine, tmp_path: Path, encoder_cache: Path) -> None:
    result = bare("encoder", "export", str(tmp_path / "deep" / "encoder"))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(f"the encoder is in {tmp_path}/deep/encoder;")
    (cached,) = (about.parent for about in encoder_cache.glob("*/encoder.json"))
    made = json.loads((tmp_path / "deep" / "encoder" / "encoder.json").read_text())
    assert made == json.loads((cached / "encoder.json").read_text())


def test_interrupted_run_goes_on_where_it_was(dateline: CommandLine, tmp_path: Path) -> None:
    total = 1_600
    # Of a few words each: what takes the time is to encode them.
    file = write_records(tmp_path / "in.jsonl", *(record(f"n{i:05}", f"Ferry {i} sailed.") for i in range(total)))
    run = subprocess.Popen(
        [sys.executable, "-m", "dateline", "ingest", str(file)],
        cwd=ROOT,
        env=environment(dateline),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while stored(dateline.home) == 0:
        assert run.poll() is None, run.communicate()
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=300)
    assert run.returncode == 130, err
    kept = stored(dateline.home)
    assert 0 < kept < total
    if (
        "error" not in err and "\nstopped" not in err
    ):  # as it is where the machine is too busy to finish writing in time
        assert f"{kept:,} added" in out
        assert f"stopped after {kept:,} articles; run the same command again to continue" in out
    assert "stopping; what is being written is finished" in err
    assert "Traceback" not in err

    summary = json.loads(dateline("ingest", str(file), "--json").stdout)
    assert (summary["unchanged"], summary["added"], summary["stopped"]) == (kept, total - kept, False)
    assert stored(dateline.home) == total


def stored(home: Path) -> int:
    """How many articles are on disk, seen from outside."""
    if not (home / FILE_NAME).is_file():
        return 0
    connection = sqlite3.connect(home / FILE_NAME)
    try:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.OperationalError:  # not migrated yet
        return 0
    finally:
        connection.close()


def test_disk_that_fills_up(dateline: CommandLine, tmp_path: Path) -> None:
    dateline.home.mkdir()
    mount = f"mount -t tmpfs -o size=2m tmpfs {dateline.home}"
    if (
        not shutil.which("unshare")
        or subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True, check=False).returncode
    ):
        pytest.skip("mounting a small disk is not permitted here")
    file = many(tmp_path / "in.jsonl", 1_100)
    script = f'{mount} && "$0" -m dateline ingest {file}; echo "rc=$?"; "$0" -m dateline status --json'
    run = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, sys.executable],
        cwd=ROOT,
        env=environment(dateline),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    verdict, _, status = run.stdout.partition("\n")
    assert verdict == f"rc={StorageError.exit_code}", run.stderr
    assert "error: the disk is full" in run.stderr
    assert "Traceback" not in run.stderr
    said = next(line for line in run.stderr.splitlines() if line.startswith("stopped after "))
    acknowledged = int(said.split()[2].replace(",", ""))
    assert acknowledged > 0
    assert json.loads(status)["counts"]["articles"] == acknowledged


def test_a_read_only_home(dateline: CommandLine, tmp_path: Path) -> None:
    """It is searched and asked as any other; answers aren't stored, and what writes says why it can't."""
    file = write_records(tmp_path / "in.jsonl", record("chess", "Vera Quist won the chess title in nine rounds."))
    assert dateline("ingest", str(file)).exit_code == 0
    home = dateline.home
    mount = f"mount --bind {home} {home} && mount -o remount,bind,ro {home}"
    if (
        not shutil.which("unshare")
        or subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True, check=False).returncode
    ):
        pytest.skip("mounting a folder read-only is not permitted here")
    commands = (
        '"$0" -m dateline status',
        '"$0" -m dateline ask "Who won the chess title?" --json',
        '"$0" -m dateline articles withdraw chess --reason x; echo "rc=$?"',
    )
    run = subprocess.run(
        ["unshare", "-rm", "sh", "-c", " && ".join([mount, *commands]), sys.executable],
        cwd=ROOT,
        env=environment(dateline),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    *status, answer, withdrawn = run.stdout.splitlines()
    assert status[1].startswith("articles  1 in 1 stories"), run.stderr
    assert (json.loads(answer)["status"], json.loads(answer)["stored"]) == ("answered", False)
    assert f"{home} is read-only: the answer is not stored" in run.stderr
    assert withdrawn == f"rc={StorageError.exit_code}"
    assert "error: the archive can't be" in run.stderr
    assert "Traceback" not in run.stderr


def test_answers_over_the_samples(dateline: CommandLine) -> None:
    folders = [str(SAMPLES / name) for name in ("2015", "2021", "other")]
    taken = dateline("ingest", *folders)
    assert taken.exit_code == 0, taken.stderr
    question = "Why did the Taliban shift to cities?"

    printed = dateline("ask", question)
    assert printed.exit_code == 0, printed.stderr
    assert printed.stdout.startswith(f"{question}\n\n")
    assert "\x1b" not in printed.stdout
    assert "[1] " in printed.stdout
    assert re.search(r"^\[1\] .+ — .+ — \d{1,2} [A-Z][a-z]{2} 20\d\d — https://\S+$", printed.stdout, re.MULTILINE)

    answer = json.loads(dateline("ask", question, "--json", "--asked-at", "2021-08-09").stdout)
    assert (answer["status"], answer["asked_at"]) == ("answered", "2021-08-09T23:59:59Z")
    assert 0 < answer["confidence"] <= 1
    assert answer["receipt"]["reader"]
    archive = Archive(dateline.home)
    try:
        assert json.loads(archive.answer(answer["id"])) == answer
        assert archive.counts().answers == 2
        for claim in answer["claims"]:
            assert claim["citations"]
            for citation in claim["citations"]:
                span = citation["source_span"]
                article = archive.article(citation["article_id"]).article
                assert article.text[span["start"] : span["end"]] == citation["quote"]
    finally:
        archive.close()

    earlier = json.loads(dateline("ask", question, "--json", "--as-of", "2015-12-31").stdout)
    assert earlier["sources"]
    assert all(source["published"] < "2016" for source in earlier["sources"])
    only = json.loads(dateline("ask", question, "--json", "--outlet", "tamarind tribune").stdout)
    assert {source["outlet"] for source in only["sources"]} == {"Tamarind Tribune"}

    refused = dateline("ask", "Who discovered penicillin?")
    assert refused.exit_code == 0
    assert "\nNo answer: " in refused.stdout


def test_cold_ask_is_one_process_away(dateline: CommandLine, tmp_path: Path) -> None:
    file = write_records(tmp_path / "in.jsonl", record("chess", CHESS))
    assert dateline("ingest", str(file)).exit_code == 0
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "dateline", "ask", "Who won the chess title in nine rounds?"],
        cwd=ROOT,
        env=environment(dateline),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Vera Quist won the chess title in nine rounds. [1]" in run.stdout
    loaded = {line.rpartition("|")[2].strip() for line in run.stderr.splitlines() if line.startswith("import time:")}
    assert "dateline.index.search" in loaded
    heavy = {
        "openai",
        "torch",
        "sentence_transformers",
        "transformers",
        "fastapi",
        "alembic",
        "uvicorn",
        "trafilatura",
        "langchain_text_splitters",
    }
    assert loaded & heavy == set()
