"""The reader's network and its loss.

all-MiniLM-L6-v2's encoder reads question and passage in one pass; a linear layer gives each token three scores:
evidence, start and end of the answer. A sentence's score is the mean evidence of its tokens. All passages of a question
share one normalisation (Clark & Gardner, ACL 2018), in which "none of these" has the fixed score 0, so that scores can
be compared across passages and say by themselves whether there is an answer.
Knows nothing of where examples come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import AutoModel

from dateline.rag.reading.reader_input import Tokens, padded
from training.examples import Passage

DROPOUT = 0.1
"""Before the heads only: in every layer it halves the speed on a CPU."""


class TokenNetwork(nn.Module):  # type: ignore[misc]
    """An encoder with one linear layer: token ids in, `outputs` numbers a token out; shape (batch, tokens, outputs)."""

    def __init__(self, encoder: Path, outputs: int) -> None:
        super().__init__()
        self.trunk = AutoModel.from_pretrained(
            encoder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        self.dropout = nn.Dropout(DROPOUT)
        self.heads = nn.Linear(self.trunk.config.hidden_size, outputs)
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.zeros_(self.heads.bias)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        states = self.trunk(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        found: torch.Tensor = self.heads(self.dropout(states))
        return found


class ReaderNetwork(TokenNetwork):
    """Three scores a token: evidence, start and end."""

    def __init__(self, encoder: Path) -> None:
        super().__init__(encoder, 3)
        self.trunk.embeddings.word_embeddings.weight.requires_grad = False  # as in the encoder: rare words keep a place


class Prior(nn.Module):  # type: ignore[misc]
    """What a passage's age and rank add to its sentences' scores."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.tensor([-1.0, -1.0]))
        """Of age and of log rank."""

    def forward(self, ages: torch.Tensor, ranks: torch.Tensor) -> torch.Tensor:
        return self.weights[0] * ages + self.weights[1] * torch.log1p(ranks) / np.log(31)


def token_scores(network: ReaderNetwork, tokens: Sequence[Tokens]) -> torch.Tensor:
    """The network's scores for a batch."""
    device = network.heads.weight.device
    inputs = {name: torch.from_numpy(values).to(device) for name, values in padded(tokens).items()}
    scores: torch.Tensor = network(**inputs)
    return scores


def sentence_scores(scores: torch.Tensor, tokens: Tokens) -> torch.Tensor:
    """Mean evidence of each sentence's tokens; scores: (tokens, 3)."""
    return torch.stack([scores[a:b, 0].mean() for a, b in tokens.sentences if b > a])


def question_loss(
    scores: Sequence[torch.Tensor], prior: torch.Tensor, passages: Sequence[Passage], tokens: Sequence[Tokens]
) -> torch.Tensor:
    """−log of the probability of any right sentence, of any right start and of any right end, summed.

    `scores`: (tokens, 3) for each passage; `prior`: (passages,). Without a right one, "none of these" is right.
    """
    evidence, right = [], []
    starts, ends = [], []
    right_starts, right_ends = [], []
    for row, bias, passage, one in zip(scores, prior, passages, tokens, strict=True):
        if not any(b > a for a, b in one.sentences):
            continue
        evidence.append(sentence_scores(row, one) + bias)
        first, last = _answer_tokens(passage, one)
        hits = np.flatnonzero(first)
        right += [bool(((hits >= a) & (hits < b)).any()) for a, b in one.sentences if b > a]
        inside = torch.from_numpy(one.offsets[:, 0] >= 0)
        starts.append(row[: len(one.ids), 1][inside] + bias)
        ends.append(row[: len(one.ids), 2][inside] + bias)
        right_starts.append(torch.from_numpy(first)[inside])
        right_ends.append(torch.from_numpy(last)[inside])
    return (
        _negative_log(torch.cat(evidence), torch.tensor(right))
        + 0.5 * _negative_log(torch.cat(starts), torch.cat(right_starts))
        + 0.5 * _negative_log(torch.cat(ends), torch.cat(right_ends))
    )


def _negative_log(scores: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    none = scores.new_zeros(1)
    everything = torch.logsumexp(torch.cat([none, scores]), 0)
    return everything - (torch.logsumexp(scores[right], 0) if right.any() else none[0])


def _answer_tokens(passage: Passage, tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """Which tokens begin an answer, and which end one."""
    first = np.zeros(len(tokens.ids), np.bool_)
    last = np.zeros(len(tokens.ids), np.bool_)
    starts, ends = tokens.offsets[:, 0], tokens.offsets[:, 1]
    for span in passage.answers:
        inside = np.flatnonzero((starts >= 0) & (starts < span.end) & (ends > span.start))
        if len(inside):
            first[inside[0]] = True
            last[inside[-1]] = True
    return first, last
