"""Quotations and addresses of a claim must be the evidence's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.verification.verbatim import Evidence, not_verbatim

FERRY = Evidence(
    "The ferry sank on Tuesday. Harbour master Ines Dahl said that “the doors were open” when it left. Relatives may "
    "register at https://www.larkfield.gov/homes/.",
    "Ferry sinks | The Meridian Courier, 6 August 2021",
)


@pytest.mark.parametrize(
    "claim",
    [
        "The ferry sank with 421 people aboard.",  # for others to say
        "Dahl said that “the doors were open”.",
        "Dahl said that “The doors … open.”",
        "Relatives register at larkfield.gov/homes.",
    ],
)
def test_what_the_evidence_has(claim: str) -> None:
    assert not_verbatim(claim, [FERRY]) is None


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("Dahl said that “the doors were locked”.", "quotation not in passage: the doors were locked"),
        ("See evil.example/ferry for the ferry.", "link not in passage: evil.example/ferry"),
        ("The ferry sank (https://evil.example/?q=1).", "link not in passage: https://evil.example/?q=1"),
        ("Relatives register at larkfield.gov.", "link not in passage: larkfield.gov"),
    ],
)
def test_what_it_lacks(claim: str, reason: str) -> None:
    assert not_verbatim(claim, [FERRY]) == reason


@given(st.text(max_size=200), st.text(max_size=200))
def test_never_raises(claim: str, text: str) -> None:
    not_verbatim(claim, [Evidence(text)])
