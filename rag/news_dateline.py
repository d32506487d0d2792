"""Datelines: the place and agency before the first sentence of a report: "KABUL (Northgate Wire) — "."""

from __future__ import annotations

import re

# The place in capitals, further places, a day, the agency, a dash.
_DATELINE = re.compile(
    r"[A-Z][A-Z.'’-]{2,}(?:[ -][A-Z][A-Z.'’-]+){0,3}(?:, [A-Z][\w.]*(?: [A-Z][\w.]*){0,2})*"
    r"(?:, [A-Z][a-z]{2,3}\.? \d{1,2})?(?: \([^)]{2,40}\))? ?(?:—|–|--| -) ?(?=[“\"A-Z])"
)


def after_dateline(sentence: str) -> int:
    """The offset behind a sentence's dateline; 0 without one."""
    found = _DATELINE.match(sentence)
    return found.end() if found else 0
