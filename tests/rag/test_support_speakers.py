"""Quoted words in another mouth."""

import pytest

from rag.support_rules import Broken, Evidence
from rag.support_speakers import misattributed

TOLD = [
    Evidence(
        "“The doors were open when we left the quay,” said Ines Dahl, the harbour master. The mayor, Otto Brandt, said the "
        "town would pay. He added: “We owe them an answer by Friday.” Officials said “it was nobody’s fault”."
    ),
    Evidence(
        "“Nobody told us of the storm that night,” a survivor said. Vera Quist said she had been “asleep all night”. “We will "
        "not attack the port,” said Imran Vale, a spokesman for the Tidewater Front. “We can hold it,” Mira Holt told Reuters."
    ),
]


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("“The doors were open when we left,” Otto Brandt said.", "Ines Dahl, not Otto Brandt"),
        ("Dahl said: “We owe them an answer by Friday.”", "Otto Brandt, not Dahl"),
        ("According to Brandt, she was “asleep all night”.", "Vera Quist, not Brandt"),
    ],
)
def test_words_in_another_mouth(claim: str, words: str) -> None:
    found = misattributed(claim, TOLD)
    assert found == Broken("speaker", words)
    assert found.reason == f"the passage quotes another: {words}"


@pytest.mark.parametrize(
    "claim",
    [
        "“The doors were open when we left the quay,” Dahl said.",
        "Otto Brandt said: “We owe them an answer by Friday.”",
        "“The doors were open when we left the quay,” the harbour master said.",  # without a name
        "Otto Brandt said “it was nobody’s fault”.",  # officials may be he
        "Otto Brandt said: “Nobody told us of the storm that night.”",  # so may a survivor
        "Otto Brandt said the doors were “open”.",  # anybody's word
        "The Tidewater Front said “we will not attack the port”.",  # through its spokesman
        "The Ministry of Harbours said: “We can hold it.”",  # a body, whose she may be
        "Reuters reported: “We can hold it.”",  # to whom she said it
        "Otto Brandt said: “The doors were shut when we left.”",  # which nobody said
        "Otto Brandt said that the town would pay.",
    ],
)
def test_what_may_be_theirs_is_left_alone(claim: str) -> None:
    assert misattributed(claim, TOLD) is None
