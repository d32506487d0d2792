"""Counts the tokens of texts word by word: a word that occurred before is not tokenised again.

For tokenizers of BERT's kind, which never join what a space separates. Knows nothing of models.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LARGEST = 100_000
"""Words that are remembered; then it begins anew."""
LONGEST = 100
"""In characters, of a word that is remembered; what has no spaces is not made of words."""


def is_word_by_word(tokenizer: Tokenizer) -> bool:
    """Whether the tokens of a text are those of its parts between spaces, one after the other."""
    about = json.loads(tokenizer.to_str())
    parts = [(about.get(name) or {}).get("type") for name in ("normalizer", "pre_tokenizer", "model")]
    joining = any(" " in token["content"] or token["lstrip"] or token["rstrip"] for token in about["added_tokens"])
    return parts == ["BertNormalizer", "BertPreTokenizer", "WordPiece"] and not joining


class TokenCounts:
    """Token counts under a tokenizer that `is_word_by_word`. Safe for threads."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """`tokenizer`: without truncation and padding."""
        self._tokenizer = tokenizer
        self._known: dict[str, int] = {}

    def count(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, without special tokens."""
        known = self._known
        split = [text.split(" ") for text in texts]
        new = [word for word in {word for words in split for word in words} if word not in known]
        if new:
            encoded = self._tokenizer.encode_batch_fast(new, add_special_tokens=False)
            known.update((word, len(encoding)) for word, encoding in zip(new, encoded, strict=True))
        counts = [sum(map(known.__getitem__, words)) for words in split]
        if new and (len(known) > LARGEST or max(map(len, new)) > LONGEST):
            self._known = {}  # not cleared: other threads may be reading it
        return counts
