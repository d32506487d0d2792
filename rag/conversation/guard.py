"""May a rewritten follow-up question stand in for the one that was asked? Whatever rewrote it is not trusted.

It must be one question, made of the conversation's words, that brings in no name, figure or date and drops none of the
follow-up's. Knows nothing of how it was rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dateline.index.folding import folded
from dateline.index.sentences import split_sentences
from dateline.rag.asked import stems
from dateline.rag.conversation.turn import Turn
from dateline.rag.quoting import misquoted
from dateline.rag.values.names import names_in

MOST_CHARS = 600
"""A question longer than this is no follow-up that could be mended, nor is a rewritten one kept that is."""
MOST_NEW = 0.4
"""The share of a rewritten question's words that may be in neither the follow-up nor the turns."""
_FIGURE = re.compile(r"\d[\d.,:]*")


def why_rejected(rewritten: str, question: str, turns: Sequence[Turn]) -> str | None:
    """Why `rewritten` can't stand in for `question` behind `turns`; None: it can."""
    if len(rewritten) > MOST_CHARS:
        return "the rewritten question is too long"
    if not rewritten.endswith("?") or len(split_sentences(rewritten)) != 1:
        return "what was rewritten is not one question"
    known = "\n".join([question, *(words for turn in turns for words in (turn.question, turn.answer, *turn.names))])
    brought = _unknown(rewritten, known)
    if brought is not None:
        return f"the rewritten question brings in something new: {brought}"
    lost = _unknown(question, rewritten)
    if lost is not None:
        return f"the rewritten question leaves something out: {lost}"
    words = stems(rewritten)
    if len(words - stems(known)) > MOST_NEW * len(words):
        return "the rewritten question has other words than the conversation"
    return None


def _unknown(text: str, known: str) -> str | None:
    """The first name, figure, date or quotation that `known` doesn't have."""
    words = set(re.findall(r"\w+", folded(known)))
    values = [*(name for name, _ in names_in(text)), *_FIGURE.findall(text)]
    missing = (value for value in values if not words.issuperset(re.findall(r"\w+", folded(value))))
    return next(missing, None) or misquoted(text, [known])
