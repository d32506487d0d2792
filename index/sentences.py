"""Sentence segmentation, as spans, by Wikimedia's `sentencex`, paragraph by paragraph.

Adds two repairs for news text. Knows nothing of articles or passages.
"""

from __future__ import annotations

import re

import sentencex

from dateline.index.article import Span

_CLOCK = re.compile(r"\b[ap]\.m\.\s*$")
_AFTER_CLOCK = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:[A-Z][DS]?T|GMT|UTC)\b|(?:Eastern|Pacific|local)\b"
)
_ENDS_WITHOUT_SPACE = "。！？｡」』"
_PARAGRAPH = re.compile(r"[^\n]+")


def split_sentences(text: str, language: str | None = "en") -> list[Span]:
    """Spans of the sentences of `text`, in order, none overlapping, without white space at either end.

    A sentence never crosses a line break. Everything between two sentences is white space.
    A quotation of several sentences stays whole with the words that attribute it.
    `language`: ISO 639-1; unknown languages are split by English rules.
    """
    spans: list[Span] = []
    for paragraph in _PARAGRAPH.finditer(text):
        pieces = sentencex.get_sentence_boundaries(language or "en", paragraph.group())
        offset = paragraph.start()
        start = 0
        for i, piece in enumerate(pieces):
            end = piece["end_index"]
            if i + 1 < len(pieces) and _belong_together(piece["text"], pieces[i + 1]["text"]):
                continue
            spans.append(trimmed(text, offset + start, offset + end))
            start = end
    return [span for span in spans if span.end > span.start]


def _belong_together(left: str, right: str) -> bool:
    """Whether two pieces are one sentence: "R-N.|J., said", "at 5 p.m. |Tuesday"; but not "他来了。|我走了。"."""
    if not left[-1:].isspace() and left[-1:] not in _ENDS_WITHOUT_SPACE:
        return True
    return bool(_CLOCK.search(left)) and bool(_AFTER_CLOCK.match(right))


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends; empty if there is nothing else, or `end` is before `start`."""
    piece = text[start:end]
    first = start + len(piece) - len(piece.lstrip())
    return Span(first, max(first, start + len(piece.rstrip())))
