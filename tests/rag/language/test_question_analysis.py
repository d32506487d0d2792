import pytest

from dateline.rag.language.analyser import Analyser
from dateline.rag.language.question_analysis import AskedQuestion, analyse_question


def only(text: str, analyser: Analyser) -> AskedQuestion:
    (asked,) = analyse_question(text, analyser)
    return asked


@pytest.mark.parametrize(
    ("text", "kind", "answer"),
    [
        ("Who won the chess tournament?", "fact", "person"),
        ("who won the chess tournament", "fact", "person"),
        ("Could you tell me who won the chess tournament?", "fact", "person"),
        ("The winner of the tournament was who?", "fact", "person"),
        ("I read about the tournament. Who won?", "fact", "person"),
        ("Which company owned the ferry?", "fact", "organisation"),
        ("Where did the ferry sink?", "fact", "place"),
        ("The talks will be held when?", "fact", "date"),
        ("How many people died?", "fact", "count"),
        ("How old was the winner?", "fact", "age"),
        ("How much did the bridge cost?", "fact", "money"),
        ("How far is the island?", "fact", "measure"),
        ("What percentage of voters stayed at home?", "fact", "percent"),
        ("Why was the bridge late?", "why", "reason"),
        ("What caused the fire?", "why", "reason"),
        ("How did the fire start?", "how", "manner"),
        ("Did the ferry sink?", "yes_no", "yes_no"),
        ("The ferry sank, right?", "yes_no", "yes_no"),
        ("Which towns were flooded?", "list", "list"),
        ("What is the difference between the two reports?", "comparison", None),
        ("Give me a timeline of the flood.", "timeline", None),
        ("Summarise the coverage of the flood.", "summary", None),
        ("What is a voyage recorder?", "definition", None),
        ("Who is Isla Strachan?", "definition", None),
        ("What did the mayor say about the flood?", "quotation", "words"),
        ("Thank you!", "small_talk", None),
        ("Translate this article into French.", "task", None),
    ],
)
def test_kind_and_type_of_answer(text: str, kind: str, answer: str | None, analyser: Analyser) -> None:
    asked = only(text, analyser)
    assert (asked.kind, asked.answer) == (kind, answer)


def test_two_questions_in_one_are_two(analyser: Analyser) -> None:
    text = "When did the ferry sink and how many people died?"
    first, second = analyse_question(text, analyser)
    assert (first.answer, second.answer) == ("date", "count")
    assert (first.span.of(text), second.span.of(text)) == ("When did the ferry sink", "how many people died?")


def test_names_and_the_noun_asked_for_are_found_in_the_text_that_was_asked(analyser: Analyser) -> None:
    text = "Please tell me which company owned the ferry in Scotland."
    asked = only(text, analyser)
    assert asked.focus is not None
    assert asked.focus.of(text) == "company"
    assert [one.span.of(text) for one in asked.entities] == ["Scotland"]
