"""Confidence in an answer: its features, computed by hand, and the sign of each weight."""

import math
from dataclasses import replace

import pytest

from dateline.rag.generation.answer_confidence import CONFIRMED, AnswerConfidence, AnswerFeatures, features_of
from dateline.rag.generation.context import sentences_around, whole_passages
from dateline.rag.generation.llm_verifier import yes_log_odds
from dateline.rag.reading.passages import Reading
from tests.rag.generation.test_context import passage

GOOD = AnswerFeatures(reader=2.0, said=1.0, asked=1.0, confirmed=3.0)
SENTENCES = sentences_around(
    whole_passages([passage("bridge", "It rained. Some 42 ferries carry the traffic.")]).excerpts
)


def test_features_are_those_of_the_sentence_that_says_most_of_it() -> None:
    found = features_of(
        "How many ferries carry lorries?", "42 ferries carry lorries.", Reading((), 0.5), SENTENCES, None
    )
    # New is 42 alone, which counts 3; of the words asked "ferries" and "carry" are there, "many" and "lorries" aren't.
    assert found == AnswerFeatures(reader=0.0, said=(3 + 1 + 1) / (3 + 1 + 1 + 1), asked=2 / 4, confirmed=None)


def test_where_nothing_was_shown_nothing_is_said() -> None:
    assert features_of("Who?", "Ada.", Reading((), 0.0), [], 1.0).said == 0.0


@pytest.mark.parametrize("name", ["reader", "said", "asked", "confirmed"])
def test_every_feature_speaks_for_an_answer(name: str) -> None:
    of = AnswerConfidence(confirmed=True).of
    worse = replace(GOOD, **{name: getattr(GOOD, name) - 1.0})
    assert of(worse) < of(GOOD)


def test_the_probability_is_that_of_a_logistic_regression() -> None:
    w = CONFIRMED
    odds = 2 * w.reader + w.said + w.asked + 3 * w.confirmed + w.intercept
    assert AnswerConfidence(confirmed=True).of(GOOD) == pytest.approx(1 / (1 + math.exp(-odds)))


def test_without_the_model_s_word_other_weights_count() -> None:
    of = AnswerConfidence(confirmed=True).of
    assert of(replace(GOOD, confirmed=None)) == AnswerConfidence(confirmed=False).of(replace(GOOD, confirmed=None))


def test_yes_is_weighed_against_no_however_they_are_written() -> None:
    first = {"Yes": math.log(0.5), " yes": math.log(0.1), "No": math.log(0.2), "Maybe": math.log(0.2)}
    assert yes_log_odds(first) == pytest.approx(math.log(0.6 / 0.2))
    assert yes_log_odds({"Perhaps": -0.1}) is None
    assert yes_log_odds({}) is None
    assert yes_log_odds({"Yes": 0.0}) == pytest.approx(math.log(1 / 1e-4))
