"""Quote check: words in quotation marks must occur verbatim in the sources.

Ignores case, punctuation at either end and the kind of apostrophe; omissions must be marked by an ellipsis. Knows
nothing of who says the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dateline.rag.speech.quoted_spans import quotations_in

_ELLIPSIS = re.compile(r"\s*(?:\[(?:\.\.\.|…)\]|\.\.\.|…)\s*")
_ENDS = " \t.,;:!?…—–-\"“”'‘’"
_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})


def misquoted(sentence: str, sources: Iterable[str]) -> str | None:
    """The first quotation in `sentence` that is in none of `sources`; None if all are verbatim."""
    texts = [_plain(source) for source in sources]
    for quotation in quotations_in(sentence):
        words = quotation.span.of(sentence)
        parts = [part for piece in _ELLIPSIS.split(words) if (part := _plain(piece).strip(_ENDS))]
        if not any(_in_order(parts, text) for text in texts):
            return words
    return None


def _in_order(parts: Iterable[str], text: str) -> bool:
    """Whether `text` has all parts as whole words, in order."""
    at = 0
    for part in parts:
        found = re.compile(rf"(?<!\w){re.escape(part)}(?!\w)").search(text, at)
        if found is None:
            return False
        at = found.end()
    return True


def _plain(text: str) -> str:
    return " ".join(text.translate(_PLAIN).casefold().split())
