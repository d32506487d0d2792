import itertools
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from dateline.index.archive import Archive
from dateline.index.article import Article, Passage, Span
from dateline.index.errors import BusyError, ConflictError, NotFoundError
from dateline.index.filters import Filters
from dateline.index.search import Searcher
from dateline.index.writer import NewRevision, Writer
from tests.articles import FAKE, NOW, new_revision, news, opened, record, take_in

LATER = datetime(2021, 9, 2, tzinfo=UTC)


def found(searcher: Searcher, words: str) -> list[str]:
    """Ids of the articles in which the words were found, the best first."""
    ranked = searcher.search(words, limit=100).passages
    return list(dict.fromkeys(r.passage.article.id for r in ranked if r.bm25 is not None))


def withdraw(archive: Archive, article_id: str, reason: str = "wrong") -> None:
    with Writer(archive) as writer:
        writer.withdraw(article_id, reason, LATER)


def test_added_unchanged_revised(archive: Archive) -> None:
    first, second = record("a", f"Xylophones. {news(1)}"), record("a", f"Zeppelins. {news(2)}")
    reports = [take_in(archive, each) for each in (first, first, second, second, first)]
    assert [(r.added, r.revised, r.unchanged) for r in reports] == [
        (1, 0, 0),
        (0, 0, 1),
        (0, 1, 0),
        (0, 0, 1),
        (0, 1, 0),
    ]
    assert archive.article("a").revision == 3
    searcher = Searcher(archive, FAKE)
    assert found(searcher, "xylophones") == ["a"]
    assert found(searcher, "zeppelins") == []


def test_a_revision_leaves_search_and_comes_in_at_once(archive: Archive) -> None:
    take_in(archive, record("a", f"Xylophones. {news(1)}"), record("b", news(2)))
    searcher = Searcher(archive, FAKE)
    take_in(archive, record("a", f"Zeppelins. {news(3)}"))
    assert found(searcher, "xylophones zeppelins") == ["a"]
    (best,) = (r.passage for r in searcher.search("zeppelins", limit=1).passages)
    assert (best.id, best.article.text) == ("a:2:0", f"Zeppelins. {news(3)}")


def test_unchanged_by_the_writer_itself(archive: Archive) -> None:
    """Two runs may prepare the same record; the second one to write it changes nothing."""
    new = new_revision("a", "One two.")
    with Writer(archive) as writer:
        outcomes = [writer.add([new], NOW) for _ in range(2)]
    assert outcomes == [["added"], ["unchanged"]]
    assert archive.sequence() == 1


def test_a_batch_is_stored_whole_or_not_at_all(archive: Archive) -> None:
    good = NewRevision(Article("a", "One two."), "f", (), [Passage(Span(0, 8), ())], np.eye(1, 27, dtype=np.float32))
    bad = NewRevision(Article("b", "One."), "g", (), [Passage(Span(0, 4), ())], np.eye(2, 27, dtype=np.float32))
    with Writer(archive) as writer:
        with pytest.raises(ValueError, match="zip"):
            writer.add([good, bad], NOW)
        assert archive.counts().articles == 0
        assert archive.sequence() == 0
        assert writer.add([good], NOW) == ["added"]


def test_vectors_are_kept_to_the_precision_of_half(archive: Archive) -> None:
    take_in(archive, record("a", "Beavers built a dam."))
    ((_, words, vector),) = next(archive.added_between(0, archive.sequence()))
    assert vector is not None
    assert (
        np.abs(np.frombuffer(vector, "<f2") - FAKE.encode_document(["5 August 2021 Beavers built a dam."])[0]).max()
        < 2**-11
    )
    assert words == "\nBeavers built a dam."


def test_withdrawn_is_out_of_search_at_once(archive: Archive) -> None:
    take_in(archive, record("a", f"Xylophones. {news(1)}"), record("b", f"Xylophones. {news(2)}"))
    searcher = Searcher(archive, FAKE)
    assert sorted(found(searcher, "xylophones")) == ["a", "b"]
    withdraw(archive, "a", "a court order")
    assert found(searcher, "xylophones") == ["b"]
    assert [r.passage.article.id for r in searcher.search("anything").passages] == ["b"]
    assert searcher.search("x", filters=Filters(article_ids=("a",))).considered == 0
    assert searcher.search("x", filters=Filters(as_of=datetime(2021, 8, 30, tzinfo=UTC))).considered == 1
    assert [stored.article.id for stored in archive.list_articles(Filters())] == ["b"]
    stored = archive.article("a")
    assert (stored.withdrawn, stored.withdrawn_reason) == (LATER, "a court order")
    assert stored.article.text == f"Xylophones. {news(1)}"
    assert archive.preceding(searcher.archive.passages([2])[2]) is None


def test_withdrawn_by_another_process_is_out_of_search_at_once(archive: Archive) -> None:
    take_in(archive, record("a", f"Xylophones. {news(1)}"), record("b", f"Xylophones. {news(2)}"))
    searcher = Searcher(archive, FAKE)
    assert sorted(found(searcher, "xylophones")) == ["a", "b"]
    program = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path\n"
        "from dateline.index.archive import Archive; from dateline.index.writer import Writer\n"
        "with Writer(Archive(Path(sys.argv[1]))) as writer: writer.withdraw('a', 'wrong', datetime.now(UTC))"
    )
    subprocess.run([sys.executable, "-c", program, str(archive.home)], check=True, timeout=300)
    assert found(searcher, "xylophones") == ["b"]


def test_withdrawn_stays_withdrawn(archive: Archive) -> None:
    take_in(archive, record("a", f"Xylophones. {news(1)}"), record("b", news(2)))
    withdraw(archive, "a")
    withdraw(archive, "a", "another reason")
    assert archive.article("a").withdrawn_reason == "wrong"
    assert take_in(archive, record("a", f"Xylophones. {news(1)}")).unchanged == 1
    assert take_in(archive, record("a", f"Xylophones again. {news(1)}")).revised == 1
    assert archive.article("a").withdrawn == LATER
    assert found(Searcher(archive, FAKE), "xylophones") == []


def test_only_what_is_there_can_be_withdrawn(archive: Archive) -> None:
    with pytest.raises(NotFoundError, match="no article 'a'"):
        withdraw(archive, "a")


def stories(archive: Archive) -> dict[str, str]:
    return {stored.article.id: stored.story_id for stored in archive.list_articles(Filters())}


TEXT = news(1, 12)
COPIES = {"c1": TEXT, "b2": f"{TEXT}\n\n{news(2, 2)}", "a3": f"{news(3, 2)}\n\n{TEXT}", "other": news(4, 12)}


@pytest.mark.parametrize("order", list(itertools.permutations(COPIES)))
def test_copies_make_one_story_in_whatever_order_they_come(tmp_path: Path, order: tuple[str, ...]) -> None:
    with opened(tmp_path) as archive:
        for name in order:
            revise(archive, name, COPIES[name])
        assert stories(archive) == {"a3": "a3", "b2": "a3", "c1": "a3", "other": "other"}


def revise(archive: Archive, name: str, text: str) -> None:
    with Writer(archive) as writer:
        writer.add([new_revision(name, text)], NOW)


def test_one_batch_makes_the_same_stories(archive: Archive) -> None:
    take_in(archive, *(record(name, text) for name, text in COPIES.items()))
    assert stories(archive) == {"a3": "a3", "b2": "a3", "c1": "a3", "other": "other"}


def test_a_revision_may_leave_its_story_and_hold_it_together_no_longer(archive: Archive) -> None:
    parts = [news(seed, 12) for seed in (1, 2)]
    half = parts[1][: len(parts[1]) // 2]
    revise(archive, "a", f"{parts[0]}\n\n{half}")
    revise(archive, "c", f"{parts[1]}\n\n{parts[0][: len(parts[0]) // 4]}")
    assert stories(archive) == {"a": "a", "c": "c"}
    revise(archive, "b", f"{parts[0]}\n\n{parts[1]}")
    assert stories(archive) == {"a": "a", "b": "a", "c": "a"}
    revise(archive, "b", news(5, 12))
    assert stories(archive) == {"a": "a", "b": "b", "c": "c"}
    revise(archive, "b", f"{parts[0]}\n\n{parts[1]}")
    assert stories(archive) == {"a": "a", "b": "a", "c": "a"}
    revise(archive, "a", news(6, 12))  # the one that gave the story its name
    assert stories(archive) == {"a": "a", "b": "b", "c": "b"}


def test_short_texts_are_stories_of_their_own(archive: Archive) -> None:
    revise(archive, "a", "No trains ran on Monday.")
    revise(archive, "b", "No trains ran on Monday.")
    assert stories(archive) == {"a": "a", "b": "b"}


def test_one_writer_at_a_time(archive: Archive) -> None:
    with Writer(archive), opened(archive.home) as other:
        with pytest.raises(BusyError, match="another process is writing") as caught:
            Writer(other).__enter__()
        with pytest.raises(BusyError):
            take_in(other, record("a", news(1)))
    assert caught.value.retryable
    assert take_in(archive, record("a", news(1))).added == 1


def test_an_archive_is_of_one_encoder(archive: Archive) -> None:
    take_in(archive, record("a", news(1)))
    with Writer(archive) as writer:
        writer.bind_encoder("initials")
        with pytest.raises(ConflictError, match="with the encoder initials, not other") as caught:
            writer.bind_encoder("other")
    assert "DATELINE_ENCODER" in caught.value.hint
    assert len(archive.fact("id") or "") == 12


def test_furniture_is_kept_beside_the_text(archive: Archive) -> None:
    take_in(archive, record("a", f"{news(1)}\n\nShare on Facebook\n\n{news(2)}"))
    stored = archive.article("a")
    assert "Facebook" not in stored.article.text
    assert [line.text for line in stored.removed] == ["Share on Facebook"]
