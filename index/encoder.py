"""Text → embedding: the encoder protocol, its two implementations, and a fake that can be computed by hand.

`OpenVinoEncoder` runs an exported model (see `encoder_export.py`) without torch; `SentenceTransformerEncoder` runs
any sentence-transformers model on a GPU, and is the reference for the exported models.
Knows nothing of articles, passages or where settings come from.
"""

from __future__ import annotations

import hashlib
import json
import os
import string
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dateline.index.errors import EncoderError
from dateline.index.inference import compiled_model
from dateline.index.token_counts import TokenCounts, is_word_by_word

if TYPE_CHECKING:
    from openvino import InferRequest
    from sentence_transformers import SentenceTransformer

Embeddings = NDArray[np.float32]
"""Shape (texts, dimension); every row has length 1."""

BATCH = 8
"""Texts per batch. Measured on two cores: 8 is as fast as 64 and pads less."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """Prefixes of questions and passages, for encoders that were trained with them."""

    query: str = ""
    document: str = ""

    def identify(self, model: str) -> str:
        """The name of `model` with these prompts, as they change its embeddings; `model` if there are none."""
        if self == NO_PROMPTS:
            return model
        return f"{model}+{hashlib.sha256(json.dumps([self.query, self.document]).encode()).hexdigest()[:8]}"


NO_PROMPTS = Prompts()


class Encoder(Protocol):
    """Turns texts into embeddings of unit length, so that a dot product is the cosine."""

    name: str
    """Identity of the model and its prompts; embeddings of different names aren't comparable."""
    prompts: Prompts
    """They are part of the window."""
    dimension: int
    max_tokens: int
    """The window in tokens, special ones included; longer texts are truncated."""
    languages: tuple[str, ...] | None
    """The languages that it supports (ISO 639-1); None: any."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, without special tokens and before truncation."""
        ...

    def encode_query(self, texts: Sequence[str]) -> Embeddings:
        """Embeddings of questions, shape (len(texts), dimension), float32, unit length."""
        ...

    def encode_document(self, texts: Sequence[str]) -> Embeddings:
        """The same for passages and sentences, which questions are compared with."""
        ...


class InitialsEncoder:
    """A fake: component i counts the words that begin with the i-th letter of the alphabet, scaled to unit length.

    `"bad cat"` → b and c, so components 1 and 2 are 1/√2. Tokens are words. A prompt's words count like the text's.
    Deterministic and instant.
    """

    dimension = 27
    """26 letters, and one component for all other words."""

    def __init__(
        self, max_tokens: int = 256, languages: tuple[str, ...] | None = None, prompts: Prompts = NO_PROMPTS
    ) -> None:
        self.name = prompts.identify("initials")
        self.max_tokens = max_tokens
        self.languages = languages
        self.prompts = prompts

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words, split at white space."""
        return [len(text.split()) for text in texts]

    def encode_query(self, texts: Sequence[str]) -> Embeddings:
        """See the class; a text without words has only the last component."""
        return self._encode([self.prompts.query + text for text in texts])

    def encode_document(self, texts: Sequence[str]) -> Embeddings:
        """See the class."""
        return self._encode([self.prompts.document + text for text in texts])

    def _encode(self, texts: Sequence[str]) -> Embeddings:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split()[: self.max_tokens] or ["-"]:
                letter = string.ascii_lowercase.find(word[0])
                row[letter if letter >= 0 else 26] += 1
            row /= np.linalg.norm(row)
        return rows


class OpenVinoEncoder:
    """An exported encoder on the CPU: bfloat16 where the processor has it, float32 elsewhere. Thread-safe."""

    def __init__(self, folder: Path, *, compiled: Path, bulk: bool = False) -> None:
        """Load `folder`, as `encoder_export.export` wrote it. Raises `EncoderError` if it is incomplete.

        `compiled`: cache folder for the model compiled for this processor, for a quicker start.
        `bulk`: each core works on its own batch, a tenth more texts per second; otherwise all cores work on one
        batch, which halves the time of a single text.
        """
        from tokenizers import Tokenizer

        try:
            about = json.loads((folder / "encoder.json").read_text())
            # What was exported before there were prompts has none.
            self.prompts = Prompts(**about.get("prompts", {}))
            self.name: str = self.prompts.identify(about["name"])
            self.dimension: int = about["dimension"]
            self.max_tokens: int = about["max_tokens"]
            self.languages: tuple[str, ...] | None = about["languages"] and tuple(about["languages"])
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._streams = len(os.sched_getaffinity(0)) if bulk else 1
            self._model = compiled_model(folder / "encoder.xml", compiled, streams=self._streams)
        except Exception as error:
            raise EncoderError(
                f"the encoder in {folder} can't be loaded ({type(error).__name__})",
                hint="Remove that folder; it is made again at the next start.",
            ) from error
        made = self._model.output(0).partial_shape[1]
        if made.is_static and made.get_length() != self.dimension:
            raise EncoderError(
                f"the encoder in {folder} makes embeddings of {made.get_length()} numbers; its encoder.json says "
                f"{self.dimension}",
                hint="Remove that folder; it is made again at the next start.",
            )
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._counts = TokenCounts(self._tokenizer) if is_word_by_word(self._tokenizer) else None

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See `Encoder`."""
        if self._counts is not None:
            return self._counts.count(texts)
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    def encode_query(self, texts: Sequence[str]) -> Embeddings:
        """See `Encoder`."""
        return self._encode([self.prompts.query + text for text in texts])

    def encode_document(self, texts: Sequence[str]) -> Embeddings:
        """See `Encoder`."""
        return self._encode([self.prompts.document + text for text in texts])

    def _encode(self, texts: Sequence[str]) -> Embeddings:
        """Texts of like length share a batch."""
        rows = [self._window(encoding.ids) for encoding in self._tokenizer.encode_batch_fast(list(texts))]
        longest_first = sorted(range(len(rows)), key=lambda i: -len(rows[i]))
        embeddings = np.empty((len(rows), self.dimension), np.float32)
        # Not OpenVINO's queue with a callback: its thread could still want Python's lock when the program ends, which
        # then aborts (OpenVINO 2026.4).
        under_way: deque[tuple[InferRequest, list[int]]] = deque()

        def finish_first() -> InferRequest:
            request, batch = under_way.popleft()
            request.wait()
            embeddings[batch] = request.get_output_tensor().data
            return request

        for first in range(0, len(rows), BATCH):
            batch = longest_first[first : first + BATCH]
            idle = len(under_way) < self._streams
            request = self._model.create_infer_request() if idle else finish_first()
            request.start_async(_padded([rows[i] for i in batch]))
            under_way.append((request, batch))
        while under_way:
            finish_first()
        return embeddings

    def _window(self, ids: list[int]) -> list[int]:
        """The ids truncated to the window, keeping the closing special token."""
        return ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]


def _padded(rows: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
    """The exported model's inputs, each of shape (rows, length of the first, which is the longest)."""
    tokens = np.zeros((len(rows), len(rows[0])), np.int64)
    mask = np.zeros_like(tokens)
    for line, row in enumerate(rows):
        tokens[line, : len(row)] = row
        mask[line, : len(row)] = 1
    return {"input_ids": tokens, "attention_mask": mask}


class SentenceTransformerEncoder:
    """Any sentence-transformers model, run by that library on its device (`cuda`, `mps`, `cpu`)."""

    def __init__(self, model: SentenceTransformer, *, name: str, languages: tuple[str, ...] | None) -> None:
        """`model`: by `load_sentence_transformer`. `name`: its name without its prompts."""
        self._model = model
        self.prompts = prompts_of(model)
        self.name = self.prompts.identify(name)
        self.languages = languages
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.max_tokens = max_tokens_of(self._model)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See `Encoder`."""
        if not texts:
            return []
        encodings = self._model.tokenizer(list(texts), add_special_tokens=False, truncation=False)
        return [len(ids) for ids in encodings["input_ids"]]

    def encode_query(self, texts: Sequence[str]) -> Embeddings:
        """See `Encoder`."""
        return self._rows(self._model.encode_query(list(texts), prompt=self.prompts.query, **_AS_UNIT_ROWS))

    def encode_document(self, texts: Sequence[str]) -> Embeddings:
        """See `Encoder`."""
        return self._rows(self._model.encode_document(list(texts), prompt=self.prompts.document, **_AS_UNIT_ROWS))

    def _rows(self, embeddings: Any) -> Embeddings:
        return np.asarray(embeddings, np.float32).reshape(-1, self.dimension)


_AS_UNIT_ROWS: dict[str, Any] = {"normalize_embeddings": True, "show_progress_bar": False}


def prompts_of(model: SentenceTransformer) -> Prompts:
    """The prompts that a model states for retrieval, looked up in the order of sentence-transformers.

    That library (6.2) has a default empty prompt `document`, which hides one that a model calls `passage`.
    """
    named = model.prompts
    document = next((named[name] for name in ("document", "passage", "corpus") if named.get(name)), "")
    return Prompts(named.get("query") or "", document)


def max_tokens_of(model: SentenceTransformer) -> int:
    """The model's window in tokens: what it states, limited by its number of positions."""
    config = getattr(model, "config", None)
    stated = (model.max_seq_length, getattr(config, "max_position_embeddings", None))
    return int(min((length for length in stated if length and length > 0), default=512))


def load_sentence_transformer(folder: Path, device: str) -> SentenceTransformer:
    """The model in `folder`, by sentence-transformers (imported here: it costs seconds)."""
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EncoderError(
            "this needs sentence-transformers, which isn't installed",
            hint="Install the extra: pip install 'dateline[models]'.",
        ) from error
    # In float32 on the CPU, whatever it was saved in: the processor decides later.
    as_computed = {"dtype": "float32"} if device == "cpu" else None
    try:
        return SentenceTransformer(str(folder), device=device, local_files_only=True, model_kwargs=as_computed)
    except Exception as error:
        raise EncoderError(
            f"{folder} can't be loaded as a sentence-transformers model ({type(error).__name__})",
            hint="Name a folder that SentenceTransformer.save() wrote.",
        ) from error
