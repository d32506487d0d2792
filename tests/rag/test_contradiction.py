"""What contradicts a claim, and what only looks like it."""

import pytest

from rag.contradiction import Instead, contradiction
from rag.support_rules import Evidence

HEADER = "Toll in ferry sinking rises"


@pytest.mark.parametrize(
    ("claim", "sentence", "reason"),
    [
        ("The fire destroyed 60 stalls.", "The fire destroyed 40 stalls, officials said.", "40, not 60"),
        ("The final bill was $38.1 million.", "The final bill was $31.8 million.", "$31.8 million, not $38.1 million"),
        ("The ferry was built in 1978.", "The ferry was built in 1989 by an owner in the Baltic.", "1989, not 1978"),
        ("Viktor Halasz won the Candlemas Open.", "Tamsin Okoro, 16, won the Candlemas Open.",
         "Tamsin Okoro, not Viktor Halasz"),
        ("City beat Port Ellery in the cup.", "City still beat Kingsholt Albion in the cup.",
         "Kingsholt Albion, not Port Ellery"),
        ("The agency had not inspected the ferry.", "The agency had inspected the ferry in spring.",
         "only one of the two says “not”"),
    ],
)  # fmt: skip
def test_another_thing_in_its_place(claim: str, sentence: str, reason: str) -> None:
    found = contradiction(claim, Evidence(sentence, HEADER))
    assert found is not None
    assert (found.reason, found.in_place) == (reason, True)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The fire destroyed 40 stalls.", "The fire destroyed forty stalls, officials said."),
        ("The fire destroyed 40 stalls.", "The fire destroyed stalls and a bakery."),  # says nothing of how many
        ("The fire destroyed 40 stalls.", "The bridge cost 60 million and two years."),  # about something else
        ("The ferry was built in 1989.", "The ferry was sunk in a storm."),
        ("Tamsin Okoro won the Open.", "Viktor Halasz finished third in the Open, behind Lidia Brandvold."),
        ("Smith, Jones and Brown met in Oslo in 1987.", "Adams, Baker and Clark met in Rome in 1988."),  # all differs
    ],
)
def test_no_contradiction(claim: str, sentence: str) -> None:
    assert contradiction(claim, Evidence(sentence, HEADER)) is None


def test_a_thing_in_another_place() -> None:
    found = contradiction("The ferry Maid was built in 1989.", Evidence("The ferry Maid, built well, sank in 2018."))
    assert found == Instead("2018, not 1989", in_place=False)
