"""What evidence has only as what somebody denies, rules out or rejects."""

import pytest

from dateline.rag.verification.denials import denial_of
from tests.rag.verification.conftest import Read

FIRE = "The fire in the market destroyed 40 stalls."
DENIED = "The security forces' spokesman denied that Sheberghan had been captured."


@pytest.mark.parametrize(
    ("claim", "sentence", "words"),
    [
        ("The fire was an attack.", "He ruled out an attack.", "He ruled out an attack"),
        (
            "The fire was an attack.",
            "An attack was ruled out by the fire chief.",
            "An attack was ruled out by the fire chief",
        ),
        (
            "The fire was an attack.",
            "The minister dismissed claims that the fire was an attack.",
            "The minister dismissed claims that the fire was an attack",
        ),
        ("Sheberghan has been captured.", DENIED, DENIED[:-1]),
        ("The bid was accepted.", "The court rejected the bid.", "The court rejected the bid"),
    ],
)
def test_what_is_denied(read: Read, claim: str, sentence: str, words: str) -> None:
    own, *evidence = read(claim, FIRE, sentence)
    found = denial_of(own, evidence)
    assert found is not None
    assert (found.sentence, found.words, found.claimed.of(claim)) == (1, words, claim[:-1])


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The fire was an attack.", ["He did not rule out an attack."]),
        ("The fire was an attack.", ["He ruled out an attack.", "Another official said that the attack was planned."]),
        ("Sheberghan has not been captured.", [DENIED]),
        ("Officials denied that Sheberghan had been captured.", [DENIED]),
        ("The spokesman did not answer.", [DENIED]),
        ("A spokesman of the security forces has spoken.", [DENIED]),
    ],
)
def test_what_is_not(read: Read, claim: str, evidence: list[str]) -> None:
    own, *told = read(claim, FIRE, *evidence)
    assert denial_of(own, told) is None
