"""Revisions: figures that an article itself says were reported earlier: "up from five reported earlier".

By words within a sentence or two adjacent ones. Knows nothing of questions or other articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dateline.index.archive import StoredPassage
from dateline.index.article import Span
from dateline.rag.values.count_classes import GROUPED
from dateline.rag.values.figures import values_in
from dateline.rag.values.value import Value, comparable, same_figure

_GIVEN = (
    r"(?:reported|given|gave|announced|stated|put|said|thought|spoken?|spoke|believed|estimated|published|wrote"
    r"|written)"
)
_BEFORE = r"(?:earlier|before|previously|first|initially|originally)"
_FORMER = re.compile(
    r"\b(?:(?:an?|the|its|our|their)\s+(?:earlier|previous|first|initial|original)"
    r"\s+(?:version|report|figure|toll|count|estimate|statement|tally|number)s?"
    rf"|{_GIVEN}\s+{_BEFORE}|{_BEFORE}\s+(?:been\s+)?{_GIVEN}"
    r"|(?:misstated|misreported|wrongly|incorrectly|mistakenly|erroneously))\b"
    r"|^[Ww]e\s+(?:had\s+|also\s+|\w+ly\s+)?(?:wrote|written|reported|said|stated)\b",
    re.IGNORECASE,
)
"""Words that refer to an earlier report."""
_JOINS = re.compile(
    rf"\b(?:from|not|instead of|rather than)\s+(?:the\s+)?(?:{_BEFORE}\s+\w+\s+)?$"
    r"|\b(?:but|now|later|revised|corrected)\b",
    re.IGNORECASE,
)
"""Words between two figures of one sentence if one replaces the other."""
_HOLDS = re.compile(
    r"\b(?:in fact|now|(?:correct|right|true|actual|new) (?:figure|number|toll|count)|updated?|revised|corrected"
    r"|(?:rose|risen|climbed|increased|grown|fell|fallen) to|should have)\b",
    re.IGNORECASE,
)
"""Words of a sentence with the current figure, next to one about an earlier report."""
_IS_CORRECTION = re.compile(r"\bcorrect(?:ion|ed|s)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FigureMention:
    """A figure and the span of its sentence in the article."""

    span: Span
    value: Value


@dataclass(frozen=True, slots=True)
class Revision:
    """A superseded figure and the current one, in one passage."""

    passage: StoredPassage
    earlier: FigureMention
    now: FigureMention | None
    """None if it is elsewhere, or ambiguous."""


def refers_to_an_earlier_report(sentence: str) -> bool:
    """Whether it says that something was reported earlier."""
    return _FORMER.search(sentence) is not None


def revisions_in(passage: StoredPassage) -> list[Revision]:
    """The revisions that a passage reports, in order."""
    article, spans = passage.article, passage.sentences
    sentences = [span.of(article.text) for span in spans]
    correction = any(_IS_CORRECTION.search(words) for words in (article.title or "", *sentences))
    found = []
    for at, sentence in enumerate(sentences):
        former = _FORMER.search(sentence)
        values = values_in(sentence) if former else []
        if not former or not values:
            continue
        earlier = min(values, key=lambda value: max(value.span.start - former.end(), former.start() - value.span.end))
        inside = _in_sentence(sentence, earlier, values)
        replacing = [(at, inside)] if inside else _beside(sentences, at, earlier, correction=correction)
        now = next((FigureMention(spans[place], value) for place, value in replacing), None)
        if inside and earlier.of is None:
            earlier = replace(earlier, of=inside.of, group=inside.group)  # "nine dead, up from five"
        found.append(Revision(passage, FigureMention(spans[at], earlier), now))
    return found


def _in_sentence(sentence: str, earlier: Value, values: Sequence[Value]) -> Value | None:
    """The figure in the same sentence that replaces the earlier one."""
    for value in values:
        first, second = sorted((value.span, earlier.span), key=lambda span: span.start)
        if _replaces(value, earlier, sentence) and _JOINS.search(sentence[first.end : second.start]):
            return value
    return None


def _beside(sentences: Sequence[str], at: int, earlier: Value, *, correction: bool) -> list[tuple[int, Value]]:
    """The figures of the next sentence, then of the previous one, that can replace the earlier one."""
    return [
        (near, value)
        for near in (at + 1, at - 1)
        if 0 <= near < len(sentences) and not _FORMER.search(sentences[near])
        for value in values_in(sentences[near])
        if (_HOLDS.search(sentences[near]) and _replaces(value, earlier, sentences[near]))
        or (correction and _of_other_nouns(value, earlier))
    ]


def _replaces(value: Value, earlier: Value, sentence: str) -> bool:
    adds = re.match(r"\s(?:more|others?|additional|further)\b", sentence[value.span.end :])
    return comparable(value, earlier) and not same_figure(value, earlier) and not adds


def _of_other_nouns(value: Value, earlier: Value) -> bool:
    """Whether both count things that a correction may rename: "two sides", "three directions"."""
    named = value.of and earlier.of and not {value.of, earlier.of} & GROUPED
    return bool(named) and value.unit == earlier.unit is None and value.number != earlier.number
