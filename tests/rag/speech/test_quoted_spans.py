import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.speech.quoted_spans import quotations_in


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“The bridge is shut,” she said. “Nobody crosses.”", ["The bridge is shut,", "Nobody crosses."]),
        ('"The bridge is shut," she said. "Nobody crosses."', ["The bridge is shut,", "Nobody crosses."]),
        ("‘The bridge is shut,’ she said.", ["The bridge is shut,"]),
        ("'The bridge is shut,' she said.", ["The bridge is shut,"]),
        ("‘It’s the mayors’ fault,’ she said.", ["It’s the mayors’ fault,"]),
        ("“He said, ‘Go home,’ and left,” she said.", ["He said, ‘Go home,’ and left,"]),
        ("“He said, “Go home,” and left,” she said.", ["He said, “Go home,” and left,"]),
        ("The clerk's list and the mayors' plan of '98.", []),
        ("The rock ’n’ roll of ’98.", []),
        ('A 5" pipe burst.', []),
        ('"A mixed pair,” she said.', ["A mixed pair,"]),
        ("''Two strokes for a mark,'' she said.", ["Two strokes for a mark,"]),
        ("“They are afraid, ”said the clerk.", ["They are afraid, "]),
        ("“”", []),
        ("No quotation at all.", []),
    ],
)
def test_the_words_between_the_marks(text: str, quoted: list[str]) -> None:
    assert [one.span.of(text) for one in quotations_in(text)] == quoted


def test_a_quotation_that_runs_over_paragraphs() -> None:
    text = "“The first part.\n\n“The second part,” she said.\n\n“Another.”"
    found = quotations_in(text)
    assert [one.span.of(text) for one in found] == ["The first part.", "The second part,", "Another."]
    assert [one.closed for one in found] == [False, True, True]
    assert [one.continues for one in found] == [False, True, False]


def test_a_straight_mark_left_open_quotes_nothing() -> None:
    assert quotations_in('The screen of 5 " and more.\n\nThe next paragraph.') == []


@given(st.text(st.sampled_from("“”\"‘’' a,.\nB")))
def test_spans_are_in_order_and_in_range(text: str) -> None:
    at = 0
    for span in (one.span for one in quotations_in(text)):
        assert at <= span.start < span.end <= len(text)
        assert "\n" not in span.of(text)
        at = span.end
