"""Counts tokens: by a local model's tokenizer, or by an estimate."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from threading import Lock
from typing import TYPE_CHECKING

from dateline.index.errors import LlmError

if TYPE_CHECKING:
    from dateline.rag.generation.model_server import ModelServer
    from dateline.rag.generation.server_folder import Endpoint

CHARS_PER_TOKEN = 4
"""Rough average for English in current vocabularies."""
MOST_KEPT = 20_000
"""Texts whose counts are cached."""
WITHIN = 10.0
"""Seconds for a count, including loading the model; after that it is estimated."""


def estimated_tokens(text: str) -> int:
    """An estimate for English, rounded up."""
    return math.ceil(len(text) / CHARS_PER_TOKEN)


class TokenCounter:
    """Counts tokens by a local model's tokenizer. Thread-safe."""

    def __init__(self, server: ModelServer) -> None:
        self._server = server
        self._known: OrderedDict[str, int] = OrderedDict()
        self._separator: int | None = None
        self._lock = Lock()

    def count_all(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, with special tokens read as text; estimated if the server is not available."""
        unknown = [text for text in dict.fromkeys(texts) if text and text not in self._known]
        counted: dict[str, int] = {"": 0}
        if unknown:
            try:
                counted |= zip(unknown, self._asked(unknown), strict=True)
            except (LlmError, OSError, HTTPException, ValueError, KeyError, TypeError):
                counted |= {text: estimated_tokens(text) for text in unknown}
            else:
                self._keep({text: counted[text] for text in unknown})
        return [counted[text] if text in counted else self._known.get(text, estimated_tokens(text)) for text in texts]

    def _asked(self, texts: Sequence[str]) -> list[int]:
        """Count in one request: texts are separated by a special token."""
        endpoint = self._server.endpoint(WITHIN)
        if len(texts) == 1:
            return [len(_tokens(endpoint, texts[0]))]
        separator = self._separator_of(endpoint)
        mixed: list[str | int] = [part for text in texts for part in (text, separator)]
        return list(_lengths(_tokens(endpoint, mixed), separator))

    def _separator_of(self, endpoint: Endpoint) -> int:
        """A token that is in no text: the end-of-turn token."""
        from dateline.rag.generation.server_folder import call

        if self._separator is None:
            special = call(endpoint, "GET", "/props", timeout=WITHIN)["eos_token"]
            (self._separator,) = _tokens(endpoint, special, parse_special=True)
        return self._separator

    def _keep(self, counted: dict[str, int]) -> None:
        with self._lock:
            self._known.update(counted)
            while len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)


def _tokens(endpoint: Endpoint, content: str | list[str | int], *, parse_special: bool = False) -> list[int]:
    from dateline.rag.generation.server_folder import call

    asked = {"content": content, "parse_special": parse_special}
    return list(call(endpoint, "POST", "/tokenize", asked, timeout=WITHIN)["tokens"])


def _lengths(tokens: Sequence[int], separator: int) -> Iterator[int]:
    """The number of tokens before each separator."""
    length = 0
    for token in tokens:
        if token == separator:
            yield length
            length = 0
        else:
            length += 1
