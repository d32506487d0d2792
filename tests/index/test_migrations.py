import json
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select

import dateline.index.migrations
from dateline.index.answers import answers_citing
from dateline.index.archive import Archive
from dateline.index.conversations import StoredTurn, add_turn, turns_of
from dateline.index.database import FILE_NAME, SCHEMA_VERSION, open_database
from dateline.index.errors import ArchiveVersionError, StorageError
from dateline.index.flags import Flag
from dateline.index.schema import cited_articles, metadata
from dateline.index.search import Searcher
from tests.articles import FAKE, NOW, opened, record, take_in


def configured() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(next(iter(dateline.index.migrations.__path__)))))
    return config


def test_the_schema_version_is_the_newest_migration() -> None:
    config = configured()
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
    assert {name for name, sql in made.items() if "WITHOUT ROWID" in sql} == {"story_bands", "cited", "turns"}
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
        "import sys; from pathlib import Path; import alembic.command; from dateline.index.database import open_database\n"
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
        with closing(Archive(home, create=True)) as archive:
            assert archive.counts().articles == 0


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    Archive(tmp_path, create=True).close()
    before = (tmp_path / FILE_NAME).read_bytes()
    Archive(tmp_path).close()
    assert (tmp_path / FILE_NAME).read_bytes() == before


ALM = "The river Alm rose by two metres on Monday."
STORED: dict[str, str] = {
    "ans_claims": json.dumps(
        {
            "status": "answered",
            "question": "How far did the Alm rise?",
            "claims": [
                {"citations": [{"article_id": "alm", "passage_id": "alm:2:0"}]},
                {"citations": [{"article_id": "a:b", "passage_id": "a:b:1:12"}, {"passage_id": "alm:2:7"}]},
            ],
            "disagreements": [{"positions": [{"citations": [{"passage_id": "ferry:3:0"}]}]}],
            "sources": [{"article_id": "alm"}, {"article_id": "a:b"}, {"article_id": "ferry"}, {"article_id": "alm"}],
        }
    ),
    "ans_older": json.dumps(
        {"claims": [{"citations": [{"passage_id": "alm:1:0"}]}], "sources": [{"article_id": "alm"}]}
    ),
    "ans_vague": json.dumps(
        {"claims": [{"citations": [{"passage_id": "alm:?:0"}]}], "sources": [{"article_id": "alm"}]}
    ),
    "ans_refused": json.dumps(
        {"sources": [], "refusal": {"nearest": [{"article_id": "alm", "passage_id": "alm:1:0"}]}}
    ),
    "ans_broken": '{"sources": [{"article_id": "alm"',
    "ans_list": "[1, 2]",
    "ans_deep": "[" * 100_000,
    "ans_odd": json.dumps(
        {"claims": {"citations": 3}, "disagreements": [7, {"positions": None}], "sources": [None, {}]}
    ),
}


def first_archive(home: Path) -> None:
    """An archive as the first migration left it: an article with two revisions, and answers."""
    home.mkdir()
    engine = create_engine(f"sqlite+pysqlite:///{home / FILE_NAME}")
    config = configured()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(home / FILE_NAME)) as database, database:
        database.execute("INSERT INTO facts VALUES ('id', 'abc'), ('encoder', 'initials')")
        database.execute("INSERT INTO articles (id, current_revision, story_id) VALUES ('alm', 2, 'alm')")
        for number, text in enumerate((ALM, ALM.replace("two", "three")), start=1):
            database.execute(
                "INSERT INTO revisions (id, article_id, number, fingerprint, text, language, basis, removed, ingested)"
                " VALUES (?, 'alm', ?, ?, ?, 'en', '{}', '[]', '2021-09-01T12:00:00+00:00')",
                (number, number, f"f{number}", text),
            )
            database.execute(
                'INSERT INTO passages (revision_id, number, start, "end", sentences) VALUES (?, 0, 0, ?, ?)',
                (number, len(text), json.dumps([[0, len(text)]])),
            )
            vector = FAKE.encode_document([text])[0].astype("<f2").tobytes()
            database.execute("INSERT INTO embeddings VALUES (?, ?)", (number, vector))
            database.execute("INSERT INTO changes (kind, revision_id) VALUES ('added', ?)", (number,))
        for answer_id, answer in STORED.items():
            database.execute("INSERT INTO answers VALUES (?, '2021-09-01T12:00:00+00:00', ?)", (answer_id, answer))


def test_an_archive_of_the_first_schema_is_brought_here(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first_archive(home)
    with opened(home) as archive:
        rows = archive.rows(select(cited_articles).order_by(cited_articles.c.answer_id, cited_articles.c.article_id))
        assert [tuple(row.values()) for row in rows] == [
            ("ans_claims", "a:b", 1),
            ("ans_claims", "alm", 2),
            ("ans_claims", "ferry", 3),
            ("ans_older", "alm", 1),
            ("ans_vague", "alm", None),
        ]
        assert {answer_id: archive.answer(answer_id) for answer_id in STORED} == STORED
        assert archive.article("alm").article.corrects is None
        assert archive.article("alm", 1).article.text == ALM
        (best,) = Searcher(archive, FAKE).search("river Alm").passages
        assert (best.passage.id, best.passage.text) == ("alm:2:0", ALM.replace("two", "three"))

        turn = StoredTurn("How far?", "How far did the Alm rise?", "ans_older", NOW)
        add_turn(archive, "conv_1", turn)
        assert turns_of(archive, "conv_1") == [turn]
        assert take_in(archive, record("mended", "It was two metres after all.", corrects="alm")).added == 1
        corrected = Flag("corrected", "alm", by="mended")
        assert [(answer.id, answer.question, answer.flags) for answer in answers_citing(archive, "alm")] == [
            ("ans_claims", "How far did the Alm rise?", (corrected,)),
            (
                "ans_older",
                None,
                (Flag("revised", "alm", detail="revision 1 is cited, 2 is the current one"), corrected),
            ),
            ("ans_vague", None, (corrected,)),
        ]


def test_more_old_answers_than_are_read_at_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first_archive(home)
    with closing(sqlite3.connect(home / FILE_NAME)) as database, database:
        database.executemany(
            "INSERT INTO answers VALUES (?, '2021-09-01T12:00:00+00:00', ?)",
            [(f"ans_{n:05}", STORED["ans_older"]) for n in range(1_203)],
        )
    with opened(home) as archive:
        assert len(archive.rows(select(cited_articles).where(cited_articles.c.article_id == "alm"))) == 1_203 + 3


def test_a_migration_that_fails_leaves_the_archive_as_it_was(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first_archive(home)
    with closing(sqlite3.connect(home / FILE_NAME)) as database, database:
        database.execute("CREATE TABLE cited (x)")  # in the way
    with pytest.raises(StorageError):
        Archive(home)
    with closing(sqlite3.connect(home / FILE_NAME)) as database, database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        database.execute("DROP TABLE cited")
    with opened(home) as archive:
        assert len(answers_citing(archive, "alm")) == 3
