"""Parses a streamed completion into sentences without citation markers, each with the numbers that it cites.

The result does not depend on how the text is cut into pieces. Knows only how many passages were offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from dateline.index.article import Span
from dateline.index.sentences import split_sentences

_CITED = r"(?:passage|source|article|document|doc|reference|ref|cite)s?"
_ADDRESS = r"[^()\s]*(?:\([^()\s]*\)[^()\s]*)*"
_NEXT = r"[\[【［]\^?[0-9][^\]】］\n]{0,40}[\]】］]\s*(?:[.,;:!?)&\[“]|and\b|(?-i:[A-Z])|$)"
"""Another marker at the end of the same sentence."""
_MARKER = rf"""(?:(?<![ \t\u00a0])[ \t\u00a0]+)?\*{{0,2}}
    (?:\\?[\[【［]{{1,2}}\s*[\^\#]?(?:{_CITED}[:\s]\s*)?|\((?:(?:see|from)\s+)?(?:passage|source)s?:?\s+
      |(?<![0-9])(?<!\bm)(?<!\b[cdkm]m)(?<!\b(?:ft|mi|in))<sup>\s*\[?)
    (?P<numbers>[0-9]{{1,4}}(?:\s*(?:[-–—−,;&]|(?:,\s*)?and|to)\s*(?:{_CITED}[:\s]\s*)?[0-9]{{1,4}})*)
    \s*(?:(?::[0-9]+)?†[^\]】］\n]*)?
    (?:\\?[\]】］]{{1,2}}|\)|\]?\s*</sup>)(?:\({_ADDRESS}\))?\*{{0,2}}
    (?:[ \t]*(?:[,;&–-]|and)(?=[ \t]*{_NEXT}))?"""
"""`[1]`, `[1, 3]`, `[1-3]`, `[1; 3]`, `【1】`, `【1†L2】`, `[^1]`, `[passage 1]`, `[1](#1)`, `(Passage 1)`,
`<sup>1</sup>`, with conjunctions between them; not `(Article 5)`, as of a treaty, nor km<sup>2</sup>."""
_MARKDOWN = rf"""^[ \t]*(?:[-–*•\#>]+|[0-9]{{1,2}}[.)])[ \t]+ | !\[[^\]\n]{{0,200}}\]\([^)\n]{{0,300}}\)
    | \[(?=[^\[\]\n]{{1,200}}\]\({_ADDRESS}\)) | \]\({_ADDRESS}\) | \*+ | __ | ~~ | `"""
"""Bullets, list numbers, headings, images, link syntax, emphasis."""
_TAG = r"""<!--.{0,300}?--> | <\|[^|<>\s]{1,40}\|> | <https?:[^<>\s]*>
    | </?(?P<block>(?:br|p|div|[ou]l|li|h[1-6]|t[rd]|table)\b)?(?(block)|[a-z])[a-z0-9]*
      (?:\s[^<>\n=]*=[^<>\n]*)?\s?/?>"""
"""Tags of HTML and of models."""
_UNSEEN = r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_LEFT_OUT = re.compile(f"{_MARKER} | {_MARKDOWN} | {_TAG} | {_UNSEEN}", re.VERBOSE | re.MULTILINE | re.IGNORECASE)
_ACCORDING_TO = re.compile(r"(?:^|[.!?]\s)(?:according to|based on)\s*\Z", re.IGNORECASE | re.MULTILINE)
"""After these a marker is part of the sentence; `rag.verification.claim_detection.without_lead` removes both."""
_HALF_MARKER = re.compile(r"[\[【［(][^\]】］)\n]{0,40}$|[\]】］]\s*(?:and|[,;&–-])\s+$|<!--(?:(?!-->)[^\n]){0,300}$")
"""Text that may become a marker, a conjunction of markers or a comment."""
_CUT_MARKER = re.compile(rf"\s*(?:[\[【［]\s*\^?(?:{_CITED}\b)?|\((?:passage|source)s?\b)[\s0-9,;–—-]*$", re.IGNORECASE)
"""An incomplete marker at the end of a completion."""
_ENDS_QUOTATION = re.compile(r"[.,!?…]*[\"”]")
_RANGE = re.compile(r"([0-9]+)(?:\s*[-–—]\s*([0-9]+))?")
_PIECE = re.compile(r"\s|\S+")
_GOES_ON = re.compile(r"(?<=[^\s.!?…:;])\n(?=[a-z])")
"""A line break inside a sentence, whose halves might be supported even if the whole is not."""
_SPACED = re.compile(r" ([.,;!?](?:\s|$))")
"""Punctuation after a removed marker."""
_FOREIGN_QUOTES = str.maketrans("「」『』＂", '“”“”"')
_GUILLEMETS = re.compile("[«»‹›]")
_QUOTE_MARK = re.compile('[“”"]')
MOST_HELD = 4_000
"""Most characters held back for the end of a sentence; each new word reads them again."""
LONGEST_QUOTATION = 600
"""Most characters of an unclosed quotation; beyond them its mark is taken for an error."""


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence of a completion."""

    text: str
    """Without markers and Markdown."""
    numbers: tuple[int, ...]
    """The passages that it cites, without repeats, in order."""
    unknown: tuple[int, ...]
    """Cited numbers of passages that were not offered."""


@dataclass(frozen=True, slots=True)
class _Marker:
    place: int
    """Offset in the plain text."""
    start: int
    """Offset in the completion."""
    numbers: tuple[int, ...]
    leads: bool
    """Whether it begins its line, so that it belongs to the sentence after it."""


class SentenceStream:
    """Splits a completion into sentences while it arrives.

    A sentence is complete once the first word of the next one is, or the completion ends: only then are the markers
    after its full stop known, and "at 5 p.m." is not mistaken for an end. Open quotations are waited for.
    """

    def __init__(self, offered: int) -> None:
        """`offered`: number of passages, cited as 1 to `offered`."""
        self._offered = offered
        self._held = ""

    def feed(self, piece: str) -> Iterator[MarkedSentence]:
        """The sentences that `piece` completes."""
        for part in _PIECE.findall(piece):
            self._held += self._in_our_quotes(part)
            # Only at the end of a word, so that the result does not depend on the pieces.
            if part.isspace() and len(self._held) > MOST_HELD:
                yield from self._take(ended=True)
            elif part.isspace() and not self._held[-2:-1].isspace() and not _HALF_MARKER.search(self._held):
                yield from self._take(ended=False)

    def _in_our_quotes(self, part: str) -> str:
        """With other quotation marks replaced by “…”, at the same length, so that they are checked as well."""
        part = part.translate(_FOREIGN_QUOTES)
        if not _GUILLEMETS.search(part):
            return part
        opened = _in_quotation(self._held)  # «…» and »…«
        ours = ""
        for character in part:
            if _GUILLEMETS.match(character):
                character = "”" if opened else "“"
                opened = not opened
            ours += character
        return ours

    def finish(self) -> Iterator[MarkedSentence]:
        """The remaining sentences. An incomplete marker is dropped."""
        self._held = _CUT_MARKER.sub("", self._held)
        yield from self._take(ended=True)

    def _take(self, *, ended: bool) -> Iterator[MarkedSentence]:
        """Remove and yield the complete sentences."""
        plain, places, markers = self._plain(ended=ended)
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
            _SPACED.sub(r"\1", " ".join(text.split())).lstrip(":;, "),
            offered,
            tuple(number for number in cited if number not in offered),
        )

    def _plain(self, *, ended: bool) -> tuple[str, list[int], list[_Marker]]:
        """The held text without markers and Markdown, the offset of each of its code points, and the markers."""
        plain = ""
        places: list[int] = []
        markers: list[_Marker] = []
        held, at = _GOES_ON.sub(" ", self._held), 0
        for found in _LEFT_OUT.finditer(held):
            if found["numbers"] and not self._is_marker(found, ended=ended):
                continue
            plain += held[at : found.start()]
            places += range(at, found.start())
            at = found.end()
            if found["block"]:
                plain += "\n"
                places.append(at - 1)
            if not found["numbers"]:
                continue
            opens_line = not plain.rpartition("\n")[2].strip()
            leads = opens_line and bool(_LEFT_OUT.sub("", held[at:].partition("\n")[0]).strip())
            markers.append(_Marker(len(plain), found.start(), _numbers(found["numbers"]), leads))
            if _ACCORDING_TO.search(plain):
                named = f" passage {markers[-1].numbers[0]}"
                plain += named
                places += [at - 1] * len(named)
            if held[at : at + 1].isalnum() and plain and not plain[-1].isspace():  # "fell.[1]She"
                plain += " "
                places.append(at - 1)
        return plain + held[at:], [*places, *range(at, len(held))], markers

    def _is_marker(self, found: re.Match[str], *, ended: bool) -> bool:
        """Whether a match is a citation: a bracketed number inside a quotation is an editor's, unless the quotation
        ends.

        An unclosed quotation mark is taken for an error.
        """
        unclosed = ended and not _QUOTE_MARK.search(found.string[found.end() :].partition("\n")[0])
        if unclosed or not _in_quotation(found.string[: found.start()]):
            return True
        offered = all(1 <= number <= self._offered for number in _numbers(found["numbers"]))
        return offered and bool(_ENDS_QUOTATION.match(found.string, found.end()))


def _numbers(text: str) -> tuple[int, ...]:
    """`1, 3-5` → 1, 3, 4, 5. An implausibly long range counts as its two ends."""
    numbers: list[int] = []
    for first, last in _RANGE.findall(text):
        low, high = int(first), int(last or first)
        numbers += range(low, high + 1) if low <= high <= low + 50 else (low, high)
    return tuple(numbers)


def _in_quotation(text: str) -> bool:
    """Whether the last paragraph of `text` ends inside quotation marks. An inch mark is not one."""
    line = text.rpartition("\n")[2]
    opened: int | None = None
    for mark in _QUOTE_MARK.finditer(line):
        before, after = line[: mark.start()][-1:], line[mark.end() : mark.end() + 1]
        if mark[0] == "”" or (mark[0] == '"' and opened is not None):
            opened = None
        elif mark[0] == "“" or (not before.isalnum() and not after.isspace()):
            opened = mark.start() if opened is None else opened
    return opened is not None and len(line) - opened <= LONGEST_QUOTATION


def _owner(marker: _Marker, spans: Sequence[Span]) -> int | None:
    """The index of a marker's sentence: the one that it is in or ends, or the one after it if it leads."""
    if marker.leads:
        following = next((i for i, span in enumerate(spans) if span.start >= marker.place), None)
        if following is not None:
            return following
    return max((i for i, span in enumerate(spans) if span.start < marker.place), default=None)
