"""Superseded figures: a claim's figure that the evidence itself says was reported earlier, or corrects.

Knows nothing of whether the rest of the claim is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dateline.index.archive import StoredPassage
from dateline.rag.disagreements.revisions import refers_to_an_earlier_report, revisions_in
from dateline.rag.values.figures import values_in
from dateline.rag.values.value import comparable, same_figure
from dateline.rag.verification.support import SupportingSpan


@dataclass(frozen=True, slots=True)
class Superseded:
    """A figure of a claim, and what the evidence has instead."""

    figure: str
    """In the claim's words."""
    now: str | None
    """In the evidence's; None if it names no other."""
    sentence: SupportingSpan
    """Where the evidence says so."""

    @property
    def reason(self) -> str:
        """As receipts show it."""
        if self.now is None:
            return f"reported earlier, no longer: the draft says “{self.figure}”"
        return f"reported earlier, no longer: the draft says “{self.figure}”, the article says “{self.now}”"


def superseded(claim: str, passages: Sequence[StoredPassage]) -> Superseded | None:
    """The first figure that is; None if there is none, or if the claim says itself that it was reported earlier."""
    if refers_to_an_earlier_report(claim):
        return None
    values = values_in(claim)
    for n, passage in enumerate(passages):
        for revision in revisions_in(passage):
            now = revision.now
            if now is not None and any(same_figure(value, now.value) for value in values):
                continue
            for value in values:
                earlier = revision.earlier.value
                if value.of and value.of == earlier.of and comparable(value, earlier) and same_figure(value, earlier):
                    said = now or revision.earlier
                    words = None if now is None else now.value.span.of(now.span.of(passage.article.text))
                    return Superseded(value.span.of(claim), words, SupportingSpan(n, said.span))
    return None
