"""Claims that drop the attribution of PolNeAR's dev articles, and faithful ones.

By the marks of people (PolNeAR, Newell et al. 2018), not by our own analysis: the content of an attribution that is a
clause by itself is told without its source; a sentence in which nothing is attributed is told as it is.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dateline.index.sentences import split_sentences
from training.data import read_jsonl

SEED = 9
AROUND = 3
"""Sentences before and behind the one that is told."""
_CLAUSE = re.compile(
    r"(?:that )?(?P<clause>(?:the|a|an|he|she|it|they|we|this|there|[A-Z][\w’'-]+)\b[^\"“”]{25,220})[,.]?$"
)
"""A content that may be a sentence by itself."""
_HEDGES = re.compile(r"\b(?:may|might|could|reportedly|allegedly|apparently|possibly|probably|likely)\b")
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|did|does|do|[a-z]{3,}ed)\b")


@dataclass(frozen=True, slots=True)
class Told:
    """A claim about an article's sentence."""

    kind: str
    claim: str
    evidence: tuple[str, ...]


def attributed(data: Path) -> Iterator[Told]:
    """Claims of four kinds, in the order of the articles; the same every time."""
    rng = random.Random(SEED)
    for row in read_jsonl(data / "attribution" / "polnear.jsonl.gz"):
        if row["split"] == "dev":
            yield from _of_article(row, rng)


def _of_article(row: dict[str, Any], rng: random.Random) -> Iterator[Told]:
    text = row["text"]
    spans = split_sentences(text)
    sentences = [span.of(text) for span in spans]
    marked = [one for one in row["attributions"] if one["content_span"] and one["source_span"] and one["cue_span"]]
    for n, span in enumerate(spans):
        around = tuple(sentences[max(0, n - AROUND) : n + AROUND + 1])
        inside = [one for one in marked if _within(one, span.start, span.end)]
        touched = any(_touches(one, span.start, span.end) for one in row["attributions"])
        words = sentences[n].split()
        if not touched and 8 <= len(words) <= 40 and not _HEDGES.search(sentences[n]) and rng.random() < 0.5:
            yield Told("faithful: a sentence that attributes nothing, less a word", _less(words, rng), around)
        for one in inside[:1]:
            content = " ".join(text[a:b] for a, b in one["content_span"])
            source = " ".join(text[a:b] for a, b in one["source_span"])
            found = _CLAUSE.match(content) if len(one["content_span"]) == 1 else None
            if found is None or not _FINITE.search(found["clause"]) or len(inside) > 1:
                continue
            clause = found["clause"].rstrip(",. ")
            told = clause[0].upper() + clause[1:] + "."
            yield Told("left out: who says it", told, around)
            yield Told("faithful: who says it is put first", f"According to {source}, {clause}.", around)


def _less(words: list[str], rng: random.Random) -> str:
    """The sentence without one small word, so that it is not verbatim."""
    small = [n for n, word in enumerate(words) if n and word in ("the", "a", "an", "also", "very", "just")]
    gone = rng.choice(small) if small else -1
    return " ".join(word for n, word in enumerate(words) if n != gone)


def _within(one: dict[str, Any], start: int, end: int) -> bool:
    spans = [*one["content_span"], *one["source_span"], *one["cue_span"]]
    return all(start <= a and b <= end for a, b in spans)


def _touches(one: dict[str, Any], start: int, end: int) -> bool:
    return any(a < end and start < b for a, b in [*one["content_span"], *one["cue_span"]])
