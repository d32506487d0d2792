"""The sentences of a draft, and which of them can be checked."""

import pytest

from dateline.index.article import Span
from dateline.rag.verification.claim_detection import (
    draft_sentences,
    speaks_of_itself,
    unwrapped,
    why_unchecked,
    without_footnotes,
    without_gaps,
    without_lead,
)

DRAFT = """\
# What the ferry inquiry found

Why did she sink? The door was open. Nobody saw it.

The night of the storm

- 22 people died.
- Three were pupils
3. The school is shut.
> “Was it open?”
Yes!
"""


def test_sentences_of_a_draft() -> None:
    spans = draft_sentences(DRAFT)
    assert [(span.of(DRAFT), why_unchecked(DRAFT, span)) for span in spans] == [
        ("# What the ferry inquiry found", "heading"),
        ("Why did she sink?", "question"),
        ("The door was open.", None),
        ("Nobody saw it.", None),
        ("The night of the storm", "heading"),
        ("22 people died.", None),
        ("Three were pupils", None),
        ("The school is shut.", None),
        ("“Was it open?”", "question"),
        ("Yes!", "too_short"),
    ]


def test_footnote_marks_end_no_sentence() -> None:
    text = "The town fell.[^1] The army[2] left it[^note]. He said [sic] so.[3][4] A [link](http://a.b).\n\n[^1]: A wire said so."
    plain = without_footnotes(text)
    assert len(plain) == len(text)
    assert [without_gaps(span.of(plain)) for span in draft_sentences(plain)] == [
        "The town fell.",
        "The army left it.",
        "He said [sic] so.",
        "A [link](http://a.b).",
        "A wire said so.",
    ]


def test_rows_of_tables_are_not_checked() -> None:
    text = "| City | Dead |\n|:---|---:|\n| Alm | 12. More are missing. |\n\nName | Age\n--- | ---\nLorne | 61\nShe is mayor.\n"
    assert [(span.of(text), why_unchecked(text, span)) for span in draft_sentences(text)] == [
        ("| City | Dead |", "table"),
        ("| Alm | 12. More are missing. |", "table"),
        ("Name | Age", "table"),
        ("Lorne | 61", "table"),
        ("She is mayor.", None),
    ]


def test_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "# Ferry\nThe inquiry was told by the harbour master of\nPort Maren that the ferry had left with her\ndoors open, and "
        "why.\n- Nobody saw it\n\nThe night of the storm\nThe sea was rough.\n"
    )
    plain = unwrapped(text)
    assert len(plain) == len(text)
    assert [span.of(plain) for span in draft_sentences(plain)] == [
        "# Ferry",
        "The inquiry was told by the harbour master of Port Maren that the ferry had left with her doors open, and why.",
        "Nobody saw it",
        "The night of the storm",
        "The sea was rough.",
    ]


@pytest.mark.parametrize("text", ["The ferry Maid of Corran was built in 1989", "Twenty-two people died"])
def test_a_sentence_by_itself_needs_no_full_stop(text: str) -> None:
    assert [why_unchecked(text, span) for span in draft_sentences(text)] == [None]


def test_fragments_are_too_short() -> None:
    assert why_unchecked("It is not so.", draft_sentences("It is not so.")[0]) == "too_short"


@pytest.mark.parametrize(
    "text",
    [
        "Based on the passages, here are the steps:",
        "Here is a summary of the article in 120 words:",
        "Sure! Here's a short summary of the article:",
        "To grip the club, follow these steps:",
        "The main differences between sauces are as follows:",
        "The reasons given by the council are:",
        'Therefore, the answer to the question "Who closed the Ziegel bridge in 1999?" is:',
        "Unable to answer based on given passages.",
        "It is not possible to say who did it from the information provided.",
        "I hope this helps!",
        "Let me know if you have any further questions.",
        "Okay, so the question is why.",
    ],
)
def test_announcements_are_not_claims(text: str) -> None:
    assert speaks_of_itself(text)
    assert why_unchecked(text, Span(0, len(text))) == "about_itself"


@pytest.mark.parametrize(
    "text",
    [
        "Here is how the council closed the bridge after a tanker struck it.",
        "Based on the passages, the council closed the bridge.",
        "Here are the 22 victims of the fire:",
        "The killers, according to Mayor Ada Lorne, are:",
        "It is not possible to cross the bridge.",
        "The council was unable to answer.",
        "The question is whether the council will keep its word.",
        "Do not hesitate to leave, residents were told.",
    ],
)
def test_claims_are_checked_whatever_they_begin_with(text: str) -> None:
    assert why_unchecked(text, Span(0, len(text))) is None


def test_a_lead_is_removed_and_an_attribution_is_kept() -> None:
    assert without_lead("Based on the given passages, the bridge was closed.") == "The bridge was closed."
    assert without_lead("According to the information provided in the passages, it fell.") == "It fell."
    assert without_lead("According to passages 2 and 3, it fell.") == "It fell."
    for said in ("According to the council, the bridge was closed.", "According to court documents, it fell."):
        assert without_lead(said) == said
