"""Does a claim tell of a happening of which its evidence has no word: that somebody resigned, died or was arrested?

By the families of `rag.happenings`, which are broad in what tells of one. Those whose words have many meanings (rise,
fall, open, stop) are left out. Knows nothing of who did what.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.happenings import HAPPENINGS
from rag.support_rules import Broken, Evidence

# fmt: off
PLAIN = (
    "leave", "appoint", "win", "lose", "die", "survive", "arrest", "convict", "acquit", "marry", "divorce", "surrender",
    "withdraw", "invade", "bomb", "crash", "sink", "sue", "ban", "reject", "apologise",
)
# fmt: on
"""The families whose words hardly mean anything else (see docs/decisions.md)."""

_CLAIMED = [
    (HAPPENINGS[name], re.compile(rf"(?<![\w-])(?:{HAPPENINGS[name].asked.pattern})(?![’'-])", re.IGNORECASE))
    for name in PLAIN
]


def untold(claim: str, evidence: Sequence[Evidence]) -> Broken | None:
    """The first happening of the claim, asserted or not, that neither the evidence nor its headers mention."""
    for happening, claimed in _CLAIMED:
        found = claimed.search(claim)
        if found and not any(happening.told.search(text) for one in evidence for text in (one.text, one.header)):
            return Broken("happening", found[0])
    return None
