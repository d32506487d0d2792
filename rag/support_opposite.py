"""The opposites of a claim: the same words with a "not" put in or taken out, for a model to weigh the claim against.

A model that reads a claim alone tells from its topic more than from its "not"; of two that differ in nothing else it
tells which is the truer. Knows nothing of models.
"""

from __future__ import annotations

import re

MOST = 3
"""Opposites of one claim; each is read like a claim."""

_NEGATED = re.compile(
    r"\b(?:(?P<verb>is|are|was|were|has|have|had|will|would|could|must|should|does|do|did)(?: not\b|n[’']t\b)"
    r"|(?P<can>can)(?:not\b| not\b|[’']t\b))"
)
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|does|do|did)\b"
    r"(?= (?!(?:not|no|never|nothing|neither|nor)\b)\w)"
)
_ASKS = re.compile(r"\b(?:what|which|who|there|if|whether|so|as|than)\s\Z", re.IGNORECASE)
"""What stands before an auxiliary that a "not" behind it would not turn round."""
_DENIES = re.compile(r"\b(?:not|no|never|cannot|none|nobody|nothing|neither|nor|without)\b|n[’']t\b", re.IGNORECASE)


def opposites(claim: str, evidence: str) -> list[str]:
    """The claim without each "not" of a verb, then with one behind each verb that has none; at most `MOST`.

    None where nothing is denied in the claim or the evidence: what bears out no "not" can't speak for an opposite.
    """
    if not _NEGATED.search(claim) and not _DENIES.search(evidence):
        return []
    without = [
        f"{claim[: found.start()]}{found['verb'] or found['can']}{claim[found.end() :]}"
        for found in _NEGATED.finditer(claim)
    ]
    added = [
        f"{claim[: found.end()]} not{claim[found.end() :]}"
        for found in _AUXILIARY.finditer(claim)
        if found.start() and not _ASKS.search(claim[: found.start()])
    ]
    return (without + added)[:MOST]
