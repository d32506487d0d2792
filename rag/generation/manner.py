"""How a kind of language model is asked: by which instructions, over how much text, and in whose words it answers.

Chosen by measuring: docs/decisions.md, 2026-11-30.
"""

from __future__ import annotations

from dataclasses import dataclass

from dateline.rag.generation.context import BESIDE
from dateline.rag.generation.prompts import Instructions
from dateline.rag.question import LlmStyle


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind of model is asked: chosen by measuring (docs/decisions.md, 2026-11-30)."""

    style: LlmStyle
    """Of answers to questions that ask for none."""
    instructions: Instructions
    context_tokens: int
    """The most that the excerpts may take of a prompt."""
    beside: int
    """See `rag.generation.context.select_context`."""
    confirms: bool
    """Whether the model is asked whether the excerpts state its answer. Takes token probabilities, and is cheap only
    where the server keeps what it has read."""


HOSTED = Manner("prose", "cited", context_tokens=2_600, beside=1_000, confirms=False)
"""Of a model behind an address: whole passages; with the instructions and the completion they fit in 4,096 tokens."""
LOCAL = Manner("quotes", "brief", context_tokens=450, beside=BESIDE, confirms=True)
"""Of a small model on this machine, which reads some 90 tokens a second."""
