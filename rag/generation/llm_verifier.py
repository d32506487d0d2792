"""Verification by a language model: the log-odds of its yes to whether sentences state a claim.

Knows nothing of how these are weighed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence

from dateline.index.article import Article
from dateline.index.errors import LlmError
from dateline.rag.generation.completion_options import CompletionOptions
from dateline.rag.generation.llm import Llm
from dateline.rag.generation.prompts import verification_prompt

_ONE_WORD = CompletionOptions(max_tokens=1, top_logprobs=10)
_LEAST_PROBABILITY = 1e-4
"""Taken for a word that the server does not list."""


class LlmVerifier:
    """A `rag.verification.verifier.Verifier` that asks an LLM. Thread-safe."""

    def __init__(self, llm: Llm, *, within: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """`within`: seconds from now after which no more requests are made; None for the LLM's own limit."""
        self._llm = llm
        self._clock = clock
        self._deadline = None if within is None else clock() + within
        self.name = llm.name

    def log_odds(self, claim: str, sentences: Sequence[tuple[Article, str]]) -> float | None:
        """Log-odds of its yes; None if it fails, says something else, or its server has no token probabilities."""
        left = None if self._deadline is None else self._deadline - self._clock()
        if left is not None and left <= 0:
            return None
        answer = self._llm.stream(verification_prompt(claim, sentences), left, _ONE_WORD)
        try:
            for _ in answer:
                pass
        except LlmError:
            return None
        return yes_log_odds(answer.first_token)


def yes_log_odds(first_token: Mapping[str, float]) -> float | None:
    """Log-odds of yes against no, by the log-probabilities of a completion's first token; None if it has neither."""
    odds = dict.fromkeys(("yes", "no"), 0.0)
    for token, log_probability in first_token.items():
        word = token.strip().lower()
        if word in odds:
            odds[word] += math.exp(log_probability)
    if not any(odds.values()):
        return None
    return math.log(max(odds["yes"], _LEAST_PROBABILITY) / max(odds["no"], _LEAST_PROBABILITY))
