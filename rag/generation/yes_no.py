"""A model's yes or no as a number: how likely its first word is the one rather than the other."""

from __future__ import annotations

import math
from collections.abc import Mapping

LEAST = 1e-4
"""A probability below the least that a server lists."""


def yes_log_odds(first_token: Mapping[str, float]) -> float | None:
    """Log-odds of yes against no, by the log-probabilities of a completion's first token; None where it has neither."""
    odds = dict.fromkeys(("yes", "no"), 0.0)
    for token, log_probability in first_token.items():
        word = token.strip().lower()
        if word in odds:
            odds[word] += math.exp(log_probability)
    if not any(odds.values()):
        return None
    return math.log(max(odds["yes"], LEAST) / max(odds["no"], LEAST))
