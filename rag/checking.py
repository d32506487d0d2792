"""Any text → its sentences, each checked against the archive: what bears it out, and what says otherwise.

A sentence is looked up by its own words, with those of the sentence before it where it leans on that one, and checked
against the passages found, one by one and then those of one article together. Knows nothing of where the text is from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from index.archive import StoredPassage
from index.article import Span
from index.errors import QuestionError
from index.filters import NO_FILTERS, Filters
from index.header import header
from index.search import Searcher
from rag.answer import Citation, Support
from rag.checked import CheckedClaim, CheckedText, CheckReceipt, Contradiction
from rag.citation import Citing, Quoted
from rag.contradiction import ABOUT_IT, Instead, contradiction
from rag.draft import Unchecked, sentences_of, unwrapped, why_unchecked
from rag.reference import leans_on_what_precedes
from rag.retrieval import day_of
from rag.support import SupportCheck, Verdict
from rag.support_rules import Evidence
from rag.support_words import stems

MOST_CHARS = 20_000
"""Of a text: some 3,000 words, 150 sentences."""
FOUND = 20
"""Passages found for a sentence, in which it is looked for what says otherwise."""
CHECKED = 8
"""Of them those with the most of its words, which it is checked against."""
COMPARED = 12
"""Sentences, those with the most of its words, that it is compared with for what says otherwise."""
MOST_CITED = 3
"""Origins that bear a sentence out, each by itself, that are cited."""
AT_ONCE = 4
"""Sentences checked at a time: searching waits for the disk and the encoder."""


@dataclass(frozen=True, slots=True)
class _Against:
    """What says otherwise."""

    quoted: Quoted
    instead: Instead
    method: str
    """`rules` or `model`."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What the archive says of one sentence."""

    verdict: Verdict
    quoted: tuple[Quoted, ...] = ()
    against: _Against | None = None


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
    plain = unwrapped(text)
    spans = sentences_of(plain)
    reasons = [why_unchecked(plain, span) for span in spans]

    def look(place: int) -> _Found | None:
        if reasons[place] is not None:
            return None
        claim = spans[place].of(plain)
        before = f"{spans[place - 1].of(plain)} " if place and leans_on_what_precedes(claim) else ""
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
    return CheckedText(tuple(claims), citing.cited(None).sources, receipt)


def _look(claim: str, passages: Sequence[StoredPassage], support: SupportCheck) -> _Found:
    """What the passages, best first, say of a claim."""
    asked = stems(claim)
    nearest = sorted(passages, key=lambda passage: -len(asked & _words(passage)))[:CHECKED]
    if not nearest:
        return _Found(Verdict("unsupported", 0.0, "rules", "no article in the archive is about it", ()))
    verdicts = [support.check(claim, [passage]) for passage in nearest]
    against = _against(claim, passages) or _denied(asked, nearest, verdicts)
    verdict, quoted = _borne_out(claim, nearest, verdicts, support)
    if quoted:
        if against is None or not against.instead.in_place:  # then it is about something else
            return _Found(verdict, quoted)
        nearer = _shared(asked, against.quoted) > max(_shared(asked, each) for each in quoted)
        elsewhere = against.quoted.passage.article.id not in _articles(quoted)
        if verdict.method == "verbatim" or (elsewhere and not (against.instead.denies and nearer)):
            return _Found(verdict, quoted, against)
        if against.instead.of_figures:  # rules find those that an article hasn't
            return _Found(verdict, quoted)
    if against is not None:
        return _Found(Verdict("contradicted", 0.0, against.method, against.instead.reason, ()), (), against)
    passage, verdict = max(zip(nearest, verdicts, strict=True), key=lambda each: each[1].score)  # the first of equals
    if verdict.label == "partial":
        return _Found(verdict, (Quoted(passage, _nearest_sentence(asked, passage)),))
    return _Found(replace(verdict, label="unsupported"))  # what breaks a rule alone may be about something else


def _borne_out(
    claim: str, passages: Sequence[StoredPassage], verdicts: Sequence[Verdict], support: SupportCheck
) -> tuple[Verdict, tuple[Quoted, ...]]:
    """The surest verdict, and what bears the claim out: passages by themselves, else those of one article."""
    holding = [(one, verdict) for one, verdict in zip(passages, verdicts, strict=True) if _holds(verdict)]
    if holding:
        best = _one_of_each_story(holding)
        return best[0][1], tuple(Quoted(one, span.span) for one, verdict in best for span in verdict.spans)
    for together in _of_one_article(passages):
        verdict = support.check(claim, together)
        if _holds(verdict):
            return verdict, tuple(Quoted(together[span.passage], span.span) for span in verdict.spans)
    return max(verdicts, key=lambda verdict: verdict.score), ()


def _holds(verdict: Verdict) -> bool:
    return verdict.label == "supported" and bool(verdict.spans)


def _articles(quoted: Sequence[Quoted]) -> set[str]:
    return {one.passage.article.id for one in quoted}


def _words(passage: StoredPassage) -> frozenset[str]:
    return stems(f"{header(passage.article)} {passage.text}")


def _one_of_each_story(holding: Sequence[tuple[StoredPassage, Verdict]]) -> list[tuple[StoredPassage, Verdict]]:
    """The surest passage of each origin, the surest first."""
    best: dict[str, tuple[StoredPassage, Verdict]] = {}
    for passage, verdict in sorted(holding, key=lambda each: -each[1].score):  # stable
        best.setdefault(passage.story_id, (passage, verdict))
    return list(best.values())[:MOST_CITED]


def _of_one_article(passages: Sequence[StoredPassage]) -> list[list[StoredPassage]]:
    """The passages of each article that has several of them."""
    articles: dict[str, list[StoredPassage]] = {}
    for passage in passages:
        articles.setdefault(passage.article.id, []).append(passage)
    return [of_one for of_one in articles.values() if len(of_one) > 1]


def _nearest_sentence(asked: frozenset[str], passage: StoredPassage) -> Span:
    """The sentence with the most of the words; the first of equal ones."""
    return max(passage.sentences, key=lambda span: len(asked & stems(span.of(passage.article.text))))


def _shared(asked: frozenset[str], quoted: Quoted) -> int:
    """How many of the words a quoted sentence has."""
    return len(asked & stems(quoted.span.of(quoted.passage.article.text)))


def _against(claim: str, passages: Sequence[StoredPassage]) -> _Against | None:
    """Of the sentences that have the most of the claim's words the first that contradicts it, best in its place."""
    asked = stems(claim)
    sentences = [(passage, span) for passage in passages for span in passage.sentences]
    sentences.sort(key=lambda each: -len(asked & stems(each[1].of(each[0].article.text))))  # stable
    found = []
    for passage, span in sentences[:COMPARED]:
        article = passage.article
        words = Evidence(span.of(article.text), header(article), day_of(article.published))
        instead = contradiction(claim, words)
        if instead is not None:
            found.append(_Against(Quoted(passage, span), instead, "rules"))
    return max(found, key=lambda one: one.instead.in_place, default=None)  # the first of equal ones


def _denied(asked: frozenset[str], passages: Sequence[StoredPassage], verdicts: Sequence[Verdict]) -> _Against | None:
    """The sentence about the same thing in the first passage that a model finds to contradict it."""
    for passage, verdict in zip(passages, verdicts, strict=True):
        span = _nearest_sentence(asked, passage)
        shared = asked & stems(span.of(passage.article.text))
        if verdict.label == "contradicted" and verdict.method == "model" and len(shared) >= ABOUT_IT * len(asked):
            instead = Instead(verdict.reason or "something else", in_place=False)
            return _Against(Quoted(passage, span), instead, "model")
    return None


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
            against = Contradiction(citing.citations([found.against.quoted])[0], found.against.instead.reason)
    return CheckedClaim(f"c{number}", span.of(text), span, support, reason, missing, citations, against)
