"""Which sentences of the passages answer the question: the nearest in meaning, each fact once, each understandable.

A sentence's score is its cosine to the question, helped by its passage's and, for a "why", by words of reason.
Knows nothing of citations, sources or refusals.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.archive import Archive, StoredPassage
from index.article import Span
from index.encoder import Encoder
from index.search import RankedPassage
from rag.answer import Dropped, Kind
from rag.question import Length
from rag.reference import leans_on_what_precedes

PASSAGES_READ = 10
"""The best passages whose sentences are looked at."""
PASSAGE_WEIGHT = 0.5
"""What a passage's cosine adds to its sentences', so that "The city of 270,000" profits from its passage's topic."""
REASON_BONUS = 0.2
"""Added for a "why" to a sentence that states a reason."""
LEANING_COST = 0.1
"""Taken from a sentence that must bring another one along to be understood."""
PER_ARTICLE = 2
"""Sentences of one article, antecedents not counted: an answer from several sources beats one source retold."""
NEAREST_SHARE = 0.75
"""A further sentence must reach this share of the best one's score."""
SAME_FACT_COSINE = 0.88
SAME_FACT_WORDS = 0.75
"""From these on two sentences say the same: by meaning, or by the share of the shorter one's words."""
MAX_ANTECEDENTS = 2
"""Sentences that may be sent ahead of one that leans on them."""

SENTENCES: dict[Length, int] = {"short": 1, "medium": 3, "long": 8}
"""Sentences of an answer, antecedents not counted; twice as many where a single fact is not enough."""

_REASON = re.compile(
    r"""\b(?:because|in\ order\ to|in\ response\ to|retaliat\w+|so\ that|due\ to|owing\ to|as\ a\ result\ of|thanks\ to
    |(?:driven|prompted|caused|triggered)\ by|(?:designed|meant)\ to|to\ (?:show|prove|attract|force)|explain\w*|blam\w+
    |aim(?:s|ed|ing)?\ (?:to|at)|intend(?:s|ed)?\ to|want(?:s|ed)?\ to|hop(?:es|ed|ing)\ to|seek(?:s|ing)?\ to
    |sought\ to|reasons?|motiv\w+|goal|purpose)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"\w+")
_ENDS = re.compile(r"[.!…][\"”’')\]]*$")
_MIN_WORDS = 5


_Place = tuple[str, Span]
"""An article's id and a span in it."""


@dataclass(frozen=True, slots=True)
class ChosenSentence:
    """A sentence that will be said."""

    passage: StoredPassage
    span: Span
    """Within the article's text."""
    score: float

    @property
    def text(self) -> str:
        """The sentence's words."""
        return self.span.of(self.passage.article.text)


@dataclass(frozen=True, slots=True)
class Choice:
    """What will be said, in order, and what was left out."""

    sentences: tuple[ChosenSentence, ...]
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    sentence: ChosenSentence
    vector: NDArray[np.float32]
    words: frozenset[str]


def choose_sentences(
    question: str, kind: Kind, length: Length, passages: Sequence[RankedPassage], encoder: Encoder, archive: Archive
) -> Choice:
    """The sentences that answer `question` best. Empty if no passage holds a whole sentence."""
    candidates = _candidates(question, kind, passages[:PASSAGES_READ], encoder)
    by_place = {_place(candidate.sentence): candidate for candidate in candidates}
    wanted = SENTENCES[length] * (1 if kind in ("fact", "yes_no") else 2)
    chosen: Counter[str] = Counter()  # sentences of each article, antecedents not counted
    said: dict[_Place, _Candidate | None] = {}  # None for a sentence of a passage that was not read
    groups: list[list[ChosenSentence]] = []
    dropped: list[Dropped] = []
    for candidate in candidates:
        if chosen.total() == wanted or candidate.sentence.score < NEAREST_SHARE * candidates[0].sentence.score:
            break
        article_id = candidate.sentence.passage.article.id
        if _place(candidate.sentence) in said or chosen[article_id] == PER_ARTICLE:
            continue
        if any(_same_fact(candidate, other) for other in said.values() if other is not None):
            dropped.append(Dropped(candidate.sentence.text, "says what is already said"))
            continue
        group = _with_antecedents(candidate.sentence, archive)
        if group is None:
            dropped.append(Dropped(candidate.sentence.text, "can't be understood without what it refers to"))
            continue
        chosen[article_id] += 1
        groups.append([sentence for sentence in group if _place(sentence) not in said])
        said.update((_place(sentence), by_place.get(_place(sentence))) for sentence in group)
    return Choice(tuple(_in_reading_order(groups)), tuple(dropped))


def _place(sentence: ChosenSentence) -> _Place:
    return sentence.passage.article.id, sentence.span


def _candidates(question: str, kind: Kind, passages: Sequence[RankedPassage], encoder: Encoder) -> list[_Candidate]:
    """Every whole sentence of the passages with its score, best first; ties by article and place."""
    found = [
        (ranked, span)
        for ranked in passages
        for span in ranked.passage.sentences
        if _is_whole(span.of(ranked.passage.article.text))
    ]
    if not found:
        return []
    vectors = encoder.encode([question, *(span.of(ranked.passage.article.text) for ranked, span in found)])
    cosines = vectors[1:] @ vectors[0]
    candidates = []
    for (ranked, span), vector, cosine in zip(found, vectors[1:], cosines, strict=True):
        text = span.of(ranked.passage.article.text)
        score = float(cosine) + PASSAGE_WEIGHT * (ranked.cosine or 0.0)
        if kind == "why" and _REASON.search(text):
            score += REASON_BONUS
        if leans_on_what_precedes(text):
            score -= LEANING_COST
        sentence = ChosenSentence(ranked.passage, span, score)
        candidates.append(_Candidate(sentence, vector, frozenset(_WORD.findall(text.lower()))))
    return sorted(candidates, key=lambda c: (-c.sentence.score, c.sentence.passage.article.id, c.sentence.span.start))


def _is_whole(sentence: str) -> bool:
    """Whether it is a sentence that states something: no heading, no fragment, no question."""
    return bool(_ENDS.search(sentence)) and len(_WORD.findall(sentence)) >= _MIN_WORDS


def _same_fact(one: _Candidate, other: _Candidate) -> bool:
    if float(one.vector @ other.vector) >= SAME_FACT_COSINE:
        return True
    return len(one.words & other.words) / min(len(one.words), len(other.words)) >= SAME_FACT_WORDS


def _with_antecedents(sentence: ChosenSentence, archive: Archive) -> list[ChosenSentence] | None:
    """The sentence behind those that it leans on, or None if they can't be had."""
    group = [sentence]
    if not leans_on_what_precedes(sentence.text):
        return group
    passage = sentence.passage
    near = [before for before in (archive.preceding(passage), passage) if before is not None]
    before = [(other, span) for other in near for span in other.sentences if span.end <= sentence.span.start]
    for other, span in before[: -MAX_ANTECEDENTS - 1 : -1]:
        earlier = ChosenSentence(other, span, sentence.score)
        if not _is_whole(earlier.text):
            return None
        group.insert(0, earlier)
        if not leans_on_what_precedes(earlier.text):
            return group
    return None


def _in_reading_order(groups: Sequence[Sequence[ChosenSentence]]) -> list[ChosenSentence]:
    """Article by article, the best one first; within an article as it was written."""
    order: dict[str, list[ChosenSentence]] = {}
    for group in groups:
        for sentence in group:
            order.setdefault(sentence.passage.article.id, []).append(sentence)
    return [s for sentences in order.values() for s in sorted(sentences, key=lambda s: s.span.start)]
