import pytest

from dateline.rag.reasons import states_reason


@pytest.mark.parametrize(
    "sentence",
    [
        "The road closed because of ice.",
        "The ferry stopped owing to fog.",
        "They want to win time before the talks.",
        "The strike was called in response to the new rota.",
        "The army blamed the retreat on a lack of ammunition.",
        "Neglect led the council to sell the mill.",
        "The deal paved the way for the handover.",
        "The goal of the raid was to open the pass.",
        "Villages fell after they failed to get help.",
    ],
)
def test_reasons(sentence: str) -> None:
    assert states_reason(sentence)


@pytest.mark.parametrize(
    "sentence", ["The road closed at noon.", "The mayor opened the fair on Monday.", "Bakers sold 42 loaves.", ""]
)
def test_plain_reports(sentence: str) -> None:
    assert not states_reason(sentence)
