import itertools

import pytest

from dateline.index.stories import MIN_WORDS, are_near_copies, bands, components, signature
from tests.articles import news


def jaccard(one: str, other: str) -> float:
    """Of the sets of four words in a row."""
    sets = []
    for text in (one, other):
        words = text.lower().replace(".", "").split()
        sets.append({tuple(words[i : i + 4]) for i in range(len(words) - 3)})
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def shared(common: int, own: int) -> tuple[str, str]:
    """Two texts of `common` sentences in common and `own` sentences each of their own."""
    start = news(1, common)
    return f"{start} {news(2, own)}", f"{start} {news(3, own)}"


@pytest.mark.parametrize(
    ("common", "own", "copies"), [(20, 0, True), (20, 2, True), (20, 5, True), (20, 40, False), (2, 20, False)]
)
def test_near_copies_are_those_of_high_jaccard_similarity(common: int, own: int, copies: bool) -> None:
    one, other = shared(common, own) if own else (news(1, common), news(1, common))
    left, right = signature(one), signature(other)
    assert left is not None
    assert right is not None
    assert are_near_copies(left, right) == copies == (jaccard(one, other) >= 0.5)


def test_case_and_punctuation_do_not_matter() -> None:
    text = news(5)
    assert signature(text) == signature(text.upper().replace(".", " —"))


def test_the_signature_is_the_same_in_every_release() -> None:
    """It is stored: a library that hashes otherwise would part every story from its later copies."""
    words = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    text = f"{words} seventeen eighteen nineteen twenty"
    found = signature(text)
    assert found is not None
    assert len(found) == 128 * 4
    assert found[:8].hex() == "cace645b19dc1361"


def test_short_texts_have_no_signature() -> None:
    assert signature("word " * (MIN_WORDS - 1)) is None
    assert signature("word " * MIN_WORDS) is not None


def test_copies_meet_in_a_band() -> None:
    one, other = (signature(text) for text in shared(20, 5))
    assert one is not None
    assert other is not None
    assert set(bands(one)) & set(bands(other))
    assert len(set(bands(one))) == 32


def test_components_do_not_depend_on_order() -> None:
    base = [news(seed, 10) for seed in range(4)]
    half, quarter = base[1][: len(base[1]) // 2], base[0][: len(base[0]) // 4]
    # b is a copy of a and of c, which are none of each other; d is alone; e has no signature.
    texts = {
        "c": f"{base[1]} {quarter}",
        "b": f"{base[0]} {base[1]}",
        "d": base[3],
        "a": f"{base[0]} {half}",
    }
    assert jaccard(texts["a"], texts["b"]) > 0.6
    assert jaccard(texts["c"], texts["b"]) > 0.55
    assert jaccard(texts["a"], texts["c"]) < 0.45
    signatures = {name: signature(text) for name, text in texts.items()} | {"e": None}
    for order in itertools.permutations(signatures):
        story = components({name: signatures[name] for name in order})
        assert story == {"a": "a", "b": "a", "c": "a", "d": "d", "e": "e"}
