"""Reader input: tokenizes a question and a passage, and maps tokens to the passage's sentences.

The passage is read under its header (title, outlet, date). Shared by the readers and `training/`, so that both see the
same input. Knows nothing of models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from dateline.index.article import Span

QUESTION_TOKENS = 64
"""A longer question is cut, so that its passage fits."""
HEADER_CHARS = 200
"""A longer header is cut."""


@dataclass(frozen=True, slots=True)
class Text:
    """A passage as the input of a reader; spans are offsets in `words`."""

    header: str
    words: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Tokens:
    """A tokenized question and passage."""

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    """0 for the question, 1 for header and passage."""
    offsets: NDArray[np.int64]
    """Shape (tokens, 2): each token's span in `Text.words`; (-1, -1) for tokens outside the passage."""
    sentences: tuple[tuple[int, int], ...]
    """First token, and the one after the last, of each sentence; equal if the window cut it off."""


def tokenize(tokenizer: Tokenizer, question: str, texts: Sequence[Text], window: int) -> list[Tokens]:
    """Each text after the question, cut to `window` tokens. The tokenizer must neither pad nor truncate."""
    asked = tokenizer.encode(question, add_special_tokens=False)
    if len(asked) > QUESTION_TOKENS:
        question = question[: asked.offsets[QUESTION_TOKENS - 1][1]]
    heads = [text.header[:HEADER_CHARS] + "\n" for text in texts]
    encodings = tokenizer.encode_batch([(question, head + text.words) for head, text in zip(heads, texts, strict=True)])
    return [_tokens(encoding, head, text, window) for encoding, head, text in zip(encodings, heads, texts, strict=True)]


def _tokens(encoding: Encoding, head: str, text: Text, window: int) -> Tokens:
    ids = np.array(encoding.ids, np.int64)
    types = np.array(encoding.type_ids, np.int64)
    in_passage = np.array([part == 1 for part in encoding.sequence_ids])
    offsets = np.array(encoding.offsets, np.int64)
    if len(ids) > window:
        closing = ids[-1]
        ids, types, in_passage, offsets = ids[:window], types[:window], in_passage[:window], offsets[:window]
        ids[-1], in_passage[-1] = closing, False
    passage = np.flatnonzero(in_passage)
    offsets[passage, 0] += _spaces_before(head + text.words, offsets[passage])
    offsets -= len(head)
    offsets[~in_passage | (offsets[:, 0] < 0)] = -1
    bounds = []
    for span in text.sentences:
        inside = np.flatnonzero((offsets[:, 0] >= span.start) & (offsets[:, 0] < span.end))
        bounds.append((int(inside[0]), int(inside[-1]) + 1) if len(inside) else (0, 0))
    return Tokens(ids, types, offsets, tuple(bounds))


def _spaces_before(whole: str, offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of leading spaces in each token: byte-level and SentencePiece tokenizers include them.

    Otherwise a sentence's first word would begin before the sentence. Tokens of only spaces are left alone.
    """
    counts = []
    for start, end in offsets.tolist():
        spaces = 0
        if start < end and whole[start].isspace():
            token = whole[start:end]
            spaces = len(token) - len(token.lstrip()) if not token.isspace() else 0
        counts.append(spaces)
    return np.array(counts, np.int64)


def padded(batch: Sequence[Tokens], pad: int = 0) -> dict[str, NDArray[np.int64]]:
    """The model's inputs: `input_ids`, `attention_mask` and `token_type_ids`, each of shape (batch, longest).

    `pad` is the id that fills `input_ids`; RoBERTa and similar models recognise padding by it.
    """
    longest = max(len(one.ids) for one in batch)
    inputs = {
        name: np.zeros((len(batch), longest), np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")
    }
    inputs["input_ids"].fill(pad)
    for row, one in enumerate(batch):
        inputs["input_ids"][row, : len(one.ids)] = one.ids
        inputs["attention_mask"][row, : len(one.ids)] = 1
        inputs["token_type_ids"][row, : len(one.ids)] = one.types
    return inputs
