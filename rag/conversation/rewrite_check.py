"""Checks whether a rewritten follow-up question may replace the original; its author is not trusted.

It must be a single question in the conversation's words that adds no name, figure or date and drops none of the
follow-up's. Knows nothing of how it was rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dateline.index.folding import folded
from dateline.index.sentences import split_sentences
from dateline.rag.conversation.turn import Turn
from dateline.rag.reading.question_features import content_stems
from dateline.rag.values.names import names_in
from dateline.rag.verification.quote_check import misquoted

MOST_CHARS = 600
"""Longer questions are not rewritten, and longer rewritten ones are rejected."""
MOST_NEW = 0.4
"""The share of a rewritten question's words that may be in neither the follow-up nor the turns."""
_FIGURE = re.compile(r"\d[\d.,:]*")


def why_rejected(rewritten: str, question: str, turns: Sequence[Turn]) -> str | None:
    """Why `rewritten` can't replace `question` after `turns`; None if it can."""
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
    words = content_stems(rewritten)
    if len(words - content_stems(known)) > MOST_NEW * len(words):
        return "the rewritten question has other words than the conversation"
    return None


def _unknown(text: str, known: str) -> str | None:
    """The first name, figure, date or quotation that `known` doesn't have."""
    words = set(re.findall(r"\w+", folded(known)))
    values = [*(name for name, _ in names_in(text)), *_FIGURE.findall(text)]
    missing = (value for value in values if not words.issuperset(re.findall(r"\w+", folded(value))))
    return next(missing, None) or misquoted(text, [known])
