"""Citations: turns sentences with their evidence into claims with markers, citations and numbered sources.

Every quote is cut from the article by its span, so it is exact by construction; datelines are left out. A claim names
its speaker and the time of its event. Knows nothing of how sentences are chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dateline.index.archive import StoredPassage
from dateline.index.article import Span
from dateline.index.dates import to_text
from dateline.rag.answer import Citation, Claim, Disagreement, EventTime, Position, ShortAnswer, Source, Support
from dateline.rag.disagreements.disagreement import ValueDisagreement
from dateline.rag.news_dateline import after_dateline
from dateline.rag.reading.passages import Candidate
from dateline.rag.reading.sentence_choice import Choice
from dateline.rag.reading.short_answer import whole_names
from dateline.rag.retrieval import day_of
from dateline.rag.speech.reported_speech import speaker_of
from dateline.rag.time.event_time import event_time

VERBATIM = Support("supported", 1.0, "verbatim")
"""The support of a claim that is its own quote."""


@dataclass(frozen=True, slots=True)
class CitedText:
    """The text of an answer with its claims, disagreements and sources."""

    text: str
    short_answer: ShortAnswer | None
    claims: tuple[Claim, ...]
    disagreements: tuple[Disagreement, ...]
    sources: tuple[Source, ...]
    origins: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """A span of a passage that is cited."""

    passage: StoredPassage
    span: Span
    """Within the article's text."""

    @property
    def text(self) -> str:
        """The words."""
        return self.span.of(self.passage.article.text)


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of an answer with its evidence."""

    text: str
    quoted: tuple[Quoted, ...]
    """At least one, the main one first."""
    support: Support


class Citing:
    """Builds an answer claim by claim; sources are numbered in order of appearance."""

    def __init__(self) -> None:
        self._text = ""
        self._claims: list[Claim] = []
        self._disagreements: list[Disagreement] = []
        self._sources: dict[str, Source] = {}
        self._announced = 0

    def claim(self, text: str, quoted: Sequence[Quoted], support: Support, heading: str | None = None) -> Claim:
        """Add a sentence, without markers, with at least one quote that supports it, the main one first."""
        citations = self.citations(quoted)
        start = len(self._text) + 1 if self._text else 0
        markers = "".join(f"[{number}]" for number in dict.fromkeys(citation.source for citation in citations))
        self._text += f"{' ' if self._text else ''}{text} {markers}"
        article = quoted[0].passage.article
        speaker = speaker_of(article.text, quoted[0].span)
        period = event_time(text, day_of(article.published))
        claim = Claim(
            id=f"c{len(self._claims) + 1}",
            text=text,
            heading=heading,
            answer_span=Span(start, len(self._text)),
            citations=citations,
            speaker=speaker.name if speaker else None,
            speaker_role=speaker.role if speaker else None,
            event_time=EventTime(period.start, period.end) if period else None,
            support=support,
        )
        self._claims.append(claim)
        return claim

    def disagreement(self, found: ValueDisagreement) -> Disagreement:
        """Add a disagreement."""
        positions = tuple(
            Position(position.value, self.citations(map(_quoted, position.sentences)), position.superseded)
            for position in found.positions
        )
        self._disagreements.append(Disagreement(found.subject, found.kind, positions))
        return self._disagreements[-1]

    def put_headings(self, headings: Iterable[str | None]) -> None:
        """Set the heading, or None, of each claim."""
        pairs = zip(self._claims, headings, strict=True)
        self._claims = [replace(claim, heading=heading) for claim, heading in pairs]

    def new_sources(self) -> tuple[Source, ...]:
        """The sources added since the last call."""
        announced, self._announced = self._announced, len(self._sources)
        return tuple(self._sources.values())[announced:]

    def cited(self, short_answer: ShortAnswer | None) -> CitedText:
        """The answer so far."""
        stories = {source.story_id for source in self._sources.values()}
        return CitedText(
            self._text,
            short_answer,
            tuple(self._claims),
            tuple(self._disagreements),
            tuple(self._sources.values()),
            len(stories),
        )

    def citations(self, quoted: Iterable[Quoted]) -> tuple[Citation, ...]:
        """A citation for each quote; new articles become sources."""
        citations = []
        for each in quoted:
            article, page = each.passage.article, each.passage.article.page_at(each.span.start)
            source = self._sources.setdefault(article.id, _source(len(self._sources) + 1, each.passage))
            citations.append(Citation(source.number, article.id, each.passage.id, each.span, each.text, page))
        return tuple(citations)


def cite(choice: Choice, disagreements: Iterable[ValueDisagreement] = ()) -> CitedText:
    """A claim for each chosen sentence, word for word, with its markers."""
    citing = Citing()
    short_answer: ShortAnswer | None = None
    for sentence, heading in zip(choice.sentences, choice.headings, strict=True):
        verbatim = verbatim_sentence(sentence, choice.agreeing.get(sentence.place, ()))
        claim = citing.claim(verbatim.text, verbatim.quoted, VERBATIM, heading)
        quoted = verbatim.quoted[0]
        if sentence is choice.direct and sentence.answer is not None and sentence.answer.start >= quoted.span.start:
            answer = _whole_answer(quoted, sentence.answer)
            short_answer = ShortAnswer(answer.of(sentence.passage.article.text), claim.id, answer)
    for disagreement in disagreements:
        citing.disagreement(disagreement)
    return citing.cited(short_answer)


def _whole_answer(quoted: Quoted, answer: Span) -> Span:
    """The answer span with all of a name that it cuts, within the article's text."""
    start = quoted.span.start
    whole = whole_names(quoted.text, Span(answer.start - start, answer.end - start))
    return Span(start + whole.start, start + whole.end)


def verbatim_sentence(sentence: Candidate, agreeing: Iterable[Candidate] = ()) -> CitedSentence:
    """A sentence of an article, word for word without its dateline. `agreeing`: the same from other origins."""
    quoted = tuple(map(_quoted, (sentence, *agreeing)))
    return CitedSentence(quoted[0].text, quoted, VERBATIM)


def _quoted(sentence: Candidate) -> Quoted:
    return Quoted(sentence.passage, _without_dateline(sentence))


def _without_dateline(sentence: Candidate) -> Span:
    """The sentence's span, without its dateline."""
    return Span(sentence.span.start + after_dateline(sentence.text), sentence.span.end)


def _source(number: int, passage: StoredPassage) -> Source:
    article = passage.article
    return Source(
        number=number,
        article_id=article.id,
        title=article.title,
        outlet=article.outlet,
        url=article.url,
        published=to_text(article.published) if article.published else None,
        published_basis=article.basis.get("published", "unknown"),
        story_id=passage.story_id,
    )
