"""A language model as the verifier of claims: its yes or no to whether sentences state one, as log-odds.

Knows nothing of how these are weighed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from dateline.index.article import Article
from dateline.index.errors import LlmError
from dateline.rag.generation.completion_options import CompletionOptions
from dateline.rag.generation.llm import Llm
from dateline.rag.generation.prompts import verification_prompt
from dateline.rag.generation.yes_no import yes_log_odds

_ONE_WORD = CompletionOptions(max_tokens=1, top_logprobs=10)


class LlmVerifier:
    """Asks an LLM. Safe for threads; see `rag.verification.verifier.Verifier`."""

    def __init__(self, llm: Llm, *, within: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """`within`: seconds from now after which nothing is asked any more; None: no limit but the LLM's own."""
        self._llm = llm
        self._clock = clock
        self._deadline = None if within is None else clock() + within
        self.name = llm.name

    def log_odds(self, claim: str, sentences: Sequence[tuple[Article, str]]) -> float | None:
        """Of its yes. None where it fails, says something else, or its server tells no token probabilities."""
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
