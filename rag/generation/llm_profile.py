"""Profiles of language models: answer style, instructions and amount of context for hosted and local models.

Chosen by measurement: docs/decisions.md, 2026-11-30.
"""

from __future__ import annotations

from dataclasses import dataclass

from dateline.rag.generation.context import BESIDE
from dateline.rag.generation.prompts import Instructions
from dateline.rag.question import LlmStyle


@dataclass(frozen=True, slots=True)
class LlmProfile:
    """How to ask a kind of model."""

    style: LlmStyle
    """Default style of answers."""
    instructions: Instructions
    context_tokens: int
    """Most tokens of the excerpts in a prompt."""
    beside: int
    """See `rag.generation.context.select_context`."""
    judged: bool
    """Whether a fact is answered only if the answer is likely to be right: a small model doesn't refuse."""


HOSTED = LlmProfile("prose", "cited", context_tokens=2_600, beside=1_000, judged=False)
"""For a model behind an address: whole passages, which fit in 4,096 tokens with instructions and completion."""
LOCAL = LlmProfile("quotes", "brief", context_tokens=450, beside=BESIDE, judged=True)
"""For a small local model, which reads some 90 tokens a second."""
