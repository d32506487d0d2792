"""Nobody but its owner reads an archive, its write-ahead log, or a backup: questions give a newsroom's sources away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dateline.index.archive import Archive
from dateline.index.backup import back_up, restore
from tests.articles import NOW, opened, record, take_in


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    """The umask under which a careless program lets everybody read."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


def test_home_archive_and_backup(tmp_path: Path) -> None:
    home = tmp_path / "a" / "home"
    with closing(Archive(home, create=True)) as archive:
        take_in(archive, record("river", "The river Alm rose by two metres on Monday."))
        assert mode(home) == "0o700"
        databases = sorted(home.glob("archive.sqlite3*"))
        assert [path.name for path in databases] == ["archive.sqlite3", "archive.sqlite3-shm", "archive.sqlite3-wal"]
        assert {mode(path) for path in databases} == {"0o600"}
        back_up(archive, tmp_path / "backup.zip", now=NOW)
        assert mode(tmp_path / "backup.zip") == "0o600"
    other = tmp_path / "other"
    restore(tmp_path / "backup.zip", other)
    assert (mode(other), mode(other / "archive.sqlite3")) == ("0o700", "0o600")


def test_an_archive_that_was_open_to_all_is_closed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with opened(home):
        pass
    home.chmod(0o755)
    (home / "archive.sqlite3").chmod(0o644)
    Archive(home).close()
    assert (mode(home), mode(home / "archive.sqlite3")) == ("0o700", "0o600")
