"""The prediction of a system for a gold question, as measures read it.

Made from an Answer on the wire (`of_answer`) or from a line of another system's predictions (`eval/formats/plain.py`).
Parts that a system doesn't report are not scored. Knows nothing of gold questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal, get_args

from dateline.index import dates

Part = Literal[
    "claims",
    "confidence",
    "disagreements",
    "event_times",
    "headings",
    "origins",
    "passages",
    "refusal_reason",
    "sources",
    "speakers",
    "window",
]
"""What a prediction may report beside its text."""
EVERYTHING: frozenset[Part] = frozenset(get_args(Part))


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A span of an article's text as the archive had it."""

    start: int
    """Where it begins in the article, in code points."""
    text: str


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that was retrieved."""

    article_id: str
    passage_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of a claim."""

    article_id: str
    passage_id: str
    quote: str
    start: int | None = None
    """The quote's offset in its article."""
    excerpt: Excerpt | None = None
    """The article's text there, with its context; None: not recorded."""


@dataclass(frozen=True, slots=True)
class Said:
    """A claim."""

    text: str
    citations: tuple[Cited, ...] = ()
    heading: str | None = None
    speaker: str = ""
    """Name and role as "name, role", or the one of them that there is."""
    event_time: tuple[date, date] | None = None
    support: str | None = None
    """The label of its own support check."""


@dataclass(frozen=True, slots=True)
class Differing:
    """A disagreement that was shown."""

    kind: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CitedSource:
    """An article that the answer cites."""

    article_id: str
    title: str | None = None
    outlet: str | None = None
    published: date | None = None
    """Its day; None: unknown."""


@dataclass(frozen=True, slots=True)
class Window:
    """How the time that the question asks about was read: days, the last one included."""

    start: date | None
    end: date | None
    applies_to: str | None


@dataclass(frozen=True, slots=True)
class Prediction:
    """The prediction for one question."""

    id: str
    """The gold question's."""
    refused: bool
    text: str
    """Without markers; empty where it was refused."""
    short_answer: str
    """The few words that answer; empty where there are none."""
    reports: frozenset[Part]
    confidence: float | None = None
    refusal_reason: str | None = None
    message: str = ""
    """What a refusal says."""
    claims: tuple[Said, ...] = ()
    disagreements: tuple[Differing, ...] = ()
    sources: tuple[CitedSource, ...] = ()
    origins: int = 0
    window: Window = field(default=Window(None, None, None))
    passages: tuple[FoundPassage, ...] = ()
    """Best first."""

    @property
    def everything_said(self) -> tuple[str, ...]:
        """The texts in which a fact counts as said: the text, the short answer, the values that differ."""
        values = (value for each in self.disagreements for value in each.values)
        return tuple(filter(None, (self.text, self.short_answer, *values)))

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings in order, each once."""
        return tuple(dict.fromkeys(claim.heading for claim in self.claims if claim.heading))

    @property
    def citations(self) -> tuple[Cited, ...]:
        """The citations of all claims."""
        return tuple(citation for claim in self.claims for citation in claim.citations)

    def cited_text(self, citation: Cited) -> str:
        """The words that a citation points to: its passage, what was recorded around it, or its quote."""
        for passage in self.passages:
            if passage.passage_id and passage.passage_id == citation.passage_id:
                return passage.text
        return citation.excerpt.text if citation.excerpt else citation.quote


def of_answer(
    question_id: str,
    answer: Mapping[str, Any],
    passages: Sequence[FoundPassage] = (),
    excerpts: Mapping[tuple[str, int], Excerpt] | None = None,
) -> Prediction:
    """The prediction that an Answer on the wire is (docs/answer.md).

    `passages`: the receipt's, with their words. `excerpts`: by passage id and start of the quote.
    """
    refusal, short, window = answer["refusal"], answer["short_answer"], answer["understanding"]["time_window"]
    return Prediction(
        id=question_id,
        refused=answer["status"] == "refused",
        # Not `text`: a marker is no part of what is said, "[9]" must not pass for nine patients.
        text=" ".join(claim["text"] for claim in answer["claims"]),
        short_answer=short["text"] if short else "",
        reports=EVERYTHING,
        confidence=answer.get("confidence"),
        refusal_reason=refusal["reason"] if refusal else None,
        message=refusal["message"] if refusal else "",
        claims=tuple(_said(claim, excerpts or {}) for claim in answer["claims"]),
        disagreements=tuple(
            Differing(each["kind"], tuple(position["value"] for position in each["positions"]))
            for each in answer["disagreements"]
        ),
        sources=tuple(
            CitedSource(each["article_id"], each["title"], each["outlet"], _day(each["published"]))
            for each in answer["sources"]
        ),
        origins=answer["origins"],
        window=Window(_day(window["from"]), _day(window["to"]), window["applies_to"]),
        passages=tuple(passages),
    )


def _said(claim: Mapping[str, Any], excerpts: Mapping[tuple[str, int], Excerpt]) -> Said:
    time = claim.get("event_time")
    return Said(
        text=claim["text"],
        citations=tuple(
            Cited(
                each["article_id"],
                each["passage_id"],
                each["quote"],
                start := each["source_span"]["start"],
                excerpts.get((each["passage_id"], start)),
            )
            for each in claim["citations"]
        ),
        heading=claim.get("heading"),
        speaker=", ".join(filter(None, (claim.get("speaker"), claim.get("speaker_role")))),
        event_time=(date.fromisoformat(time["from"]), date.fromisoformat(time["to"])) if time else None,
        support=claim["support"]["label"],
    )


def _day(written: str | None) -> date | None:
    """The day of a date or, in UTC, of a moment."""
    read = dates.from_text(written) if written else None
    return read.astimezone(UTC).date() if isinstance(read, datetime) else read
