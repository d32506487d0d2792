"""A language model of random weights as a GGUF file, a few hundred kilobytes: real llama.cpp runs it in no time.

It reads bytes and writes nonsense.
"""

import random
import struct
from array import array
from pathlib import Path
from typing import Any

EMBEDDING, FEED_FORWARD, HEADS, LAYERS = 32, 64, 2, 1
CONTEXT = 2_048
_UINT32, _INT32, _FLOAT32, _STRING, _ARRAY = 4, 5, 6, 8, 9
_ALIGNMENT = 32
_TEMPLATE = "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant:"


def write_tiny_model(path: Path, *, context: int = CONTEXT) -> Path:
    """The same bytes each time."""
    words = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁"]
    kinds = [2, 3, 3, *[6] * 256, 1]  # unknown, control, control, bytes, normal
    metadata: list[tuple[str, int, Any]] = [
        ("general.architecture", _STRING, "llama"),
        ("llama.context_length", _UINT32, context),
        ("llama.embedding_length", _UINT32, EMBEDDING),
        ("llama.block_count", _UINT32, LAYERS),
        ("llama.feed_forward_length", _UINT32, FEED_FORWARD),
        ("llama.attention.head_count", _UINT32, HEADS),
        ("llama.attention.layer_norm_rms_epsilon", _FLOAT32, 1e-5),
        ("llama.rope.dimension_count", _UINT32, EMBEDDING // HEADS),
        ("tokenizer.ggml.model", _STRING, "llama"),
        ("tokenizer.ggml.tokens", _ARRAY, (_STRING, words)),
        ("tokenizer.ggml.scores", _ARRAY, (_FLOAT32, [0.0] * len(words))),
        ("tokenizer.ggml.token_type", _ARRAY, (_INT32, kinds)),
        ("tokenizer.ggml.bos_token_id", _UINT32, 1),
        ("tokenizer.ggml.eos_token_id", _UINT32, 2),
        ("tokenizer.chat_template", _STRING, _TEMPLATE),
    ]
    shapes = {"token_embd.weight": (EMBEDDING, len(words)), "output_norm.weight": (EMBEDDING,)}
    for layer in range(LAYERS):
        for name, shape in {
            "attn_norm": (EMBEDDING,), "attn_q": (EMBEDDING, EMBEDDING), "attn_k": (EMBEDDING, EMBEDDING),
            "attn_v": (EMBEDDING, EMBEDDING), "attn_output": (EMBEDDING, EMBEDDING), "ffn_norm": (EMBEDDING,),
            "ffn_gate": (EMBEDDING, FEED_FORWARD), "ffn_up": (EMBEDDING, FEED_FORWARD),
            "ffn_down": (FEED_FORWARD, EMBEDDING),
        }.items():  # fmt: skip
            shapes[f"blk.{layer}.{name}.weight"] = shape
    rng = random.Random(0)
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(shapes), len(metadata))
    head += b"".join(_string(key) + struct.pack("<I", kind) + _value(kind, value) for key, kind, value in metadata)
    data = b""
    for name, shape in shapes.items():
        head += _string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(data))
        size = shape[0] * (shape[1] if len(shape) > 1 else 1)
        data += _padded(array("f", (rng.gauss(0, 0.3) for _ in range(size))).tobytes())
    path.write_bytes(_padded(head) + data)
    return path


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _ALIGNMENT)


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(kind: int, value: Any) -> bytes:
    if kind == _STRING:
        return _string(value)
    if kind == _ARRAY:
        of, values = value
        return struct.pack("<IQ", of, len(values)) + b"".join(_value(of, each) for each in values)
    return struct.pack({_UINT32: "<I", _INT32: "<i", _FLOAT32: "<f"}[kind], value)
