"""The Answer, as it goes over the wire and into the archive: claims, citations, sources, refusal, receipt.

Names are the wire's own (see docs/answer.md). Offsets are code points, end exclusive. Knows nothing of how an answer
is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from dateline.index.article import Basis, Span

RefusalReason = Literal["no_coverage", "not_in_coverage", "outside_time_window", "false_premise"]
Kind = Literal["fact", "why", "how", "what_happened", "list", "yes_no"]
SupportLabel = Literal["supported", "partial", "contradicted", "unsupported"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A claim's pointer to the exact words that support it: `article.text[start:end] == quote`."""

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
    """The days in which something is said to have happened, the last one included."""

    start: Annotated[date, Field(alias="from")]
    end: Annotated[date, Field(alias="to")]


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of the answer."""

    id: str
    text: str
    """Without markers."""
    heading: str | None
    """The period that this claim and its neighbours are of, e.g. `July–August 2021`; null where all are of one."""
    answer_span: Span
    """Where the claim stands in `Answer.text`, markers included."""
    citations: tuple[Citation, ...]
    """Of the reader's claims the first is the claim word for word, and any further ones say the same in another
    origin's words; of an LLM's all of them together support the claim, and none could be spared."""
    speaker: str | None
    """Who says it, where the article gives it to somebody; null: the outlet says it itself."""
    speaker_role: str | None
    event_time: EventTime | None
    """When what it tells of happened, as far as its own words say; null: they don't."""
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
    """Values that differ: a conflict, or an update in which a later value replaces an earlier one; latest first."""

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
    """Ids of the articles that say they correct this one, oldest first."""


@dataclass(frozen=True, slots=True)
class NearestPassage:
    """What the archive has that is closest to a refused question."""

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
    """The stretch of time that the question is about, and whether it is one of publication or of the event."""

    start: Annotated[datetime | None, Field(alias="from")]
    end: Annotated[datetime | None, Field(alias="to")]
    applies_to: Literal["publication", "event"] | None


@dataclass(frozen=True, slots=True)
class Understanding:
    """How the question was read."""

    standalone_question: str
    """What was looked for: the question, or what it means after the turns before it."""
    kind: Kind
    time_window: TimeWindow
    language: str | None
    """ISO 639-1, or null if it can't be told."""
    notes: tuple[str, ...]
    """What the reader of the answer should know, e.g. that the question's language isn't one the encoder reads."""


@dataclass(frozen=True, slots=True)
class ReceiptPassage:
    """A passage that was found for the question; the best of them were read."""

    passage_id: str
    sha256: str
    """Of the passage's words in UTF-8."""
    score: float
    source_span: Span
    """Where it stands in the text of its article, in the revision that its id names."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that was not said."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class LlmUse:
    """What an LLM was given and how that went."""

    model: str
    support_check: str | None
    """What its sentences were checked by; null in the style `quotes`, which says none of them."""
    passages: tuple[str, ...]
    """Ids of the passages that it was shown, or shown sentences of, in order."""
    finish_reason: str | None
    """As its server says, e.g. `stop` or `length`; `budget`: cut by Dateline; null: it came to no end."""
    fault: str | None
    """Why its words are not the answer, or not all of it; null: they are."""
    prompt_tokens: int | None = None
    """By its server's count; null: it didn't say."""
    completion_tokens: int | None = None
    style: Literal["quotes", "prose"] = "prose"
    """`quotes`: the articles' sentences that say what it wrote; `prose`: its own, each checked."""
    cached_tokens: int | None = None
    """Of the prompt's, those that its server had read before; null: it didn't say."""
    prompt_tokens_per_second: float | None = None
    """How fast it read; null: its server doesn't say."""
    completion_tokens_per_second: float | None = None
    """How fast it wrote."""
    first_sentence_ms: float | None = None
    """From asking it to its first whole sentence; null: there was none."""
    shortened_to: int | None = None
    """Tokens of the excerpts that there was time to read; null: as many as usual."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What it takes to check the answer later."""

    index_snapshot: str
    encoder: str
    reader: str
    prompt_sha256: str | None
    passages: tuple[ReceiptPassage, ...]
    dropped: tuple[Dropped, ...]
    timings_ms: dict[str, float]
    llm: LlmUse | None = None
    """Null: none was asked to answer."""
    rewritten: bool = False
    """Whether an LLM made the question stand by itself, not the rules."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Dateline says to a question, or why it says nothing."""

    id: str
    status: Literal["answered", "refused"]
    question: str
    asked_at: datetime
    answered_by: str
    """`reader`, or the name of the LLM."""
    text: str
    """The claims in order, each followed by its markers, joined by one space."""
    short_answer: ShortAnswer | None
    confidence: float | None
    """The reader's probability, 0…1, that the archive answers and this is the answer; null where nothing was read."""
    claims: tuple[Claim, ...]
    disagreements: tuple[Disagreement, ...]
    sources: tuple[Source, ...]
    origins: int
    """How many independent stories the sources are."""
    gaps: tuple[str, ...]
    """Which parts of the question the archive does not answer."""
    refusal: Refusal | None
    understanding: Understanding
    receipt: Receipt
    conversation_id: str | None = None
    """Of the conversation that the question is a turn of; null: of none."""
    stored: bool = True
    """Whether the archive keeps the answer; false: it is nowhere but here, and has no permalink."""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Those of its claims, then those of its disagreements' positions."""
        claimed = [citation for claim in self.claims for citation in claim.citations]
        positions = [position for disagreement in self.disagreements for position in disagreement.positions]
        return (*claimed, *(citation for position in positions for citation in position.citations))
