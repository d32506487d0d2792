"""Streams a language model's answer as claims, followed by disagreements and the short answer.

Knows nothing of prompts or servers.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import date

from dateline.rag.answer import Claim, QuestionKind, ShortAnswer
from dateline.rag.citation import CitedText, Citing
from dateline.rag.disagreements.disagreement import ValueDisagreement
from dateline.rag.events import ClaimVerified, DisagreementFound, Event, Waiting
from dateline.rag.generation.answer_draft import AnswerDraft
from dateline.rag.reading.grouping import headings_in_order, sentence_day
from dateline.rag.reading.passages import Reading
from dateline.rag.reading.short_answer import is_short_answer

SHORT_ANSWERS = 3
"""The reader's best sentences whose answer span may be the short answer of the LLM's answer."""


def stream_claims(
    draft: AnswerDraft, disagreements: Sequence[ValueDisagreement], kind: QuestionKind, reading: Reading
) -> Generator[Event, None, CitedText]:
    """Stream the draft's sentences as claims, then the disagreements; returns the whole text. Empty without a claim.

    Headings are known only after the last claim, so they are set only on the returned claims.
    """
    citing = Citing()
    days: list[list[date | None]] = []
    with closing(iter(draft)) as sentences:
        for sentence in sentences:
            if sentence is None:
                yield Waiting()
                continue
            claim = citing.claim(sentence.text, sentence.quoted, sentence.support)
            days.append([sentence_day(each.text, each.passage.article) for each in sentence.quoted])
            yield ClaimVerified(claim, citing.new_sources())
    claims = citing.cited(None).claims
    for found in disagreements if claims else ():
        disagreement = citing.disagreement(found)
        yield DisagreementFound(disagreement, citing.new_sources())
    citing.put_headings(headings_in_order(days))
    return citing.cited(_short_answer(draft, reading, claims) if kind == "fact" else None)


def _short_answer(draft: AnswerDraft, reading: Reading, claims: Sequence[Claim]) -> ShortAnswer | None:
    """A short answer (`is_short_answer`) that a claim has and cites; None if there is none.

    The aligned span of the model's answer, or the reader's span if there is no alignment.
    """
    for candidate in draft.aligned or reading.candidates[:SHORT_ANSWERS]:
        if candidate.answer is None:
            continue
        article, place = candidate.passage.article, candidate.answer
        words = place.of(article.text)
        if not is_short_answer(draft.question, words):
            continue
        for claim in claims:
            cited = any(
                citation.article_id == article.id
                and citation.source_span.start <= place.start
                and place.end <= citation.source_span.end
                for citation in claim.citations
            )
            if cited and words.casefold() in claim.text.casefold():
                return ShortAnswer(words, claim.id, place)
    return None
