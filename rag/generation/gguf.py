"""Reads the header of a GGUF file: architecture, context length and memory use.

Format: github.com/ggml-org/ggml/blob/master/docs/gguf.md. Reads metadata only, no tensors.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from dateline.index.errors import InputError

MAGIC = b"GGUF"
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
"""Value types by number, as `struct` writes them."""
_STRING, _ARRAY = 8, 9
_MOST_LENGTH = 1 << 26
"""Most bytes of a string or items of an array; more means that the file is damaged."""
_OVERHEAD = 300_000_000
"""Approximate bytes of llama.cpp's compute buffers and process, measured with models of 0.5 and 1.5 B."""
_F16 = 2
"""Bytes per number in the key-value cache."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """Metadata of a model file."""

    architecture: str
    context: int
    """Context length of its training, in tokens."""
    cache_bytes_per_token: int
    """Size of the key-value cache."""
    file_bytes: int

    def memory(self, tokens: int) -> int:
        """Upper estimate of the bytes of memory for a total context of `tokens`."""
        return self.file_bytes + tokens * self.cache_bytes_per_token + _OVERHEAD


def read_header(path: Path) -> GgufHeader:
    """The header of the file at `path`. Raises `InputError` if it isn't GGUF, or is damaged."""
    try:
        with path.open("rb") as file:
            if file.read(4) != MAGIC:
                raise InputError(
                    f"{path} is not a GGUF file", hint="Name a model in llama.cpp's format; its first bytes are GGUF."
                )
            return _header(_metadata(file), path.stat().st_size)
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}", hint="Check its permissions.") from error
    except (struct.error, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is a damaged GGUF file", hint="Download it again.") from error


def _header(metadata: Mapping[str, Any], file_bytes: int) -> GgufHeader:
    architecture = str(metadata["general.architecture"])

    def number(key: str) -> int:
        value = metadata[f"{architecture}.{key}"]
        return int(max(value) if isinstance(value, list) else value)  # some models have one per layer

    heads = number("attention.head_count")
    try:
        head = number("attention.key_length")
    except KeyError:
        head = number("embedding_length") // heads
    try:
        cached_heads = number("attention.head_count_kv")
    except KeyError:
        cached_heads = heads
    per_token = 2 * number("block_count") * cached_heads * head * _F16
    return GgufHeader(architecture, number("context_length"), per_token, file_bytes)


def _metadata(file: BinaryIO) -> dict[str, Any]:
    version, _tensors, count = struct.unpack("<IQQ", file.read(20))
    if version not in (2, 3) or count > _MOST_LENGTH:
        raise ValueError(f"version {version}")
    found: dict[str, Any] = {}
    for _ in range(count):
        key = _string(file)
        (kind,) = struct.unpack("<I", file.read(4))
        found[key] = _value(file, kind)
    return found


def _value(file: BinaryIO, kind: int) -> Any:
    if kind == _STRING:
        return _string(file)
    if kind == _ARRAY:
        kind, length = struct.unpack("<IQ", file.read(12))
        if kind in _SCALARS:
            form = f"<{_length(length)}{_SCALARS[kind]}"
            return list(struct.unpack(form, file.read(struct.calcsize(form))))
        return [_value(file, kind) for _ in range(_length(length))]
    form = "<" + _SCALARS[kind]
    return struct.unpack(form, file.read(struct.calcsize(form)))[0]


def _string(file: BinaryIO) -> str:
    (length,) = struct.unpack("<Q", file.read(8))
    data = file.read(_length(length))
    if len(data) != length:
        raise ValueError("cut off")
    return data.decode("utf-8", "replace")


def _length(length: int) -> int:
    if length > _MOST_LENGTH:
        raise ValueError(f"a length of {length}")
    return length
