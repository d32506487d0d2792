"""What happens while an answer comes about, event by event; the last one holds the whole Answer.

Knows nothing of how it is put on a wire.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dateline.rag.answer import Answer, Citation, Claim, Disagreement, ReceiptPassage, Source, Understanding
from dateline.rag.citation import CitedText


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Passages were found, or none; nothing has been read yet."""

    answer_id: str
    """Of the answer that is to come."""
    understanding: Understanding
    passages: tuple[ReceiptPassage, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing has come for a while: the moment to say that the work goes on, or to close the stream."""


@dataclass(frozen=True, slots=True)
class ClaimVerified:
    """A sentence has passed its check, and stays. Its id, place and numbers are those of the Answer."""

    claim: Claim
    sources: tuple[Source, ...]
    """Those that it is the first to cite."""


@dataclass(frozen=True, slots=True)
class DisagreementFound:
    """Sources differ; after all claims."""

    disagreement: Disagreement
    sources: tuple[Source, ...]
    """Those that it is the first to cite."""


@dataclass(frozen=True, slots=True)
class Done:
    """The last event, exactly one: an answer or a refusal."""

    answer: Answer


Event = Retrieved | Waiting | ClaimVerified | DisagreementFound | Done


def events_of(cited: CitedText) -> Iterator[Event]:
    """What an answer that was put together at once looks like, claim by claim."""
    told = 0

    def new(citations: Iterator[Citation]) -> tuple[Source, ...]:
        nonlocal told
        before, told = told, max(told, *(citation.source for citation in citations))
        return cited.sources[before:told]

    for claim in cited.claims:
        yield ClaimVerified(claim, new(iter(claim.citations)))
    for disagreement in cited.disagreements:
        of_positions = (citation for position in disagreement.positions for citation in position.citations)
        yield DisagreementFound(disagreement, new(of_positions))
