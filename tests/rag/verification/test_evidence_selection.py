from dateline.rag.verification.evidence_selection import select_evidence

SENTENCES = [
    "The council met on Monday.",
    "Mayor Ada Lorne opened the meeting.",
    "She said that the Ziegel bridge would be closed.",
    "Lunch was served at noon.",
]


def test_sentences_that_share_rare_words_come_with_their_neighbours() -> None:
    claim = "Lorne said the Ziegel bridge would close."
    assert select_evidence(claim, SENTENCES, words=9) == [2]  # neither neighbour has room
    assert select_evidence(claim, SENTENCES, words=15) == [1, 2]  # the one with her name before the other
    assert select_evidence(claim, SENTENCES) == [0, 1, 2, 3]


def test_at_least_one_however_long_and_none_of_none() -> None:
    assert select_evidence("The bridge closed.", SENTENCES, words=1) == [2]
    assert select_evidence("The bridge closed.", []) == []


def test_of_equals_the_first() -> None:
    assert select_evidence("Nothing shared whatsoever.", SENTENCES, words=5) == [0]
