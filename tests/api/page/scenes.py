"""Answers made to measure over real articles, and an answerer that plays them: what the page is to show, event by event."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count

from dateline.api.compose import Services
from dateline.index.archive import Archive
from dateline.index.article import Span
from dateline.rag.answer import (
    Answer,
    Citation,
    Claim,
    Disagreement,
    Dropped,
    LlmUse,
    NearestPassage,
    Position,
    QuestionKind,
    Receipt,
    ReceiptPassage,
    Refusal,
    RefusalReason,
    ShortAnswer,
    Source,
    Support,
    TimeWindow,
    Understanding,
)
from dateline.rag.answerer import Answerer
from dateline.rag.events import ClaimVerified, DisagreementFound, Done, Event, Retrieved, Waiting
from dateline.rag.question import Question
from tests.articles import READER

NOW = datetime(2021, 9, 1, 12, tzinfo=UTC)
ANY_TIME = TimeWindow(None, None, None)
_NUMBERS = count(1)

Play = Callable[[Question], Iterator[Event]]


@dataclass(frozen=True)
class Said:
    """A sentence of an answer: an article's own words, or a model's that they bear out."""

    article_id: str
    quote: str
    text: str | None = None
    heading: str | None = None
    speaker: str | None = None
    also: tuple[tuple[str, str], ...] = ()
    """Further citations: (article, quote)."""


@dataclass
class Maker:
    """Makes answers whose citations are exact spans of an archive's articles."""

    archive: Archive
    sources: dict[str, Source] = field(default_factory=dict)

    def citation(self, article_id: str, quote: str) -> Citation:
        """Of the first place where the quote stands."""
        stored = self.archive.article(article_id)
        start = stored.article.text.index(quote)
        if article_id not in self.sources:
            article = stored.article
            published = None if article.published is None else article.published.isoformat()
            self.sources[article_id] = Source(
                len(self.sources) + 1,
                article_id,
                article.title,
                article.outlet,
                article.url,
                published,
                article.basis.get("published", "unknown"),
                stored.story_id,
            )
        number = self.sources[article_id].number
        passage = f"{article_id}:{stored.revision}:0"
        page = stored.article.page_at(start)
        return Citation(number, article_id, passage, Span(start, start + len(quote)), quote, page)

    def claim(self, number: int, said: Said, start: int) -> Claim:
        """The sentence as a claim."""
        text = said.text or said.quote
        pairs = ((said.article_id, said.quote), *said.also)
        citations = tuple(self.citation(article, quote) for article, quote in pairs)
        support = Support("supported", 1.0 if said.text is None else 0.9, "verbatim" if said.text is None else "model")
        span = Span(start, start + len(text) + 4)
        return Claim(f"c{number}", text, said.heading, span, citations, said.speaker, None, None, support)


def answer_of(
    archive: Archive,
    question: str,
    said: Sequence[Said] = (),
    *,
    short: str | None = None,
    differ: Sequence[tuple[str, str, Sequence[tuple[str, str, str]]]] = (),
    refused: tuple[RefusalReason, str, Sequence[tuple[str, str]]] | None = None,
    by: str = "reader",
    llm: LlmUse | None = None,
    window: TimeWindow = ANY_TIME,
    notes: tuple[str, ...] = (),
    kind: QuestionKind = "fact",
    standalone: str | None = None,
    answer_id: str | None = None,
) -> Answer:
    """An Answer. `differ`: (kind, subject, [(value, article, quote), …]); of an update the first value holds.

    `refused`: reason, message, and the nearest (article, quote).
    """
    maker = Maker(archive)
    claims: list[Claim] = []
    for number, one in enumerate(said, 1):
        claims.append(maker.claim(number, one, claims[-1].answer_span.end + 1 if claims else 0))
    disagreements = tuple(
        Disagreement(
            subject,
            "update" if what == "update" else "conflict",
            tuple(
                Position(value, (maker.citation(article, quote),), what == "update" and place > 0)
                for place, (value, article, quote) in enumerate(values)
            ),
        )
        for what, subject, values in differ
    )
    nearest = tuple(
        NearestPassage(article, f"{article}:1:0", quote, None) for article, quote in (refused[2] if refused else ())
    )
    short_answer = None
    if short is not None:
        place = archive.article(said[0].article_id).article.text.index(short)
        short_answer = ShortAnswer(short, "c1", Span(place, place + len(short)))
    passages = tuple(
        ReceiptPassage(f"{article}:1:0", "00ff" * 16, 0.05, Span(0, 20))
        for article in dict.fromkeys(s.article_id for s in said)
    )
    return Answer(
        id=answer_id or f"ans_{next(_NUMBERS):024x}",
        status="refused" if refused else "answered",
        question=question,
        asked_at=NOW,
        answered_by=by,
        text=" ".join(f"{claim.text} [{claim.citations[0].source}]" for claim in claims),
        short_answer=short_answer,
        confidence=0.8,
        claims=tuple(claims),
        disagreements=disagreements,
        sources=tuple(maker.sources.values()),
        origins=len({source.story_id for source in maker.sources.values()}),
        gaps=(),
        refusal=Refusal(refused[0], refused[1], nearest) if refused else None,
        understanding=Understanding(standalone or question, kind, window, "en", notes),
        receipt=Receipt(
            "abc-4",
            "initials",
            "overlap",
            None,
            passages,
            (Dropped("The mayor danced. ", "its words are not supported"),),
            {"retrieve": 3.5, "read": 12.0},
            llm,
        ),
    )


def events_for(answer: Answer) -> Iterator[Event]:
    """How it comes about."""
    yield Retrieved(answer.id, answer.understanding, answer.receipt.passages)
    told = 0
    for claim in answer.claims:
        new = max([told, *(citation.source for citation in claim.citations)])
        yield ClaimVerified(claim, answer.sources[told:new])
        told = new
    for disagreement in answer.disagreements:
        numbers = [citation.source for position in disagreement.positions for citation in position.citations]
        new = max([told, *numbers])
        yield DisagreementFound(disagreement, answer.sources[told:new])
        told = new
    yield Done(answer)


class Stage(Answerer):
    """Plays what a question is told to be answered with; other questions are really answered."""

    def __init__(self, services: Services) -> None:
        super().__init__(services.searcher, READER)
        self.plays: dict[str, Play] = {}
        self.asked: list[Question] = []

    def stream(self, question: Question) -> Generator[Event, None, None]:
        """By the play of this question, if it has one."""
        self.asked.append(question)
        play = self.plays.get(question.text)
        if play is None:
            yield from super().stream(question)
            return
        conversation = question.conversation.id if question.conversation else None
        for event in play(question):
            yield Done(replace(event.answer, conversation_id=conversation)) if isinstance(event, Done) else event

    def says(self, answer: Answer) -> None:
        """Answer its question with this."""
        self.plays[answer.question] = lambda _question: events_for(
            replace(answer, id=f"ans_{next(_NUMBERS):024x}") if answer.question in self._said() else answer
        )

    def _said(self) -> list[str]:
        return [question.text for question in self.asked[:-1]]


@dataclass
class Gate:
    """Holds a play up until it is opened."""

    event: threading.Event = field(default_factory=threading.Event)
    closed_early: threading.Event = field(default_factory=threading.Event)

    def hold(self, answer: Answer, after: int) -> Play:
        """The answer's events, of which those behind the first `after` wait."""

        def play(_question: Question) -> Iterator[Event]:
            try:
                for place, event in enumerate(events_for(answer)):
                    while place == after and not self.event.wait(0.02):
                        yield Waiting()
                    yield event
            except GeneratorExit:
                self.closed_early.set()
                raise

        return play
