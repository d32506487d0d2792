"""Judges of whether a cited text supports a claim, used by faithfulness and ALCE's citation measures.

A judge's score is 0…1, and a claim counts as supported from `SUPPORTED` on. Two judges are here: one that needs no
model, and one that asks a support check. Knows nothing of gold questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from dateline.eval.words import contains_answer, normalise_answer
from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.index.sentences import split_sentences

SUPPORTED = 0.5
"""The score from which a claim counts as supported."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge says of a claim."""

    score: float
    """0…1: how far the texts support the claim."""
    reason: str

    @property
    def supported(self) -> bool:
        """Whether that is enough."""
        return self.score >= SUPPORTED


class Judge(Protocol):
    """Judges a claim by texts taken together."""

    name: str
    self_judged: bool
    """Whether the system's answers were filtered by this same check."""

    def __call__(self, claim: str, texts: Sequence[str]) -> Judgement:
        """Raises `RemoteError` if it can't judge. Same input, same judgement."""
        ...


class WordsJudge:
    """Judges by words alone: supported if the claim stands in a text, or nearly all its words and all its numbers do.

    It can't see a word turned to its opposite; it is the floor for others, and enough for answers that quote.
    """

    name = "words"
    self_judged = False

    def __call__(self, claim: str, texts: Sequence[str]) -> Judgement:
        """See `Judge`. The score is the share of the claim's words that the texts have, halved by a missing number."""
        if any(contains_answer(text, claim) for text in texts):
            return Judgement(1.0, "stands in the text, word for word")
        words = set(normalise_answer(claim).split())
        unseen = sorted(words - {word for text in texts for word in normalise_answer(text).split()})
        if not words or not unseen:
            return Judgement(float(bool(words)), "all its words are in the text")
        share = 1 - len(unseen) / len(words)
        missing = ", ".join(unseen)
        if any(re.search(r"\d", word) for word in unseen):
            return Judgement(share / 2, f"a number is not in the text: {missing}")
        # From nine words of ten on, so that one inflected word of ten is forgiven and a changed fact seldom is.
        return Judgement(share if share >= 0.9 else min(share, 0.49), f"not in the text: {missing}")


class SupportVerdict(Protocol):
    """What a support check says (`rag/verification/support.py`)."""

    @property
    def label(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def reason(self) -> str | None: ...


class SupportJudge:
    """The support check that answers pass before they are sent, as a judge: self-judged."""

    self_judged = True

    def __init__(self, check: Callable[[str, Sequence[StoredPassage]], SupportVerdict], *, name: str) -> None:
        self._check = check
        self.name = name

    def __call__(self, claim: str, texts: Sequence[str]) -> Judgement:
        """See `Judge`. `supported` keeps the check's score, in the upper half; any other label ends below it."""
        verdict = self._check(claim, [passage_of(n, text) for n, text in enumerate(texts)])
        half = verdict.score / 2
        return Judgement(
            0.5 + half if verdict.label == "supported" else min(half, 0.49), verdict.reason or verdict.label
        )


def passage_of(number: int, text: str) -> StoredPassage:
    """A text that is no longer in an archive, as the passage that a support check takes."""
    article = Article(f"cited-{number}", text)
    return StoredPassage(
        number, f"{article.id}:1:0", article, article.id, Span(0, len(text)), tuple(split_sentences(text))
    )
