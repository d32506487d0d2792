"""Chosen sentences → claims with markers, citations and numbered sources; positions of a disagreement likewise.

Every quote is cut from the article by its span, so it is exact by construction; the place and agency at the head of a
report are left out. A claim says whose words it gives and
when what it tells of happened. Knows nothing of how sentences are chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.article import Span
from index.dates import to_text
from rag.answer import Citation, Claim, Disagreement, EventTime, Position, ShortAnswer, Source, Support
from rag.disagreement import Contest
from rag.reading import Candidate
from rag.retrieval import day_of
from rag.sentence_choice import Choice
from rag.speech.reported_speech import speaker_of
from rag.time.event_time import event_time

# The place in capitals, further places, a day, the agency, a dash.
_DATELINE = re.compile(
    r"[A-Z][A-Z.'’-]{2,}(?:[ -][A-Z][A-Z.'’-]+){0,3}(?:, [A-Z][\w.]*(?: [A-Z][\w.]*){0,2})*"
    r"(?:, [A-Z][a-z]{2,3}\.? \d{1,2})?(?: \([^)]{2,40}\))? ?(?:—|–|--| -) ?(?=[“\"A-Z])"
)


@dataclass(frozen=True, slots=True)
class CitedText:
    """The text of an answer and what bears it out."""

    text: str
    short_answer: ShortAnswer | None
    claims: tuple[Claim, ...]
    disagreements: tuple[Disagreement, ...]
    sources: tuple[Source, ...]
    origins: int


def cite(choice: Choice, contests: Iterable[Contest] = ()) -> CitedText:
    """A claim for each sentence, word for word, with its markers; sources numbered in order of appearance."""
    sources: dict[str, Source] = {}
    claims: list[Claim] = []
    text = ""
    short_answer: ShortAnswer | None = None
    for i, (sentence, heading) in enumerate(zip(choice.sentences, choice.headings, strict=True), start=1):
        article = sentence.passage.article
        citations = _citations((sentence, *choice.agreeing.get(sentence.place, ())), sources)
        markers = "".join(f"[{citation.source}]" for citation in citations)
        start = len(text) + 1 if text else 0
        text = f"{text} " if text else ""
        said = _told(sentence).of(article.text)
        text += f"{said} {markers}"
        speaker = speaker_of(article.text, sentence.span)
        period = event_time(sentence.text, day_of(article.published))
        claims.append(
            Claim(
                id=f"c{i}",
                text=said,
                heading=heading,
                answer_span=Span(start, len(text)),
                citations=citations,
                speaker=speaker.name if speaker else None,
                speaker_role=speaker.role if speaker else None,
                event_time=EventTime(period.start, period.end) if period else None,
                support=Support("supported", 1.0, "verbatim"),
            )
        )
        if sentence is choice.direct and sentence.answer is not None and sentence.answer.start >= _told(sentence).start:
            short_answer = ShortAnswer(sentence.answer.of(article.text), f"c{i}", sentence.answer)
    disagreements = tuple(_disagreement(contest, sources) for contest in contests)
    stories = {source.story_id for source in sources.values()}
    return CitedText(text, short_answer, tuple(claims), disagreements, tuple(sources.values()), len(stories))


def _disagreement(contest: Contest, sources: dict[str, Source]) -> Disagreement:
    positions = tuple(
        Position(stand.value, _citations(stand.sentences, sources), stand.superseded) for stand in contest.stands
    )
    return Disagreement(contest.subject, contest.kind, positions)


def _citations(sentences: Iterable[Candidate], sources: dict[str, Source]) -> tuple[Citation, ...]:
    """One for each sentence; an article that isn't a source yet becomes one."""
    citations = []
    for sentence in sentences:
        article = sentence.passage.article
        source = sources.setdefault(article.id, _source(len(sources) + 1, sentence))
        span = _told(sentence)
        citations.append(Citation(source.number, article.id, sentence.passage.id, span, span.of(article.text)))
    return tuple(citations)


def _told(sentence: Candidate) -> Span:
    """Where the sentence stands without a "KABUL (Northgate Wire) — " before it."""
    dateline = _DATELINE.match(sentence.text)
    return Span(sentence.span.start + dateline.end(), sentence.span.end) if dateline else sentence.span


def _source(number: int, sentence: Candidate) -> Source:
    article = sentence.passage.article
    return Source(
        number=number,
        article_id=article.id,
        title=article.title,
        outlet=article.outlet,
        url=article.url,
        published=to_text(article.published) if article.published else None,
        published_basis=article.basis.get("published", "unknown"),
        story_id=sentence.passage.story_id,
    )
