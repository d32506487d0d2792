"""Texts that break off: teasers, and what a paywall leaves. The marks that show it are no words of the article.

Knows plain text only.
"""

from __future__ import annotations

import re

from index.article import RemovedLine

REASON = "cut off here"
_COUNTED = re.compile(r"\s*(?:…|\.\.\.)?\s*\[\+\s?[\d,]+ chars?\]\s*$", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*\[(?:…|\.\.\.|&hellip;)\]\s*$")
_MORE = re.compile(r"\s*(?:…|\.\.\.)\s*(?:\(?(?:continued|more|read more|continue reading)\)?)\W*$", re.IGNORECASE)


def without_cut_mark(text: str) -> tuple[str, RemovedLine | None]:
    """`text` without the mark at its end that says that more follows elsewhere, and that mark; None: there is none.

    The line number counts the lines of `text` from 1.
    """
    end = text.rstrip()
    for mark in (_COUNTED, _BRACKETED, _MORE):
        if match := mark.search(end, max(end.rfind("\n"), 0)):
            kept = end[: match.start()]
            kept += "" if kept.endswith((".", "!", "?", "”", '"', "…")) else "…"
            line = kept.count("\n") + 1
            return kept, RemovedLine(line, match.group().strip(), REASON)
    return text, None
