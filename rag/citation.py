"""Chosen sentences → claims with markers, citations and numbered sources.

Every quote is cut from the article by its span, so it is exact by construction. Knows nothing of how sentences are
chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.article import Span
from index.dates import to_text
from rag.answer import Citation, Claim, ShortAnswer, Source, Support
from rag.reading import Candidate
from rag.sentence_choice import Choice


@dataclass(frozen=True, slots=True)
class CitedText:
    """The text of an answer and what bears it out."""

    text: str
    short_answer: ShortAnswer | None
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    origins: int


def cite(choice: Choice) -> CitedText:
    """A claim for each sentence, word for word, with its marker; sources numbered in order of appearance."""
    sources: dict[str, Source] = {}
    claims: list[Claim] = []
    text = ""
    short_answer: ShortAnswer | None = None
    for i, sentence in enumerate(choice.sentences, start=1):
        article = sentence.passage.article
        source = sources.setdefault(article.id, _source(len(sources) + 1, sentence))
        start = len(text) + 1 if text else 0
        text = f"{text} " if text else ""
        text += f"{sentence.text} [{source.number}]"
        quote = sentence.span.of(article.text)
        citation = Citation(source.number, article.id, sentence.passage.id, sentence.span, quote)
        claims.append(
            Claim(
                id=f"c{i}",
                text=sentence.text,
                heading=None,
                answer_span=Span(start, len(text)),
                citations=(citation,),
                speaker=None,
                support=Support("supported", 1.0, "verbatim"),
            )
        )
        if sentence is choice.direct and sentence.answer is not None:
            short_answer = ShortAnswer(sentence.answer.of(article.text), f"c{i}", sentence.answer)
    stories = {source.story_id for source in sources.values()}
    return CitedText(text, short_answer, tuple(claims), tuple(sources.values()), len(stories))


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
