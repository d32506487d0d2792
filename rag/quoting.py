"""Are the quoted words of a sentence verbatim? What stands in quotation marks must stand in the sources exactly so.

Case and the marks at either end don't count, nor the kind of apostrophe; words left out must be shown by an ellipsis.
Knows nothing of who says the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dateline.rag.speech.quotations import quotations_in

_ELLIPSIS = re.compile(r"\s*(?:\[(?:\.\.\.|…)\]|\.\.\.|…)\s*")
_ENDS = " \t.,;:!?…—–-\"“”'‘’"
_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})


def misquoted(sentence: str, sources: Iterable[str]) -> str | None:
    """The first quoted words of `sentence` that none of `sources` has; None if there are none."""
    texts = [_plain(source) for source in sources]
    for quotation in quotations_in(sentence):
        words = quotation.span.of(sentence)
        parts = [part for piece in _ELLIPSIS.split(words) if (part := _plain(piece).strip(_ENDS))]
        if not any(_in_order(parts, text) for text in texts):
            return words
    return None


def _in_order(parts: Iterable[str], text: str) -> bool:
    """Whether `text` has all parts, as whole words, one after the other."""
    at = 0
    for part in parts:
        found = re.compile(rf"(?<!\w){re.escape(part)}(?!\w)").search(text, at)
        if found is None:
            return False
        at = found.end()
    return True


def _plain(text: str) -> str:
    return " ".join(text.translate(_PLAIN).casefold().split())
