"""Model input of the support check: token ids of a claim and its evidence.

Also used by `training/`, so that both are alike. Knows nothing of models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

CLAIM_TOKENS = 96
"""A longer claim is cut: its evidence would not fit any more."""
WINDOW = 288
"""Tokens of claim and evidence together; the rest of the evidence is cut off."""


@dataclass(frozen=True, slots=True)
class ClaimTokens:
    """One claim with its evidence in tokens."""

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    """0 for the claim, 1 for the evidence."""
    first: int
    """The claim's first token."""
    words: tuple[tuple[int, int], ...]
    """For each token of the claim its place in the claim."""
    whole: bool
    """Whether the claim was not cut."""


def tokenize_claims(tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> list[ClaimTokens]:
    """(claim, evidence) pairs in tokens. The tokenizer must neither pad nor truncate."""
    cut = [(_cut(tokenizer, claim), evidence) for claim, evidence in pairs]
    found = []
    for encoding, (claim, _), (read, _) in zip(tokenizer.encode_batch(cut), pairs, cut, strict=True):
        ids = np.array(encoding.ids, np.int64)
        if len(ids) > WINDOW:
            ids = np.append(ids[: WINDOW - 1], ids[-1])
        inside = [n for n, part in enumerate(encoding.sequence_ids) if part == 0]
        types = np.array(encoding.type_ids[: len(ids)], np.int64)
        words = tuple(encoding.offsets[n] for n in inside)
        found.append(ClaimTokens(ids, types, inside[0] if inside else 1, words, read == claim))
    return found


def _cut(tokenizer: Tokenizer, claim: str) -> str:
    encoding = tokenizer.encode(claim, add_special_tokens=False)
    return claim[: encoding.offsets[CLAIM_TOKENS - 1][1]] if len(encoding) > CLAIM_TOKENS else claim


def padded_claims(batch: Sequence[ClaimTokens]) -> dict[str, NDArray[np.int64]]:
    """The model's inputs: `input_ids`, `attention_mask` and `token_type_ids`, each of shape (batch, longest)."""
    longest = max(len(one.ids) for one in batch)
    inputs = {
        name: np.zeros((len(batch), longest), np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")
    }
    for row, one in enumerate(batch):
        inputs["input_ids"][row, : len(one.ids)] = one.ids
        inputs["attention_mask"][row, : len(one.ids)] = 1
        inputs["token_type_ids"][row, : len(one.ids)] = one.types
    return inputs
