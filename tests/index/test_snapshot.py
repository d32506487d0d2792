import json
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.archive import Archive
from index.encoder import InitialsEncoder
from index.errors import ConflictError, StorageError
from index.search import Searcher, SearchResult
from index.snapshot import DamagedSnapshotError, current_folder, read_manifest, write_snapshot
from tests.articles import FAKE, news, opened, record, take_in

ABOUT = {"archive_id": "a1", "encoder": "e1"}


def write(home: Path, sequence: int, content: str = "x") -> Path:
    def fill(folder: Path) -> None:
        (folder / "deep").mkdir()
        (folder / "deep" / "one").write_text(content)
        (folder / "deep" / ".lock").write_text("")

    return write_snapshot(home, sequence=sequence, fill=fill, **ABOUT)


def test_a_new_snapshot_takes_the_place_of_the_old(tmp_path: Path) -> None:
    assert current_folder(tmp_path) is None
    first = write(tmp_path, 3)
    assert current_folder(tmp_path) == first
    second = write(tmp_path, 5)
    assert current_folder(tmp_path) == second
    assert not first.exists()
    manifest = read_manifest(second, **ABOUT)
    assert manifest.sequence == 5
    # sha256 of "x"
    assert manifest.files == {"deep/one": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}


def test_one_that_fails_half_way_leaves_the_old_in_force(tmp_path: Path) -> None:
    first = write(tmp_path, 3)

    def fill(folder: Path) -> None:
        (folder / "one").write_text("x")
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="disk is full"):
        write_snapshot(tmp_path, sequence=4, fill=fill, **ABOUT)
    assert current_folder(tmp_path) == first
    assert read_manifest(first, **ABOUT).sequence == 3
    assert [path for path in (tmp_path / "indexes").iterdir() if path.is_dir()] == [first]


@pytest.mark.parametrize("other", [{"archive_id": "a2", "encoder": "e1"}, {"archive_id": "a1", "encoder": "e2"}])
def test_it_belongs_to_one_archive_and_encoder(tmp_path: Path, other: dict[str, str]) -> None:
    with pytest.raises(DamagedSnapshotError, match="another archive or encoder"):
        read_manifest(write(tmp_path, 3), **other)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 1, "surprise": 2}', '"text"'])
def test_a_manifest_that_is_none(tmp_path: Path, content: str) -> None:
    folder = write(tmp_path, 3)
    (folder / "manifest.json").write_text(content)
    with pytest.raises(DamagedSnapshotError, match="manifest"):
        read_manifest(folder, **ABOUT)


def test_one_of_another_format(tmp_path: Path) -> None:
    folder = write(tmp_path, 3)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": 0}))
    with pytest.raises(DamagedSnapshotError, match="format 0"):
        read_manifest(folder, **ABOUT)


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def segment(folder: Path) -> Path:
    return next(file for file in sorted((folder / "words").iterdir()) if file.suffix == ".term")


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "vectors missing": (lambda folder: (folder / "vectors.faiss").unlink(), "its file vectors.faiss is missing"),
    "vectors truncated": (lambda folder: truncate(folder / "vectors.faiss"), "its file vectors.faiss is damaged"),
    "vectors flipped": (lambda folder: flip(folder / "vectors.faiss"), "its file vectors.faiss is damaged"),
    "words missing": (lambda folder: shutil.rmtree(folder / "words"), "is missing"),
    "segment missing": (lambda folder: segment(folder).unlink(), "is missing"),
    "segment truncated": (lambda folder: truncate(segment(folder)), "is damaged"),
    "segment flipped": (lambda folder: flip(segment(folder)), "is damaged"),
    "meta flipped": (lambda folder: flip(folder / "words" / "meta.json"), "is damaged"),
    "manifest missing": (lambda folder: (folder / "manifest.json").unlink(), "manifest is missing or unreadable"),
    "manifest truncated": (lambda folder: truncate(folder / "manifest.json"), "manifest is missing or unreadable"),
    "folder missing": (shutil.rmtree, "manifest is missing or unreadable"),
    "pointer empty": (lambda folder: (folder.parent / "CURRENT").write_text(""), "manifest is missing or unreadable"),
    "pointer not text": (lambda folder: (folder.parent / "CURRENT").write_bytes(b"\xff\xfe"), "manifest is missing or unreadable"),
    "pointer with a null": (lambda folder: (folder.parent / "CURRENT").write_bytes(b"a\0b"), "manifest is missing or unreadable"),
}  # fmt: skip


@pytest.fixture
def stocked(archive: Archive) -> Archive:
    """An archive of six articles in three runs, one of them withdrawn from search by a revision."""
    take_in(archive, record("a", news(1)), record("b", news(2)), record("c", news(3, 90)))
    take_in(archive, record("d", news(4)), record("e", news(5), language="de"))
    take_in(archive, record("a", news(6)))
    return archive


def results(searcher: Searcher) -> Iterator[SearchResult]:
    for words in ("Beavers dug again", " ".join(news(2).split()[:4]), " ".join(news(5).split()[:4])):
        yield searcher.search(words, limit=50)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_noticed_and_rebuilt(
    stocked: Archive, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = list(results(Searcher(stocked, FAKE)))
    assert any(ranked.bm25 is not None and ranked.cosine is None for ranked in before[2].passages)
    folder = current_folder(stocked.home)
    assert folder is not None
    do, message = DAMAGE[damage]
    do(folder)
    with caplog.at_level(logging.WARNING, "index.search"):
        searcher = Searcher(stocked, FAKE)
    (logged,) = [entry.getMessage() for entry in caplog.records if entry.name == "index.search"]
    assert message in logged
    assert "it is rebuilt from the archive" in logged
    assert list(results(searcher)) == before
    renewed = current_folder(stocked.home)
    assert renewed is not None
    assert (
        read_manifest(renewed, archive_id=stocked.fact("id") or "", encoder="initials").sequence == stocked.sequence()
    )
    caplog.clear()
    assert list(results(Searcher(stocked, FAKE))) == before
    assert not caplog.records


def test_no_indexes_at_all_are_made_again(stocked: Archive) -> None:
    before = list(results(Searcher(stocked, FAKE)))
    shutil.rmtree(stocked.home / "indexes")
    assert list(results(Searcher(stocked, FAKE))) == before


def test_a_snapshot_of_another_archive_is_not_used(
    stocked: Archive, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = list(results(Searcher(stocked, FAKE)))
    with opened(tmp_path / "other") as other:
        take_in(other, *(record(f"x{n}", news(n + 50)) for n in range(9)))
    shutil.rmtree(stocked.home / "indexes")
    shutil.copytree(tmp_path / "other" / "indexes", stocked.home / "indexes")
    assert list(results(Searcher(stocked, FAKE))) == before
    assert "another archive or encoder" in caplog.text


def test_a_snapshot_that_is_ahead_of_the_archive_is_not_used(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    """As when the database alone is put back as it was: its numbers will be given out again."""
    take_in(archive, record("a", news(1)))
    archive.close()
    kept = {file.name: file.read_bytes() for file in archive.home.iterdir() if file.name.startswith("archive.sqlite3")}
    take_in(archive, record("b", news(2)), record("c", news(3)))
    archive.close()
    for name, content in kept.items():
        (archive.home / name).write_bytes(content)
    found = Searcher(archive, FAKE).search(news(2), limit=9)
    assert [ranked.passage.article.id for ranked in found.passages] == ["a"]
    assert "is of a later archive" in caplog.text
    take_in(archive, record("d", news(4)))
    found = Searcher(archive, FAKE).search(" ".join(news(4).split()[:9]), limit=9)
    assert [ranked.passage.article.id for ranked in found.passages] == ["d", "a"]


def test_another_encoder_is_refused(stocked: Archive) -> None:
    other = InitialsEncoder()
    other.name = "other"
    with pytest.raises(ConflictError, match="made with the encoder initials, not other"):
        Searcher(stocked, other)
