from datetime import UTC, datetime

import pytest

from dateline.index.errors import QuestionError
from dateline.index.filters import NO_FILTERS
from dateline.rag.answer import QuestionKind
from dateline.rag.question import MAX_QUESTION_CHARS, Question, question_kind
from tests.articles import NOW


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Why did the mayor resign?", "why"),
        ("  why the delay?", "why"),
        ("What caused the fire?", "why"),
        ("What led the council to close the bridge?", "why"),
        ("For what reason was the match stopped?", "why"),
        ("What were the reasons for the delay?", "why"),
        ("How many people live in Larkfield?", "fact"),
        ("How old is the bridge?", "fact"),
        ("How did the fire start?", "how"),
        ("How is the toll counted?", "how"),
        ("What happened in Larkfield?", "what_happened"),
        ("What did analysts say about the accord?", "what_happened"),
        ("Which cities fell in August?", "list"),
        ("Name all members of the council.", "list"),
        ("What towns were flooded?", "list"),
        ("List the mills of Larkfield.", "list"),
        ("In which districts did it rain?", "list"),
        ("From what countries do they come?", "list"),
        ("Which Afghan provincial capitals fell?", "list"),
        ("What villages’ names were given?", "list"),
        ("What reasons were given?", "why"),
        ("Which companies left?", "list"),
        ("What leaders met on Monday?", "list"),
        ("In which regions and villages did it rain?", "list"),
        # A number, a share or one of several is a single fact.
        ("What percent of cities have a mill?", "fact"),
        ("What share of companies left?", "fact"),
        ("What number of villages burned?", "fact"),
        ("What kind of companies left?", "fact"),
        ("Which type of districts flooded?", "fact"),
        ("Which one of the cities fell first?", "fact"),
        ("Which of the cities fell first?", "fact"),
        # More than two words before it, or none of the words themselves.
        ("Which very big old cities fell?", "fact"),
        ("Which party leads the states?", "fact"),
        ("Which city fell first?", "fact"),
        ("Which United States senator won the vote?", "fact"),
        ("What did officials find in the house?", "fact"),
        ("What do leaders want?", "fact"),
        ("Listen: who is it?", "fact"),
        ("Who are the members of the council?", "list"),
        ("How many cities fell?", "fact"),
        ("Was the bridge reopened?", "yes_no"),
        ("Did the mayor resign?", "yes_no"),
        ("Who is the mayor?", "fact"),
        ("When did the bridge reopen?", "fact"),
        ("Which team won?", "fact"),
        ("bridge reopening", "fact"),
        ("So why did it close", "why"),
        ("What explains the closure?", "why"),
        ("Could you tell me how the thief got in?", "how"),
        ("a timeline of the strike", "what_happened"),
        ("Which broadcaster holds the rights?", "fact"),
        ("According to Berg, when did it close?", "fact"),
    ],
)
def test_kinds_of_question(text: str, kind: QuestionKind) -> None:
    assert question_kind(text) == kind


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the question is empty"),
        (" \n\t\u2003", "the question is empty"),
        ("why? " * 20_000, "100,000 characters, more than 2,000"),
        ("?!… — “”", "no words in it"),
        ("🙂", "no words in it"),
    ],
)
def test_invalid_questions(text: str, message: str) -> None:
    with pytest.raises(QuestionError, match=message) as caught:
        Question(text, NOW)
    assert caught.value.hint
    assert (caught.value.status, caught.value.exit_code, caught.value.retryable) == (422, 2, False)


@pytest.mark.parametrize("text", ["x", "为什么？", "x" * MAX_QUESTION_CHARS])
def test_valid_questions(text: str) -> None:
    question = Question(text, NOW)
    assert (question.filters, question.length) == (NO_FILTERS, "medium")


def test_asked_at_needs_a_time_zone() -> None:
    with pytest.raises(QuestionError, match="asked_at has no time zone") as caught:
        Question("Why?", datetime(2021, 8, 9, 12))  # noqa: DTZ001 - what it is about
    assert "2021-08-09T12:00:00Z" in caught.value.hint
    assert Question("Why?", datetime(2021, 8, 9, 12, tzinfo=UTC)).asked_at.tzinfo is UTC
