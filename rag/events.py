"""Events of a streamed answer; the last one holds the whole Answer.

Knows nothing of how they are sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dateline.rag.answer import Answer, Citation, Claim, Disagreement, ReceiptPassage, Source, Understanding
from dateline.rag.citation import CitedText


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Retrieval is done; nothing has been read yet."""

    answer_id: str
    """The id of the answer to come."""
    understanding: Understanding
    passages: tuple[ReceiptPassage, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing new for a while: a chance to send a heartbeat or to close the stream."""


@dataclass(frozen=True, slots=True)
class ClaimVerified:
    """A sentence has passed its check. Its id, span and source numbers are those of the final Answer."""

    claim: Claim
    sources: tuple[Source, ...]
    """Sources that it is the first to cite."""


@dataclass(frozen=True, slots=True)
class DisagreementFound:
    """Sources disagree. Sent after all claims."""

    disagreement: Disagreement
    sources: tuple[Source, ...]
    """Sources that it is the first to cite."""


@dataclass(frozen=True, slots=True)
class Done:
    """The one last event: an answer or a refusal."""

    answer: Answer


Event = Retrieved | Waiting | ClaimVerified | DisagreementFound | Done


def events_of(cited: CitedText) -> Iterator[Event]:
    """The events of an answer that was made in one go."""
    sent = 0

    def new(citations: Iterator[Citation]) -> tuple[Source, ...]:
        nonlocal sent
        before, sent = sent, max(sent, *(citation.source for citation in citations))
        return cited.sources[before:sent]

    for claim in cited.claims:
        yield ClaimVerified(claim, new(iter(claim.citations)))
    for disagreement in cited.disagreements:
        of_positions = (citation for position in disagreement.positions for citation in position.citations)
        yield DisagreementFound(disagreement, new(of_positions))
