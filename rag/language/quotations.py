"""Quotations of a sentence, including those that run through several sentences of an article.

Quotation marks are read by `rag.speech.quoted_spans`; here quotations are clipped to sentences and nested ones found.
Knows nothing of speakers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dateline.index.article import Span
from dateline.rag.speech.quoted_spans import QuotedSpan as MarkedSpan
from dateline.rag.speech.quoted_spans import quotations_in


@dataclass(frozen=True, slots=True)
class Quotation:
    """Quoted words in a sentence, without quotation marks."""

    span: Span
    opens: bool
    """Whether it begins in this sentence."""
    closes: bool
    """Whether it ends in this sentence; False if its closing mark is missing."""
    nested: tuple[Span, ...]
    """Quotations inside it."""


def sentence_quotations(sentence: str) -> tuple[Quotation, ...]:
    """The quotations of a single sentence; an unmatched closing mark ends a quotation that began before it."""
    found = list(_clipped(sentence, Span(0, len(sentence)), quotations_in(sentence)))
    first = found[0].span.start if found else len(sentence)
    closing = sentence.find("”", 0, first)
    if closing > 0 and "“" not in sentence[:closing]:
        found.insert(0, _quotation(sentence, Span(0, closing), opens=False, closes=True))
    return tuple(found)


def article_quotations(text: str, sentences: Sequence[Span]) -> list[tuple[Quotation, ...]]:
    """The quotations of each sentence of an article; spans are within the sentence."""
    found = quotations_in(text)
    return [tuple(_clipped(text, sentence, found)) for sentence in sentences]


def _clipped(text: str, sentence: Span, found: Sequence[MarkedSpan]) -> list[Quotation]:
    clipped = []
    for one in found:
        start, end = max(one.span.start, sentence.start), min(one.span.end, sentence.end)
        if start < end:
            here = Span(start - sentence.start, end - sentence.start)
            opens, closes = one.span.start >= sentence.start, one.closed and one.span.end <= sentence.end
            clipped.append(_quotation(sentence.of(text), here, opens=opens, closes=closes))
    return clipped


def _quotation(sentence: str, span: Span, *, opens: bool, closes: bool) -> Quotation:
    inner = tuple(
        Span(span.start + one.span.start, span.start + one.span.end)
        for one in quotations_in(span.of(sentence).replace("\n", " "))
        if one.closed
    )
    return Quotation(span, opens, closes, inner)
