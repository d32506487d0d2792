"""Exports the trained reader as OpenVINO: half-precision layers, int8 word embeddings.

Knows the network; nothing of how it was trained.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
import openvino as ov
import torch
from openvino import opset15 as ops

from dateline.rag.reading.reader import ReaderCalibration
from training.network import ReaderNetwork

INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def write(network: ReaderNetwork, *, tokenizer: Path, window: int, target: Path) -> None:
    """Write `reader.xml`, `.bin` and `.json` with `tokenizer.json` to `target`; not calibrated yet. Deterministic."""
    example = {name: torch.ones((2, 9), dtype=torch.int64) for name in INPUTS}
    with torch.no_grad():
        model = ov.convert_model(network.eval(), example_input=example)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        # In this order: a model that has 8-bit parts is not made half precision any more.
        ov.save_model(model, Path(scratch, "half.xml"), compress_to_fp16=True)
        half = ov.Core().read_model(Path(scratch, "half.xml"))
        _quantize_words(half, network.trunk.embeddings.word_embeddings.weight.detach().numpy())
        ov.save_model(half, target / "reader.xml", compress_to_fp16=False)
    weights = hashlib.sha256((target / "reader.bin").read_bytes()).hexdigest()
    about = {
        "name": f"dateline-reader@{weights[:12]}",
        "kind": "sentence_reader",
        "window": window,
        "sha256": weights,
        "calibration": asdict(ReaderCalibration()),
    }
    (target / "reader.json").write_text(json.dumps(about, indent=2) + "\n")
    shutil.copyfile(tokenizer, target / "tokenizer.json")


def _quantize_words(model: ov.Model, table: np.ndarray) -> None:
    """Make the table of word embeddings half as large again."""
    for node in model.get_ops():
        if node.get_type_name() == "Constant" and tuple(node.shape) == table.shape:
            in_8_bits(node, table)
            return
    raise RuntimeError("the network has no table of words to make smaller")


def in_8_bits(constant: ov.Node, values: np.ndarray | None = None) -> None:
    """Replace a matrix by 8-bit integers with a scale for each row. `values`: the exact ones; default: the node's."""
    exact = np.array(constant.data if values is None else values, np.float32)
    scale = np.maximum(np.abs(exact).max(axis=1, keepdims=True), 1e-8) / 127
    whole = np.clip(np.rint(exact / scale), -127, 127).astype(np.int8)
    back = ops.convert(ops.constant(whole), np.float32)
    rows = ops.multiply(back, ops.constant(scale.astype(np.float32)))
    constant.output(0).replace(rows.output(0))
