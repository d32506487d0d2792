import pytest

from dateline.rag.reading.question_features import (
    content_stems,
    coverage,
    has_expected_type,
    name_coverage,
    name_stems,
    only_repeats_question,
)


def test_stems_of_content_words() -> None:
    assert content_stems("How many bridges were closed by the U.S.?") == {"bridg", "clos", "usa"}
    assert coverage(content_stems("Which bridges closed?"), content_stems("The bridge reopened.")) == 1 / 2
    assert coverage(set(), {"bridg"}) == 0


def test_the_names_of_a_question() -> None:
    names = name_stems("What did Kabul’s mayor, Ada Lorne, say in August 2021?")
    assert names == {"kabu", "ada", "lorn"}
    assert name_coverage(names, "Mayor Lorne spoke in Kabul.") == 2 / 3
    assert name_coverage(name_stems("what is closed?"), "Nothing.") == 1


@pytest.mark.parametrize(
    ("question", "has", "lacks"),
    [
        ("How many fell?", "Some 42 fell.", "Nobody counted them."),
        ("When did it close?", "It closed on Friday.", "It closed again."),
        ("Who closed the Larkfield bridge?", "Bo Quill closed it.", "The Larkfield bridge is closed."),
        ("Which province is Qalat in?", "Qalat is the capital of Zabul.", "Qalat is a capital."),
    ],
)
def test_expected_types(question: str, has: str, lacks: str) -> None:
    assert has_expected_type(question, has)
    assert not has_expected_type(question, lacks)


def test_questions_without_an_expected_type() -> None:
    assert has_expected_type("What closed the bridge?", "It closed.")


@pytest.mark.parametrize(
    ("answer", "repeats"),
    [("Kunduz", True), ("the forces", True), ("the airport", False), ("Kunduz's airport", False)],
)
def test_an_answer_that_only_repeats_the_question(answer: str, *, repeats: bool) -> None:
    assert only_repeats_question("Where did the forces flee when Kunduz fell?", answer) == repeats
    assert not only_repeats_question("Did they flee to Kunduz or the airport?", "Kunduz")
