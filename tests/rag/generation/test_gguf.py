import struct
from pathlib import Path

import pytest

from dateline.index.errors import InputError
from dateline.rag.generation.gguf import read_header
from tests.rag.generation.tiny_model import CONTEXT, EMBEDDING, HEADS, LAYERS, write_tiny_model


def test_the_header(tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path / "tiny.gguf")
    header = read_header(path)
    assert (header.architecture, header.context) == ("llama", CONTEXT)
    head = EMBEDDING // HEADS
    assert header.cache_bytes_per_token == 2 * LAYERS * HEADS * head * 2  # keys and values, of two bytes each
    assert header.file_bytes == path.stat().st_size
    assert header.memory(1_000) - header.memory(0) == 1_000 * header.cache_bytes_per_token


def test_what_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"<html>")
    with pytest.raises(InputError, match="is not a GGUF file"):
        read_header(path)
    with pytest.raises(InputError, match="can't be read: No such file"):
        read_header(tmp_path / "none.gguf")


@pytest.mark.parametrize("length", [0, 4, 20, 24, 30, 100, 2_000])
def test_a_header_that_is_cut_off(tmp_path: Path, length: int) -> None:
    whole = write_tiny_model(tmp_path / "tiny.gguf").read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(whole[:length])
    with pytest.raises(InputError):
        read_header(path)


def test_lengths_that_no_model_has(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(struct.pack("<4sIQQQ", b"GGUF", 3, 1, 1, 1 << 62))
    with pytest.raises(InputError, match="is a damaged GGUF file"):
        read_header(path)
