"""Checking a draft: each sentence of a text against the archive, with what supports and what contradicts it.

A sentence is looked up by its own words, with those of the sentence before it where it depends on that one, and checked
against the articles found, one by one: a claim is supported only if a single article supports it. Where a later article
contradicts an earlier one, the later one counts, and an earlier figure is no conflict with a later one. Knows nothing
of where the text is from.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

from dateline.index.archive import StoredPassage
from dateline.index.article import Span
from dateline.index.dates import bounds
from dateline.index.errors import QuestionError
from dateline.index.filters import NO_FILTERS, Filters
from dateline.index.header import header
from dateline.index.search import Searcher
from dateline.rag.answer import Citation, Support, SupportLabel
from dateline.rag.citation import Citing, Quoted
from dateline.rag.reading.context_dependence import depends_on_context
from dateline.rag.verification.checked import CheckedClaim, CheckedText, CheckReceipt, ClaimCounts, Contradiction
from dateline.rag.verification.claim_detection import (
    Unchecked,
    draft_sentences,
    unwrapped,
    why_unchecked,
    without_footnotes,
    without_gaps,
)
from dateline.rag.verification.stems import stems
from dateline.rag.verification.support import SupportCheck, Verdict
from dateline.rag.verification.verifier import check_each

MOST_CHARS = 20_000
"""Of a text: some 3,000 words, 150 sentences."""
FOUND = 20
"""Passages found for a sentence, that are searched for contradictions."""
CHECKED = 4
"""Articles, those with a sentence that has the most of its words, that it is checked against."""
MOST_CITED = 3
"""Origins that support a sentence, each by itself, that are cited."""
NEVER = datetime.min.replace(tzinfo=UTC)
"""Before any publication."""
AT_ONCE = 4
"""Sentences checked at a time: searching waits for the disk and the encoder."""


@dataclass(frozen=True, slots=True)
class _Read:
    """The passages of one article, and what they say of a sentence."""

    passages: tuple[StoredPassage, ...]
    verdict: Verdict

    @property
    def quoted(self) -> tuple[Quoted, ...]:
        """The verdict's sentences."""
        return tuple(Quoted(self.passages[one.passage], one.span) for one in self.verdict.spans)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the archive says of one sentence."""

    verdict: Verdict
    quoted: tuple[Quoted, ...] = ()
    against: _Read | None = None


def check_text(
    text: str,
    searcher: Searcher,
    support: SupportCheck,
    *,
    filters: Filters = NO_FILTERS,
    clock: Callable[[], float] = time.monotonic,
) -> CheckedText:
    """Every sentence of `text` with what the archive says of it, among the articles that `filters` allow.

    Raises `QuestionError` where there is nothing to check, or too much; and what searching raises.
    """
    if not text.strip():
        raise QuestionError("there is no text to check", hint="Give a text of one sentence or more.")
    if len(text) > MOST_CHARS:
        raise QuestionError(
            f"the text has {len(text):,} characters, more than {MOST_CHARS:,}", hint="Check it in parts."
        )
    start = clock()
    snapshot = searcher.index_snapshot()
    plain = unwrapped(without_footnotes(text))
    spans = draft_sentences(plain)
    reasons = [why_unchecked(plain, span) for span in spans]

    def look(place: int) -> _Found | None:
        if reasons[place] is not None:
            return None
        claim = without_gaps(spans[place].of(plain))
        before = f"{spans[place - 1].of(plain)} " if place and depends_on_context(claim) else ""
        found = searcher.search(before + claim, limit=FOUND, filters=filters)
        return _look(claim, [ranked.passage for ranked in found.passages], support)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(look, range(len(spans))))
    citing = Citing()
    claims = [
        _claim(number, text, span, reason, one, citing)
        for number, (span, reason, one) in enumerate(zip(spans, reasons, found, strict=True), start=1)
    ]
    receipt = CheckReceipt(snapshot, searcher.encoder.name, support.name, {"check": round((clock() - start) * 1000, 3)})
    labels = Counter(claim.support.label if claim.support else "not_checked" for claim in claims)
    counts = ClaimCounts(**{label.name: labels[label.name] for label in fields(ClaimCounts)})
    return CheckedText(counts, tuple(claims), citing.cited(None).sources, receipt)


def _look(claim: str, passages: Sequence[StoredPassage], support: SupportCheck) -> _Found:
    """What the passages, best first, say of a claim."""
    if not passages:
        return _Found(Verdict("unsupported", 0.0, "rules", "no article in the archive is about it", ()))
    articles = list(_nearest_articles(stems(claim), passages))
    verdicts = check_each(support, claim, articles)
    read = [_Read(some, one) for some, one in zip(articles, verdicts, strict=True) if one is not None]
    holding = _labelled(read, "supported") or _labelled(read, "partial")
    against = [one for one in _labelled(read, "contradicted") if one.verdict.spans]
    against.sort(key=_published, reverse=True)  # stable: of one moment the nearest first
    prevailing = next((one for one in against if not holding or _prevails(one, holding)), None)
    if prevailing is not None:
        return _Found(replace(prevailing.verdict, spans=()), (), prevailing)
    if not holding:
        nearest = max(read, key=lambda one: one.verdict.score)  # the first of equal ones
        return _Found(replace(nearest.verdict, label="unsupported", spans=()))
    surest = _one_of_each_story(holding)
    quoted = tuple(each for one in surest for each in one.quoted)
    return _Found(surest[0].verdict, quoted, next((one for one in against if not _is_replaced(one, holding)), None))


def _labelled(read: Sequence[_Read], label: SupportLabel) -> list[_Read]:
    return [one for one in read if one.verdict.label == label]


def _nearest_articles(asked: frozenset[str], passages: Sequence[StoredPassage]) -> Iterator[tuple[StoredPassage, ...]]:
    """The passages of each of the articles that have a sentence with the most of the words, the nearest first."""
    articles: dict[str, list[StoredPassage]] = {}
    for passage in passages:
        articles.setdefault(passage.article.id, []).append(passage)

    def shared(some: Sequence[StoredPassage]) -> int:
        title = stems(header(some[0].article))
        return max(len(asked & (title | stems(span.of(one.article.text)))) for one in some for span in one.sentences)

    for some in sorted(articles.values(), key=lambda some: -shared(some))[:CHECKED]:  # stable
        yield tuple(sorted(some, key=lambda passage: passage.span.start))


def _one_of_each_story(holding: Sequence[_Read]) -> list[_Read]:
    """The surest article of each origin, the surest first."""
    best: dict[str, _Read] = {}
    for one in sorted(holding, key=lambda each: -each.verdict.score):  # stable
        best.setdefault(one.passages[0].story_id, one)
    return list(best.values())[:MOST_CITED]


def _published(one: _Read) -> tuple[datetime, datetime]:
    """The first and the last moment at which the article may have been published; the earliest there is if unknown."""
    published = one.passages[0].article.published
    return (NEVER, NEVER) if published is None else bounds(published)


def _prevails(against: _Read, holding: Sequence[_Read]) -> bool:
    """Whether it counts more than those that support a claim: it is later, or denies it on the same day or later.

    An article's own words are quoted all the same.
    """
    if any(one.verdict.method == "verbatim" for one in holding):
        return False
    if against.verdict.conflict == "denial":
        return _published(against)[1].date() >= max(_published(one)[0] for one in holding).date()
    return _published(against)[0] > max(_published(one)[1] for one in holding)


def _is_replaced(against: _Read, holding: Sequence[_Read]) -> bool:
    """Whether a later article that supports a claim replaces an earlier figure."""
    return against.verdict.conflict == "figure" and _published(against)[1] < max(_published(one)[0] for one in holding)


def _claim(
    number: int, text: str, span: Span, reason: Unchecked | None, found: _Found | None, citing: Citing
) -> CheckedClaim:
    support = missing = against = None
    citations: tuple[Citation, ...] = ()
    if found is not None:
        verdict = found.verdict
        support = Support(verdict.label, round(verdict.score, 4), verdict.method)
        missing = None if verdict.label == "supported" else verdict.reason or verdict.label
        citations = citing.citations(found.quoted)
        if found.against is not None:
            said = citing.citations(found.against.quoted[:1])[0]
            against = Contradiction(said, found.against.verdict.reason or "something else")
    return CheckedClaim(f"c{number}", span.of(text), span, support, reason, missing, citations, against)
