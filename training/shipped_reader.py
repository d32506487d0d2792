"""Reads a shipped reader's weights back from OpenVINO, as a start for further training.

They are those that were trained, rounded to half precision and 8 bits. Knows nothing of what comes next.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openvino as ov
import torch

from training.network import ReaderNetwork

_ROUNDED = ("trunk.embeddings.word_embeddings.weight",)
"""Kept as in the encoder, from which they were never changed."""


def shipped_reader(folder: Path, encoder: Path) -> ReaderNetwork:
    """The network whose export is in `folder`. Raises `ValueError` where its graph is not that of `ReaderNetwork`."""
    graph = ov.Core().read_model(folder / "reader.xml").get_ordered_ops()
    network = ReaderNetwork(encoder)
    own = network.state_dict()
    found = dict(_layers(graph, own))
    norms = [name.removesuffix(".weight") for name in own if name.endswith("LayerNorm.weight")]
    nodes = [node for node in graph if node.get_type_name() == "MVN"]
    for name, node in zip(norms, nodes, strict=True):
        scaled = _next(node)
        found[f"{name}.weight"] = _constant(scaled)
        found[f"{name}.bias"] = _constant(_next(scaled))
    missing = [name for name in own if name not in found and name not in _ROUNDED]
    if missing:
        raise ValueError(f"{folder} lacks {', '.join(missing)}")
    network.load_state_dict(
        own | {name: torch.from_numpy(value.reshape(own[name].shape)) for name, value in found.items()}
    )
    return network


def _layers(graph: list[ov.Node], own: dict[str, torch.Tensor]) -> Iterator[tuple[str, np.ndarray]]:
    """The matrices, which keep their names in the graph, and what is added to what they are multiplied with."""
    for node in graph:
        name = node.get_friendly_name().removesuffix("_compressed").removeprefix("self.")
        if node.get_type_name() != "Constant" or name not in own or tuple(node.shape) != tuple(own[name].shape):
            continue
        yield name, np.array(node.data, np.float32)
        for _ in range(3):  # through conversions to the product
            node = _next(node)
            if node.get_type_name() == "MatMul":
                yield name.removesuffix("weight") + "bias", _constant(_next(node))
                break


def _next(node: ov.Node) -> ov.Node:
    """The first that takes what this one gives."""
    return next(iter(node.output(0).get_target_inputs())).get_node()


def _constant(node: ov.Node) -> np.ndarray:
    """What a sum or product takes in that was not computed. Raises `ValueError` where there is none."""
    for n in range(node.get_input_size()):
        given = node.input_value(n).get_node()
        if given.get_type_name() == "Convert":
            given = given.input_value(0).get_node()
        if given.get_type_name() == "Constant":
            return np.array(given.data, np.float32)
    raise ValueError(f"{node.get_friendly_name()} takes no constant")
