"""With the fake encoder, `line(x)` has three words in z and two in x: its cosine to a question in z is 3/√13 = 0.83,
and two lines have 9/13 = 0.69 in common.
"""

import math
from typing import Any

import pytest

from index.archive import Archive
from index.encoder import InitialsEncoder
from index.search import RankedPassage
from rag.answer import Dropped, Kind
from rag.question import Length
from rag.sentence_choice import (
    LEANING_COST,
    PASSAGE_WEIGHT,
    PER_ARTICLE,
    REASON_BONUS,
    SENTENCES,
    Choice,
    choose_sentences,
)
from tests.articles import FAKE, record, take_in

QUESTION = "Zebra?"
ON_ITS_OWN = "can't be understood without what it refers to"
AGAIN = "says what is already said"


def line(letter: str) -> str:
    return f"Z{letter}one z{letter}two z{letter}three {letter}four {letter}five."


def leaning(letter: str, first: str = "He") -> str:
    """Nearer to the question than any `line`: 4/√17 = 0.97."""
    return f"{first} z{letter}six z{letter}seven z{letter}eight z{letter}nine."


def choose(
    archive: Archive, kind: Kind = "fact", length: Length = "long", question: str = QUESTION, **cosines: float
) -> Choice:
    """From all passages, whose own cosines are 0 unless given by article."""
    numbers, _ = archive.passage_numbers()
    passages = [
        RankedPassage(passage, 1.0, cosines.get(passage.article.id, 0.0), None)
        for passage in archive.passages(numbers.tolist()).values()
    ]
    return choose_sentences(question, kind, length, passages, FAKE, archive)


def said(choice: Choice) -> list[str]:
    return [sentence.text for sentence in choice.sentences]


def store(archive: Archive, *texts: str, window: int = 256, **fields: Any) -> None:
    encoder = InitialsEncoder(window, languages=("en",))
    take_in(archive, *(record(f"a{n}", text, **fields) for n, text in enumerate(texts)), encoder=encoder)


def test_a_sentence_scores_its_cosine_and_half_its_passages(archive: Archive) -> None:
    store(archive, line("a"), line("b"))
    choice = choose(archive, a0=0.2, a1=0.4)
    assert said(choice) == [line("b"), line("a")]
    assert [s.score for s in choice.sentences] == pytest.approx(
        [3 / math.sqrt(13) + PASSAGE_WEIGHT * 0.4, 3 / math.sqrt(13) + PASSAGE_WEIGHT * 0.2]
    )


def test_a_reason_counts_for_a_why(archive: Archive) -> None:
    reason = "Zcone zctwo zcthree because cfour."  # z3, b1, c1: 3/√11
    store(archive, line("a"), reason)
    assert [s.score for s in choose(archive, "fact").sentences] == pytest.approx([3 / math.sqrt(11), 3 / math.sqrt(13)])
    assert choose(archive, "why").sentences[0].score == pytest.approx(3 / math.sqrt(11) + REASON_BONUS)


@pytest.mark.parametrize(
    ("kind", "length", "count"),
    [
        ("fact", "short", SENTENCES["short"]),
        ("fact", "medium", SENTENCES["medium"]),
        ("yes_no", "long", SENTENCES["long"]),
        ("why", "short", 2 * SENTENCES["short"]),
        ("list", "medium", 2 * SENTENCES["medium"]),
        ("how", "long", 2 * SENTENCES["long"]),
    ],
)
def test_how_many_sentences(archive: Archive, kind: Kind, length: Length, count: int) -> None:
    pairs = ["ab", "cd", "ef", "gh", "ij", "kl", "mn", "op", "qr", "st"]
    store(archive, *(f"{line(one)} {line(other)}" for one, other in map(tuple, pairs)))
    assert len(said(choose(archive, kind, length))) == count


def test_no_article_has_more_than_its_share(archive: Archive) -> None:
    store(archive, " ".join(map(line, "abcd")), line("e"))
    assert said(choose(archive)) == [*map(line, "abcd"[:PER_ARTICLE]), line("e")]


def test_equal_ones_come_by_article_and_place(archive: Archive) -> None:
    store(archive, line("b"), f"{line('c')} {line('a')}")
    assert said(choose(archive)) == [line("b"), line("c"), line("a")]


def test_best_article_first_and_within_it_as_written(archive: Archive) -> None:
    near = "Zdone zdtwo zdthree zdfour zdfive."
    store(archive, line("b"), f"{line('c')} {near}")
    assert said(choose(archive)) == [line("c"), near, line("b")]


def test_far_sentences_are_not_said(archive: Archive) -> None:
    # 1/√(1+16) = 0.24 is less than three quarters of 0.83.
    store(archive, line("a"), "Zbone bone btwo bthree bfour.")
    assert said(choose(archive)) == [line("a")]


def test_a_fact_is_said_once(archive: Archive) -> None:
    store(archive, line("a"), f"{line('a')[:-1]} indeed.", line("b"))
    choice = choose(archive)
    assert said(choice) == [line("a"), line("b")]
    assert choice.dropped == (Dropped(f"{line('a')[:-1]} indeed.", AGAIN),)


def test_headings_questions_and_fragments_are_not_said(archive: Archive) -> None:
    text = "Zebras zigzag zealously zone zoo\n\nZebra zoo zone zip zap?\n\nZebras zap.\n\n“Zebra zoo zone zinc,” ztwo zthree"
    store(archive, f"{text}\n\n{line('a')}")
    assert said(choose(archive)) == [line("a")]


def test_nothing_to_choose_from(archive: Archive) -> None:
    store(archive, "Zebras zigzag\n\nZoo")
    assert choose(archive) == Choice((), ())
    assert choose_sentences(QUESTION, "fact", "long", [], FAKE, archive) == Choice((), ())


@pytest.mark.parametrize("ending", [".", "!", "…", ".”", '."', ".)"])
def test_whole_sentences_end_in_many_ways(archive: Archive, ending: str) -> None:
    store(archive, f"Zebras zigzag zealously zone zoo{ending}")
    assert said(choose(archive)) == [f"Zebras zigzag zealously zone zoo{ending}"]


def test_a_leaning_sentence_brings_what_it_leans_on(archive: Archive) -> None:
    store(archive, f"Ada Lorne is a painter. {leaning('a')}")
    assert said(choose(archive, length="short")) == ["Ada Lorne is a painter.", leaning("a")]


def test_two_antecedents_at_the_most(archive: Archive) -> None:
    start = "Ada Lorne is a painter."
    store(archive, f"{start} She lives in a mill. {leaning('a')}")
    assert said(choose(archive, length="short")) == [start, "She lives in a mill.", leaning("a")]
    take_in(archive, record("a0", f"{start} She lives in a mill. It is very old. {leaning('a')}"))
    choice = choose_current(archive)
    assert said(choice) == []
    assert choice.dropped == (Dropped(leaning("a"), ON_ITS_OWN),)


def choose_current(archive: Archive) -> Choice:
    current = [p for p in archive.passages(archive.passage_numbers()[0].tolist()).values() if ":2:" in p.id]
    return choose_sentences(
        QUESTION, "fact", "short", [RankedPassage(p, 1.0, 0.0, None) for p in current], FAKE, archive
    )


@pytest.mark.parametrize("before", ["", "A picture of a mill\n\n", "Who is she?\n\n"])
def test_a_leaning_sentence_without_its_antecedent_is_not_said(archive: Archive, before: str) -> None:
    store(archive, f"{before}{leaning('a')} {leaning('b', 'She')}\n\nAda Lorne is a painter.", line("c"))
    choice = choose(archive)
    assert said(choice) == [line("c")]
    assert set(choice.dropped) == {Dropped(leaning("a"), ON_ITS_OWN), Dropped(leaning("b", "She"), ON_ITS_OWN)}


def test_the_antecedent_may_stand_in_the_passage_before(archive: Archive) -> None:
    start = "Ada Lorne is a painter of many mills in the hills."
    store(archive, f"{start} {leaning('a')}", window=18, published=None)
    assert archive.counts().passages == 2
    choice = choose(archive, length="short")
    assert said(choice) == [start, leaning("a")]
    assert [sentence.passage.id for sentence in choice.sentences] == ["a0:1:0", "a0:1:1"]


def test_an_antecedent_is_said_once(archive: Archive) -> None:
    start = line("c")
    other = "She zbsix zbseven zbeight bfour bfive."
    store(archive, f"{start} {leaning('a')} {other}")
    assert said(choose(archive)) == [start, leaning("a"), other]


def test_leaning_costs(archive: Archive) -> None:
    store(archive, f"Ada Lorne is a painter. {leaning('a')}")
    assert choose(archive).sentences[1].score == pytest.approx(4 / math.sqrt(17) - LEANING_COST)


def test_what_an_antecedent_said_is_not_said_again(archive: Archive) -> None:
    store(archive, f"{line('c')} {leaning('a')}", f"{line('c')[:-1]} indeed.")
    choice = choose(archive)
    assert said(choice) == [line("c"), leaning("a")]
    assert choice.dropped == (Dropped(f"{line('c')[:-1]} indeed.", AGAIN),)


def test_no_leaning_sentence_ever_stands_first_or_behind_another_article(archive: Archive) -> None:
    texts = [
        f"{line(x)} {leaning(x)} {leaning(x + 'q', 'It')} {line(x + 'r')} {leaning(x + 's', 'The group')}"
        for x in "abcdef"
    ]
    store(archive, *texts)
    sentences = choose(archive, "why").sentences
    assert len(sentences) > 5
    for n, sentence in enumerate(sentences):
        if not sentence.text.startswith("Z"):
            before = sentences[n - 1]
            assert n > 0
            assert before.passage.article.id == sentence.passage.article.id
            assert not before.passage.article.text[before.span.end : sentence.span.start].strip()
