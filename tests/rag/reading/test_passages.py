import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.index.search import RankedPassage
from dateline.index.sentences import split_sentences
from dateline.rag.answer import QuestionKind
from dateline.rag.reading.passages import (
    FIRST_READ,
    LEAST_WORDS,
    MOST_READ,
    NEARED,
    Reading,
    answer_key,
    backed_scores,
    confidence_features,
    is_whole,
    rank_feature,
    read_further,
    read_passages,
)
from dateline.rag.reading.reader import NOT_READ, OverlapReader, ReaderCalibration, ReadSentence
from dateline.rag.reading.reader_input import Text
from dateline.rag.retrieval import age
from dateline.rag.time.period import Period
from tests.articles import FAKE

QUESTION = "How many mills burned in Larkfield?"
DAY = date(2021, 8, 5)
THEN = Period(DAY, DAY)
FOUR = "Some 42 mills burned in Larkfield."
"""Four of the question's words and a number: 4 - 1 by the overlap reader, and 1 for the span."""
TWO = "Nobody slept in Larkfield that night."
"""Two of the question's words and no number: 2 - 1."""


def ranked(article_id: str, text: str, *, skip: int = 0, **fields: Any) -> RankedPassage:
    """The passage of the article's sentences but the first `skip`; from `DAY` unless `fields` say otherwise."""
    article = Article(article_id, text, **{"published": DAY} | fields)
    sentences = tuple(split_sentences(text)[skip:])
    whole = Span(sentences[0].start, sentences[-1].end)
    return RankedPassage(StoredPassage(1, f"{article_id}:1:0", article, article_id, whole, sentences), 1.0, None, None)


def read(*passages: RankedPassage, reference: Period | None = THEN, **calibration: float) -> Reading:
    return read_passages(OverlapReader(ReaderCalibration(**calibration)), QUESTION, reference, passages)


def scores(reading: Reading) -> list[float]:
    return [candidate.score for candidate in reading.candidates]


class Recording:
    """A reader with a fixed result for every sentence, which records its calls."""

    name = "recording"
    calibration = ReaderCalibration()

    def __init__(self, found: ReadSentence) -> None:
        self.found = found
        self.asked: list[tuple[str, list[Text]]] = []

    def read(self, question: str, texts: Sequence[Text]) -> list[tuple[ReadSentence, ...]]:
        self.asked.append((question, list(texts)))
        return [tuple(self.found for _ in text.sentences) for text in texts]


def test_uncalibrated_the_score_is_the_readers() -> None:
    assert scores(read(ranked("a", f"{TWO} {FOUR}"))) == [4 - 1, 2 - 1]


def test_the_span_counts_by_its_weight() -> None:
    assert scores(read(ranked("a", f"{TWO} {FOUR}"), span=0.5)) == [4 - 1 + 0.5 * 1, 2 - 1 + 0.5 * 0]


@pytest.mark.parametrize(
    ("published", "age"),
    [
        (DAY, 0),
        (date(2020, 8, 5), 1),
        (datetime(2021, 7, 29, 23, tzinfo=UTC), math.log(1 + 7 / 7) / math.log(1 + 365 / 7)),
        (date(2011, 8, 8), math.log(1 + 3650 / 7) / math.log(1 + 365 / 7)),
        (None, 1),
    ],
)
def test_the_articles_age_counts_by_its_weight(published: date | None, age: float) -> None:
    assert scores(read(ranked("a", FOUR, published=published), age=-0.6)) == pytest.approx([4 - 1 - 0.6 * age])


def test_without_a_reference_age_does_not_count() -> None:
    old = (ranked("a", FOUR, published=date(1999, 1, 1)), ranked("b", FOUR, published=None))
    assert scores(read(*old, reference=None, age=-0.6)) == [4 - 1, 4 - 1]


def test_the_passages_rank_counts_by_its_weight() -> None:
    three = [ranked(name, FOUR) for name in "abc"]
    assert scores(read(*three, rank=-0.4)) == pytest.approx(
        [3 - 0.4 * math.log(rank) / math.log(31) for rank in (1, 2, 3)]
    )


def test_ranks_from_the_first_to_the_31st() -> None:
    assert rank_feature(0) == 0
    assert rank_feature(1) == pytest.approx(math.log(2) / math.log(31))
    assert rank_feature(30) == pytest.approx(1)


def test_all_of_it_together() -> None:
    passages = ranked("a", TWO), ranked("b", FOUR, published=date(2020, 8, 5))
    reading = read(*passages, age=-1.0, rank=-2.0, span=0.25, slope=2.0, intercept=-1.0)
    best = (4 - 1) - 1.0 * 1 - 2.0 * math.log(2) / math.log(31) + 0.25 * 1
    assert best == pytest.approx(1.8463, abs=1e-4)
    assert scores(reading) == pytest.approx([best, 2 - 1])
    assert reading.confidence == pytest.approx(1 / (1 + math.exp(-(2.0 * best - 1.0))))


def test_nearness_adds_to_the_scores_of_the_best() -> None:
    reader = OverlapReader(ReaderCalibration(meaning=10.0))
    passages = ranked("a", TWO, title="Fire"), ranked("b", " ".join([FOUR, *[TWO] * NEARED]))
    question, *sentences = FAKE.encode_document([QUESTION, FOUR, f"Fire. {TWO}", TWO])
    four, titled, two = (10 * float(sentence @ question) for sentence in sentences)
    near = read_passages(reader, QUESTION, THEN, passages, encoder=FAKE)
    # The best has the figure; then come those that score alike, by article and place: two are too many.
    assert sorted(scores(near)) == pytest.approx(sorted([3 + four, 1 + titled, *[1 + two] * (NEARED - 2), 1, 1]))
    thorough = read_passages(reader, QUESTION, THEN, passages, encoder=FAKE, kind="why")
    assert sorted(scores(thorough)) == pytest.approx(sorted([3 + four, 1 + titled, *[1 + two] * NEARED]))
    assert near.confidence == pytest.approx(1 / (1 + math.exp(-near.candidates[0].backed)))


def test_confidence_is_that_of_the_best() -> None:
    assert read(ranked("a", TWO)).confidence == pytest.approx(1 / (1 + math.exp(-1)))
    assert read(ranked("a", f"{TWO} {FOUR}")).confidence == pytest.approx(1 / (1 + math.exp(-3)))


def test_spans_are_places_in_the_article() -> None:
    text = f"🌉 fell. It rained all night long.\n\n{FOUR} {TWO}"
    first, second = read(ranked("a", text, skip=2)).candidates
    assert (first.text, second.text) == (FOUR, TWO)
    assert first.span == Span(text.index(FOUR), text.index(FOUR) + len(FOUR))
    assert first.answer == Span(text.index("42"), text.index("42") + 2)
    assert second.answer is None
    assert first.place == ("a", first.span)
    assert first.passage.article.text == text


def test_datelines_have_no_answer_span() -> None:
    (one,) = read(ranked("a", "LARKFIELD, Aug. 5 (Northgate Wire) — The mills burned in Larkfield.")).candidates
    assert one.answer is None
    (without,) = read(ranked("a", "On Aug. 5 the mills burned in Larkfield.")).candidates
    assert without.answer is not None


def test_best_first_and_equal_ones_by_article_and_place() -> None:
    other = FOUR.replace("42", "43")
    passages = ranked("c", FOUR), ranked("b", f"{TWO} {other} {FOUR}"), ranked("a", TWO)
    reading = read(*passages)
    # Two stories say 42; b counts once, although two of its sentences say so.
    assert [(c.passage.article.id, c.text) for c in reading.candidates] == [
        ("b", FOUR),
        ("c", FOUR),
        ("b", other),
        ("a", TWO),
        ("b", TWO),
    ]
    assert [c.backed for c in reading.candidates] == pytest.approx([3 + math.log(2)] * 2 + [3, 1, 1])
    assert reading.confidence == pytest.approx(1 / (1 + math.exp(-3 - math.log(2))))
    assert read(*reversed(passages)).candidates == reading.candidates


def test_headings_fragments_and_questions_are_left_out() -> None:
    heading, question, fragment = "Mills burned in Larkfield by night", QUESTION, "Mills in Larkfield burned."
    assert len(fragment.split()) == LEAST_WORDS - 1
    reading = read(ranked("a", f"{heading}\n\n{question}\n\n{fragment}\n\n{TWO}"))
    assert [candidate.text for candidate in reading.candidates] == [TWO]


@pytest.mark.parametrize("ending", [".", "!", "…", ".”", '."', ".)", "!’", ".]"])
def test_whole_sentences_end_in_many_ways(ending: str) -> None:
    assert is_whole(f"Mills burned in all Larkfield{ending}")


@pytest.mark.parametrize(
    "text", ["Mills burned in all Larkfield", "Mills burned in all Larkfield?", "“All mills of Larkfield burned,”", "One two three four."]
)  # fmt: skip
def test_what_is_no_whole_sentence(text: str) -> None:
    assert not is_whole(text)


def test_nothing_to_read() -> None:
    assert read() == Reading((), 0.0)
    assert read(ranked("a", "Mills burned in Larkfield by night")) == Reading((), 0.0)


def test_sentences_beyond_the_window_are_left_out() -> None:
    assert read_passages(Recording(NOT_READ), QUESTION, THEN, [ranked("a", FOUR)]) == Reading((), 0.0)


def test_an_answer_is_backed_by_each_story_once() -> None:
    scores, answers = [1.0, 2.0, 0.5, 3.0], ["42", "42", "42", "43"]
    assert backed_scores(scores, answers, ["a", "b", "b", "b"]) == pytest.approx(
        [math.log(math.exp(1) + math.exp(2))] * 3 + [3.0]
    )
    assert backed_scores([], [], []) == []


@pytest.mark.parametrize(
    ("words", "key"), [("The U.S.", "u s"), ("“374,000”", "374 000"), ("a Kunduz airport", "kunduz airport"), ("…", "")]
)
def test_wordings_of_one_answer_are_equal(words: str, key: str) -> None:
    assert answer_key(words) == key


@pytest.mark.parametrize(
    ("score", "kind", "batches"),
    [
        (0.25, "fact", [FIRST_READ]),
        (0.0, "fact", [FIRST_READ]),
        (-0.25, "fact", [FIRST_READ, MOST_READ - FIRST_READ]),
        (0.25, "yes_no", [FIRST_READ, MOST_READ - FIRST_READ]),
        (0.25, "why", [FIRST_READ, MOST_READ - FIRST_READ]),
    ],
)
def test_more_passages_are_read_where_the_first_do_not_answer(
    score: float, kind: QuestionKind, batches: list[int]
) -> None:
    reader = Recording(ReadSentence(score, None, 0.0))
    passages = [ranked(f"a{n:02}", FOUR) for n in range(MOST_READ + 5)]
    reading = read_passages(reader, QUESTION, THEN, passages, kind=kind)
    assert [len(texts) for _, texts in reader.asked] == batches
    assert len(reading.candidates) == sum(batches)


def test_ranks_go_on_where_the_second_reading_begins() -> None:
    passages = [ranked(f"a{n:02}", FOUR) for n in range(MOST_READ)]
    reading = read_passages(OverlapReader(ReaderCalibration(rank=-20.0)), QUESTION, THEN, passages, kind="why")
    first = 3.0
    assert scores(reading) == pytest.approx([first - 20.0 * rank_feature(n) for n in range(MOST_READ)])


def test_the_reader_gets_the_best_passages_with_their_headers() -> None:
    reader = Recording(ReadSentence(0.25, None, 0.0))
    first = ranked("a", f"It rained all night long. {FOUR} {TWO}", skip=1, title="Fire", outlet="Harbor Post")
    rest = [ranked(f"b{n}", FOUR, published=None) for n in range(FIRST_READ)]
    reading = read_passages(reader, QUESTION, None, [first, *rest])
    ((question, texts),) = reader.asked
    assert question == QUESTION
    assert len(texts) == FIRST_READ
    assert texts[0] == Text(
        "Fire | Harbor Post, 5 August 2021",
        f"{FOUR} {TWO}",
        (Span(0, len(FOUR)), Span(len(FOUR) + 1, len(FOUR) + 1 + len(TWO))),
    )
    assert texts[1] == Text("", FOUR, (Span(0, len(FOUR)),))
    assert len(reading.candidates) == 2 + (FIRST_READ - 1)
    assert reading.confidence == pytest.approx(1 / (1 + math.exp(-0.25)))


def test_missing_names_and_types_lower_the_score() -> None:
    passages = [ranked("a", "Some mills burned that night."), ranked("b", "Larkfield lost its old mills.")]
    before = {candidate.text: candidate.score for candidate in read(*passages).candidates}
    after = {candidate.text: candidate.score for candidate in read(*passages, unnamed=-3.0, unwanted=-0.5).candidates}
    # Neither has a figure, and the first doesn't name Larkfield.
    assert {text: before[text] - after[text] for text in before} == {
        "Some mills burned that night.": 3.0 + 0.5,
        "Larkfield lost its old mills.": 0.5,
    }
    several = read_passages(OverlapReader(ReaderCalibration(unnamed=-3.0)), QUESTION, THEN, passages, kind="why")
    assert {candidate.text: candidate.score for candidate in several.candidates} == before


def test_confidence_counts_the_words_of_the_passage_and_its_age() -> None:
    text = "It is a quiet town by night. Some 42 mills burned at last."
    passage = ranked("a", text, title="Larkfield at night", published=date(2020, 8, 5))
    reader = OverlapReader(ReaderCalibration(span=5.0, borne=2.0, old=-0.5, intercept=0.25))
    newer = ranked("b", "Nobody in Larkfield knows why the mills burned.")
    reading = read_passages(reader, QUESTION, THEN, [passage, newer])
    best = reading.candidates[0]
    assert best.passage.article.id == "a"
    assert confidence_features(QUESTION, THEN, reading.candidates) == (1, age(date(2020, 8, 5), THEN))
    odds = best.backed + 2.0 - 0.5 * age(date(2020, 8, 5), THEN) + 0.25
    assert reading.confidence == pytest.approx(1 / (1 + math.exp(-odds)))


def test_an_old_article_is_not_stale_without_a_newer_one_as_relevant() -> None:
    old = ranked("old", FOUR, published=date(2015, 10, 1))
    newer = ranked("new", "Larkfield is a quiet town.")
    reading = read(old, newer)
    assert confidence_features(QUESTION, THEN, reading.candidates) == (1, 0)
    asked_of_then = Period(date(2015, 10, 1), date(2015, 10, 31))
    reading = read(old, ranked("p", FOUR.replace("42", "43")), reference=asked_of_then)
    assert reading.candidates[0].passage.article.id == "old"
    assert confidence_features(QUESTION, asked_of_then, reading.candidates) == (1, 0)


def test_asserting_the_event_counts_for_lists_and_not_for_reasons() -> None:
    reader = OverlapReader(ReaderCalibration(told=4.0))
    passage = ranked("a", "The rebels captured Larkfield on Sunday. The rebels want to take Port Ellery.")
    question = "Which towns have the rebels captured?"
    assert scores(read_passages(reader, question, THEN, [passage], kind="list")) == [3 - 1 + 4, 2 - 1]
    assert scores(read_passages(reader, question, THEN, [passage], kind="why")) == [3 - 1, 2 - 1]


def test_reading_further_adds_sentences() -> None:
    first = read(ranked("a", FOUR))
    reading = read_further(OverlapReader(), QUESTION, THEN, first, [ranked("b", "Some 43 mills burned in Larkfield.")])
    assert sorted(candidate.text[:7] for candidate in reading.candidates) == ["Some 42", "Some 43"]


def test_definition_sentences_are_read_first_and_answer() -> None:
    reader = OverlapReader(ReaderCalibration(described=6.0))
    told = "Late at night Board spokesman Milo Brandt went home."
    passages = [
        *(ranked(f"a{n}", "The Board’s spokesman is not named here.") for n in range(FIRST_READ)),
        ranked("b", told),
    ]
    reading = read_passages(reader, "Who is the Board's spokesman?", THEN, passages)
    best = reading.candidates[0]
    assert (best.text, best.score) == (told, 2 - 1 + 6)
    assert best.answer is not None
    assert best.answer.of(told) == "Milo Brandt"
    several = read_passages(reader, "Who is the Board's spokesman?", THEN, passages, kind="why")
    assert max(scores(several)) < 6


def test_asserting_the_premise_raises_the_score() -> None:
    reader = OverlapReader(ReaderCalibration(told=2.5))
    told, other = "Osier was overrun by rebels at dawn.", "Rebels have long liked Osier."
    passages = [ranked("a", f"{other} {told}")]
    found = {one.text: one.score for one in read_passages(reader, "When did Osier fall?", THEN, passages).candidates}
    assert found[told] - found[other] == 2.5
