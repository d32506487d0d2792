"""Truncated texts: the marks of teasers and paywalls at their ends, which are not part of the article.

Knows plain text only.
"""

from __future__ import annotations

import re

REASON = "cut off here"
_COUNTED = re.compile(r"\s*(?:…|\.\.\.)?\s*\[\+\s?[\d,]+ chars?\]\s*$", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*\[(?:…|\.\.\.|&hellip;)\]\s*$")
_MORE = re.compile(r"\s*(?:…|\.\.\.)\s*(?:\(?(?:continued|more|read more|continue reading)\)?)\W*$", re.IGNORECASE)


def without_mark(text: str) -> tuple[str, str | None]:
    """`text` without a mark of truncation at its end, and that mark; None: there is none.

    If the mark breaks off a sentence, an ellipsis remains.
    """
    for mark in (_COUNTED, _BRACKETED, _MORE):
        if match := mark.search(text, text.rfind("\n") + 1):
            kept = text[: match.start()]
            whole = kept.rstrip() != kept or kept.endswith((".", "!", "?", "”", '"', "…")) or not kept
            return kept.rstrip() if whole else f"{kept}…", match.group().strip()
    return text, None
