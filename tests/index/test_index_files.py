import json
from pathlib import Path

import pytest

from dateline.index.errors import BusyError
from dateline.index.index_files import (
    FORMAT,
    LIST,
    DamagedIndexError,
    Manifest,
    erase_indexes,
    index_folder,
    index_lock,
    parsed,
    read_manifest,
    sealed,
)

META = {"segments": [{"segment_id": "s1", "max_doc": 3}], "opstamp": 4}
# sha256 of "x"
FILES = {"s1.term": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}
MANIFEST = Manifest(FORMAT, "a1", 7, FILES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "s1.term").write_text("x")
    (tmp_path / LIST).write_text(sealed(META, MANIFEST))
    return tmp_path


def test_what_was_sealed_is_read_again(folder: Path) -> None:
    assert read_manifest(folder, archive_id="a1") == MANIFEST
    assert parsed((folder / LIST).read_text()) == (META, MANIFEST)


def test_tantivy_finds_its_own_list(folder: Path) -> None:
    assert json.loads((folder / LIST).read_text())["segments"] == META["segments"]


def test_no_index_is_no_damage(tmp_path: Path) -> None:
    assert read_manifest(tmp_path / "nothing", archive_id="a1") is None


def test_it_belongs_to_one_archive(folder: Path) -> None:
    with pytest.raises(DamagedIndexError, match="another archive"):
        read_manifest(folder, archive_id="a2")


def test_one_of_another_format(folder: Path) -> None:
    (folder / LIST).write_text(sealed(META, Manifest(FORMAT - 1, "a1", 7, FILES)))
    with pytest.raises(DamagedIndexError, match=f"format {FORMAT - 1}, not {FORMAT}"):
        read_manifest(folder, archive_id="a1")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"payload": null}', '{"payload": "{}"}', '"text"', "5"])
def test_a_list_that_is_none(folder: Path, content: str) -> None:
    (folder / LIST).write_text(content)
    with pytest.raises(DamagedIndexError, match="list of segments is unreadable"):
        read_manifest(folder, archive_id="a1")


def test_any_changed_character_of_the_list_is_noticed(folder: Path) -> None:
    text = (folder / LIST).read_text()
    for i in range(len(text)):
        (folder / LIST).write_text(text[:i] + chr(ord(text[i]) ^ 1) + text[i + 1 :])
        try:
            changed = parsed((folder / LIST).read_text())
        except DamagedIndexError:
            continue
        assert changed == (META, MANIFEST)  # only white space


def test_files_are_checked_unless_they_were(folder: Path) -> None:
    (folder / "s1.term").write_text("y")
    with pytest.raises(DamagedIndexError, match=r"its file s1\.term is damaged"):
        read_manifest(folder, archive_id="a1")
    assert read_manifest(folder, archive_id="a1", verified={"s1.term"}) == MANIFEST
    (folder / "s1.term").unlink()
    with pytest.raises(DamagedIndexError, match=r"its file s1\.term is missing"):
        read_manifest(folder, archive_id="a1")


def test_merged_while_it_is_read(folder: Path) -> None:
    """What is missing by then was merged into another file, which a new list names."""
    merged = Manifest(FORMAT, "a1", 8, {"s2.term": FILES["s1.term"]})

    class Slow(dict[str, str]):
        """File names of which the first is looked up while another process merges."""

        def __contains__(self, name: object) -> bool:
            if name == "s1.term":
                (folder / "s1.term").replace(folder / "s2.term")
                (folder / LIST).write_text(sealed(META, merged))
            return False

    assert read_manifest(folder, archive_id="a1", verified=Slow()) == merged


def test_one_writes_at_a_time(tmp_path: Path) -> None:
    with index_lock(tmp_path), pytest.raises(BusyError, match="writing the indexes"), index_lock(tmp_path, wait=0.0):
        pass
    with index_lock(tmp_path, wait=0.0):
        pass


def test_nothing_is_left_of_erased_indexes(tmp_path: Path) -> None:
    index_folder(tmp_path).mkdir(parents=True)
    (index_folder(tmp_path).parent / "more").write_text("x")
    erase_indexes(tmp_path)
    assert list(tmp_path.iterdir()) == []
    erase_indexes(tmp_path)
