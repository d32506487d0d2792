"""A completion as it arrives → whole sentences without citation markers, each with the numbers it cites.

What comes out depends on the words alone, never on how they were cut into pieces. Knows nothing of passages but how
many were offered, and nothing of whether a sentence is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from index.article import Span
from index.sentences import split_sentences

_LEFT_OUT = re.compile(
    r"""[ \t]*(?:[\[【［]\s*\^?(?:(?:passage|source|article)s?\s+)?|\((?:(?:see|from)\s+)?(?:passage|source)s?\s+)
        (?P<numbers>[0-9]{1,4}(?:\s*(?:[-–—,;&]|and)\s*[0-9]{1,4})*)
        \s*(?:†[^\]】］\n]*)?[\]】］)](?:\([^)\s]*\))?
      | ^[ \t]*(?:[-*•#>]+|[0-9]{1,2}[.)])[ \t]+
      | \*+ | __ | `""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
"""Markers: `[1]`, `[1, 3]`, `[1-3]`, `[1; 3]`, `【1】`, `【1†L2】`, `[^1]`, `[passage 1]`, `[1](#1)`, `(Passage 1)`;
not `(Article 5)`, which a treaty has, too. And Markdown: bullets, the numbers of a list, headings, emphasis."""
_HALF_MARKER = re.compile(r"[\[【［(][^\]】］)\n]{0,40}$")
"""What may become one."""
_CUT_MARKER = re.compile(
    r"\s*(?:[\[【［]\s*\^?(?:(?:passage|source|article)s?\b)?|\((?:passage|source)s?\b)[\s0-9,;–—-]*$", re.IGNORECASE
)
"""What was one, when the completion ends in it."""
_ENDS_QUOTATION = re.compile(r"[.,!?…]*[\"”]")
_RANGE = re.compile(r"([0-9]+)(?:\s*[-–—]\s*([0-9]+))?")
_PIECE = re.compile(r"\s|\S+")
_OPENS, _CLOSES, _STRAIGHT = "“", "”", '"'


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence of a completion."""

    text: str
    """Without its markers and without Markdown."""
    numbers: tuple[int, ...]
    """The passages that it cites, each once, in the order of its markers."""
    unknown: tuple[int, ...]
    """Cited numbers that were not offered."""


@dataclass(frozen=True, slots=True)
class _Marker:
    place: int
    """In the plain text."""
    start: int
    """In the completion."""
    numbers: tuple[int, ...]
    leads: bool
    """Whether it opens its line, so that it belongs to the sentence behind it."""


class SentenceStream:
    """Splits one completion into sentences while it arrives.

    A sentence is complete when the first word of the next one is, or when the completion ends: only then are the
    markers behind its full stop known, and "at 5 p.m." told from an end. A quotation that is open is waited for.
    """

    def __init__(self, offered: int) -> None:
        """`offered`: how many passages can be cited, by the numbers from 1."""
        self._offered = offered
        self._held = ""

    def feed(self, piece: str) -> Iterator[MarkedSentence]:
        """The sentences that `piece` completes."""
        for part in _PIECE.findall(piece):
            self._held += part
            # Decided at each end of a word and nowhere else, so that pieces can't matter.
            if part.isspace() and not self._held[-2:-1].isspace() and not _HALF_MARKER.search(self._held):
                yield from self._take(ended=False)

    def finish(self) -> Iterator[MarkedSentence]:
        """The rest. A marker that was only half received is left out: its number isn't known."""
        self._held = _CUT_MARKER.sub("", self._held)
        yield from self._take(ended=True)

    def _take(self, *, ended: bool) -> Iterator[MarkedSentence]:
        """The sentences that are complete, which are held no longer."""
        plain, places, markers = self._plain()
        spans = split_sentences(plain)
        complete = spans
        if not ended:
            complete = list(takewhile(lambda span: not _in_quotation(plain[: span.end]), spans[:-1]))
        owned: list[list[int]] = [[] for _ in spans]
        kept_from = len(self._held) if len(complete) == len(spans) else places[spans[len(complete)].start]
        for marker in markers:
            owner = _owner(marker, spans)
            if owner is None:
                continue
            owned[owner] += marker.numbers
            if owner >= len(complete):
                kept_from = min(kept_from, marker.start)
        sentences = [self._sentence(span.of(plain), owned[i]) for i, span in enumerate(complete)]
        if complete or ended:
            self._held = self._held[kept_from:]
        yield from (sentence for sentence in sentences if re.search(r"\w", sentence.text))

    def _sentence(self, text: str, numbers: Sequence[int]) -> MarkedSentence:
        cited = dict.fromkeys(numbers)
        offered = tuple(number for number in cited if 1 <= number <= self._offered)
        return MarkedSentence(
            " ".join(text.split()), offered, tuple(number for number in cited if number not in offered)
        )

    def _plain(self) -> tuple[str, list[int], list[_Marker]]:
        """What is held without markers and form, where each of its code points stands in it, and the markers."""
        plain = ""
        places: list[int] = []
        markers: list[_Marker] = []
        held, at = self._held, 0
        for found in _LEFT_OUT.finditer(held):
            if found["numbers"] and not self._is_marker(found):
                continue
            plain += held[at : found.start()]
            places += range(at, found.start())
            at = found.end()
            if not found["numbers"]:
                continue
            opens_line = not plain.rpartition("\n")[2].strip()
            leads = opens_line and bool(_LEFT_OUT.sub("", held[at:].partition("\n")[0]).strip())
            markers.append(_Marker(len(plain), found.start(), _numbers(found["numbers"]), leads))
            if held[at : at + 1].isalnum() and plain and not plain[-1].isspace():  # "fell.[1]She"
                plain += " "
                places.append(at - 1)
        return plain + held[at:], [*places, *range(at, len(held))], markers

    def _is_marker(self, found: re.Match[str]) -> bool:
        """Whether these are citations: in a quotation a bracketed number is the editor's, unless it ends there."""
        if not _in_quotation(found.string[: found.start()]):
            return True
        offered = all(1 <= number <= self._offered for number in _numbers(found["numbers"]))
        return offered and bool(_ENDS_QUOTATION.match(found.string, found.end()))


def _numbers(text: str) -> tuple[int, ...]:
    """`1, 3-5` → 1, 3, 4, 5. A range too long for one that is meant counts as its two ends."""
    numbers: list[int] = []
    for first, last in _RANGE.findall(text):
        low, high = int(first), int(last or first)
        numbers += range(low, high + 1) if low <= high <= low + 50 else (low, high)
    return tuple(numbers)


def _in_quotation(text: str) -> bool:
    """Whether the last paragraph of `text` ends inside quotation marks."""
    line = text.rpartition("\n")[2]
    return line.count(_OPENS) > line.count(_CLOSES) or line.count(_STRAIGHT) % 2 == 1


def _owner(marker: _Marker, spans: Sequence[Span]) -> int | None:
    """Which sentence a marker belongs to: the one that it ends or stands in, or the one that it leads."""
    if marker.leads:
        following = next((i for i, span in enumerate(spans) if span.start >= marker.place), None)
        if following is not None:
            return following
    return max((i for i, span in enumerate(spans) if span.start < marker.place), default=None)
