import pytest

from dateline.rag.asked import has_what_is_wanted, names_asked, only_repeats, share, share_named, stems


def test_stems_leave_out_endings_and_words_that_say_nothing() -> None:
    assert stems("How many bridges were closed by the U.S.?") == {"bridg", "clos", "usa"}
    assert share(stems("Which bridges closed?"), stems("The bridge reopened.")) == 1 / 2
    assert share(set(), {"bridg"}) == 0


def test_the_names_of_a_question() -> None:
    names = names_asked("What did Kabul’s mayor, Ada Lorne, say in August 2021?")
    assert names == {"kabu", "ada", "lorn"}
    assert share_named(names, "Mayor Lorne spoke in Kabul.") == 2 / 3
    assert share_named(names_asked("what is closed?"), "Nothing.") == 1


@pytest.mark.parametrize(
    ("question", "has", "lacks"),
    [
        ("How many fell?", "Some 42 fell.", "Nobody counted them."),
        ("When did it close?", "It closed on Friday.", "It closed again."),
        ("Who closed the Larkfield bridge?", "Bo Quill closed it.", "The Larkfield bridge is closed."),
        ("Which province is Qalat in?", "Qalat is the capital of Zabul.", "Qalat is a capital."),
    ],
)
def test_whether_a_sentence_has_what_is_wanted(question: str, has: str, lacks: str) -> None:
    assert has_what_is_wanted(question, has)
    assert not has_what_is_wanted(question, lacks)


def test_other_questions_want_nothing_in_particular() -> None:
    assert has_what_is_wanted("What closed the bridge?", "It closed.")


@pytest.mark.parametrize(
    ("answer", "repeats"),
    [("Kunduz", True), ("the forces", True), ("the airport", False), ("Kunduz's airport", False)],
)
def test_an_answer_that_only_repeats_the_question(answer: str, *, repeats: bool) -> None:
    assert only_repeats("Where did the forces flee when Kunduz fell?", answer) == repeats
    assert not only_repeats("Did they flee to Kunduz or the airport?", "Kunduz")
