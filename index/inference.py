"""OpenVINO models on the CPU and their tokenizers, for the encoder, the reader and the support check.

Knows nothing of what a model computes.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from openvino import CompiledModel
    from tokenizers import Tokenizer


def compiled_model(model: Path, compiled: Path, *, streams: int = 1) -> CompiledModel:
    """The model in file `model`: in bfloat16 where the processor has it, in float32 elsewhere.

    `compiled`: cache folder for the model compiled for this processor, for a quicker start. `streams`: how many batches
    run at once, sharing the cores. Raises OpenVINO's errors.
    """
    import openvino as ov

    # Two threads that were the first to look at a tensor's data, at once, would wait for each other for ever: what the
    # binding then sets up lets go of Python's lock in the middle (OpenVINO 2026.4). So one looks before there are two.
    assert ov.Tensor(np.zeros(1, np.float32)).data.shape == (1,)
    core = ov.Core()
    core.set_property({"CACHE_DIR": str(compiled)})
    fast = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return core.compile_model(
        model,
        "CPU",
        {
            "INFERENCE_PRECISION_HINT": "bf16" if fast else "f32",
            "NUM_STREAMS": streams,
            "INFERENCE_NUM_THREADS": len(os.sched_getaffinity(0)),
        },
    )


def open_tokenizer(file: Path) -> Tokenizer:
    """The tokenizer in `file`, without padding and truncation. Raises the library's errors."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True  # an article that says "[SEP]" must not pass for a delimiter
    return tokenizer
