from collections.abc import Sequence

import pytest

from dateline.index.encoder import Embeddings, InitialsEncoder
from dateline.rag.verification.nearness import Nearness


class Counting(InitialsEncoder):
    """Keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode_document(self, texts: Sequence[str]) -> Embeddings:
        self.asked += texts
        return super().encode_document(texts)


def test_the_nearest_sentence_counts() -> None:
    near = Nearness(InitialsEncoder())
    # Initials: b c against b d (1/2), b c (1), and e.
    assert near.of("Bad cats", ["Big dogs", "Bears climb", "Eagles"]) == pytest.approx(1.0)
    assert near.of("Bad cats", ["Big dogs", "Eagles"]) == pytest.approx(0.5)
    assert near.of("Bad cats", ["Eagles"]) == pytest.approx(0.0)


def test_no_text_is_encoded_twice() -> None:
    encoder = Counting()
    near = Nearness(encoder)
    near.of("Bad cats", ["Big dogs", "Eagles", "Big dogs"])
    near.of("Bad cats", ["Eagles", "Foxes"])
    assert encoder.asked == ["Bad cats", "Big dogs", "Eagles", "Foxes"]
