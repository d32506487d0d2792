import sqlite3
import subprocess
import sys
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from dateline.index.database import FILE_NAME, for_writing, open_database, storage_errors
from dateline.index.errors import BusyError, NotFoundError, StorageError


def test_no_archive_and_none_to_be_made(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no archive in") as caught:
        open_database(tmp_path / "home", create=False)
    assert "dateline ingest" in caught.value.hint
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "content", [b"This is a letter, not an archive. " * 500, b"\0" * 9000, b"SQLite format 3\0" + b"x" * 9000]
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(StorageError, match="damaged or not an archive") as caught:
        open_database(tmp_path, create=True)
    assert "restore" in caught.value.hint
    assert (tmp_path / FILE_NAME).read_bytes() == content


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StorageError, match="can't be"):
        open_database(tmp_path / "home", create=True)


@pytest.mark.parametrize("name", ["what?mode=ro", "a%20b", "a#b"])
def test_a_home_of_any_name(tmp_path: Path, name: str) -> None:
    open_database(tmp_path / name, create=True).dispose()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / FILE_NAME).stat().st_size > 0
    open_database(tmp_path / name, create=False).dispose()


def test_as_many_connections_as_are_wanted(tmp_path: Path) -> None:
    engine = open_database(tmp_path, create=True)
    with ExitStack() as stack:
        for _ in range(64):
            assert stack.enter_context(engine.connect()).execute(text("SELECT count(*) FROM facts")).scalar() == 0
    engine.dispose()


def test_a_broken_constraint_is_no_damage(tmp_path: Path) -> None:
    engine = open_database(tmp_path, create=True)
    with pytest.raises(IntegrityError), storage_errors("the archive"), for_writing(engine).begin() as writer:
        writer.execute(text("INSERT INTO facts VALUES ('a', 'b'), ('a', 'c')"))
    engine.dispose()


def test_every_connection_is_durable_and_checks_keys(tmp_path: Path) -> None:
    engine = open_database(tmp_path, create=True)
    with engine.connect() as connection:
        values = {
            pragma: connection.execute(text(f"PRAGMA {pragma}")).scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys")
        }
    engine.dispose()
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    engine = open_database(tmp_path, create=True)
    with suppress(ZeroDivisionError), for_writing(engine).begin() as connection:
        connection.execute(text("INSERT INTO facts VALUES ('a', 'b')"))
        raise ZeroDivisionError
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM facts")).scalar() == 0
    engine.dispose()


def test_a_reader_sees_one_moment_while_another_writes(tmp_path: Path) -> None:
    engine = open_database(tmp_path, create=True)
    count = text("SELECT count(*) FROM facts")
    with engine.connect() as reader:
        assert reader.execute(count).scalar() == 0
        with for_writing(engine).begin() as writer:
            writer.execute(text("INSERT INTO facts VALUES ('a', 'b')"))
        assert reader.execute(count).scalar() == 0
    with engine.connect() as reader:
        assert reader.execute(count).scalar() == 1
    engine.dispose()


def test_a_locked_database_is_busy(tmp_path: Path) -> None:
    engine = open_database(tmp_path, create=True)
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with engine.connect() as mine:
            mine.exec_driver_sql("PRAGMA busy_timeout = 10")
            with pytest.raises(BusyError, match="locked") as caught, storage_errors("the archive"):
                mine.exec_driver_sql("INSERT INTO facts VALUES ('a', 'b')")
        other.execute("ROLLBACK")
    engine.dispose()
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("number", "message"),
    [(28, "disk is full"), (122, "disk is full"), (13, "Permission denied"), (5, "can't be written or read")],
)
def test_operating_system_errors_are_said_in_our_words(number: int, message: str) -> None:
    with pytest.raises(StorageError, match=message) as caught, storage_errors("the archive"):
        raise OSError(number, "Permission denied" if number == 13 else "No luck")
    assert caught.value.hint


def test_two_processes_may_make_it_at_once(tmp_path: Path) -> None:
    program = "import sys; from pathlib import Path; from dateline.index.database import open_database as o; o(Path(sys.argv[1]), create=True)"
    started = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) for _ in range(3)]
    assert [process.wait(300) for process in started] == [0, 0, 0]
    open_database(tmp_path, create=False).dispose()
