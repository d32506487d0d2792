"""A checked text, as it goes over the wire: its sentences, what supports each and what contradicts it.

Offsets are code points, end exclusive. Knows nothing of how a text is checked.
"""

from __future__ import annotations

from dataclasses import dataclass

from dateline.index.article import Span
from dateline.rag.answer import Citation, Source, Support
from dateline.rag.verification.claim_detection import Unchecked


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Words of an article that contradict a sentence."""

    citation: Citation
    reason: str
    """What differs: `another figure: the draft says “270,000”, the article says “374,000”`."""


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A sentence of the text, and what the archive says of it."""

    id: str
    text: str
    text_span: Span
    """Within the text that was given."""
    support: Support | None
    """Null: it was not checked."""
    not_checked: Unchecked | None
    missing: str | None
    """What the archive does not support; null where it supports all."""
    citations: tuple[Citation, ...]
    """What supports it: each by itself, or those of one article together. Of a partly supported claim what comes
    nearest, of any other none."""
    contradiction: Contradiction | None
    """The nearest words that contradict it; also where other articles support it."""


@dataclass(frozen=True, slots=True)
class ClaimCounts:
    """How many sentences have each label."""

    supported: int
    partial: int
    contradicted: int
    unsupported: int
    not_checked: int


@dataclass(frozen=True, slots=True)
class CheckReceipt:
    """What it takes to repeat the check."""

    index_snapshot: str
    encoder: str
    support_check: str
    timings_ms: dict[str, float]


@dataclass(frozen=True, slots=True)
class CheckedText:
    """The claims of a text, in its order."""

    counts: ClaimCounts
    claims: tuple[CheckedClaim, ...]
    sources: tuple[Source, ...]
    """Numbered as in an Answer."""
    receipt: CheckReceipt
