import pytest

from dateline.index.article import Span
from dateline.rag.reading.short_answer import is_short_answer, whole_names


@pytest.mark.parametrize(
    ("question", "words", "shown"),
    [
        ("How many people died?", "42", True),
        ("How many people died?", "dozens", False),
        ("How much did the bridge cost?", "$31.8 million", True),
        ("How much did the bridge cost?", "four years", False),
        ("What prize money did Tamsin win?", "1,500 pounds", True),
        ("What prize money did Tamsin win?", "16", False),
        ("What share of the vote did she get?", "41 percent", True),
        ("What share of the vote did she get?", "41", False),
        ("On what day did the ferry sink?", "Tuesday", True),
        ("On what day did the ferry sink?", "June 2018", False),
        ("When did the ferry sink?", "June 2018", True),
        ("When did the ferry sink?", "Corran Bay", False),
        ("Who saw the door?", "A deckhand", True),
        ("Who saw the door?", "Una Devlin", True),
        ("Who saw the door?", "42", False),
        ("Who saw the door?", "on Tuesday", False),
        # Not what the question says itself, nor a name that it gives.
        ("Who claimed that Mansour had left?", "Akhtar Mohammad Mansour", False),
        ("What did Una Devlin see?", "Una Devlin", False),
        ("Did they flee to Kunduz or to the airport?", "Kunduz", True),
        # Cut in the middle of a phrase.
        ("What happens to the city?", "it is taken only if the", False),
        ("What is it made of?", "oak and", False),
        ("What did he see?", "one two three four five six seven eight nine ten", False),
        ("What did he see?", "a door that was open", True),
    ],
)
def test_only_what_answers_is_a_short_answer(question: str, words: str, shown: bool) -> None:
    assert is_short_answer(question, words) is shown


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("Akhtar Mohammad", "Akhtar Mohammad Mansour"),
        ("Mansour", "Akhtar Mohammad Mansour"),
        ("leader", "leader"),
        ("leader, Akhtar", "leader, Akhtar Mohammad Mansour"),
    ],
)
def test_names_are_shown_whole(cut: str, whole: str) -> None:
    sentence = "The new leader, Akhtar Mohammad Mansour, wanted to prove his strength."
    start = sentence.index(cut)
    assert whole_names(sentence, Span(start, start + len(cut))).of(sentence) == whole
