"""Headline, byline and date in the first lines of a text.

Knows lines only, not where they came from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dateline.index.dates import dates_in, is_date_line
from dateline.index.read.lines import byline_in, is_prose
from dateline.index.read.record import Value

HEAD_LINES = 6
"""Non-blank lines at the beginning that may be headline, byline and date."""

_DATELINE = re.compile(
    r"[A-Z][A-Za-z'’ .-]{1,40}, (?:[A-Z][A-Za-z'’ .-]{1,30}, )?(.{8,40}?)\s*(?:\([^)]{2,40}\)\s*)?[-–—:]\s"
)


def fields_in(lines: Sequence[str]) -> dict[str, Value]:
    """Title, byline and publication date in the first lines of a plain text, with the basis `text`."""
    head = [line.strip() for line in lines[:80] if line.strip()][: HEAD_LINES + 1]
    fields: dict[str, Value] = {}
    for number, line in enumerate(head[:HEAD_LINES]):
        if "byline" not in fields and (names := byline_in(line)):
            fields["byline"] = Value(names, "text")
        if "published" not in fields and (is_date_line(line) or byline_in(line)) and (dates := dates_in(line)):
            fields["published"] = Value(dates[0][0], "text")
        if "published" not in fields and (dateline := _DATELINE.match(line[:140])) and (dates := dates_in(dateline[1])):
            fields["published"] = Value(dates[0][0], "text")
        rest = head[number + 1 :]
        if "title" not in fields and _is_headline(line) and any(is_prose(other) for other in rest):
            fields["title"] = Value(line, "text")
        if is_prose(line):
            break
    return fields


def _is_headline(line: str) -> bool:
    words = line.split()
    return (
        3 <= len(words) <= 25
        and line[0].isalnum() | (line[0] in "‘“\"'")
        and not line.endswith((".", ",", ":", ";", ")", "—", "–", "-"))
        and not re.search(r"\s[/›»>|]\s|@|https?:", line)
        and byline_in(line) is None
        and not is_date_line(line)
    )
