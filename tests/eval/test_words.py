"""SQuAD's rules for comparing words, worked by hand."""

from __future__ import annotations

import pytest

from dateline.eval.words import contains_answer, exact_match, normalise_answer, token_f1


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
