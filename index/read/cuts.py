"""Texts that break off: teasers, and what a paywall leaves. The marks that show it are no words of the article.

Knows plain text only.
"""

from __future__ import annotations

import re

REASON = "cut off here"
_COUNTED = re.compile(r"\s*(?:…|\.\.\.)?\s*\[\+\s?[\d,]+ chars?\]\s*$", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*\[(?:…|\.\.\.|&hellip;)\]\s*$")
_MORE = re.compile(r"\s*(?:…|\.\.\.)\s*(?:\(?(?:continued|more|read more|continue reading)\)?)\W*$", re.IGNORECASE)


def without_cut_mark(text: str) -> tuple[str, str | None]:
    """`text` without the mark at its end that says that more follows elsewhere, and that mark; None: there is none.

    Where the mark breaks a sentence off, an ellipsis stays.
    """
    for mark in (_COUNTED, _BRACKETED, _MORE):
        if match := mark.search(text, text.rfind("\n") + 1):
            kept = text[: match.start()]
            whole = kept.rstrip() != kept or kept.endswith((".", "!", "?", "”", '"', "…")) or not kept
            return kept.rstrip() if whole else f"{kept}…", match.group().strip()
    return text, None
