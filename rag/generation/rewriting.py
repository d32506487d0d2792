"""A follow-up question made to stand by itself by an LLM, in a small share of the time that an answer may take.

What it gives back is not trusted: `rag.conversation.guard` looks at it. Knows nothing of rules, which stand in.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from dateline.index.errors import LlmError
from dateline.rag.conversation.guard import MOST_CHARS
from dateline.rag.conversation.turn import Turn
from dateline.rag.generation.completion_options import CompletionOptions
from dateline.rag.generation.llm import Llm
from dateline.rag.generation.prompts import as_written, rewrite_prompt

SHARE = 0.15
"""Of the time that an answer may take."""
MOST_TURNS = 3
"""Turns that the model is shown, the latest ones: a small one reads some 90 tokens a second."""
MOST_TOKENS = 200
"""Of the rewritten question, which is one sentence."""


class LlmRewriter:
    """Rewrites by an LLM; see `rag.conversation.turn.Rewrite`. Safe for threads."""

    def __init__(self, llm: Llm) -> None:
        self._llm = llm

    def __call__(self, turns: Sequence[Turn], question: str) -> str:
        """The standalone question as the LLM writes it; empty where it fails, or isn't done in time."""
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
