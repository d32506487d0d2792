"""Definition questions: names and their descriptions."""

import pytest

from dateline.rag.definition_questions import definition_question


@pytest.mark.parametrize(
    ("question", "sentence", "told"),
    [
        ("Who is the Harbor Board's spokesman?", "Harbor Board spokesman Milo Brandt said so.", "Milo Brandt"),
        ("Who is the Harbor Board's spokesman?", "Milo Brandt, a spokesman for the Harbor Board, said so.", "Milo Brandt"),
        ("Who is the Harbor Board's spokesman?", "The Harbor Board’s spokesman, Milo Brandt, said so.", "Milo Brandt"),
        ("Who is the spokesman of the Harbor Board?", "The police’s spokesman, Ida Lorne, praised the Harbor Board.", None),
        ("What is the capital of Teal province?", "It reached capitals such as Osier Nau in Teal.", "Osier Nau"),
        ("What is the capital of Teal province?", "Osier Nau, the capital of Teal province, fell.", "Osier Nau"),
        ("What is the capital of Teal province?", "They fought in the capital of Teal province on Monday.", None),
        ("Which town is the capital of Teal?", "Teal’s capital Osier Nau has two bridges.", "Osier Nau"),
        ("Who is the governor of Teal?", "Teal’s deputy governor, Ada Lorne, said nothing.", None),
        ("Who is the governor of Teal?", "The former governor of Teal, Ada Lorne, said nothing.", None),
        ("Who is the deputy governor of Teal?", "Teal’s deputy governor, Ada Lorne, said nothing.", "Ada Lorne"),
        ("Who is the mayor of Teal?", "The mayor of Teal met the historian Ada Lorne.", None),
        ("Who is Ada Lorne?", "Ada Lorne, a historian in Teal, said nothing.", "a historian in Teal"),
        ("Who is Ada Lorne?", "Ada Lorne, who is the mayor of Teal, said nothing.", "who is the mayor of Teal"),
        ("Who is Ada Lorne?", "Ada Lorne, in tears, said nothing.", None),
        ("What does Ada Lorne do for a living?", "Ada Lorne, a lawmaker, said nothing.", "a lawmaker"),
        ("Who closed the bridge?", "The mayor of Teal, Ada Lorne, closed the bridge.", None),
        ("Who is that?", "The mayor of Teal, Ada Lorne, closed the bridge.", None),
    ],
)  # fmt: skip
def test_names_and_descriptions(question: str, sentence: str, told: str | None) -> None:
    described = definition_question(question)
    span = described and described.answer_in(sentence)
    assert (span and span.of(sentence)) == told
