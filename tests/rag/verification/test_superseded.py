"""Figures that an article says were reported earlier, as a claim repeats them."""

import pytest

from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.rag.verification.superseded import superseded

FIRST = "(Corrects the number of destroyed stalls to 40, not 60 as reported earlier.)"
SECOND = "Nine people are known to have died, up from five reported earlier."
TEXT = f"{FIRST} {SECOND}"
PASSAGE = StoredPassage(
    1,
    "fire:1:0",
    Article("fire", TEXT),
    "fire",
    Span(0, len(TEXT)),
    (Span(0, len(FIRST)), Span(len(FIRST) + 1, len(TEXT))),
)


@pytest.mark.parametrize(
    ("claim", "reason", "sentence"),
    [
        (
            "Sixty stalls burned down.",
            "reported earlier, no longer: the draft says “Sixty”, the article says “40”",
            FIRST,
        ),
        (
            "Five people died in the fire.",
            "reported earlier, no longer: the draft says “Five”, the article says “Nine”",
            SECOND,
        ),
    ],
)
def test_a_figure_that_is_given_as_an_earlier_one(claim: str, reason: str, sentence: str) -> None:
    found = superseded(claim, [PASSAGE])
    assert found is not None
    assert (found.reason, found.sentence.span.of(TEXT)) == (reason, sentence)


@pytest.mark.parametrize(
    "claim",
    [
        "Forty stalls burned down.",
        "Sixty houses burned down.",  # of something else
        "Sixty stalls burned down, it was reported earlier.",  # says so itself
        "The number of dead rose from five to nine.",
    ],
)
def test_what_is_not(claim: str) -> None:
    assert superseded(claim, [PASSAGE]) is None
