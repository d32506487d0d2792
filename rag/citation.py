"""Sentences and what supports them → claims with markers, citations and numbered sources; disagreements likewise.

Every quote is cut from the article by its span, so it is exact by construction; the place and agency at the head of a
report are left out. A claim says whose words it gives and
when what it tells of happened. Knows nothing of how sentences are chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dateline.index.archive import StoredPassage
from dateline.index.article import Span
from dateline.index.dates import to_text
from dateline.rag.answer import Citation, Claim, Disagreement, EventTime, Position, ShortAnswer, Source, Support
from dateline.rag.dateline import after_dateline
from dateline.rag.disagreement import Contest
from dateline.rag.reading import Candidate
from dateline.rag.retrieval import day_of
from dateline.rag.sentence_choice import Choice
from dateline.rag.speech.reported_speech import speaker_of
from dateline.rag.time.event_time import event_time

VERBATIM = Support("supported", 1.0, "verbatim")
"""Of a claim that is its own quote."""


@dataclass(frozen=True, slots=True)
class CitedText:
    """The text of an answer and what supports it."""

    text: str
    short_answer: ShortAnswer | None
    claims: tuple[Claim, ...]
    disagreements: tuple[Disagreement, ...]
    sources: tuple[Source, ...]
    origins: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of a passage that support something."""

    passage: StoredPassage
    span: Span
    """Within the article's text."""

    @property
    def text(self) -> str:
        """The words."""
        return self.span.of(self.passage.article.text)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that may be said, with what supports it."""

    text: str
    quoted: tuple[Quoted, ...]
    """At least one; the main one first."""
    support: Support


class Citing:
    """An answer that grows claim by claim; sources are numbered in order of appearance."""

    def __init__(self) -> None:
        self._text = ""
        self._claims: list[Claim] = []
        self._disagreements: list[Disagreement] = []
        self._sources: dict[str, Source] = {}
        self._told = 0

    def claim(self, text: str, quoted: Sequence[Quoted], support: Support, heading: str | None = None) -> Claim:
        """A further sentence, without markers, and what supports it: at least one quote, the main one first."""
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

    def disagreement(self, contest: Contest) -> Disagreement:
        """A disagreement beside the claims."""
        positions = tuple(
            Position(stand.value, self.citations(map(_quoted, stand.sentences)), stand.superseded)
            for stand in contest.stands
        )
        self._disagreements.append(Disagreement(contest.subject, contest.kind, positions))
        return self._disagreements[-1]

    def put_headings(self, headings: Iterable[str | None]) -> None:
        """Over each claim its heading, or None."""
        pairs = zip(self._claims, headings, strict=True)
        self._claims = [replace(claim, heading=heading) for claim, heading in pairs]

    def new_sources(self) -> tuple[Source, ...]:
        """Those that have come up since this was last asked."""
        told, self._told = self._told, len(self._sources)
        return tuple(self._sources.values())[told:]

    def cited(self, short_answer: ShortAnswer | None) -> CitedText:
        """What there is so far."""
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
        """One for each quote; an article that isn't a source yet becomes one."""
        citations = []
        for each in quoted:
            article, page = each.passage.article, each.passage.article.page_at(each.span.start)
            source = self._sources.setdefault(article.id, _source(len(self._sources) + 1, each.passage))
            citations.append(Citation(source.number, article.id, each.passage.id, each.span, each.text, page))
        return tuple(citations)


def cite(choice: Choice, contests: Iterable[Contest] = ()) -> CitedText:
    """A claim for each sentence, word for word, with its markers."""
    citing = Citing()
    short_answer: ShortAnswer | None = None
    for sentence, heading in zip(choice.sentences, choice.headings, strict=True):
        verbatim = verbatim_sentence(sentence, choice.agreeing.get(sentence.place, ()))
        claim = citing.claim(verbatim.text, verbatim.quoted, VERBATIM, heading)
        told = verbatim.quoted[0].span
        if sentence is choice.direct and sentence.answer is not None and sentence.answer.start >= told.start:
            short_answer = ShortAnswer(sentence.answer.of(sentence.passage.article.text), claim.id, sentence.answer)
    for contest in contests:
        citing.disagreement(contest)
    return citing.cited(short_answer)


def verbatim_sentence(sentence: Candidate, agreeing: Iterable[Candidate] = ()) -> Sentence:
    """A sentence of an article, word for word without its dateline. `agreeing`: those of other origins that say so."""
    quoted = tuple(map(_quoted, (sentence, *agreeing)))
    return Sentence(quoted[0].text, quoted, VERBATIM)


def _quoted(sentence: Candidate) -> Quoted:
    return Quoted(sentence.passage, _told(sentence))


def _told(sentence: Candidate) -> Span:
    """Where the sentence stands without its dateline."""
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
