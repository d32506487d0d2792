import errno
import math
import random
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from dateline.index.lexical_index import FEW, MAX_QUERY_TERMS, LexicalIndex
from dateline.index.vector_index import Hit, Mask

# Two letters each, so that the stemmer leaves them alone.
WORDS = [a + b for a in "bcdfgh" for b in "aiou"]
K1, B = 1.2, 0.75


def made(folder: Path, texts: Mapping[int, str]) -> LexicalIndex:
    index = LexicalIndex(folder, create=True)
    index.add(texts.items())
    return index


def everything(texts: Mapping[int, str]) -> Mask:
    mask = np.zeros(max(texts) + 1, np.bool_)
    mask[list(texts)] = True
    return mask


def bm25(texts: Mapping[int, str], query: str) -> dict[int, float]:
    """Robertson & Zaragoza 2009 with Lucene's idf, over white-space tokens; passages without a hit left out."""
    tokens = {number: text.split() for number, text in texts.items()}
    average = sum(map(len, tokens.values())) / len(tokens)
    scores: dict[int, float] = {}
    for term in dict.fromkeys(query.split()):
        holding = [number for number, words in tokens.items() if term in words]
        idf = math.log(1 + (len(tokens) - len(holding) + 0.5) / (len(holding) + 0.5))
        for number in holding:
            frequency = tokens[number].count(term)
            norm = K1 * (1 - B + B * len(tokens[number]) / average)
            scores[number] = scores.get(number, 0.0) + idf * frequency * (K1 + 1) / (frequency + norm)
    return scores


def agree(hits: list[Hit], scores: Mapping[int, float], limit: int) -> None:
    """Scores fall, are the formula's, and are those of the best; equal ones may change places."""
    best = sorted(scores.values(), reverse=True)[:limit]
    assert [hit.score for hit in hits] == pytest.approx(best, rel=1e-5)
    assert len({hit.number for hit in hits}) == len(hits)
    for hit in hits:
        assert hit.score == pytest.approx(scores[hit.number], rel=1e-5)


# Lengths below 40 words are stored exactly; longer ones are rounded.
@pytest.mark.parametrize("seed", range(6))
def test_scores_are_bm25(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    texts = {n * 3: " ".join(rng.choices(WORDS, k=rng.randint(1, 39))) for n in range(120)}
    index = made(tmp_path, texts)
    assert len(index) == 120
    for limit in (1, 10, 1_000):
        for _ in range(5):
            query = " ".join(rng.sample(WORDS, rng.randint(1, 6)))
            agree(index.search(query, limit, everything(texts)), bm25(texts, query), limit)


@pytest.mark.parametrize("passages", [300, FEW + 1_000])
def test_the_filter_is_inside_the_search(tmp_path: Path, passages: int) -> None:
    """Of passages that all match, the filter allows the worst: with few allowed ones, and with more than `FEW`."""
    texts = {n: "ba " * (1 if n % 100 == 0 else 3) + "fu " * (n % 100 == 0) * 20 for n in range(passages)}
    index = made(tmp_path, texts)
    mask = np.zeros(passages, np.bool_)
    mask[::100] = True
    hits = index.search("ba", 3, mask)
    assert len(hits) == 3
    assert all(hit.number % 100 == 0 for hit in hits)
    scores = bm25(texts, "ba")
    assert [hit.score for hit in hits] == pytest.approx([scores[0]] * 3, rel=1e-4)  # float32


def test_more_allowed_than_few_and_the_rest_still_filtered(tmp_path: Path) -> None:
    texts = {n: "ba ba ba" if n < 600 else "ba fu fu fu" for n in range(FEW + 1_000)}
    index = made(tmp_path, texts)
    mask = everything(texts)
    mask[:600] = False
    hits = index.search("ba", 10, mask)
    assert len(hits) == 10
    assert all(hit.number >= 600 for hit in hits)


def test_passages_beyond_the_mask_are_not_found(tmp_path: Path) -> None:
    index = made(tmp_path, {1: "ba", 5: "ba", 900: "ba"})
    assert [hit.number for hit in index.search("ba", 9, np.ones(6, np.bool_))] == [1, 5]
    assert index.search("ba", 9, np.zeros(0, np.bool_)) == []


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("The mayors resigned", "mayor resigning"),
        ("Zürich, Kraków and São Paulo", "zurich krakow sao"),
        ("“Kunduz,” she said", "KUNDUZ?"),
        ("A toll of 1,500 men", "1,500"),
        ("attack", 'attack" AND (title:x OR ] ~ * ^'),
    ],
)
def test_what_counts_as_the_same_word(tmp_path: Path, words: str, query: str) -> None:
    index = made(tmp_path, {0: words, 1: "something else entirely"})
    assert [hit.number for hit in index.search(query, 5, np.ones(2, np.bool_))] == [0]


@pytest.mark.parametrize("query", ["", "  ", "?!", "\x00", "unheard"])
def test_a_query_without_known_words_finds_nothing(tmp_path: Path, query: str) -> None:
    assert made(tmp_path, {0: "ba bi"}).search(query, 5, np.ones(1, np.bool_)) == []


def test_a_repeated_word_counts_once(tmp_path: Path) -> None:
    texts = {0: "ba bi", 1: "bi bo"}
    index = made(tmp_path, texts)
    assert index.search("ba ba bi ba", 5, everything(texts)) == index.search("ba bi", 5, everything(texts))


def test_only_the_first_words_of_a_long_query_count(tmp_path: Path) -> None:
    index = made(tmp_path, {0: "ba"})
    others = " ".join(f"x{n}" for n in range(MAX_QUERY_TERMS))
    assert index.search(f"ba {others}", 5, np.ones(1, np.bool_))
    assert not index.search(f"{others} ba", 5, np.ones(1, np.bool_))


def test_empty_index_and_limit(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path, create=True)
    assert index.search("ba", 5, np.ones(3, np.bool_)) == []
    index.add([(0, "ba")])
    assert [index.search("ba", limit, np.ones(3, np.bool_)) for limit in (0, -1)] == [[], []]


def test_opened_again_it_finds_the_same(tmp_path: Path) -> None:
    texts = {0: "ba bi", 1: "ba"}
    before = made(tmp_path, texts).search("ba bi", 5, everything(texts))
    assert LexicalIndex(tmp_path).search("ba bi", 5, everything(texts)) == before


def test_what_is_not_there_is_not_made(tmp_path: Path) -> None:
    """A snapshot that another process has just removed must not come back empty."""
    with pytest.raises(ValueError, match=r".+"):
        LexicalIndex(tmp_path / "gone")
    assert not (tmp_path / "gone").exists()


def test_a_damaged_folder_is_an_error(tmp_path: Path) -> None:
    made(tmp_path, {0: "ba"})
    (tmp_path / "meta.json").write_text("{")
    with pytest.raises(ValueError, match=r".+"):
        LexicalIndex(tmp_path)


KILLED = (
    "An error occurred in a thread: 'An index writer was killed.. A worker thread encountered an error "
    "(io::Error most likely) or panicked.'"
)


class FailingWriter:
    """Tantivy's writer, failing at the last step."""

    def __init__(self, message: str) -> None:
        self.message = message

    def add_document(self, document: object) -> None:
        """Takes it."""

    def commit(self) -> None:
        """Fails as Tantivy does."""
        raise ValueError(self.message)


@pytest.mark.parametrize(
    ("message", "free", "number"),
    [
        ("An IO error occurred: 'No space left on device (os error 28)'", 0, errno.ENOSPC),
        ("An IO error occurred: 'Disk quota exceeded (os error 122) at path \"x\"'", 0, errno.EDQUOT),
        (
            "Failed to open file for write: 'IoError { io_error: Custom { kind: StorageFull, error: PathError { path: "
            '"x", err: Os { code: 28, kind: StorageFull, message: "No space left on device" } } }, filepath: "y" }\'',
            0,
            errno.ENOSPC,
        ),
        (KILLED, 1_000, errno.ENOSPC),
        (KILLED, 10**12, errno.EIO),
    ],
)
def test_what_the_disk_refuses_is_an_os_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, message: str, free: int, number: int
) -> None:
    """Tantivy's own words, as full disks of many sizes drew them from it."""

    class Full:
        """Tantivy's index, on a disk that fails."""

        def writer(self, _heap: int, *, num_threads: int) -> FailingWriter:
            return FailingWriter(message)

    lexical = LexicalIndex(tmp_path, create=True)
    lexical._index = Full()  # type: ignore[assignment]
    usage = type("usage", (), {"free": free})
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(OSError, match=r".+") as caught:
        lexical.add([(0, "ba")])
    assert caught.value.errno == number


def test_any_other_error_of_tantivy_stays_what_it_is(tmp_path: Path) -> None:
    def words() -> Iterator[tuple[int, str]]:
        yield 0, "ba"
        raise ValueError("no passage")

    with pytest.raises(ValueError, match="no passage"):
        LexicalIndex(tmp_path, create=True).add(words())


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("")
    with pytest.raises(OSError, match="File exists"):
        LexicalIndex(tmp_path / "words", create=True)
