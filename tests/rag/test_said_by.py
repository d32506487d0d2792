import pytest

from index.sentences import split_sentences
from rag.said_by import sayer_of

TEXT = (
    "“It was like a flood,” said Ada Lorne, a member of the Lark Valley council. "
    "A senior police commander said the bridge would hold. "
    "The mayor, Milo Brandt, denied that it was closed. "
    "The bridge was built in 1931."
)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What did Ada Lorne compare the night to?", [0]),
        ("What did Lorne say?", [0]),
        ("What did a senior police commander say about the bridge?", [1]),
        ("What reason did a member of the Lark Valley council give?", [0]),
        ("According to Milo Brandt, was the bridge closed?", [2]),
        ("Was the bridge closed, in Milo Brandt's view?", [2]),
        ("Who denied that the bridge was closed?", [0, 1, 2]),
        ("What will hold, according to the commander who would not be named?", [1]),
        ("What did Nora Vance say?", []),
        ("What did an army commander say?", []),
    ],
)
def test_the_sentences_that_report_whose_words_are_asked_for(question: str, said: list[int]) -> None:
    sayer = sayer_of(question)
    assert sayer is not None
    assert [n for n, span in enumerate(split_sentences(TEXT)) if sayer.said_in(TEXT, span)] == said


@pytest.mark.parametrize(
    "question",
    [
        "What did Ada Lorne build?",
        "What money did the council give to the town?",
        "Who built the bridge?",
        "Which company announced a takeover?",
        "What did he say?",
        "When was the bridge built?",
        "Bridge closed",
    ],
)
def test_questions_for_no_ones_words(question: str) -> None:
    assert sayer_of(question) is None


def test_who_is_asked_for() -> None:
    sayer = sayer_of("Who claimed that the bridge was closed?")
    assert sayer is not None
    assert sayer.asked_for
