"""The support check's network and its loss.

all-MiniLM-L6-v2's encoder reads a claim and its evidence in one pass. The first token's state says whether the evidence
bears the claim out, and whether the claim is what the evidence says with one thing changed; each token of the claim
says whether it is a word that nothing bears out (as LettuceDetect does, Kovács & Recski 2025).
Knows nothing of where examples come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch.nn import functional

from rag.support_input import ClaimTokens, padded_claims
from training.network import TokenNetwork
from training.support_examples import SupportExample

FROZEN_LAYERS = 2
"""Of the six, from below: words are read there, not compared; a quarter of the time is saved."""


class SupportNetwork(TokenNetwork):
    """Two logits a token. Of the first token: supported, altered. Of a claim's token the second one: not borne out."""

    def __init__(self, encoder: Path) -> None:
        super().__init__(encoder, 2)
        self.trunk.embeddings.requires_grad_(False)
        for layer in self.trunk.encoder.layer[:FROZEN_LAYERS]:
            layer.requires_grad_(False)


def batch_logits(network: SupportNetwork, tokens: Sequence[ClaimTokens]) -> torch.Tensor:
    """The network's logits for a batch."""
    inputs = {name: torch.from_numpy(values) for name, values in padded_claims(tokens).items()}
    logits: torch.Tensor = network(**inputs)
    return logits


def batch_loss(logits: torch.Tensor, tokens: Sequence[ClaimTokens], examples: Sequence[SupportExample]) -> torch.Tensor:
    """Mean loss: is the claim supported, is it altered, and which of its words are not borne out, where that is known.

    Sentences of one unfaithful answer count once: the likeliest of them to be unsupported is taken to be.
    """
    logits = logits.float()
    supported = logits[:, 0, 0]
    losses: list[torch.Tensor] = []
    answers: dict[str, list[int]] = {}
    for i, (one, example) in enumerate(zip(tokens, examples, strict=True)):
        if example.kind == "silver" and not example.supported:
            answers.setdefault(example.answer or "", []).append(i)
            continue
        target = torch.tensor(float(example.supported))
        loss = functional.binary_cross_entropy_with_logits(supported[i], target)
        if example.altered is not None:
            target = torch.tensor(float(example.altered))
            loss = loss + functional.binary_cross_entropy_with_logits(logits[i, 0, 1], target)
        if example.supported or example.wrong:
            wrong = torch.tensor(
                [
                    float(any(mark.start < end and start < mark.end for mark in example.wrong))
                    for start, end in one.words
                ]
            )
            words = logits[i, one.first : one.first + len(one.words), 1]
            if len(words):
                loss = loss + functional.binary_cross_entropy_with_logits(words, wrong, pos_weight=torch.tensor(2.0))
        losses.append(loss)
    for places in answers.values():
        worst = supported[places].min()
        losses.append(functional.binary_cross_entropy_with_logits(worst, torch.tensor(0.0)))
    return torch.stack(losses).sum() / len(examples)
