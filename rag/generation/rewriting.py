"""Rewrites a follow-up question by an LLM, in a small share of the time for an answer.

Its output is not trusted: see `rag.conversation.rewrite_check`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from dateline.index.errors import LlmError
from dateline.rag.conversation.rewrite_check import MOST_CHARS
from dateline.rag.conversation.turn import Turn
from dateline.rag.generation.completion_options import CompletionOptions
from dateline.rag.generation.llm import Llm
from dateline.rag.generation.prompts import as_written, rewrite_prompt

SHARE = 0.15
"""Share of the time for an answer."""
MOST_TURNS = 3
"""Latest turns that the model is shown; a small one reads some 90 tokens a second."""
MOST_TOKENS = 200
"""Most tokens of the rewritten question."""


class LlmRewriter:
    """A `rag.conversation.turn.Rewrite` by an LLM. Thread-safe."""

    def __init__(self, llm: Llm) -> None:
        self._llm = llm

    def __call__(self, turns: Sequence[Turn], question: str) -> str:
        """The LLM's standalone question; empty if it fails or is too slow."""
        prompt = rewrite_prompt(turns[-MOST_TURNS:], question)
        completion = self._llm.stream(
            prompt, SHARE * self._llm.server.timeout, CompletionOptions(max_tokens=MOST_TOKENS)
        )
        written = ""
        try:
            with closing(iter(completion)) as pieces:
                for piece in pieces:
                    written += piece
                    if len(written) > MOST_CHARS + len(piece):
                        break
        except LlmError:
            return ""
        return as_written(written).strip()
