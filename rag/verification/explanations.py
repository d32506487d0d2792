"""Why a claim is not supported, in words for the editor: what the draft says and what the article says.

What stands before the colon is Dateline's own; behind it are words of the claim and of the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping

from dateline.rag.verification.comparison import Difference, DifferenceKind

LONGEST = 120
"""Code points of each quotation."""
_WHAT: Mapping[DifferenceKind, str] = {
    "denial": "denied in the article",
    "quantity": "another figure",
    "time": "another date",
    "name": "another name",
    "speaker": "said by somebody else",
    "negation": "one says “not”, the other doesn’t",
    "role": "the other way round",
    "modality": "not told as a fact",
    "tense": "at another time",
    "quantifier": "not of all",
    "former": "“former” in one of the two only",
}


def explained_difference(claim: str, one: Difference) -> str:
    """What the evidence has instead."""
    said, instead = _quoted(one.span.of(claim)), _quoted(one.instead or "")
    return f"{_WHAT[one.kind]}: the draft says {said}, the article says {instead}"


def explained_absence(claim: str, one: Difference) -> str:
    """A figure, a date or an "all" that the evidence lacks."""
    what = {"quantity": "figure", "time": "date"}.get(one.kind, "word")
    return f"{what} not in the article: the draft says {_quoted(one.span.of(claim))}"


def explained_doubt(word: str) -> str:
    """A claim of which the model doubts this word the most."""
    return f"not confirmed: the article doesn’t clearly say {_quoted(word)}"


def _quoted(words: str) -> str:
    plain = " ".join(words.split()).strip('“”"')
    return f"“{plain if len(plain) <= LONGEST else plain[:LONGEST].rsplit(' ', 1)[0] + ' …'}”"
