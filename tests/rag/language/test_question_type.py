import pytest

from dateline.rag.language.question_type import asking_part, endings, question_parts, question_type
from dateline.rag.language.question_words import QuestionType


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("thanks a lot", "small_talk"),
        ("Write a poem about the flood.", "task"),
        ("17 times 23", "task"),
        # Headlines that begin with a verb's form are no orders.
        ("book bans in Texas", "fact"),
        ("order of succession in Norway", "fact"),
        ("call for a ceasefire in Kunduz", "fact"),
        ("open letter on the strike", "fact"),
        ("What explains the delay?", "why"),
        ("the report came late, but why", "why"),
        ("Did she say why?", "yes_no"),
        ("It has closed, right?", "yes_no"),
        ("How did it burn down?", "how"),
        ("How deep is the lake?", "fact"),
        ("a day-by-day account of the siege", "timeline"),
        ("Compare the two reports.", "comparison"),
        ("catch me up on the strike", "summary"),
        ("What did the mayor say about it?", "quotation"),
        ("What did the mayor find?", "fact"),
        ("The fire began where?", "fact"),
        ("I'm new here. Could you tell me which towns flooded?", "list"),
        ("Which northern provincial capitals fell?", "list"),
        ("Which company makes phones?", "fact"),
        ("Which station holds the rights?", "fact"),
        ("Which sports team did he buy?", "fact"),
        ("Which country's lawmakers met?", "fact"),
        ("Which nation has become the latest to join?", "fact"),
        ("A probe hit an asteroid to learn how to deflect one. What was its name?", "fact"),
        ("How soon could it start?", "fact"),
        ("Who were the winners?", "list"),
        ("mayor of Larkfield", "fact"),
        ("", "fact"),
    ],
)
def test_the_type_of_a_question_by_its_words(text: str, kind: QuestionType) -> None:
    assert question_type(text) == kind


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("I need this for tomorrow's paper. Who won the race?", "Who won the race?"),
        ("Quick one before the meeting: when was the bridge closed", "when was the bridge closed"),
        ("Sorry to ask again, but could you tell me who won the race?", "who won the race?"),
        ("Who won the race?", "Who won the race?"),
        ("The bridge was closed, but why?", "The bridge was closed, but why?"),
        ("mayor of Larkfield", "mayor of Larkfield"),
    ],
)
def test_the_part_of_a_text_that_asks(text: str, part: str) -> None:
    assert asking_part(text) == part


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Who was arrested, and what are they charged with?", ("Who was arrested?", "what are they charged with?")),
        ("Where did it land and when?", ("Where did it land?", "when?")),
        ("What happened and who is to blame?", ("What happened?", "who is to blame?")),
        ("who won and by how much", ("who won", "by how much")),
        ("How and why did it sink?", ("How and why did it sink?",)),
        ("Who are the mayor and the man who left?", ("Who are the mayor and the man who left?",)),
    ],
)
def test_questions_in_one_text(text: str, parts: tuple[str, ...]) -> None:
    assert question_parts(text) == parts


def test_endings_of_a_text() -> None:
    asked = "Thanks in advance. Petrol is at a record high. How much is a gallon?"
    context, question = "Petrol is at a record high. How much is a gallon?", "How much is a gallon?"
    assert endings(asked) == (asked, context, question)
    assert endings("Who won?") == ("Who won?",)
    assert endings("It was closed. Why?") == ("It was closed. Why?",)
