import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.speech.speaker import read_phrase


@pytest.mark.parametrize(
    ("text", "kind", "name", "role"),
    [
        ("Hasan Karimi said", "person", "Hasan Karimi", None),
        ("council member Hasan Karimi said", "person", "Hasan Karimi", "council member"),
        ("Foreign Minister Ada Lorne said", "person", "Ada Lorne", "Foreign Minister"),
        ("former President Ada Lorne said", "person", "Ada Lorne", "former President"),
        ("Lt. Gen. Ada B. Lorne Jr. said", "person", "Ada B. Lorne Jr.", "Lt. Gen."),
        ("Dr. Ada Lorne said", "person", "Ada Lorne", None),
        ("Mr. Karimi said", "word", "Mr. Karimi", None),
        ("army chief of staff Ada Lorne said", "person", "Ada Lorne", "army chief of staff"),
        ("Ada van der Lorne said", "person", "Ada van der Lorne", None),
        ("Ada Lorne of Open Hands said", "person", "Ada Lorne", None),
        ("Will Lorne said", "person", "Will Lorne", None),
        ("Karimi said", "word", "Karimi", None),
        ("the Taliban said", "body", "the Taliban", None),
        ("the Defense Ministry said", "body", "the Defense Ministry", None),
        ("the Department of Justice said", "body", "the Department of Justice", None),
        ("the aid group said", "body", "the aid group", None),
        ("Harbor County’s Bureau of Bridges said", "body", "Harbor County’s Bureau of Bridges", None),
        ("the ministry’s statement said", "body", "the ministry", None),
        ("police said", "body", "police", None),
        ("a senior Taliban commander said", "described", "a senior Taliban commander", None),
        ("two militant sources said", "described", "two militant sources", None),
        ("one of the commanders said", "described", "one of the commanders", None),
        ("the group's spokesman said", "described", "the group's spokesman", None),
        ("experts and officials said", "described", "experts and officials", None),
        ("a chemist said", "described", "a chemist", None),
        ("she said", "pronoun", "she", None),
    ],
)
def test_phrases(text: str, kind: str, name: str, role: str | None) -> None:
    phrase = read_phrase(text, 0)
    assert phrase is not None
    assert (phrase.kind, phrase.name, phrase.role) == (kind, name, role)


@pytest.mark.parametrize(
    "text", ["there said", "on Tuesday", "which said", "a bridge said", "expelling officials", "the", "", "Karimi’s"]
)
def test_phrases_that_cannot_speak(text: str) -> None:
    assert read_phrase(text, 0) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Local officials said", "local officials"),
        ("The Taliban said", "the Taliban"),
        ("Officials said", "officials"),
        ("Taliban sources said", "Taliban sources"),
        ("Afghan officials said", "Afghan officials"),
    ],
)
def test_the_capital_of_a_sentence_is_not_the_names(text: str, name: str) -> None:
    phrase = read_phrase(text, 0, opens_sentence=True)
    assert phrase is not None
    assert phrase.name == name


@given(
    st.lists(
        st.sampled_from(
            [
                "the",
                "a",
                "of",
                "and",
                "officials",
                "Taliban",
                "Mr.",
                "Karimi's",
                "Ada",
                ",",
                "he",
                "45",
                "Gen.",
                "Ministry’s",
            ]
        )
    )
)
def test_a_phrase_ends_within_its_text(words: list[str]) -> None:
    text = " ".join(words)
    phrase = read_phrase(text, 0)
    assert phrase is None or 0 < phrase.end <= len(text)
