"""The index on disk: kept level with the archive, noticed where it is damaged, and always what it would be made anew."""

import json
import logging
import random
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dateline.index.archive import Archive
from dateline.index.embargoes import release_due
from dateline.index.encoder import InitialsEncoder
from dateline.index.errors import BusyError, ConflictError
from dateline.index.filters import Filters
from dateline.index.index_files import LIST, erase_indexes, index_folder, index_lock, read_manifest
from dateline.index.publishing import publish
from dateline.index.purge import purge
from dateline.index.search import Searcher, SearchResult
from dateline.index.segments import MERGED
from dateline.index.writer import Writer
from tests.articles import FAKE, NOW, new_revision, news, opened, record, take_in


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def segment(folder: Path) -> Path:
    return next(file for file in sorted(folder.iterdir()) if file.suffix == ".term")


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "segment missing": (lambda folder: segment(folder).unlink(), r"is missing"),
    "segment truncated": (lambda folder: truncate(segment(folder)), r"is damaged"),
    "segment flipped": (lambda folder: flip(segment(folder)), r"is damaged"),
    "list flipped": (lambda folder: flip(folder / LIST), r"list of segments is"),
    "list truncated": (lambda folder: truncate(folder / LIST), r"list of segments is"),
    "list empty": (lambda folder: (folder / LIST).write_text(""), r"list of segments is"),
    "list not text": (lambda folder: (folder / LIST).write_bytes(b"\xff\xfe"), r"list of segments is"),
}


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
def test_a_damaged_index_is_noticed_and_made_anew(
    stocked: Archive, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = list(results(Searcher(stocked, FAKE)))
    assert any(ranked.bm25 is not None and ranked.cosine is None for ranked in before[2].passages)
    do, message = DAMAGE[damage]
    do(index_folder(stocked.home))
    with caplog.at_level(logging.WARNING, "dateline.index.publishing"):
        searcher = Searcher(stocked, FAKE)
    (logged,) = [entry.getMessage() for entry in caplog.records if entry.name == "dateline.index.publishing"]
    assert message in logged
    assert "it is rebuilt from the archive" in logged
    assert list(results(searcher)) == before
    manifest = read_manifest(index_folder(stocked.home), archive_id=stocked.fact("id") or "")
    assert manifest is not None
    assert manifest.sequence == stocked.sequence()
    caplog.clear()
    assert list(results(Searcher(stocked, FAKE))) == before
    assert not caplog.records


@pytest.mark.parametrize("part", ["", "words", f"words/{LIST}"])
def test_where_there_is_no_index_it_is_made(stocked: Archive, part: str, caplog: pytest.LogCaptureFixture) -> None:
    before = list(results(Searcher(stocked, FAKE)))
    gone = stocked.home / "indexes" / part
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    assert list(results(Searcher(stocked, FAKE))) == before
    assert not caplog.records


def test_indexes_of_an_earlier_version_are_replaced(stocked: Archive) -> None:
    """Until December 2026, `CURRENT` named a folder that was copied for each change."""
    before = list(results(Searcher(stocked, FAKE)))
    root = stocked.home / "indexes"
    snapshot = root / "000000000007-x1y2"
    (root / "words").replace(root / "moved")
    snapshot.mkdir()
    (root / "moved").replace(snapshot / "words")
    (snapshot / "vectors.faiss").write_bytes(b"IxMp")
    (snapshot / "manifest.json").write_text("{}")
    (root / "CURRENT").write_text(snapshot.name)
    assert list(results(Searcher(stocked, FAKE))) == before
    assert [path.name for path in root.iterdir()] == ["words"]


def test_an_index_of_another_archive_is_not_used(
    stocked: Archive, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = list(results(Searcher(stocked, FAKE)))
    with opened(tmp_path / "other") as other:
        take_in(other, *(record(f"x{n}", news(n + 50)) for n in range(9)))
    shutil.rmtree(stocked.home / "indexes")
    shutil.copytree(tmp_path / "other" / "indexes", stocked.home / "indexes")
    assert list(results(Searcher(stocked, FAKE))) == before
    assert "another archive" in caplog.text


def test_an_index_that_is_ahead_of_the_archive_is_not_used(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
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
    take_in(archive, record("d", news(4)))
    found = Searcher(archive, FAKE).search(" ".join(news(4).split()[:9]), limit=9)
    assert [ranked.passage.article.id for ranked in found.passages] == ["d", "a"]


def test_another_encoder_is_refused(stocked: Archive) -> None:
    other = InitialsEncoder()
    other.name = "other"
    with pytest.raises(ConflictError, match="made with the encoder initials, not other"):
        Searcher(stocked, other)


def test_an_empty_archive_has_no_index(archive: Archive) -> None:
    assert publish(archive) is None
    assert not (archive.home / "indexes").exists()


def test_one_article_writes_only_itself(archive: Archive) -> None:
    take_in(archive, *(record(f"a{n}", news(n)) for n in range(30)))
    folder = index_folder(archive.home)
    before = {file.name: file.stat().st_ino for file in folder.iterdir()}
    take_in(archive, record("new", news(99)))
    after = {file.name: file.stat().st_ino for file in folder.iterdir()}
    assert {name for name in before if after[name] != before[name]} == {LIST}
    # One segment, whose files are the fast field, field norms, postings, positions, store and terms.
    assert len(after) - len(before) == 6


def test_a_withdrawal_writes_no_segment(stocked: Archive) -> None:
    searcher = Searcher(stocked, FAKE)
    before = {file.name for file in index_folder(stocked.home).iterdir()}
    Writer(stocked).withdraw("b", "wrong", NOW)
    assert "b" not in {each.passage.article.id for each in searcher.search(news(2), limit=50).passages}
    assert {file.name for file in index_folder(stocked.home).iterdir()} == before
    manifest = read_manifest(index_folder(stocked.home), archive_id=stocked.fact("id") or "")
    assert manifest is not None
    assert manifest.sequence == stocked.sequence()


def test_what_is_level_is_not_opened_again(stocked: Archive) -> None:
    words = publish(stocked)
    assert words is not None
    assert publish(stocked, known=words) is words


def test_who_may_not_wait_gets_nothing_and_who_may_waits(stocked: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dateline.index.publishing.LOCK_WAIT_SECONDS", 0.1)
    known = publish(stocked)
    with Writer(stocked) as writer:
        writer.add([new_revision("x", "Xylophones.")], NOW)
    with index_lock(stocked.home):
        assert publish(stocked, known=known, wait=False) is None
        with pytest.raises(BusyError, match="writing the indexes"):
            publish(stocked, known=known)
        assert publish(stocked, sequence=stocked.sequence() - 1, known=known) is known  # nothing is to be written
    words = publish(stocked, known=known)
    assert words is not None
    assert words.manifest.sequence == stocked.sequence()


def change(archive: Archive, rng: random.Random, n: int) -> None:
    """Add, revise, withdraw, reinstate, hold back or purge one of a few articles."""
    name = f"a{rng.randrange(8)}"
    known = {row.article.id for row in archive.list_articles(Filters())}
    match rng.randrange(12):
        case 0 if name in known:
            Writer(archive).withdraw(name, "wrong", NOW)
        case 1 if (archive.counts().withdrawn, name in known) == (1, False):
            Writer(archive).withdraw(rng.choice(sorted(known)), "wrong", NOW) if known else None
        case 2 if name in known and n % 4 == 0:
            purge(archive, name, "order", NOW, redact=lambda *_: None, as_asked=str)
        case 3:
            take_in(archive, record(f"held{n}", news(n), embargo="2021-09-03"))
        case 4:
            release_due(archive, NOW + timedelta(days=5))
        case 5:
            take_in(archive, record(f"de{n}", news(n), language="de"))
        case _:
            take_in(archive, record(name, f"{news(n, 3)} {news(n % 5)}", outlet=f"Outlet {n % 3}"), now=NOW)


@pytest.mark.parametrize("seed", range(2))
def test_grown_by_many_changes_it_finds_what_it_would_find_made_anew(archive: Archive, seed: int) -> None:
    """Two searchers follow, one at each change and one now and then; scores are the same to the last digit."""
    rng = random.Random(seed)
    take_in(archive, record("a0", news(0)))
    often, seldom = Searcher(archive, FAKE), Searcher(archive, FAKE)
    queries = [(" ".join(news(n % 5).split()[:6]), Filters()) for n in range(3)]
    queries += [(news(1, 1), Filters(outlets=("Outlet 1",))), (news(2, 1), Filters(as_of=NOW))]
    for n in range(1, 31):
        change(archive, rng, n)
        followed = [often.search(words, limit=99, filters=filters) for words, filters in queries]
        for found in followed:
            ids = [ranked.passage.id for ranked in found.passages]
            assert len(set(ids)) == len(ids)
        if n % (MERGED + 3) == 0 or n == 30:
            assert [seldom.search(words, limit=99, filters=filters) for words, filters in queries] == followed
    erase_indexes(archive.home)
    anew = Searcher(archive, FAKE)
    assert [anew.search(words, limit=99, filters=filters) for words, filters in queries] == followed
    assert any(found.passages for found in followed)
    payload = json.loads((index_folder(archive.home) / LIST).read_text())["payload"]
    assert json.loads(payload)["manifest"]["sequence"] == archive.sequence()
