"""Is there a "not" in a claim that its sentence in the evidence hasn't, or the other way round?

Told by the words behind the "not", in the sentence with most of the claim's words. Knows no grammar: what is denied in
another way is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dateline.rag.support_words import shared_weights, stems

ALIKE = 0.6
"""The share of a claim's words that a sentence must have for a "not" in only one of the two to contradict."""


def denied(claim: str, sentences: Sequence[str]) -> str | None:
    """The "not" that only one of the two has, with what follows, 40 characters at most; None where they agree.

    `sentences`: the evidence's.
    """
    asked = stems(claim)
    if not sentences or not asked:
        return None
    shared = shared_weights(claim, sentences)
    best = sentences[max(range(len(sentences)), key=lambda i: shared[i])]
    if len(asked & stems(best)) < ALIKE * len(asked):
        return None
    for one, other, denials in ((claim, best, _NOT), (best, claim, _DENIED)):
        for match in denials.finditer(one):
            scope = _following(one[match.end() :])
            if scope and scope <= stems(other) and not _NEGATIVE.search(other):
                return one[match.start() :][:40]
    return None


def _following(text: str) -> set[str]:
    """The stems of the first content word or two behind a "not", up to the end of the clause."""
    clause = re.split(r"[,;:.!?]", text, maxsplit=1)[0]
    found: set[str] = set()
    for word in clause.split():
        found |= stems(word)
        if len(found) == 2:
            break
    return found


_NOT = re.compile(
    r"\b(?:not|no(?! (?:doubt|(?:more|less|fewer|other|later) than)\b)|never|cannot|nobody|neither|nothing)\b|n['’]t\b",
    re.IGNORECASE,
)
_DENIED = re.compile(rf"{_NOT.pattern}|\b(?:none|without|den(?:y|ie[sd]|ying))\b", re.IGNORECASE)
"""Of the evidence alone: it may say in another way what a claim says with "without" ("lost power")."""
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|cannot|none|nobody|nothing|neither|nor|without|unable|fail\w*|refus\w*|den(?:y|ie[sd]|ying)|lack\w*"
    r"|un\w{4,}|in(?:ability|correct|accurate|eligible)|dis\w{5,}|hardly|barely|rarely|instead|rather|avoid\w*|only|against"
    r"|stop\w*|prevent\w*|reject\w*|few|little|false|absence|less|lose\w*|lost|loss\w*|cut|cancel\w*"
    r"|call\w* off|postpone\w*|baseless|elusive|withdr[ae]w\w*|zero)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words that may say in another way that something is not so."""
