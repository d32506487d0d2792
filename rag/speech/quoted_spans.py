"""Spans of quotations in a text: “…”, "…", ‘…’ and '…', distinguished from apostrophes.

A quotation ends with its paragraph. One of several paragraphs, each with an opening mark and only the last with a
closing one, is several spans. Marks inside a quotation are part of it. Knows nothing of speakers, nor whether the words
are speech, a title or scare quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dateline.index.article import Span

_PARAGRAPH = re.compile(r"[^\n]+")
_MARK = re.compile("[“”\"‘']")
_OPENS_AFTER = " \t\u00a0([{—–-/"
_FILLER = "\x00"
"""Replaces the second half of a double mark: ''…''."""
_PAUSES = ",.?!…;"


@dataclass(frozen=True, slots=True)
class QuotedSpan:
    """Quoted words, without quotation marks."""

    span: Span
    closed: bool
    """Whether it has a closing mark in its paragraph."""
    continues: bool
    """Whether it continues the quotation left open in the previous paragraph, by the same speaker."""


def quotations_in(text: str) -> list[QuotedSpan]:
    """The quotations of `text` in order; not overlapping, not empty."""
    found: list[QuotedSpan] = []
    left_open = False
    for paragraph in _PARAGRAPH.finditer(text):
        if not paragraph.group().strip():
            continue
        line = paragraph.group().replace("''", '"' + _FILLER)
        inside = _in_paragraph(line, paragraph.start(), left_open)
        found += inside
        left_open = bool(inside) and not inside[-1].closed
    return [quotation for quotation in found if quotation.span.end > quotation.span.start]


def _in_paragraph(line: str, offset: int, left_open: bool) -> list[QuotedSpan]:
    found: list[QuotedSpan] = []
    at = 0
    first = len(line) - len(line.lstrip())
    while mark := _MARK.search(line, at):
        at = mark.start()
        if not _opens(line, at):
            at += 1
            continue
        end = _closing(line, at)
        start = at + 1 + (line[at + 1 : at + 2] == _FILLER)
        continues = left_open and at == first
        # An unclosed straight mark may mean inches or be an error; a curved one is certainly an opening mark.
        if end is not None:
            found.append(QuotedSpan(Span(offset + start, offset + end), True, continues))
            at = end if line[end] == "“" else end + 1
        elif line[at] == "“" or (line[at] == '"' and at == first):
            found.append(QuotedSpan(Span(offset + start, offset + len(line.rstrip())), False, continues))
            break
        else:
            at += 1
    return found


def _opens(line: str, at: int) -> bool:
    mark = line[at]
    if mark == "“":
        return True
    before = line[at - 1] if at else " "
    after = line[at + 1 : at + 2]
    if not after or after.isspace() or not (before in _OPENS_AFTER or before.isspace()):
        return False
    # Apostrophes as in ’90s and 'tis don't open; nor does a closing mark misplaced after a space: “afraid, ”said.
    return after.isalnum() if mark in "‘'" else mark != "”" or after.isupper()


def _closing(line: str, at: int) -> int | None:
    mark = line[at]
    if mark in '“"”':
        for i in range(at + 1, len(line)):
            if line[i] == "”" or (line[i] == '"' and not line[i - 1].isspace()):
                return i
            if line[i] == '"' and (i + 1 == len(line) or not line[i + 1].isalnum()):
                return i
            if line[i] == "“" and mark == "“":
                return _closing_after_repeat(line, i)
        return None
    # ’ is an apostrophe as well: after punctuation it closes, after a letter only if no such mark follows.
    closers = [i for i in range(at + 2, len(line)) if line[i] in "’'" and not line[i + 1 : i + 2].isalnum()]
    if not closers:
        return None
    reopened = next((i for i in range(at + 1, len(line)) if line[i] == mark == "‘"), len(line))
    sure = [i for i in closers if i < reopened and line[i - 1] in _PAUSES]
    return sure[0] if sure else closers[0]


def _closing_after_repeat(line: str, at: int) -> int | None:
    """The end of a quotation with another opening mark at `at`: the outer mark, if inner ones are paired."""
    depth = 2
    for i in range(at + 1, len(line)):
        if line[i] == "“":
            depth += 1
        elif line[i] == "”":
            depth -= 1
            if depth == 0:
                return i
    # A closing mark is missing: end the quotation before the next opening mark.
    return at
