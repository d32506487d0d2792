"""Confidence in an answer: its features, computed by hand, and the sign of each weight."""

import math
from dataclasses import replace

import pytest

from dateline.index.article import Span
from dateline.rag.generation.answer_confidence import AnswerConfidence, AnswerFeatures, features_of
from dateline.rag.generation.context import sentences_around, whole_passages
from dateline.rag.generation.llm_verifier import yes_log_odds
from dateline.rag.reading.passages import Candidate, Reading
from tests.rag.generation.test_context import passage

GOOD = AnswerFeatures(reader=2.0, asked=1.0, agreed=1.0)
TEXT = "It rained all day long. Some 42 ferries carry the traffic."
RAIN, FERRIES = (
    Candidate(one.passage, one.span, None, 1.0, 1.0, 1.0)
    for one in sentences_around(whole_passages([passage("bridge", TEXT)]).excerpts)
)
ASKED = "How many ferries carry lorries?"


def test_features_are_those_of_the_first_sentence_that_says_the_answer() -> None:
    found = features_of(ASKED, "42", [FERRIES], Reading((FERRIES, RAIN), 0.5))
    # "ferries" and "carry" are there, "many" and "lorries" aren't.
    assert found == AnswerFeatures(reader=0.0, asked=2 / 4, agreed=1.0)


def test_another_sentence_of_the_reader_does_not_agree() -> None:
    assert features_of(ASKED, "42", [FERRIES], Reading((RAIN, FERRIES), 0.5)).agreed == 0.0


def test_of_a_whole_sentence_the_aligned_words_agree() -> None:
    at = TEXT.index("42")
    aligned = replace(FERRIES, answer=Span(at, at + 2))
    found = features_of(ASKED, "There are 42 of them.", [aligned], Reading((FERRIES,), 0.5))
    assert found.agreed == 1.0


def test_what_no_sentence_says_has_no_words_of_the_question() -> None:
    found = features_of(ASKED, "Ada.", [], Reading((), 0.0))
    assert found == AnswerFeatures(reader=found.reader, asked=0.0, agreed=0.0)
    assert found.reader == pytest.approx(math.log(0.0025 / 0.9975))


@pytest.mark.parametrize("name", ["reader", "asked", "agreed"])
def test_every_feature_speaks_for_an_answer(name: str) -> None:
    of = AnswerConfidence().of
    assert of(replace(GOOD, **{name: getattr(GOOD, name) - 1.0})) < of(GOOD)


def test_the_probability_is_that_of_a_logistic_regression() -> None:
    fitted = AnswerConfidence(reader=0.5, asked=0.25, agreed=1.0, intercept=-1.0)
    assert fitted.of(GOOD) == pytest.approx(1 / (1 + math.exp(-(2 * 0.5 + 0.25 + 1.0 - 1.0))))


def test_yes_is_weighed_against_no_however_they_are_written() -> None:
    first = {"Yes": math.log(0.5), " yes": math.log(0.1), "No": math.log(0.2), "Maybe": math.log(0.2)}
    assert yes_log_odds(first) == pytest.approx(math.log(0.6 / 0.2))
    assert yes_log_odds({"Perhaps": -0.1}) is None
    assert yes_log_odds({}) is None
    assert yes_log_odds({"Yes": 0.0}) == pytest.approx(math.log(1 / 1e-4))
