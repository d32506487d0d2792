import numpy as np
import pytest
from numpy.typing import NDArray

from dateline.index.vector_index import SMALL_PART, Hit, Mask, VectorIndex

RNG = np.random.default_rng(7)


def unit(rows: int, dimension: int = 24) -> NDArray[np.float32]:
    vectors = RNG.normal(size=(rows, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def oracle(
    numbers: NDArray[np.int64], vectors: NDArray[np.float32], query: NDArray[np.float32], limit: int, mask: Mask
) -> list[tuple[int, float]]:
    """By numpy, in float64: all allowed passages by their dot product."""
    scores = vectors.astype(np.float64) @ query.astype(np.float64)
    allowed = [(int(n), s) for n, s in zip(numbers, scores, strict=True) if n < len(mask) and mask[n]]
    return sorted(allowed, key=lambda pair: -pair[1])[:limit]


def agree(hits: list[Hit], expected: list[tuple[int, float]]) -> None:
    assert [hit.number for hit in hits] == [number for number, _ in expected]
    assert [hit.score for hit in hits] == pytest.approx([score for _, score in expected], abs=1e-6)


@pytest.mark.parametrize("limit", [1, 10, 500, 1000])
@pytest.mark.parametrize("share", [1.0, 0.5, 0.01, 0.0])
def test_search_agrees_with_numpy(limit: int, share: float) -> None:
    numbers = np.sort(RNG.choice(2_000, 500, replace=False)).astype(np.int64)
    vectors = unit(500)
    index = VectorIndex(24).extended(numbers.tolist(), vectors)
    for length in (2_000, 1_003, 17):  # the mask may end before the last number
        mask = RNG.random(length) < share
        query = unit(1)[0]
        agree(index.search(query, limit, mask), oracle(numbers, vectors, query, limit, mask))


def test_numbers_beyond_the_mask_are_never_found() -> None:
    index = VectorIndex(4).extended(list(range(0, 40_000, 7)), unit(5_715, 4))
    for length in (1, 8, 9, 10, 1_000):
        found = index.search(unit(1, 4)[0], 6_000, np.ones(length, np.bool_))
        assert sorted(hit.number for hit in found) == list(range(0, length, 7))


def test_a_filter_that_allows_only_the_farthest_still_fills_the_limit() -> None:
    vectors = unit(300)
    query = vectors[0]
    farthest = np.argsort(vectors @ query)[:10]
    mask = np.zeros(300, np.bool_)
    mask[farthest] = True
    index = VectorIndex(24).extended(list(range(300)), vectors)
    assert [hit.number for hit in index.search(query, 10, mask)] == farthest[::-1].tolist()


def test_an_empty_index_finds_nothing() -> None:
    index = VectorIndex(24)
    assert index.search(unit(1)[0], 10, np.ones(5, np.bool_)) == []
    assert index.search(unit(1)[0], 10, np.zeros(0, np.bool_)) == []
    assert len(index.extended([], np.empty((0, 24), np.float32))) == 0


def test_a_limit_of_nothing_finds_nothing() -> None:
    index = VectorIndex(24).extended([3], unit(1))
    assert index.search(unit(1)[0], 0, np.ones(9, np.bool_)) == []


def test_grown_in_many_parts_it_agrees_with_numpy() -> None:
    vectors = unit(4 * SMALL_PART)
    index, sizes = VectorIndex(24), [1, 7, SMALL_PART - 9, 1, 1, 2 * SMALL_PART, 5, 300]
    for size in sizes:
        index = index.extended(list(range(len(index), len(index) + size)), vectors[len(index) : len(index) + size])
    # Copied while small: 1 + 7 + … + 1 fill a part; one more begins the next, which the large batch can't join.
    assert [part.ntotal for part in index.parts] == [SMALL_PART, 1, 2 * SMALL_PART, 305]
    numbers = np.arange(len(index))
    for limit, share in ((10, 1.0), (10, 0.001), (2 * SMALL_PART, 1.0)):
        mask = RNG.random(len(index)) < share
        query = unit(1)[0]
        agree(index.search(query, limit, mask), oracle(numbers, vectors[: len(index)], query, limit, mask))


def test_a_larger_index_leaves_the_smaller_as_it_was() -> None:
    vectors = unit(3)
    small = VectorIndex(24).extended([0], vectors[:1])
    large = small.extended([1, 2], vectors[1:])
    everything = np.ones(3, np.bool_)
    assert [hit.number for hit in small.search(vectors[1], 9, everything)] == [0]
    assert large.search(vectors[1], 1, everything)[0].number == 1
    assert (len(small), len(large)) == (1, 3)
