"""The measures, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from eval.measures import bootstrap_mean, contains_answer, exact_match, normalise_answer, token_f1


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("“Squid Game”", "squid game"),
        ("The  U.S. and an ally", "us and ally"),
        ("$1,879 — a record!", "1879 record"),
        ("...", ""),
    ],
)
def test_normalising_follows_squad(text: str, normalised: str) -> None:
    assert normalise_answer(text) == normalised


def test_an_answer_is_found_only_as_whole_words() -> None:
    assert contains_answer("He counted twenty-two of them.", "twentytwo")
    assert contains_answer("The city of Kunduz, 374,000 people", "374,000")
    assert not contains_answer("Fortytwo were there", "two")
    assert not contains_answer("anything at all", "the")


def test_a_match_is_exact_once_both_are_normalised() -> None:
    assert exact_match("The “Squid Game”!", "squid game")
    assert not exact_match("Squid Game 2", "Squid Game")
    assert not exact_match("", "Squid Game")


@pytest.mark.parametrize(
    ("text", "answer", "f1"),
    [
        ("the acting defence minister", "defence minister", 2 * (2 / 3) * (2 / 2) / (2 / 3 + 2 / 2)),
        ("Akhtar Mansour", "Akhtar Mohammad Mansour", 2 * (2 / 2) * (2 / 3) / (2 / 2 + 2 / 3)),
        ("Kunduz", "Kabul", 0.0),
        # The other two of the text find no partner: precision 1 / 3, recall 1 / 1.
        ("dead, dead, dead", "dead", 2 * (1 / 3) * (1 / 1) / (1 / 3 + 1 / 1)),
        ("minister defence", "Defence Minister.", 1.0),
        ("", "Kabul", 0.0),
        ("Kabul", "the", 0.0),
        ("...", "the", 1.0),
    ],
)
def test_f1_weighs_shared_words_against_both_sides(text: str, answer: str, f1: float) -> None:
    assert token_f1(text, answer) == pytest.approx(f1)
    assert token_f1(answer, text) == pytest.approx(f1)


def test_the_interval_holds_the_mean_and_shrinks_with_cases() -> None:
    few = bootstrap_mean([0.0, 1.0] * 10)
    many = bootstrap_mean([0.0, 1.0] * 1_000)
    assert few.mean == many.mean == 0.5
    assert few.low < 0.5 < few.high
    assert many.high - many.low < few.high - few.low
    # Of 2,000 fair coins the mean has a standard deviation of 0.5 / √2000; the interval spans 2 × 1.96 of these.
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(2_000), rel=0.1)


def test_the_same_values_give_the_same_interval() -> None:
    assert bootstrap_mean([0.1, 0.4, 0.9]) == bootstrap_mean([0.1, 0.4, 0.9])


def test_no_values_have_no_mean() -> None:
    with pytest.raises(ValueError, match="nothing to take the mean of"):
        bootstrap_mean([])
