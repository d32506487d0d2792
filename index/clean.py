"""Removes page furniture (boilerplate) from an article's text: only the article's own words may be cited.

Works line by line on plain text in which every line is a paragraph, by wording, shape, length and position. A line is
kept or removed as a whole, never changed; in doubt it is kept. Corrections are evidence and are kept. Knows nothing of
formats, of metadata other than the title, or of whole pages that are notices.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dateline.index.article import RemovedLine
from dateline.index.dates import is_date_line
from dateline.index.read.lines import (
    byline_in,
    is_crumbs,
    is_headline,
    is_list_header,
    is_prose,
    is_staff_credit,
    names_platform,
    reason_among,
    rules_for,
)

HEAD_LINES = 8
"""Non-blank lines at the beginning in which breadcrumbs, title, byline and date are looked for."""
TAIL_LINES = 12
"""Non-blank lines at the end in which names of applications are looked for."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned text, its paragraphs separated by blank lines, and the removed lines."""

    text: str
    removed: tuple[RemovedLine, ...]
    lines: tuple[int, ...] = ()
    """For each remaining paragraph its line in the original text."""


def clean(text: str, *, title: str | None = None) -> Cleaned:
    """`text` without its furniture; a line at the head that only repeats the `title` is furniture too.

    Each line is a paragraph. Line numbers in the result count all lines of `text` from 1.
    """
    lines = [(n, line) for n, raw in enumerate(text.split("\n"), 1) if (line := raw.strip())]
    rules = rules_for(text)
    reasons = [reason_among(line, rules) for _, line in lines]
    _mark_head(lines, reasons, title)
    _mark_tail(lines, reasons)
    _mark_lists(lines, reasons)
    marked = list(zip(lines, reasons, strict=True))
    kept = [numbered for numbered, reason in marked if reason is None]
    removed = (RemovedLine(n, line, reason) for (n, line), reason in marked if reason is not None)
    return Cleaned("\n\n".join(line for _, line in kept), tuple(removed), tuple(n for n, _ in kept))


def _mark_head(lines: Sequence[tuple[int, str]], reasons: list[str | None], title: str | None) -> None:
    bare = _letters(title) if title else None
    for at, (_, line) in enumerate(lines[:HEAD_LINES]):
        if reasons[at] is not None:
            continue
        if bare and _letters(line) == bare:
            reasons[at] = "title repeated"
        elif is_date_line(line):
            reasons[at] = "date line"
        elif byline_in(line) or is_staff_credit(line):
            reasons[at] = "byline"
        elif is_crumbs(line):
            reasons[at] = "section crumbs"
        elif is_prose(line):
            break


def _mark_tail(lines: Sequence[tuple[int, str]], reasons: list[str | None]) -> None:
    for at in range(max(len(lines) - TAIL_LINES, 0), len(lines)):
        if reasons[at] is None and names_platform(lines[at][1]):
            reasons[at] = "application line"


def _mark_lists(lines: Sequence[tuple[int, str]], reasons: list[str | None]) -> None:
    """Headers such as "Read more", and the headlines and teasers behind them, up to the next prose."""
    inside = False
    for at, (_, line) in enumerate(lines):
        if is_list_header(line):
            inside = True
            reasons[at] = reasons[at] or "read-more list"
        elif inside and reasons[at] is None:
            inside = is_headline(line)
            reasons[at] = "read-more list" if inside else None


def _letters(line: str) -> str:
    return re.sub(r"\W+", "", line.casefold())
