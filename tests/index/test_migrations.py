import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import index.migrations
from index.archive import Archive
from index.database import FILE_NAME, SCHEMA_VERSION, open_database
from index.errors import ArchiveVersionError
from index.schema import metadata
from tests.articles import opened, record, take_in


def test_the_schema_version_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(next(iter(index.migrations.__path__)))))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA_VERSION


def test_migrations_make_the_tables_that_the_code_expects(tmp_path: Path) -> None:
    engine = open_database(tmp_path, create=True)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        # What Alembic does not compare: AUTOINCREMENT, WITHOUT ROWID.
        made: dict[str, str] = dict(
            tuple(row) for row in connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        )
    engine.dispose()
    assert {name for name, sql in made.items() if "AUTOINCREMENT" in sql} == {"passages", "changes"}
    assert {name for name, sql in made.items() if "WITHOUT ROWID" in sql} == {"story_bands"}
    assert set(made) - {"alembic_version", "sqlite_sequence"} == set(metadata.tables)


def test_an_archive_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    open_database(tmp_path, create=True).dispose()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(ArchiveVersionError, match=f"schema 9999, this Dateline knows schemas up to {SCHEMA_VERSION}"):
        open_database(tmp_path, create=False)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_an_empty_file_becomes_an_archive(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()
    with opened(tmp_path) as archive:
        assert take_in(archive, record("a", "A bridge was shut on Tuesday.")).added == 1


def test_killed_during_the_first_migration_it_still_opens(tmp_path: Path) -> None:
    """Eight times, at random moments while one archive after the other is made; the last one is cut off."""
    program = (
        "import sys; from pathlib import Path; import alembic.command; from index.database import open_database\n"
        "print('go', flush=True)\n"
        "for n in range(1000): open_database(Path(sys.argv[1]) / str(n), create=True)"
    )
    rng = random.Random(11)
    for run in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / str(run))], stdout=subprocess.PIPE
        ) as made:
            assert made.stdout is not None
            assert made.stdout.readline() == b"go\n"
            time.sleep(rng.uniform(0.0, 0.2))
            made.kill()
    homes = list(tmp_path.glob("*/*"))
    assert len(homes) >= 8
    for home in homes:
        with opened(home) as archive:
            assert archive.counts().articles == 0


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    Archive(tmp_path, create=True).close()
    before = (tmp_path / FILE_NAME).read_bytes()
    Archive(tmp_path).close()
    assert (tmp_path / FILE_NAME).read_bytes() == before
