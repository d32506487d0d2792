"""Backups: one moment of an archive in use, whole or not at all, and back."""

import json
import os
import sqlite3
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from dateline.index.archive import Archive
from dateline.index.backup import FORMAT, MANIFEST, Backup, back_up, restore
from dateline.index.conversations import StoredTurn, add_turn
from dateline.index.database import FILE_NAME, SCHEMA_VERSION
from dateline.index.errors import ArchiveVersionError, BusyError, ConflictError, InputError, NotFoundError, StorageError
from dateline.index.filters import NO_FILTERS
from dateline.index.search import Searcher
from dateline.index.writer import Writer
from tests.articles import FAKE, NOW, news, opened, record, take_in


@pytest.fixture
def full(archive: Archive) -> Archive:
    """An archive of three articles, one of them withdrawn, and an answer in a conversation."""
    take_in(archive, *(record(f"a{i}", news(i)) for i in range(3)))
    with Writer(archive) as writer:
        writer.withdraw("a1", "wrong", NOW)
    archive.save_answer("ans_1", NOW, '{"id": "ans_1"}', cited={})
    add_turn(archive, "conv_1", StoredTurn("Why?", "Why did the Alm rise?", "ans_1", NOW))
    return archive


def rows(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    database = sqlite3.connect(file)
    try:
        names = [
            name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        return {name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr) for name in names}
    finally:
        database.close()


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file under a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_everything_comes_back(full: Archive, tmp_path: Path) -> None:
    made = back_up(full, tmp_path / "b.zip", now=NOW)
    assert made.articles == 3
    assert made.sequence == full.sequence() == 4
    assert (made.archive_id, made.schema, made.created) == (
        full.fact("id"),
        SCHEMA_VERSION,
        "2021-09-01T12:00:00+00:00",
    )
    assert restore(tmp_path / "b.zip", tmp_path / "new" / "home") == made
    assert rows(tmp_path / "new" / "home" / FILE_NAME) == rows(full.home / FILE_NAME)
    with opened(tmp_path / "new" / "home") as restored:
        assert restored.counts() == full.counts()
        assert restored.answer("ans_1") == '{"id": "ans_1"}'
        assert restored.article("a1").withdrawn_reason == "wrong"


def test_backup_leaves_nothing_else(full: Archive, tmp_path: Path) -> None:
    before = snapshot(full.home)
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(full, folder / "b.zip", now=NOW)
    assert [path.name for path in folder.iterdir()] == ["b.zip"]
    assert set(snapshot(full.home)) == set(before)


def test_backup_of_one_moment_while_a_writer_goes_on(archive: Archive, tmp_path: Path) -> None:
    """Each commit adds one article; a backup must hold a whole number of commits, and everything acknowledged before it."""
    take_in(archive, record("first", news(1_000)))
    acknowledged = [1]
    done = threading.Event()

    def write() -> None:
        with opened(archive.home) as other:
            for i in range(40):
                take_in(other, record(f"a{i}", news(i)))
                acknowledged[0] += 1
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    made: list[tuple[int, Backup]] = []
    while not done.is_set():
        before = acknowledged[0]
        made.append((before, back_up(archive, tmp_path / f"{len(made)}.zip", now=NOW)))
    writer.join()
    assert any(1 < backup.articles < 41 for _, backup in made)
    assert all(before <= backup.articles <= 41 for before, backup in made)
    for i in range(0, len(made), max(1, len(made) // 4)):
        backup = made[i][1]
        home = tmp_path / f"home{i}"
        restore(tmp_path / f"{i}.zip", home)
        with opened(home) as restored:
            assert restored.counts().articles == backup.articles
            assert restored.sequence() == backup.sequence == backup.articles
            result = Searcher(restored, FAKE).search("anything at all", limit=100)
            assert len({passage.passage.article.id for passage in result.passages}) == backup.articles


def test_existing_file_is_kept_unless_asked(full: Archive, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_bytes(b"older")
    with pytest.raises(ConflictError, match="exists already"):
        back_up(full, file, now=NOW)
    assert file.read_bytes() == b"older"
    back_up(full, file, now=NOW, replace=True)
    assert zipfile.is_zipfile(file)


def test_damaged_archive_does_not_replace_a_good_backup(full: Archive, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    back_up(full, file, now=NOW)
    good = file.read_bytes()
    take_in(full, *(record(f"b{i}", news(100 + i, sentences=60)) for i in range(20)))
    home = full.home
    full.close()
    pages = (home / FILE_NAME).stat().st_size // 4096
    with (home / FILE_NAME).open("r+b") as database:  # pages in the middle: none of a table's first ones
        database.seek(pages // 2 * 4096)
        database.write(os.urandom(10 * 4096))
    with opened(home) as damaged, pytest.raises(StorageError, match=r"damaged|could not be copied"):
        back_up(damaged, file, now=NOW, replace=True)
    assert file.read_bytes() == good


def test_no_folder_for_the_backup(full: Archive, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no folder"):
        back_up(full, tmp_path / "nowhere" / "b.zip", now=NOW)


def test_no_backup_to_restore(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        restore(tmp_path / "b.zip", tmp_path / "home")
    assert not (tmp_path / "home").exists()


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(bytes(data))


def other_bytes(file: Path) -> None:
    file.write_bytes(b"no zip at all")


def rewritten(file: Path, change: Callable[[dict[str, object]], None], database: bytes | None = None) -> None:
    """The backup with its manifest changed, and with another database inside."""
    with zipfile.ZipFile(file) as old:
        manifest, content = json.loads(old.read(MANIFEST)), old.read(FILE_NAME)
    change(manifest)
    with zipfile.ZipFile(file, "w") as new:
        new.writestr(MANIFEST, json.dumps(manifest))
        new.writestr(FILE_NAME, content if database is None else database)


def exchanged(file: Path) -> None:
    rewritten(file, lambda manifest: None, b"another database")


def no_manifest(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as new:
        new.writestr(FILE_NAME, b"x")


def odd_manifest(file: Path) -> None:
    rewritten(file, lambda manifest: manifest.update(surprise=1))


@pytest.mark.parametrize("damage", [cut, flip, other_bytes, exchanged, no_manifest, odd_manifest])
@pytest.mark.parametrize("replace", [False, True])
def test_damaged_backup_changes_nothing(
    full: Archive, tmp_path: Path, damage: Callable[[Path], None], replace: bool
) -> None:
    file = tmp_path / "b.zip"
    back_up(full, file, now=NOW)
    damage(file)
    home = tmp_path / "home2"
    if replace:
        with opened(home) as other:
            take_in(other, record("own", news(7)))
    before = snapshot(home)
    with pytest.raises(InputError, match="is damaged or not a Dateline backup"):
        restore(file, home, replace=replace)
    after = snapshot(home)
    after.pop("writer.lock", None)
    before.pop("writer.lock", None)
    assert after == before
    assert home.exists() == replace


@pytest.mark.parametrize("newer", [{"format": FORMAT + 1}, {"schema": "9999"}])
def test_backup_of_a_newer_version(full: Archive, tmp_path: Path, newer: dict[str, object]) -> None:
    file = tmp_path / "b.zip"
    back_up(full, file, now=NOW)
    rewritten(file, lambda manifest: manifest.update(newer))
    with pytest.raises(ArchiveVersionError, match="newer Dateline"):
        restore(file, tmp_path / "home2")
    assert not (tmp_path / "home2").exists()


def test_home_that_is_not_empty(full: Archive, tmp_path: Path) -> None:
    back_up(full, tmp_path / "b.zip", now=NOW)
    home = tmp_path / "home2"
    home.mkdir()
    (home / "lost+found").mkdir()
    (home / "letter.txt").write_text("mine")
    with pytest.raises(ConflictError, match="is not empty"):
        restore(tmp_path / "b.zip", home)
    (home / "letter.txt").unlink()
    assert restore(tmp_path / "b.zip", home).articles == 3


def test_replacing_an_archive_brings_back_the_old_state(archive: Archive, tmp_path: Path) -> None:
    """The indexes stood at a later change of the same archive; were they kept, new passages would lack their words."""
    take_in(archive, record("old", news(1)))
    back_up(archive, tmp_path / "b.zip", now=NOW)
    take_in(archive, *(record(f"later{i}", news(10 + i)) for i in range(5)))
    home = archive.home
    archive.close()
    restore(tmp_path / "b.zip", home, replace=True)
    assert {path.name for path in home.iterdir()} <= {FILE_NAME, "writer.lock", "index.lock", "in.jsonl"}
    with opened(home) as restored:
        assert [s.article.id for s in restored.list_articles(NO_FILTERS)] == ["old"]
        take_in(restored, *(record(f"new{i}", news(20 + i)) for i in range(5)))
        searcher = Searcher(restored, FAKE)
        for i in range(5):
            article = restored.article(f"new{i}").article
            assert searcher.search(article.text, limit=1).passages[0].passage.article.id == f"new{i}"


def test_replacing_an_archive_in_use(full: Archive, tmp_path: Path) -> None:
    back_up(full, tmp_path / "b.zip", now=NOW)
    take_in(full, record("later", news(50)))
    with Writer(full), pytest.raises(BusyError, match="writing"):
        restore(tmp_path / "b.zip", full.home, replace=True)
    with full.engine.connect() as reader:
        reader.execute(text("SELECT 1"))
        with pytest.raises(BusyError, match="in use"):
            restore(tmp_path / "b.zip", full.home, replace=True)
    assert full.counts().articles == 3
    assert Searcher(full, FAKE).search(news(50)).passages[0].passage.article.id == "later"


def test_replacing_an_archive_beyond_reading(full: Archive, tmp_path: Path) -> None:
    back_up(full, tmp_path / "b.zip", now=NOW)
    home = full.home
    full.close()
    (home / FILE_NAME).write_bytes(b"\0" * 100_000)
    (home / f"{FILE_NAME}-wal").write_bytes(b"left behind")
    restore(tmp_path / "b.zip", home, replace=True)
    with opened(home) as restored:
        assert restored.counts().articles == 2


def test_backup_of_an_empty_archive(archive: Archive, tmp_path: Path) -> None:
    made = back_up(archive, tmp_path / "b.zip", now=NOW)
    assert (made.archive_id, made.sequence, made.articles) == (None, 0, 0)
    restore(tmp_path / "b.zip", tmp_path / "home2")
    with opened(tmp_path / "home2") as restored:
        assert restored.counts().articles == 0
