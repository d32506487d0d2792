import random

import pytest

from dateline.eval.wordings import disfluent, keywords, lower_case, with_preamble, with_typo, wordings_of

QUESTION = "Which company's chief executive resigned in Quellmark on Monday?"
RNG = random.Random(1)


def test_each_wording() -> None:
    assert lower_case(QUESTION, RNG) == "which company's chief executive resigned in quellmark on monday"
    assert keywords(QUESTION, RNG) == "company's chief executive resigned quellmark monday"
    assert keywords("How much is $1,500.50 in New York's Ålesund?", RNG) == "1,500.50 new york's ålesund"
    assert keywords("Who is he?", RNG) == "Who is he?"


@pytest.mark.parametrize("number", range(20))
def test_what_was_asked_is_still_there(number: int) -> None:
    rng = random.Random(number)
    asked = with_preamble(QUESTION, rng)
    assert asked.endswith((QUESTION, QUESTION[0].lower() + QUESTION[1:]))
    assert len(asked) > len(QUESTION)
    spoken = disfluent(QUESTION, rng)
    assert spoken.endswith(f", which {QUESTION.partition(' ')[2]}")
    assert not spoken.lower().startswith("which")
    assert disfluent("Did the bridge fall?", rng).endswith(", did the bridge fall?")


@pytest.mark.parametrize("number", range(20))
def test_a_typo_is_small_and_spares_names(number: int) -> None:
    typed = with_typo(QUESTION, random.Random(number))
    assert abs(len(typed) - len(QUESTION)) <= 1
    assert "Quellmark" in typed
    assert "Monday" in typed
    changed = [(a, b) for a, b in zip(typed.split(), QUESTION.split(), strict=True) if a != b]
    assert len(changed) <= 1
    assert with_typo("Who is he?", random.Random(number)) == "Who is he?"


def test_the_same_question_gets_the_same_wordings() -> None:
    assert wordings_of(QUESTION) == wordings_of(QUESTION)
    assert list(wordings_of(QUESTION)) == ["lower case", "keywords", "with a preamble", "with a typo", "disfluent"]
