"""A `line` has five words and, with its marker, six in an answer; so has a `leaning` one. No two share more than one."""

import random
from typing import Any

import pytest

from dateline.index.archive import Archive
from dateline.index.article import Span
from dateline.index.encoder import InitialsEncoder
from dateline.rag.answer import Dropped, QuestionKind
from dateline.rag.question import Length
from dateline.rag.reading.context_dependence import depends_on_context
from dateline.rag.reading.passages import Candidate, Reading
from dateline.rag.reading.sentence_choice import MARGIN, PER_ARTICLE, Choice, choose_sentences, most_words
from tests.articles import passages_in, record, take_in

AGAIN = "says what is already said"
START = "Ada Lorne is a painter."
PLENTY = 1_000


def line(letter: str) -> str:
    return f"Z{letter}one z{letter}two z{letter}three {letter}four {letter}five."


def leaning(letter: str, first: str = "He") -> str:
    return f"{first} z{letter}six z{letter}seven z{letter}eight z{letter}nine."


def store(archive: Archive, *texts: str, window: int = 256, **fields: Any) -> None:
    encoder = InitialsEncoder(window, languages=("en",))
    take_in(archive, *(record(f"a{n}", text, **fields) for n, text in enumerate(texts)), encoder=encoder)


def reading_of(archive: Archive, scores: dict[str, float], answer: str | None = None) -> Reading:
    """A reading of the sentences in `scores`, which are in the archive; `answer` is in some of them."""
    candidates = []
    for passage in passages_in(archive).values():
        for span in passage.sentences:
            text = span.of(passage.article.text)
            at = text.find(answer) if answer else -1
            words = Span(span.start + at, span.start + at + len(answer or "")) if at >= 0 else None
            if text in scores:
                candidates.append(Candidate(passage, span, words, scores[text], scores[text], scores[text]))
    candidates.sort(key=lambda c: (-c.score, c.passage.article.id, c.span.start))
    return Reading(tuple(candidates), 0.5)


def choose(
    archive: Archive,
    scores: dict[str, float],
    kind: QuestionKind = "fact",
    words: int = PLENTY,
    answer: str | None = None,
) -> Choice:
    return choose_sentences(reading_of(archive, scores, answer), kind, words, archive)


def said(choice: Choice) -> list[str]:
    return [sentence.text for sentence in choice.sentences]


def agreeing(choice: Choice) -> dict[str, list[str]]:
    by_place = {sentence.place: sentence.text for sentence in choice.sentences}
    return {by_place[place]: [one.text for one in others] for place, others in choice.agreeing.items()}


@pytest.mark.parametrize(
    ("kind", "length", "words", "of_100"),
    [
        ("fact", "short", 30, 30),
        ("fact", "medium", 60, 60),
        ("fact", "long", 120, 120),
        ("yes_no", "short", 30, 30),
        ("yes_no", "medium", 60, 60),
        ("why", "short", 180 * 0.4, 100 * 0.4),
        ("how", "medium", 180, 100),
        ("list", "long", 180 * 2, 100 * 2),
        ("what_happened", "medium", 180, 100),
    ],
)
def test_how_many_words(kind: QuestionKind, length: Length, words: int, of_100: int) -> None:
    assert most_words(kind, length) == words
    assert most_words(kind, length, 100) == of_100


@pytest.mark.parametrize(("words", "count"), [(6, 1), (11, 1), (12, 2), (17, 2), (18, 3), (PLENTY, 3)])
@pytest.mark.parametrize("kind", ["fact", "how"])
def test_sentences_up_to_the_words_with_their_markers(
    archive: Archive, kind: QuestionKind, words: int, count: int
) -> None:
    store(archive, *map(line, "abc"))
    choice = choose(archive, dict.fromkeys(map(line, "abc"), 1.0), kind, words)
    assert said(choice) == [line(letter) for letter in "abc"[:count]]
    assert choice.dropped == ()


def test_a_shorter_one_takes_the_place_of_one_that_is_too_long(archive: Archive) -> None:
    long = f"{line('b')[:-1]} and so on."  # 5 + 3 words and the marker are 9
    store(archive, line("a"), long, line("c"))
    scores = {line("a"): 3.0, long: 2.0, line("c"): 1.0}
    assert said(choose(archive, scores, words=6 + 9 - 1)) == [line("a"), line("c")]
    assert said(choose(archive, scores, words=6 + 9)) == [line("a"), long]


def test_the_best_is_said_even_if_it_is_too_long(archive: Archive) -> None:
    store(archive, line("a"), line("b"))
    for kind in ("fact", "how"):
        assert said(choose(archive, {line("a"): 1.0, line("b"): 2.0}, kind, words=3)) == [line("b")]


def test_a_fact_gets_the_best_first(archive: Archive) -> None:
    store(archive, f"{line('a')} {line('b')}", line("c"))
    scores = {line("a"): 1.0, line("b"): 3.0, line("c"): 2.0}
    for kind in ("fact", "yes_no"):
        choice = choose(archive, scores, kind)
        assert said(choice) == [line("b"), line("c"), line("a")]
        assert [sentence.score for sentence in choice.sentences] == [3.0, 2.0, 1.0]


@pytest.mark.parametrize("kind", ["why", "how", "what_happened", "list"])
def test_anything_else_is_said_as_written_the_best_article_first(archive: Archive, kind: QuestionKind) -> None:
    store(archive, line("c"), f"{line('a')} {line('b')}")
    scores = {line("a"): 1.0, line("b"): 3.0, line("c"): 2.0}
    assert said(choose(archive, scores, kind)) == [line("a"), line("b"), line("c")]


def test_several_periods_get_headings_in_their_order(archive: Archive) -> None:
    days = ("2021-08-05", "2015-10-04", "2021-07-30")
    take_in(
        archive, *(record(f"a{n}", line(x), published=day) for n, (x, day) in enumerate(zip("abc", days, strict=True)))
    )
    scores = {line("a"): 3.0, line("b"): 2.0, line("c"): 1.0}
    choice = choose(archive, scores, "why")
    assert said(choice) == [line("b"), line("a"), line("c")]
    assert choice.headings == ("October 2015", "July–August 2021", "July–August 2021")
    assert choose(archive, scores, "fact").headings == (None, None, None)


def test_equal_ones_come_by_article_and_place(archive: Archive) -> None:
    store(archive, line("b"), f"{line('c')} {line('a')}")
    assert said(choose(archive, dict.fromkeys(map(line, "abc"), 1.0))) == [line("b"), line("c"), line("a")]


@pytest.mark.parametrize(("kind", "margin"), [("fact", 7.0), ("yes_no", 7.0), ("how", 9.0), ("list", 9.0)])
def test_sentences_far_below_the_best_are_not_said(archive: Archive, kind: QuestionKind, margin: float) -> None:
    assert MARGIN[kind in ("fact", "yes_no")] == margin
    store(archive, *map(line, "abc"))
    choice = choose(archive, {line("a"): -1.0, line("b"): -1.0 - margin, line("c"): -1.0 - margin - 0.01}, kind)
    assert said(choice) == [line("a"), line("b")]


def test_a_fact_is_said_once(archive: Archive) -> None:
    ten = "One two three four five six seven eight nine ten."
    seven = "One two three four five six seven b c d e."  # 7 of 10 words
    six = "One two three four five six f g h i j."  # 6 of 10, and 6 of 11 with the one before
    store(archive, ten, seven, six)
    choice = choose(archive, {ten: 3.0, seven: 2.0, six: 1.0})
    assert said(choice) == [ten, six]
    assert agreeing(choice) == {ten: [seven]}


def test_the_shorter_one_decides_whether_a_fact_is_the_same(archive: Archive) -> None:
    short = "One two three four five."
    long = "One two three four g h i j k l m n."  # 4 of 5 words
    store(archive, long, short)
    assert choose(archive, {long: 2.0, short: 1.0}).dropped == (Dropped(short, AGAIN),)
    assert agreeing(choose(archive, {long: 1.0, short: 2.0})) == {short: [long]}  # says no less


def test_what_says_the_same_in_the_same_story_is_dropped(archive: Archive) -> None:
    ten, seven = "One two three four five six seven eight nine ten.", "One two three four five six seven b c d e."
    common = " ".join(map(line, "abcdefgh"))
    store(archive, f"{common} {ten}", f"{common} {seven}")
    choice = choose(archive, {ten: 3.0, seven: 2.0})
    assert (said(choice), agreeing(choice), choice.dropped) == ([ten], {}, (Dropped(seven, AGAIN),))


def test_disagreeing_sentences_come_first_whatever_their_score(archive: Archive) -> None:
    store(archive, *map(line, "abcd"))
    reading = reading_of(archive, {line("a"): 9.0, line("b"): 8.0, line("c"): 7.0, line("d"): 0.0})
    by_text = {candidate.text: candidate for candidate in reading.candidates}
    contested = [by_text[line("d")], by_text[line("a")]]
    assert said(choose_sentences(reading, "fact", PLENTY, archive, contested)) == [line(x) for x in "dabc"]
    # Both sides are said, even if that takes more words than there are.
    assert said(choose_sentences(reading, "fact", 7, archive, contested)) == [line("d"), line("a")]


def test_a_current_figure_follows_the_adjacent_one_that_it_replaces(archive: Archive) -> None:
    first, now = "The first report of the Larkfield flood spoke of 22 dead.", "The number now given is 42."
    store(archive, f"{first} {now}", line("a"))
    reading = reading_of(archive, {first: 3.0, now: 1.0, line("a"): 2.0})
    by_text = {candidate.text: candidate for candidate in reading.candidates}
    choice = choose_sentences(reading, "fact", PLENTY, archive, [by_text[now], by_text[first]])
    assert said(choice)[:2] == [first, now]


def test_no_article_has_more_than_its_share(archive: Archive) -> None:
    store(archive, " ".join(map(line, "abcd")), line("e"))
    scores = {line(letter): 5.0 - n for n, letter in enumerate("abcde")}
    choice = choose(archive, scores)
    assert said(choice) == [*map(line, "abcd"[:PER_ARTICLE]), line("e")]
    assert choice.dropped == ()


def test_antecedents_do_not_count_to_an_articles_share(archive: Archive) -> None:
    text = f"{START} {leaning('a')}\n\n{line('b')} {line('c')}"
    store(archive, text)
    choice = choose(archive, {leaning("a"): 3.0, line("b"): 2.0, line("c"): 1.0})
    assert said(choice) == [START, leaning("a"), line("b"), line("c")]


def test_a_dependent_sentence_brings_its_antecedents(archive: Archive) -> None:
    store(archive, f"{START} {leaning('a')}")
    choice = choose(archive, {leaning("a"): 2.0})
    assert said(choice) == [START, leaning("a")]
    assert [sentence.score for sentence in choice.sentences] == [2.0, 2.0]
    assert choice.sentences[0].answer is None


def test_two_antecedents_at_the_most(archive: Archive) -> None:
    between = ["She lives in a mill.", "It is very old now."]
    store(archive, f"{START} {between[0]} {leaning('a')}", f"{START} {' '.join(between)} {leaning('b')}")
    assert said(choose(archive, {leaning("a"): 2.0})) == [START, between[0], leaning("a")]
    assert said(choose(archive, {leaning("b"): 2.0})) == [*between, leaning("b")]


@pytest.mark.parametrize("before", ["", "A picture of a mill\n\n", "Who is she now then?\n\n"])
def test_without_an_available_antecedent_it_is_alone(archive: Archive, before: str) -> None:
    store(archive, f"{before}{leaning('a')}\n\n{START}")
    assert said(choose(archive, {leaning("a"): 2.0})) == [leaning("a")]


def test_an_antecedent_may_be_in_the_previous_passage(archive: Archive) -> None:
    start = "Ada Lorne is a painter of many mills in the hills."
    store(archive, f"{start} {leaning('a')}", window=18, published=None)
    assert archive.counts().passages == 2
    choice = choose(archive, {leaning("a"): 2.0})
    assert said(choice) == [start, leaning("a")]
    assert [sentence.passage.id for sentence in choice.sentences] == ["a0:1:0", "a0:1:1"]


def test_an_antecedent_is_said_once_and_takes_words_once(archive: Archive) -> None:
    store(archive, f"{START} {leaning('a')} {leaning('b', 'She')}")
    scores = {leaning("a"): 3.0, leaning("b", "She"): 2.0}
    for kind in ("fact", "how"):
        assert said(choose(archive, scores, kind, 6 + 6 + 6)) == [START, leaning("a"), leaning("b", "She")]
        assert said(choose(archive, scores, kind, 6 + 6 + 5)) == [START, leaning("a")]


def test_what_an_antecedent_said_is_not_said_again(archive: Archive) -> None:
    store(archive, f"{line('c')} {leaning('a')}", f"{line('c')[:-1]} indeed.")
    choice = choose(archive, {leaning("a"): 2.0, line("c"): 1.5, f"{line('c')[:-1]} indeed.": 1.0})
    assert said(choice) == [line("c"), leaning("a")]
    assert agreeing(choice) == {line("c"): [f"{line('c')[:-1]} indeed."]}


def test_the_best_goes_without_antecedents_that_do_not_fit(archive: Archive) -> None:
    store(archive, f"{START} {leaning('a')}")
    assert said(choose(archive, {leaning("a"): 2.0}, words=6 + 6)) == [START, leaning("a")]
    assert said(choose(archive, {leaning("a"): 2.0}, words=6 + 5)) == [leaning("a")]
    assert said(choose(archive, {leaning("a"): 2.0}, words=5)) == [leaning("a")]


def test_a_further_one_does_not(archive: Archive) -> None:
    store(archive, line("b"), f"{START} {leaning('a')}", line("c"))
    scores = {line("b"): 3.0, leaning("a"): 2.0, line("c"): 1.0}
    assert said(choose(archive, scores, words=6 + 12)) == [line("b"), START, leaning("a")]
    assert said(choose(archive, scores, words=6 + 11)) == [line("b"), line("c")]


def test_a_dependent_sentence_follows_its_antecedent(archive: Archive) -> None:
    store(archive, f"{START} {leaning('a')}", line("b"))
    scores = {START: 3.0, line("b"): 2.0, leaning("a"): 1.0}
    assert said(choose(archive, scores)) == [START, leaning("a"), line("b")]


def test_no_dependent_sentence_follows_another_article(archive: Archive) -> None:
    texts = [f"{line(x)} {leaning(x)} {leaning(x + 'q', 'It')} {line(x + 'r')} {leaning(x + 's')}" for x in "abcdef"]
    store(archive, *texts)
    sentences = [sentence for text in texts for sentence in text.split(". ")]
    for seed in range(20):
        rng = random.Random(seed)
        scores = {f"{sentence.rstrip('.')}.": rng.uniform(-2, 2) for sentence in sentences}
        for kind in ("fact", "how"):
            chosen = choose(archive, scores, kind, words=90).sentences
            assert 90 - 18 < sum(len(sentence.text.split()) + 1 for sentence in chosen) <= 90
            for before, sentence in zip((None, *chosen), chosen, strict=False):
                if depends_on_context(sentence.text):
                    assert before is not None
                    assert before.passage.article.id == sentence.passage.article.id
                    assert not sentence.passage.article.text[before.span.end : sentence.span.start].strip()


def test_a_dependent_sentence_without_antecedent_does_not_follow_another_article(archive: Archive) -> None:
    store(archive, START, leaning("b"))
    choice = choose(archive, {START: 2, leaning("b"): 1})
    assert said(choice) == [START]
    assert choice.dropped == (Dropped(leaning("b"), "depends on a sentence that is not in the answer"),)


def test_an_answer_that_was_given_is_not_given_again(archive: Archive) -> None:
    first, second, third = "Za zb zc counted 42 zd.", "Ze zf zg zh zi saw 42 zj.", "Zk zl zm zn heard 43 zo."
    store(archive, first, second, third)
    scores = {first: 3.0, second: 2.0, third: 1.0}
    reading = reading_of(archive, scores, "42")
    choice = choose_sentences(reading, "fact", PLENTY, archive)
    assert said(choice) == [first, third]
    assert choice.dropped == (Dropped(second, AGAIN),)
    assert said(choose_sentences(reading, "list", PLENTY, archive)) == [first, second, third]


def test_differing_figures_are_not_the_same_fact(archive: Archive) -> None:
    dead = [f"The flood in Larkfield killed {number} people on Monday." for number in (42, 61)]
    store(archive, *dead)
    assert said(choose(archive, {dead[0]: 2, dead[1]: 1})) == dead


def test_the_best_sentence_of_a_fact_holds_the_direct_answer(archive: Archive) -> None:
    store(archive, line("a"), line("b"))
    choice = choose(archive, {line("a"): 1.0, line("b"): 2.0}, answer="four")
    assert choice.direct is choice.sentences[0]
    assert choice.direct is not None
    assert choice.direct.text == line("b")
    assert choice.direct.answer is not None
    assert choice.direct.answer.of(line("b")) == "four"


def test_the_direct_answer_follows_its_antecedent(archive: Archive) -> None:
    store(archive, f"{START} {leaning('a')}")
    choice = choose(archive, {leaning("a"): 2.0}, answer="zanine")
    assert choice.direct is choice.sentences[1]


@pytest.mark.parametrize("kind", ["why", "how", "what_happened", "list", "yes_no"])
def test_other_kinds_have_no_direct_answer(archive: Archive, kind: QuestionKind) -> None:
    store(archive, line("a"))
    assert choose(archive, {line("a"): 1.0}, kind, answer="four").direct is None


def test_without_a_span_in_the_best_sentence_there_is_no_direct_answer(archive: Archive) -> None:
    store(archive, line("a"), line("b"))
    choice = choose(archive, {line("a"): 1.0, line("b"): 2.0}, answer="afour")
    assert said(choice) == [line("b"), line("a")]
    assert choice.direct is None


def test_nothing_to_choose_from(archive: Archive) -> None:
    for kind in ("fact", "why"):
        assert choose_sentences(Reading((), 0.0), kind, PLENTY, archive) == Choice((), (), {}, None, ())
