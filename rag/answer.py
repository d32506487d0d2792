"""The Answer as it is sent and stored: claims, citations, sources, refusal, receipt.

Field names are those of the JSON (see docs/answer.md). Offsets are code points, end exclusive. Knows nothing of how an
answer is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from dateline.index.article import Basis, Span

RefusalReason = Literal["no_coverage", "not_in_coverage", "outside_time_window", "false_premise", "not_a_question"]
QuestionKind = Literal["fact", "why", "how", "what_happened", "list", "yes_no"]
SupportLabel = Literal["supported", "partial", "contradicted", "unsupported"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer to the exact words that support a claim: `article.text[start:end] == quote`."""

    source: int
    """Number of the source in `Answer.sources`."""
    article_id: str
    passage_id: str
    source_span: Span
    quote: str
    page: int | None = None
    """Page of a PDF or Word file on which the quote begins, from 1; null: the article has no pages."""


@dataclass(frozen=True, slots=True)
class Support:
    """How a claim was checked against its citations."""

    label: SupportLabel
    score: float
    """0…1."""
    method: str
    """`verbatim`: the claim is its quote, word for word; else what decided: `rules`, the `model`, or an `llm`."""


@dataclass(frozen=True, slots=True)
class EventTime:
    """The days on which something is said to have happened, both included."""

    start: Annotated[date, Field(alias="from")]
    end: Annotated[date, Field(alias="to")]


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of the answer."""

    id: str
    text: str
    """Without markers."""
    heading: str | None
    """The period of this claim and its neighbours, e.g. `July–August 2021`; null if the answer covers only one."""
    answer_span: Span
    """The claim's span in `Answer.text`, markers included."""
    citations: tuple[Citation, ...]
    """For the reader's claims, the first is the claim word for word, and any others say the same in another origin's
    words. For an LLM's, all of them together support the claim and each is needed."""
    speaker: str | None
    """Whom the article attributes it to; null if the outlet says it itself."""
    speaker_role: str | None
    event_time: EventTime | None
    """When the event happened, according to the claim's own words; null if they don't say."""
    support: Support


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The few words that answer a direct question."""

    text: str
    claim: str
    source_span: Span
    """Within the text of the claim's article."""


@dataclass(frozen=True, slots=True)
class Position:
    """One of several values that sources give."""

    value: str
    citations: tuple[Citation, ...]
    superseded: bool = False
    """Whether a later position of an update replaces it."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Different values: a conflict, or an update in which a later value replaces an earlier one. Latest first."""

    subject: str
    kind: Literal["conflict", "update"]
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A numbered article that the answer cites."""

    number: int
    article_id: str
    title: str | None
    outlet: str | None
    url: str | None
    published: str | None
    """ISO 8601: a day, or a moment with its offset; null: unknown."""
    published_basis: Basis
    story_id: str
    """Shared by near-copies of one story, which count as one origin."""
    copies: tuple[str, ...] = ()
    """Ids of the archive's other articles of this story."""
    corrected_by: tuple[str, ...] = ()
    """Ids of articles that say they correct this one, oldest first."""


@dataclass(frozen=True, slots=True)
class NearestPassage:
    """A passage that comes closest to a refused question."""

    article_id: str
    passage_id: str
    quote: str
    published: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer. A result, not an error."""

    reason: RefusalReason
    message: str
    nearest: tuple[NearestPassage, ...]


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """The time that a question is about, and whether it applies to publication dates or to the event."""

    start: Annotated[datetime | None, Field(alias="from")]
    end: Annotated[datetime | None, Field(alias="to")]
    applies_to: Literal["publication", "event"] | None


@dataclass(frozen=True, slots=True)
class Understanding:
    """How the question was understood."""

    standalone_question: str
    """The question that was searched for: as asked, or completed from earlier turns of the conversation."""
    kind: QuestionKind
    time_window: TimeWindow
    language: str | None
    """ISO 639-1; null if unknown."""
    notes: tuple[str, ...]
    """Notes for the user, e.g. that the encoder does not support the question's language."""


@dataclass(frozen=True, slots=True)
class ReceiptPassage:
    """A passage that was retrieved for the question; the best of them were read."""

    passage_id: str
    sha256: str
    """Of the passage's words in UTF-8."""
    score: float
    source_span: Span
    """Its span in its article's text, in the revision that its id names."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence or marker that was left out of the answer, with the reason."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class LlmUse:
    """How an LLM was used: what it was shown, how long it took, how its completion ended."""

    model: str
    support_check: str | None
    """The check of its sentences; null in the style `quotes`, where they are not shown."""
    passages: tuple[str, ...]
    """Ids of the passages that it was shown in whole or in part, in order."""
    finish_reason: str | None
    """From its server, e.g. `stop` or `length`; `budget` if Dateline cut it; null if it did not finish."""
    fault: str | None
    """Why its completion was not used, or only in part; null if all of it was."""
    prompt_tokens: int | None = None
    """As counted by its server; null if not reported."""
    completion_tokens: int | None = None
    style: Literal["quotes", "prose"] = "prose"
    """`quotes`: sentences of the articles that say what it wrote; `prose`: its own sentences, each checked."""
    cached_tokens: int | None = None
    """Prompt tokens that its server had cached; null if not reported."""
    prompt_tokens_per_second: float | None = None
    """Speed of reading; null if not reported."""
    completion_tokens_per_second: float | None = None
    """Speed of writing; null if not reported."""
    first_sentence_ms: float | None = None
    """From the request to its first complete sentence; null if there was none."""
    shortened_to: int | None = None
    """Tokens of the excerpts, where there was time for fewer than usual; else null."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is needed to check the answer later."""

    index_snapshot: str
    encoder: str
    reader: str
    prompt_sha256: str | None
    passages: tuple[ReceiptPassage, ...]
    dropped: tuple[Dropped, ...]
    timings_ms: dict[str, float]
    llm: LlmUse | None = None
    """Null if no LLM was asked to answer."""
    rewritten: bool = False
    """Whether an LLM, not rules, rewrote the follow-up question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its evidence, or a refusal with its reason."""

    id: str
    status: Literal["answered", "refused"]
    question: str
    asked_at: datetime
    answered_by: str
    """`reader`, or the name of the LLM."""
    text: str
    """The claims in order, each followed by its markers, joined by single spaces."""
    short_answer: ShortAnswer | None
    confidence: float | None
    """The probability, 0…1, that the archive answers the question and this is the answer; null if nothing was read."""
    claims: tuple[Claim, ...]
    disagreements: tuple[Disagreement, ...]
    sources: tuple[Source, ...]
    origins: int
    """Number of independent stories among the sources."""
    gaps: tuple[str, ...]
    """Which parts of the question the archive does not answer."""
    refusal: Refusal | None
    understanding: Understanding
    receipt: Receipt
    conversation_id: str | None = None
    """The conversation that the question belongs to, or null."""
    stored: bool = True
    """Whether the archive keeps the answer; if not, it has no permalink."""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Those of its claims, then those of its disagreements' positions."""
        claimed = [citation for claim in self.claims for citation in claim.citations]
        positions = [position for disagreement in self.disagreements for position in disagreement.positions]
        return (*claimed, *(citation for position in positions for citation in position.citations))
