"""Loads rerankers saved by sentence-transformers as a chain of modules, for `reader_export.py` to convert.

A chain is a transformer with a score of its own, or one whose embedding is scored by further modules (the Ettin
rerankers: ModernBERT, first token, two linear layers). Rerankers based on a language model's yes or no are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dateline.index.encoder_export import keep_padding_finite, read_json
from dateline.index.errors import ReaderError

TASKS = ("feature-extraction", "sequence-classification")
"""Supported tasks of a chain's transformer."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A torch model, ready to be traced."""

    network: Any
    """The whole model, as a torch module."""
    scores: Callable[[dict[str, Any]], Any]
    """Maps the model's inputs to a tensor of scores."""
    body: Any
    """The transformers model inside it."""
    tokenizer: Any
    labels: int
    """Number of scores for a pair of texts."""


def is_chain(model: Path) -> bool:
    """Whether the folder is a cross-encoder saved by sentence-transformers 5 or later."""
    about = read_json(model / "config_sentence_transformers.json")
    return about.get("model_type") == "CrossEncoder" and (model / "modules.json").is_file()


def load_chain(source: Path) -> Loaded:
    """The chain in a folder, in float32. Raises `ReaderError` if it can't be loaded or doesn't score pairs of texts."""
    from sentence_transformers import CrossEncoder

    try:
        chain: Any = CrossEncoder(
            str(source), device="cpu", local_files_only=True, model_kwargs={"dtype": "float32"}
        ).eval()
        first = chain[0]
        task, formats = getattr(first, "transformer_task", type(first).__name__), getattr(first, "modality_config", {})
    except Exception as error:
        raise ReaderError(
            f"{source} can't be loaded as a sentence-transformers cross-encoder ({type(error).__name__}: {error})",
            hint="Name a folder that CrossEncoder.save_pretrained() wrote.",
        ) from error
    if task not in TASKS or "message" in formats:
        raise ReaderError(
            f"{source} scores by a language model's words ({task}), not by a score of its own",
            hint="Choose a cross-encoder that ends in a score, e.g. one of the Ettin rerankers.",
        )
    if chain.default_prompt_name is not None and chain.prompts.get(chain.default_prompt_name):
        raise ReaderError(
            f"{source} wants a prompt before the question, which a reader is not given",
            hint="Choose a cross-encoder without default_prompt_name in its config_sentence_transformers.json.",
        )

    keep_padding_finite(chain.transformers_model)

    def scores(inputs: dict[str, Any]) -> Any:
        return chain(inputs)["scores"]

    return Loaded(chain, scores, chain.transformers_model, chain.tokenizer, chain.num_labels)
