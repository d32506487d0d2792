"""Happenings of which the evidence has no word."""

import pytest

from rag.support_happenings import untold
from rag.support_rules import Evidence

EVIDENCE = [
    Evidence("The council closed the Ziegel bridge on Monday. The mayor quit his post in May; his driver was shot."),
    Evidence("Nobody was charged over the blast.", "Baker's murder trial opens. Lorne Times."),
]


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("The mayor was arrested on Monday.", None),  # "charged" is of the same family
        ("The mayor married on Monday.", "married"),
        ("The mayor has apologised for closing the bridge.", "apologised"),
        ("Lawmakers want the council to apologise.", "apologise"),
        ("The ferry did not sink.", "sink"),
        ("The mayor resigned, and his driver was killed.", None),
        ("The trial is about a killing.", None),  # the header has it
        ("The council won't open the bridge.", None),
        ("A won-lost record was kept.", None),
    ],
)
def test_what_the_evidence_never_mentions(claim: str, words: str | None) -> None:
    found = untold(claim, EVIDENCE)
    assert (found and found.words) == words
    assert found is None or found.reason == f"happening not in passage: {words}"
