import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from dateline.index.index_files import LIST, Manifest, parsed, read_manifest
from dateline.index.lexical_index import LexicalIndex
from dateline.index.segments import MERGED, MERGED_BELOW, _to_merge, add_segment
from dateline.index.vector_index import Hit

# Of "ba", each passage has its own number, so that no two match equally well.
TEXTS = {number: "ba " * (number % 20 + 1) + "bi " * (number // 20) for number in range(60)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of an index that is not there yet."""
    return tmp_path / "indexes" / "words"


def add(folder: Path, numbers: Iterable[int], sequence: int = 1) -> Manifest:
    return add_segment(folder, [(n, TEXTS[n]) for n in numbers], archive_id="a1", sequence=sequence)


def found(folder: Path) -> list[Hit]:
    """All passages by "ba", with their scores; the files' checksums are right."""
    assert read_manifest(folder, archive_id="a1") is not None
    return LexicalIndex(folder).search("ba", 1_000, np.ones(1_000, np.bool_))


def at_once(folder: Path, numbers: Iterable[int]) -> list[Hit]:
    """What an index finds that was made of these passages at once."""
    shutil.rmtree(folder, ignore_errors=True)
    add(folder, numbers)
    return found(folder)


def sizes(folder: Path) -> list[int]:
    meta, _ = parsed((folder / LIST).read_text())
    return sorted(segment["max_doc"] for segment in meta["segments"])


def test_added_one_by_one_it_is_the_same_as_made_at_once(folder: Path, tmp_path: Path) -> None:
    for n in range(20):
        add(folder, [n], sequence=n + 1)
        if n in (0, MERGED - 2, MERGED - 1, 19):
            assert found(folder) == at_once(tmp_path / "other", range(n + 1))
    # Each time that there were seven of one passage, the eighth became one with them.
    assert sizes(folder) == [1, 1, 1, 1, 8, 8]
    manifest = read_manifest(folder, archive_id="a1")
    assert manifest is not None
    assert manifest.sequence == 20
    assert {file.name for file in folder.iterdir() if not file.name.startswith(".")} == {LIST, *manifest.files}


def test_files_that_were_there_are_not_written_again(folder: Path) -> None:
    add(folder, range(40))
    before = {file: file.stat() for file in folder.iterdir() if file.name != LIST}
    add(folder, [40])
    for file, stat in before.items():
        assert (file.stat().st_ino, file.stat().st_mtime_ns) == (stat.st_ino, stat.st_mtime_ns)


def segments(*max_docs: int) -> list[dict[str, object]]:
    return [{"segment_id": str(n), "max_doc": size} for n, size in enumerate(max_docs)]


@pytest.mark.parametrize(
    ("there", "merged"),
    [
        ([], []),
        ([1] * 6, []),
        ([1] * 7, [1] * 7),
        ([7, 3, 1, 2, 1, 5, 1], [7, 3, 1, 2, 1, 5, 1]),
        ([8, 3, 1, 2, 1, 5, 1], []),  # 8 is of the next size
        ([8] * 7, [8] * 7),
        ([8, 63, 9, 10, 11, 12, 13, 1, 1], [8, 63, 9, 10, 11, 12, 13, 1, 1]),  # with all that are smaller
        ([64, *[1] * 7], [1] * 7),
        ([9_999] * 7, [9_999] * 7),
        ([MERGED_BELOW] * 20, []),
        ([50_000, *[5_000] * 7, 0], [*[5_000] * 7, 0]),
    ],
)
def test_what_is_merged(there: list[int], merged: list[int]) -> None:
    assert [segment["max_doc"] for segment in _to_merge(segments(*there))] == merged


def test_growing_tenfold_writes_each_passage_again_but_a_few_times() -> None:
    """By the rule alone, of ten passages a time: how many are written, and how many segments there are at the most."""
    there, written, most = segments(), 0, 0
    for _ in range(4_000):
        merged = _to_merge(there)
        there = [segment for segment in there if segment not in merged]
        size = 10 + sum(int(str(segment["max_doc"])) for segment in merged)
        there.append({"segment_id": str(written), "max_doc": size})
        written += size
        most = max(most, len(there))
    assert sum(int(str(segment["max_doc"])) for segment in there) == 40_000
    assert written < 6 * 40_000  # log₈ 4,000 = 4, and once at first
    assert most <= (MERGED - 1) * 5  # sizes of 8, 64, 512, 4,096 and more


def killed(folder: Path, at: Path, numbers: list[int]) -> Iterator[tuple[Path, bool]]:
    """The folder as a kill leaves it at each step of adding, and whether the addition was in force."""
    add_to = at / "added" / "words"
    shutil.copytree(folder, add_to)
    add(add_to, numbers)
    old, new = ({file.name for file in each.iterdir()} for each in (folder, add_to))

    def made(name: str, files: dict[str, Path]) -> Path:
        target = at / name / "words"
        target.mkdir(parents=True)
        for file, source in files.items():
            shutil.copy(source / file, target / file)
        return target

    before = dict.fromkeys(sorted(old), folder)
    moved = dict.fromkeys(sorted(new - old), add_to)
    scratch = made("scratch", before)
    shutil.copytree(add_to, scratch.parent / "tmp1")
    yield scratch, False
    yield made("half moved", before | dict(list(moved.items())[:3])), False
    yield made("moved", before | moved), False
    listed = before | moved | {LIST: add_to}
    yield made("listed", listed), True
    gone = sorted(old - new)
    yield made("half removed", {file: source for file, source in listed.items() if file not in gone[:3]}), True


@pytest.mark.parametrize("there", [3, MERGED - 1])
def test_killed_at_any_step_it_has_each_passage_once(folder: Path, tmp_path: Path, there: int) -> None:
    """With three segments, one is added; with seven, it is merged with them."""
    for n in range(there):
        add(folder, [n])
    without, after = found(folder), at_once(tmp_path / "after" / "words", range(there + 1))
    more = at_once(tmp_path / "more" / "words", range(there + 3))
    for left, is_added in killed(folder, tmp_path / "killed", [there]):
        assert found(left) == (after if is_added else without)
        add(left, range(there + is_added, there + 3))
        assert found(left) == more
        manifest = read_manifest(left, archive_id="a1")
        assert manifest is not None
        assert {file.name for file in left.iterdir() if not file.name.startswith(".")} == {LIST, *manifest.files}


def test_a_failing_disk_leaves_it_as_it_was(folder: Path) -> None:
    for n in range(MERGED - 1):
        add(folder, [n])
    before = found(folder)

    def passages() -> Iterator[tuple[int, str]]:
        yield 50, TEXTS[50]
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        add_segment(folder, passages(), archive_id="a1", sequence=2)
    assert found(folder) == before
    assert list(folder.parent.iterdir()) == [folder]


def test_who_has_it_open_goes_on_while_it_is_merged(folder: Path) -> None:
    for n in range(MERGED - 1):
        add(folder, [n])
    before, index = found(folder), LexicalIndex(folder)
    add(folder, [30])
    assert sizes(folder) == [MERGED]
    assert index.search("ba", 1_000, np.ones(1_000, np.bool_)) == before


def test_where_files_cannot_be_linked_they_are_copied(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    for n in range(MERGED):
        add(folder, [n])
    assert sizes(folder) == [MERGED]
    assert found(folder) == at_once(tmp_path / "other", range(MERGED))


def test_nothing_to_add_moves_only_the_sequence(folder: Path) -> None:
    first = add(folder, [1], sequence=1)
    second = add(folder, [], sequence=2)
    assert (second.sequence, second.files) == (2, first.files)
    assert read_manifest(folder, archive_id="a1") == second


def test_an_index_of_nothing(folder: Path) -> None:
    add(folder, [])
    assert found(folder) == []
    add(folder, [3])
    assert [hit.number for hit in found(folder)] == [3]
