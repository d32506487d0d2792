"""The sentences of a draft, and which of them are worth checking."""

import pytest

from rag.draft import sentences_of, why_unchecked

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
    spans = sentences_of(DRAFT)
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


@pytest.mark.parametrize("text", ["The ferry Maid of Corran was built in 1989", "Twenty-two people died"])
def test_a_sentence_by_itself_needs_no_full_stop(text: str) -> None:
    assert [why_unchecked(text, span) for span in sentences_of(text)] == [None]


def test_what_says_nothing_is_too_short() -> None:
    assert why_unchecked("It is not so.", sentences_of("It is not so.")[0]) == "too_short"
