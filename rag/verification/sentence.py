"""A sentence with its analysis, as claims and evidence are compared: its content lemmas, names and words, folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dateline.rag.language.analysis import SentenceAnalysis
from dateline.rag.language.parse import Token
from dateline.rag.language.word_set import word_set

_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV"})
_EMPTY = word_set(
    "be have do say get make take go also more most other such so very just only even still too then here there"
)


@dataclass(frozen=True)
class Sentence:
    """A sentence with its analysis."""

    text: str
    analysis: SentenceAnalysis
    published: date | None = None
    """The day that its time expressions are read on."""

    @cached_property
    def lemmas(self) -> frozenset[str]:
        """Of its content words, folded."""
        return frozenset(fold(token.lemma) for token in self.analysis.tokens if is_content(token))

    @cached_property
    def names(self) -> frozenset[str]:
        """The words of its proper nouns, folded."""
        return frozenset(fold(t.span.of(self.text)) for t in self.analysis.tokens if t.pos == "PROPN")

    @cached_property
    def said(self) -> frozenset[str]:
        """Lemmas and words: what a lemma of another sentence is looked for in."""
        return self.lemmas | self.words

    @cached_property
    def words(self) -> frozenset[str]:
        """All its words, folded."""
        return frozenset(fold(token.span.of(self.text)) for token in self.analysis.tokens)


def fold(word: str) -> str:
    """In small letters, with straight apostrophes, without possessive endings and marks around it."""
    return word.lower().replace("’", "'").removesuffix("'s").strip("'\".,")


def is_content(token: Token) -> bool:
    """Whether a token is a content word."""
    return token.pos in _CONTENT and token.lemma.lower() not in _EMPTY


def nearest(claim: Sentence, evidence: Sequence[Sentence]) -> int:
    """The place of the sentence that shares the most with the claim; a lemma counts the more, the fewer have it."""
    shared = [claim.lemmas & one.said for one in evidence]
    count = Counter(lemma for one in shared for lemma in one)
    weights = [sum(1 / count[lemma] for lemma in sorted(one)) for one in shared]
    return max(range(len(evidence)), key=lambda n: (weights[n], -n))


def folded_words(texts: Iterable[str]) -> frozenset[str]:
    """The words of texts, folded."""
    return frozenset(fold(word) for text in texts for word in text.split())
