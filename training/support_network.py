"""The support check's network and its loss.

all-MiniLM-L6-v2's encoder reads a claim and its evidence in one pass. The first token's state says whether the evidence
supports the claim, contradicts it or neither; each token of the claim says whether it is a word that the evidence
doesn't support (as LettuceDetect does, Kovács & Recski 2025). Knows nothing of where examples come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch.nn import functional

from dateline.rag.verification.entailment import LABELS
from dateline.rag.verification.model_input import ClaimTokens, padded_claims
from training.network import TokenNetwork
from training.support_examples import SupportExample

FROZEN_LAYERS = 2
"""Of the six, from below: words are read there, not compared; a quarter of the time is saved."""
WORD_WEIGHT = 0.5
"""What the loss of the words counts beside that of the label."""


class SupportNetwork(TokenNetwork):
    """Four logits a token. Of the first token: one for each of `LABELS`. Of a claim's token the last: not supported."""

    def __init__(self, encoder: Path) -> None:
        super().__init__(encoder, len(LABELS) + 1)
        self.trunk.embeddings.requires_grad_(False)
        for layer in self.trunk.encoder.layer[:FROZEN_LAYERS]:
            layer.requires_grad_(False)


def batch_logits(network: SupportNetwork, tokens: Sequence[ClaimTokens]) -> torch.Tensor:
    """The network's logits for a batch."""
    device = network.heads.weight.device
    inputs = {name: torch.from_numpy(values).to(device) for name, values in padded_claims(tokens).items()}
    logits: torch.Tensor = network(**inputs)
    return logits


def batch_loss(logits: torch.Tensor, tokens: Sequence[ClaimTokens], examples: Sequence[SupportExample]) -> torch.Tensor:
    """Mean loss of the labels, and of the words that are not supported where those are known."""
    labels = torch.tensor([LABELS.index(one.label) for one in examples], device=logits.device)
    loss = functional.cross_entropy(logits[:, 0, : len(LABELS)], labels)
    words: list[torch.Tensor] = []
    for row, one, made in zip(logits, tokens, examples, strict=True):
        if (made.label == "supported" or made.wrong) and one.words:
            wrong = [
                float(any(mark.start < end and start < mark.end for mark in made.wrong)) for start, end in one.words
            ]
            target = torch.tensor(wrong, device=logits.device)
            found = row[one.first : one.first + len(one.words), len(LABELS)]
            words.append(functional.binary_cross_entropy_with_logits(found, target, pos_weight=target.new_tensor(2.0)))
    return loss + WORD_WEIGHT * torch.stack(words).sum() / len(examples) if words else loss
