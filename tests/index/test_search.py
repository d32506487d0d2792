import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from dateline.index.archive import Archive
from dateline.index.encoder import Encoder
from dateline.index.filters import Filters
from dateline.index.index_files import index_lock
from dateline.index.search import DEPTH, RRF_K, RankedPassage, Searcher, fuse
from dateline.index.vector_index import Hit
from dateline.index.writer import Writer
from tests.articles import FAKE, NOW, SAMPLES, new_revision, news, opened, record, take_in


def hits(*numbers: int) -> list[Hit]:
    return [Hit(number, 9.0 - place) for place, number in enumerate(numbers)]


def test_fusion_adds_up_reciprocal_ranks() -> None:
    scores = fuse([hits(7, 8, 9), hits(9, 7)])
    assert scores[7] == (1 / (20 + 1)) + (1 / (20 + 2))
    assert scores[9] == (1 / (20 + 3)) + (1 / (20 + 1))
    assert scores[8] == 1 / (20 + 2)
    assert fuse([[], []]) == {}
    assert fuse([[], hits(3)]) == {3: 1 / (RRF_K + 1)}


def ids(ranked: tuple[RankedPassage, ...]) -> list[str]:
    return [each.passage.article.id for each in ranked]


def test_a_search_fuses_both_rankings(archive: Archive) -> None:
    # Initials without a date: "bad cat" is nearest to the article of b and c; the word "cat" is only in the other.
    take_in(archive, record("meaning", "Big cows.", published=None), record("words", "My old cat.", published=None))
    found = Searcher(archive, FAKE).search("bad cat", limit=9)
    assert ids(found.passages) == ["words", "meaning"]
    words, meaning = found.passages
    assert words.score == (1 / (20 + 2)) + (1 / (20 + 1))
    assert meaning.score == 1 / (20 + 1)
    # "bad cat" is (b, c)/√2; "my old cat" is (m, o, c)/√3; embeddings are kept as float16.
    assert words.cosine == pytest.approx(1 / np.sqrt(2) * 1 / np.sqrt(3), abs=1e-3)
    assert meaning.cosine == pytest.approx(1, abs=1e-3)
    # Two passages, of 3 and 2 words; one has "cat".
    idf = np.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    assert words.bm25 == pytest.approx(idf * (1.2 + 1) / (1 + 1.2 * (1 - 0.75 + 0.75 * 3 / 2.5)), rel=1e-5)
    assert meaning.bm25 is None
    assert found.considered == 2
    assert found.index_snapshot == f"{archive.fact('id')}-2"


def test_ties_are_broken_by_id_and_place(tmp_path: Path) -> None:
    """One text under five ids has the same scores five times; the order of ingestion must not show."""
    text = news(1, 120)
    found = []
    for n, order in enumerate(("abcde", "edcba", "caebd")):
        with opened(tmp_path / str(n)) as archive:
            for name in order:
                take_in(archive, record(name, text))
            ranked = Searcher(archive, FAKE).search(news(1, 1), limit=50).passages
            found.append([(each.passage.id, each.score) for each in ranked])
    assert found[0] == found[1] == found[2]
    assert len(found[0]) > 10
    scores = [score for _, score in found[0]]
    assert scores == sorted(scores, reverse=True)
    assert [name.partition(":")[0] for name, _ in found[0][:5]] == ["a", "b", "c", "d", "e"]


def test_the_order_of_ingestion_does_not_matter(tmp_path: Path, default_encoder: Encoder) -> None:
    from dateline.index.ingest import ingest
    from dateline.index.read import Record, records

    files = [Path(item.path) for item in records([SAMPLES]) if isinstance(item, Record) and item.line is None]
    files = list(dict.fromkeys([*files, SAMPLES / "2021" / "wire.jsonl"]))
    questions = ["Why did the Taliban shift to cities?", "hospital dead", "How many people live in Kunduz?", "melons"]
    found = []
    for n, order in enumerate((files, files[::-1])):
        with opened(tmp_path / str(n)) as archive:
            ingest(order[:11], archive, default_encoder, now=lambda: NOW)
            ingest(order[11:], archive, default_encoder, now=lambda: NOW)
            searcher = Searcher(archive, default_encoder)
            found.append([searcher.search(question, limit=10).passages for question in questions])
    for one, other in zip(*found, strict=True):
        assert [each.passage.id for each in one] == [each.passage.id for each in other]
        assert [each.score for each in one] == pytest.approx([each.score for each in other], abs=1e-3)


def test_filters_act_inside_the_search(archive: Archive) -> None:
    """The three allowed articles are worse than 2 x DEPTH others, by vector and by words."""
    near = [record(f"near{n}", f"Cats bite badly. {news(n, 1)}", title="Cats bite") for n in range(2 * DEPTH)]
    far = [record(f"far{n}", f"{news(900 + n)} cats.", outlet="Far", published="2015-10-14") for n in range(3)]
    take_in(archive, *near, *far)
    searcher = Searcher(archive, FAKE)
    assert not any(name.startswith("far") for name in ids(searcher.search("cats bite badly", limit=50).passages))
    for filters in (
        Filters(outlets=("Far",)),
        Filters(published_to=date(2015, 12, 31)),
        Filters(article_ids=("far0", "far1", "far2")),
        Filters(as_of=date(2015, 12, 31)),
    ):
        found = searcher.search("cats bite badly", limit=3, filters=filters)
        assert sorted(ids(found.passages)) == ["far0", "far1", "far2"]
        assert found.considered == 3
        assert all(each.cosine is not None and each.bm25 is not None for each in found.passages)


def test_filters_that_allow_nothing(archive: Archive) -> None:
    take_in(archive, record("a", news(1)))
    found = Searcher(archive, FAKE).search("x", filters=Filters(outlets=("Nobody",)))
    assert (found.passages, found.considered) == ((), 0)


@pytest.mark.parametrize(
    ("limit", "count"), [(-1, 0), (0, 0), (1, 1), (5, 5), (DEPTH + 50, DEPTH + 50), (10_000, DEPTH + 60)]
)
def test_limits(archive: Archive, limit: int, count: int) -> None:
    take_in(archive, *(record(f"a{n}", news(n, 1)) for n in range(DEPTH + 60)))
    assert len(Searcher(archive, FAKE).search("xylophones", limit=limit).passages) == count


def test_a_language_that_the_encoder_cannot_read_is_found_by_words(archive: Archive) -> None:
    take_in(archive, record("de", "Die Brücke bleibt gesperrt.", language="de"), record("en", "The bridge stays shut."))
    searcher = Searcher(archive, FAKE)
    (best, _) = searcher.search("brücke", limit=9).passages
    assert (best.passage.article.id, best.cosine) == ("de", None)
    assert best.bm25 is not None
    assert ids(searcher.search("nothing of this kind", limit=9).passages) == ["en"]


def test_rankings_are_what_is_fused(archive: Archive) -> None:
    take_in(archive, *(record(f"a{n}", news(n)) for n in range(5)))
    searcher = Searcher(archive, FAKE)
    by_vector, by_words = searcher.rankings(" ".join(news(3).split()[:5]))
    assert len(by_vector) == 5
    assert [hit.number for hit in by_words] == [4]
    assert [hit.score for hit in by_vector] == sorted((hit.score for hit in by_vector), reverse=True)
    fused = fuse([by_vector, by_words])
    found = searcher.search(" ".join(news(3).split()[:5])).passages
    assert [(each.passage.number, each.score) for each in found] == sorted(fused.items(), key=lambda pair: -pair[1])


def test_an_open_searcher_sees_what_another_adds(archive: Archive) -> None:
    searcher = Searcher(archive, FAKE)
    assert searcher.search("xylophones").passages == ()
    with opened(archive.home) as other:
        take_in(other, record("a", f"Xylophones. {news(1)}"))
    assert searcher.sequence == 0
    found = searcher.search("xylophones")
    assert ids(found.passages) == ["a"]
    assert searcher.sequence == 1
    assert found.index_snapshot == searcher.index_snapshot()


def test_what_another_has_stored_is_found_while_it_goes_on_writing(archive: Archive) -> None:
    take_in(archive, record("old", news(1)))
    searcher = Searcher(archive, FAKE)
    with opened(archive.home) as other, Writer(other) as writer:
        batch = [new_revision("new", "Xylophones again."), new_revision("de", "Die Brücke ist zu.", language="de")]
        writer.add(batch, NOW)
        (best, second) = searcher.search("xylophones", limit=9).passages
        assert (best.passage.article.id, second.passage.article.id) == ("new", "old")
        assert best.bm25 is not None
        assert ids(searcher.search("brücke", limit=1).passages) == ["de"]


def test_no_search_waits_while_another_process_publishes(archive: Archive) -> None:
    """It goes on in the state before, whole: neither is the new text found, nor is the old one out of force already."""
    take_in(archive, record("a", f"Old xylophones. {news(1)}", outlet="Far"), record("b", news(2)))
    searcher = Searcher(archive, FAKE)
    before = [searcher.search("xylophones", filters=each) for each in (Filters(), Filters(outlets=("Far",)))]
    with ThreadPoolExecutor(1) as pool:
        with index_lock(archive.home):
            with Writer(archive) as writer:
                writer.add([new_revision("a", "Xylophones revised."), new_revision("c", "Xylophones again.")], NOW)
            during = [searcher.search("xylophones", filters=each) for each in (Filters(), Filters(outlets=("Far",)))]
            assert during == before
            assert during[1].considered == 1
            waiting = pool.submit(searcher.refresh)
            assert searcher.search("xylophones") == before[0]  # nor does it wait for a thread that does
            assert not waiting.done()
        waiting.result()
    assert searcher.search("xylophones", filters=Filters(outlets=("Far",))).passages == ()
    assert sorted(ids(searcher.search("xylophones", limit=9).passages)) == ["a", "b", "c"]
    assert searcher.sequence == archive.sequence()


def test_what_is_withdrawn_is_not_found_even_in_the_state_before(archive: Archive) -> None:
    take_in(archive, record("a", f"Xylophones. {news(1)}"), record("b", news(2)))
    searcher = Searcher(archive, FAKE)
    with index_lock(archive.home):
        Writer(archive).withdraw("a", "wrong", NOW)
        assert ids(searcher.search("xylophones").passages) == ["b"]


def test_threads_share_a_searcher(archive: Archive) -> None:
    take_in(archive, *(record(f"a{n}", news(n)) for n in range(20)))
    searcher = Searcher(archive, FAKE)
    expected = [searcher.search(news(n, 1)).passages for n in range(20)]
    found: dict[int, object] = {}

    def search(n: int) -> None:
        found[n] = searcher.search(news(n, 1)).passages

    threads = [threading.Thread(target=search, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[n] for n in range(20)] == expected


READER = """
import sys
from pathlib import Path
from dateline.index.archive import Archive
from dateline.index.search import Searcher
from tests.articles import FAKE
searcher = Searcher(Archive(Path(sys.argv[1])), FAKE)
print('open', flush=True)
most = 0
while True:
    found = searcher.search('xylophones', limit=500)
    numbers = [each.passage.number for each in found.passages]
    assert len(set(numbers)) == len(numbers) == found.considered >= most, (numbers, found.considered, most)
    assert 'kept' in {each.passage.article.id for each in found.passages}
    most = len(numbers)
    if most == int(sys.argv[2]) and all(each.bm25 for each in found.passages):
        break
"""


def test_readers_in_other_processes_while_one_writes(archive: Archive) -> None:
    """Each search of theirs is one consistent state that only grows, and in the end they have all of it."""
    take_in(archive, record("kept", f"Xylophones. {news(0)}"))
    command = [sys.executable, "-c", READER, str(archive.home), "61"]
    with ExitStack() as ends:
        readers = [
            ends.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
            for _ in range(2)
        ]
        for reader in readers:
            ends.callback(reader.kill)
            assert reader.stdout is not None
            assert reader.stdout.readline() == "open\n"
        for n in range(12):
            take_in(archive, *(record(f"a{n}-{i}", f"Xylophones. {news(10 * n + i + 1)}") for i in range(5)))
        for reader in readers:
            output, _ = reader.communicate(timeout=300)
            assert reader.returncode == 0, output
