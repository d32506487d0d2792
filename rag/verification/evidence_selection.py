"""Evidence selection: the few sentences that a claim is compared with, by shared words, and their neighbours.

Knows nothing of models or verdicts.
"""

from __future__ import annotations

from collections.abc import Sequence

from dateline.rag.verification.stems import shared_weights

EVIDENCE_WORDS = 100
"""Words of evidence that a claim is read with, so far as whole sentences allow; some 140 tokens."""
NEIGHBOUR = 0.3
"""What a sentence gains of the better of its two neighbours: the name that a pronoun refers to is often beside it."""


def select_evidence(claim: str, sentences: Sequence[str], words: int = EVIDENCE_WORDS) -> list[int]:
    """Places of the sentences to read the claim with, in order: as many of the likeliest as `words` allow.

    At least one, however long. A shared word counts the more, the fewer sentences have it. Without sentences: none.
    """
    shared = shared_weights(claim, sentences)
    likely = [
        own + NEIGHBOUR * max(shared[i - 1] if i else 0.0, shared[i + 1] if i + 1 < len(shared) else 0.0)
        for i, own in enumerate(shared)
    ]
    chosen: list[int] = []
    room = words
    for i in sorted(range(len(sentences)), key=lambda i: -likely[i]):
        length = len(sentences[i].split())
        if chosen and length > room:
            continue
        chosen.append(i)
        room -= length
    return sorted(chosen)
