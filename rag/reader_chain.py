"""A reranker as sentence-transformers saves it, a chain of modules, as what `reader_export.py` converts.

Such a chain is a transformer that scores by itself, or one whose embedding further modules make a score of (the Ettin
rerankers: ModernBERT, its first token, two linear layers). Language models that say yes or no are not among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dateline.index.encoder_export import keep_padding_finite, read_json
from dateline.index.errors import ReaderError

TASKS = ("feature-extraction", "sequence-classification")
"""What the transformer of a chain may do."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in torch, ready to be traced."""

    network: Any
    """All of it, as a torch module."""
    scores: Callable[[dict[str, Any]], Any]
    """The model's inputs → a tensor of scores."""
    body: Any
    """Its transformers model."""
    tokenizer: Any
    labels: int
    """Scores a pair of texts, for a cross-encoder."""


def is_chain(model: Path) -> bool:
    """Whether sentence-transformers saved the folder as a cross-encoder (5 and later)."""
    about = read_json(model / "config_sentence_transformers.json")
    return about.get("model_type") == "CrossEncoder" and (model / "modules.json").is_file()


def load_chain(source: Path) -> Loaded:
    """The chain in a folder, in float32. Raises `ReaderError` if it can't be loaded, or reads other than two texts."""
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
