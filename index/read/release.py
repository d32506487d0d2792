"""Release of an article: its embargo, and whether its provider withdraws it.

Knows the words that agencies and newsrooms use for these, and no format.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from dateline.index.dates import bounds, dates_in, parse_date
from dateline.index.errors import ArticleError
from dateline.index.read.metadata import line_of, shown

_TAKEN_BACK = re.compile(r"(?:stat:)?(?:cancel+ed|kill(?:ed)?|withdrawn|withheld|retracted|revoked)$", re.IGNORECASE)
_EMBARGOED = re.compile(
    r"\W*(?:strictly |under )?embargo(?:ed|\b(?! on\b))(?: (?:until|till|for)\b|:|\s*$|\s+\d)"
    r"|\W*(?:not for (?:publication|release|broadcast)|hold for release)\b.{0,30}\b(?:before|until|till)?\b",
    re.IGNORECASE,
)
_LONGEST = 160
_HEAD = 3
"""Lines at the beginning that may state an embargo."""


def withdrawal_of(status: object) -> str | None:
    """Why the article is withdrawn, if `status` says so; None for any other status."""
    word = line_of(status)
    if word is None or not _TAKEN_BACK.match(word):
        return None
    return f"its provider has taken it back (status {word.removeprefix('stat:')})"


def embargo_of(given: object, notes: Sequence[str], published: date | datetime | None) -> datetime | None:
    """The end of an article's embargo; None: it has none.

    `given`: the record's field; `notes`: lines that may state it in words. An embargo in words without a full date ends
    at `published`. Raises ArticleError if the end of a stated embargo is unknown.
    """
    if given not in (None, "", False):
        until = parse_date(given)
        if until is None and given is not True:
            raise ArticleError(
                f"It is under an embargo, but {shown(given)} can't be read as a time.",
                hint="Write it as 2026-12-06T06:00:00Z.",
            )
        return _end(until or published)
    line = next((line for line in notes if is_embargo_line(line)), None)
    if line is None:
        return None
    stated = dates_in(line)
    return _end(stated[0][0] if stated else published)


def is_embargo_line(line: str) -> bool:
    """Whether a line states an embargo."""
    return len(line) <= _LONGEST and _EMBARGOED.match(line) is not None


def head_of(text: str) -> list[str]:
    """The lines at the beginning of a text that may state an embargo."""
    return [line.strip() for line in text.split("\n") if line.strip()][:_HEAD]


def _end(until: date | datetime | None) -> datetime:
    if until is None:
        raise ArticleError(
            "It is under an embargo, but doesn't say until when.",
            hint="Give it a field 'embargo' with the time, e.g. 2026-12-06T06:00:00Z, or take the notice out.",
        )
    return bounds(until)[1 if not isinstance(until, datetime) else 0]
