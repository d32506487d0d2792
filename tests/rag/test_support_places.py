"""Names that stand in another's place."""

import pytest

from rag.support_places import misplaced

SENTENCES = [
    "The explosion at a bus station in Gombe, Nigeria, killed five people on Thursday.",
    "Mayor Ada Lorne told reporters in Kano that Otto Brandt had ordered the repair of the northern bridge.",
    "The bridge was painted by Mira Hollis.",
    "Keep twisting the sections to the left.",
    "The jury found Hollis guilty of a death that Hollis denied.",
    "Witnesses told of a blast in Kano near the grain market.",
    "Villagers near Lorne said that US-led airstrikes had destroyed the old mill.",
    "A school in Lorne was in ruins after weeks of U.S.-led airstrikes.",
    "A rocket rose on its flight from Port Maren to the Halcyon station with fresh supplies.",
    "Borland's popular harbour app, Quayside, warns skippers of storms.",
    "Reporters met THA Administrator Ines Dahl for talks on the tunnel.",
]


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("Five people were killed in an explosion at a bus station in Kano, Nigeria.", "Gombe, not Kano"),
        (
            "Otto Brandt told reporters that Ada Lorne had ordered the repair of the bridge.",
            "Ada Lorne, not Otto Brandt",
        ),
        ("A rocket rose on its flight from Kano with fresh supplies.", "Port Maren, not Kano"),
    ],
)
def test_another_name_in_the_same_place(claim: str, words: str) -> None:
    found = misplaced(claim, SENTENCES)
    assert found is not None
    assert (found.rule, found.words) == ("place", words)
    assert found.reason == f"the passage says it of another: {words}"


@pytest.mark.parametrize(
    "claim",
    [
        "Five people were killed in an explosion at a bus station in Gombe, Nigeria.",
        "Ada Lorne told reporters that Otto Brandt ordered the repair of the bridge.",
        "Lorne told reporters of the repair of the northern bridge.",  # a part of the same name
        "Mira Hollis painted the northern bridge.",  # no other name stands there
        "The jury found Hollis guilty of the death of Brandt.",  # whom it names too stands where he should
        "Continue twisting the sections to the left.",  # a word that opens a sentence
        "Villagers said that American airstrikes had destroyed the old mill.",  # the people of the same country
        "A rocket rose on its flight to the Halcyon station with fresh supplies.",  # "from" the rival, "to" this
        "Quayside is a popular harbour app that warns skippers of storms.",  # the rival is whose it is
        "Reporters met Tidewater Harbour Agency (THA) Administrator Ines Dahl in the tunnel for talks.",  # first letters
        "After weeks of US-led airstrikes a school was in ruins.",  # with full stops
        "Witnesses told of a blast in a shop in Kano, Borland, near the grain market.",  # of which the rival is a part
        "Kano, Nigeria, is a city with many old markets and mosques.",  # about something else
    ],
)
def test_what_is_borne_out_or_unknown_is_left_alone(claim: str) -> None:
    assert misplaced(claim, SENTENCES) is None
