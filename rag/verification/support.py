"""The interface of the support check, and a fake whose results can be worked out by hand.

Knows nothing of how the claim came about or of what becomes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from dateline.index.archive import StoredPassage
from dateline.index.article import Span
from dateline.rag.answer import SupportLabel

Conflict = Literal["figure", "denial", "other"]
"""Of two figures the later counts, and what is denied is not supported by what only comes near it."""


@dataclass(frozen=True, slots=True)
class SupportingSpan:
    """Which words of which passage support a claim."""

    passage: int
    """Place in the passages given, from 0."""
    span: Span
    """Within the article's text."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a support check finds."""

    label: SupportLabel
    score: float
    """0…1, the probability that the claim is supported."""
    method: str
    """`verbatim`, `rules`, `model` or `llm`."""
    reason: str | None
    """Why it is not supported, for the receipt, e.g. `number not in passage: 42`."""
    spans: tuple[SupportingSpan, ...]
    """The least sufficient sentences; empty unless supported."""
    nearest: tuple[SupportingSpan, ...] = ()
    """The sentences that come nearest to the claim, where no rule decides whether it is supported."""
    completed: str | None = None
    """A partly supported claim with the attribution that it leaves out, where that can be appended; not checked."""
    left_out: str | None = None
    """What the claim leaves out (who says it, a "may", that it is an opinion), whether or not the rest is supported."""
    conflict: Conflict | None = None
    """What contradicts it."""


class SupportCheck(Protocol):
    """Checks claims against passages."""

    name: str
    """Identity of the check, as receipts show it."""

    def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        """Whether the passages, taken together, support the claim. Same input, same output."""
        ...


class LimitedSupport:
    """A support check that holds a semaphore while it computes. Safe for threads where the check is."""

    def __init__(self, support: SupportCheck, at_work: AbstractContextManager[object]) -> None:
        self._support = support
        self._at_work = at_work
        self.name = support.name

    def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        """See `SupportCheck`."""
        with self._at_work:
            return self._support.check(claim, passages)


class WordSupport:
    """The fake: supported if every word of four or more letters and every number of the claim is in the passages.

    Words are compared in lower case. The sentences that share the most of them are taken one by one until all are
    there. Deterministic, instant, shallow: "dog bites man" supports "man bites dog".
    """

    name = "words"

    def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        """See `SupportCheck`."""
        needed = set(_words(claim))
        if not needed:
            return Verdict("unsupported", 0.0, "rules", "no words that could be checked", ())
        sentences = [
            (SupportingSpan(n, span), needed & set(_words(span.of(passage.article.text))))
            for n, passage in enumerate(passages)
            for span in passage.sentences
        ]
        said = [each for each, _ in sentences if claim.strip() in each.span.of(passages[each.passage].article.text)]
        if said:
            return Verdict("supported", 1.0, "verbatim", None, (said[0],))
        found = set[str]().union(*(words for _, words in sentences))
        missing = sorted(needed - found)
        if missing:
            kind = "number" if missing[0][0].isdigit() else "word"
            score = len(found) / len(needed)
            return Verdict("unsupported", score, "rules", f"{kind} not in passage: {missing[0]}", ())
        spans: list[SupportingSpan] = []
        while needed:
            span, words = max(sentences, key=lambda sentence: len(needed & sentence[1]))  # the first of equal ones
            spans.append(span)
            needed -= words
        return Verdict("supported", 1.0, "rules", None, tuple(sorted(spans, key=lambda s: (s.passage, s.span.start))))


_WORD = re.compile(r"\d[\d.,]*\d|\d+|[^\W\d_]{4,}")


def _words(text: str) -> Iterator[str]:
    """Its numbers and its words of four or more letters, in lower case."""
    return (word.lower() for word in _WORD.findall(text))
