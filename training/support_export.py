"""Exports the trained support check as OpenVINO with 8-bit weights.

Knows the network; nothing of how it was trained.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path

import openvino as ov
import torch

from dateline.rag.verification.entailment import Calibration, Logistic
from training.export import INPUTS, in_8_bits
from training.support_network import SupportNetwork

UNCALIBRATED = Calibration(Logistic({}, 0.0), Logistic({}, 0.0), 1.0)


def write_support(network: SupportNetwork, *, tokenizer: Path, target: Path) -> None:
    """Write the model to `target`; what it says counts nothing until `write_about` calibrates it. Deterministic."""
    example = {name: torch.ones((2, 9), dtype=torch.int64) for name in INPUTS}
    with torch.no_grad():
        model = ov.convert_model(network.eval(), example_input=example)
    for weight in [
        node for node in model.get_ops() if node.get_type_name() == "Constant" and _is_matrix(tuple(node.shape), node)
    ]:
        in_8_bits(weight)
    target.mkdir(parents=True, exist_ok=True)
    ov.save_model(model, target / "support.xml", compress_to_fp16=True)
    shutil.copyfile(tokenizer, target / "tokenizer.json")
    write_about(target, UNCALIBRATED)


def write_about(folder: Path, calibration: Calibration) -> None:
    """Write `support.json`: the weights' hash, a name that identifies them and the calibration."""
    weights = hashlib.sha256((folder / "support.bin").read_bytes()).hexdigest()
    values = {"calibration": asdict(calibration)}
    identity = hashlib.sha256((weights + json.dumps(values, sort_keys=True)).encode()).hexdigest()
    about = {"name": f"dateline-support@{identity[:12]}", "sha256": weights, **values}
    (folder / "support.json").write_text(json.dumps(about, indent=2) + "\n")


def _is_matrix(shape: tuple[int, ...], node: ov.Node) -> bool:
    """A layer's or a table's weights; not the heads', which are small and want to be exact."""
    return len(shape) == 2 and min(shape) >= 128 and node.get_element_type().is_real()
