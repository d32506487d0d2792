"""A language model's answer as it comes about: its sentences as claims, its disagreements, its short answer.

Knows nothing of prompts or servers.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import date

from dateline.rag.answer import Claim, Kind, ShortAnswer
from dateline.rag.asked import has_what_is_wanted
from dateline.rag.citation import CitedText, Citing
from dateline.rag.disagreement import Contest
from dateline.rag.events import ClaimVerified, DisagreementFound, Event, Waiting
from dateline.rag.generation.answer_draft import Draft
from dateline.rag.grouping import day_told, headings_in_order
from dateline.rag.reading import Reading

SHORT_ANSWERS = 3
"""Of the reader's best sentences, those whose direct answer may be that of the LLM's."""


def written(
    draft: Draft, contests: Sequence[Contest], kind: Kind, reading: Reading
) -> Generator[Event, None, CitedText]:
    """The draft's sentences as claims, then the disagreements; returns all of it. Without a claim there is nothing.

    Whether claims are of several periods is known behind the last one: headings are only on those that are returned.
    """
    citing = Citing()
    days: list[list[date | None]] = []
    with closing(iter(draft)) as sentences:
        for sentence in sentences:
            if sentence is None:
                yield Waiting()
                continue
            claim = citing.claim(sentence.text, sentence.quoted, sentence.support)
            days.append([day_told(each.text, each.passage.article) for each in sentence.quoted])
            yield ClaimVerified(claim, citing.new_sources())
    claims = citing.cited(None).claims
    for contest in contests if claims else ():
        disagreement = citing.disagreement(contest)
        yield DisagreementFound(disagreement, citing.new_sources())
    citing.put_headings(headings_in_order(days))
    return citing.cited(_short_answer(draft, reading, claims) if kind == "fact" else None)


def _short_answer(draft: Draft, reading: Reading, claims: Sequence[Claim]) -> ShortAnswer | None:
    """The words that answer, of the kind asked for, if a claim has them and cites the place where they stand.

    They are those that the model points at; the reader's, where it was not told what the model points at.
    """
    for candidate in draft.aligned or reading.candidates[:SHORT_ANSWERS]:
        if candidate.answer is None:
            continue
        article, place = candidate.passage.article, candidate.answer
        words = place.of(article.text)
        if not has_what_is_wanted(draft.question, words):
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
