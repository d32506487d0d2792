"""Which of two revisions of an article is newer, by their stated dates.

Knows nothing of when they were ingested.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Literal

from dateline.index.dates import bounds

LONGEST_WORDS = 12
_WORD = re.compile(r"[^\W\d_]+")
_LONG = re.compile(r"[^\W\d_]{9,}")
Moment = date | datetime | None


def order(held: tuple[Moment, Moment], coming: tuple[Moment, Moment]) -> Literal["newer", "older", "unknown"]:
    """Whether `coming` is newer or older than `held`, each given as (published, updated).

    By `updated`, or by `published` if there is none. An earlier `published` alone says nothing: the date may have been
    corrected, or the text changed silently.
    """
    (held_published, held_updated), (published, updated) = held, coming
    before, after = held_updated or held_published, updated or published
    if before is None or after is None:
        return "unknown"
    if bounds(after)[0] > bounds(before)[1]:
        return "newer"
    if updated is not None and bounds(after)[1] < bounds(before)[0]:
        return "older"
    return "unknown"


def longest_words(text: str) -> frozenset[str]:
    """The `LONGEST_WORDS` longest words of a text, for recognising two texts of one article."""
    text = text.casefold()
    words = set(_LONG.findall(text))
    if len(words) < LONGEST_WORDS:  # of a short text
        words = set(_WORD.findall(text))
    return frozenset(sorted(words, key=lambda word: (-len(word), word))[:LONGEST_WORDS])
