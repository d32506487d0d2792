import pytest

from dateline.rag.reading.context_dependence import depends_on_context


@pytest.mark.parametrize(
    "sentence",
    [
        "He said the bridge was shut.",
        "They left at dawn.",
        "It was the second flood in a year.",
        "Her deputy took over.",
        "This angered the council.",
        "These figures were later withdrawn.",
        "But he refused to resign.",
        "However, the group withdrew.",
        "Later they came back.",
        "The group withdrew on Sunday.",
        "The city fell within a day.",
        "The two men were released.",
        "The other victims were children.",
        "The latest attack was the worst.",
        "One of the officials resigned.",
        "The toll rose to 12 overnight.",
        "“We have nothing left,” she said.",
        '"We have nothing left," he told reporters.',
        "“They lied,” he added.",
        "“It is over,” they quickly added.",
        "The mayor resigned.",
        "Both were arrested.",
        "Others fled south.",
        "“He was my brother,” said Ada Lorne.",
    ],
)
def test_dependent_sentences(sentence: str) -> None:
    assert depends_on_context(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ada Lorne said the bridge was shut.",
        "Heavy rain fell on Monday.",
        "Theyer Street was closed.",
        "Italy won the cup.",
        "The group of seven met in Paris.",
        "The mayor of Larkfield resigned.",
        "The attack on the market killed nine people.",
        "The officials who signed the order resigned.",
        "It is unclear who fired first.",
        "It was not yet clear who fired first.",
        "“We have nothing left,” Ada Lorne said.",
        "“We have nothing left,” said the baker Ada Lorne.",
        "Thistle Bridge reopened after three years.",
        "The River Teal rose two metres.",
        "The United States sent aircraft.",
        "In August the city of Kunduz fell.",
        "Butter prices doubled.",
        "Bothwell resigned.",
        "“Open the gates!” Ada Lorne shouted.",
    ],
)
def test_independent_sentences(sentence: str) -> None:
    assert not depends_on_context(sentence)
