"""Opens readers: the one that ships with Dateline, or a transformers model, converted to OpenVINO once and cached.

Supports extractive question-answering models and cross-encoders, including the rerankers of sentence-transformers.
"""

from __future__ import annotations

import inspect
import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dateline.index.encoder_export import (
    file_sha256,
    has_weights,
    identity,
    keep_padding_finite,
    local_folder,
    quiet_libraries,
    written_whole,
)
from dateline.index.errors import ReaderError
from dateline.rag.reading.reader import OpenVinoReader, ReaderCalibration
from dateline.rag.reading.reader_chain import Loaded, is_chain, load_chain

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).parents[1] / "reader_model"
"""The reader that ships with Dateline, made by `training/`."""

WINDOW = 384
"""Most tokens that a converted model reads; longer passages are cut."""

MEANING = 8.0
"""`ReaderCalibration.meaning` of a converted model; nothing else is known of its scores."""

FORMAT = 2
"""Increased when the exported form changes, so that models are exported again."""

KINDS = {"ForQuestionAnswering": "question_answering", "ForSequenceClassification": "cross_encoder"}
"""Kinds of models by the ending of their architecture's name."""

_ACCEPTED = (
    "Name a folder with a transformers model …ForQuestionAnswering or a cross-encoder (…ForSequenceClassification with "
    "1 or 2 labels, or what CrossEncoder.save_pretrained() wrote), or leave the setting empty for the reader that "
    "comes with Dateline."
)


def open_reader(model: Path | None, cache: Path) -> OpenVinoReader:
    """The reader for `model`: an exported folder, a transformers folder, or None for the shipped one.

    A transformers model is exported to `cache` at first use. Raises `ReaderError` if the model is missing, damaged,
    unsupported or can't be converted.
    """
    if model is None:
        return open_shipped(SHIPPED, cache)
    if (model / "reader.json").is_file():
        return OpenVinoReader(model, compiled=cache / "compiled")
    model = local_folder(model)
    if not has_weights(model):
        raise ReaderError(
            f"{model} holds no model: neither model.safetensors nor pytorch_model.bin is there", hint=_ACCEPTED
        )
    kind = _kind(model)
    key = identity(model)
    exported = cache / f"{key[:16]}-{FORMAT}"
    if not (exported / "reader.json").is_file():
        log.info("converting the reader %s to the form that runs fast here; this takes some seconds, once", model.name)
        if kind == "cross_encoder":
            log.info("%s ranks sentences; it finds no short answers in them", model.name)
        try:
            with quiet_libraries():
                _export(model, kind, f"{model.name}@{key[:12]}", exported)
        except OSError as error:
            raise ReaderError(
                f"the converted reader can't be written to {exported} ({error})",
                hint="Set DATELINE_CACHE to a folder that can be written.",
            ) from error
    return OpenVinoReader(exported, compiled=cache / "compiled")


def open_shipped(folder: Path, cache: Path) -> OpenVinoReader:
    """The reader in `folder`. Raises `ReaderError` if its weights don't match the hash in its `reader.json`."""
    try:
        expected = json.loads((folder / "reader.json").read_text())["sha256"]
        found = file_sha256(folder / "reader.bin")
    except (OSError, ValueError, KeyError) as error:
        raise ReaderError(
            f"the reader that comes with Dateline is missing or damaged in {folder} ({type(error).__name__}: {error})",
            hint="Reinstall Dateline.",
        ) from error
    if found != expected:
        raise ReaderError(
            f"{folder / 'reader.bin'} is damaged: its sha256 is {found[:16]}…, not {expected[:16]}…",
            hint="Reinstall Dateline.",
        )
    return OpenVinoReader(folder, compiled=cache / "compiled")


def _kind(model: Path) -> str:
    """The kind of a model, by its `config.json`. Raises `ReaderError` if it is not supported."""
    if is_chain(model):
        return "cross_encoder"
    try:
        architectures = json.loads((model / "config.json").read_text()).get("architectures") or ["no architecture"]
    except (OSError, ValueError, AttributeError) as error:
        raise ReaderError(f"{model} has no config.json that can be read ({error})", hint=_ACCEPTED) from error
    for ending, kind in KINDS.items():
        if str(architectures[0]).endswith(ending):
            return kind
    raise ReaderError(f"{model} is no reader: its config.json names {architectures[0]}", hint=_ACCEPTED)


def _export(source: Path, kind: str, name: str, target: Path) -> None:
    """Export `source` to `target`, atomically."""
    try:
        import torch

        loaded = load_chain(source) if is_chain(source) else _load(source, kind)
    except ImportError as error:
        raise ReaderError(
            f"converting {source} needs torch and sentence-transformers, which aren't installed",
            hint="Install the extra: pip install 'dateline[models]'.",
        ) from error
    import openvino as ov

    tokenizer = loaded.tokenizer
    _check(source, kind, loaded)

    class WholeModel(torch.nn.Module):  # type: ignore[misc]
        """Maps token ids to one tensor of scores, as OpenVINO can trace it."""

        def __init__(self) -> None:
            super().__init__()
            self.network = loaded.network

        def forward(
            self,
            input_ids: torch.Tensor,
            attention_mask: torch.Tensor,
            token_type_ids: torch.Tensor | None = None,
        ) -> torch.Tensor:
            types = {} if token_type_ids is None else {"token_type_ids": token_type_ids}
            return loaded.scores({"input_ids": input_ids, "attention_mask": attention_mask, **types})

    pad = tokenizer.pad_token_id or 0
    ids = torch.tensor([tokenizer.encode("Why so?", "Because it is so.")] * 2)
    mask = torch.ones_like(ids)
    # One token of padding: without any, a model may skip its attention mask, and so would the trace.
    ids[1, -1], mask[1, -1] = pad, 0
    example = {"input_ids": ids, "attention_mask": mask}
    if _takes_types(loaded.body, tokenizer):
        example["token_type_ids"] = torch.zeros_like(ids)
    try:
        with torch.no_grad():
            traced = ov.convert_model(WholeModel().eval(), example_input=example)
    except Exception as error:
        raise ReaderError(
            f"{source} can't be converted ({type(error).__name__}: {error})",
            hint="Choose a model of another architecture.",
        ) from error
    with written_whole(target) as folder:
        # In full precision, so that scores equal those of the model's own library.
        ov.save_model(traced, folder / "reader.xml", compress_to_fp16=False)
        tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        about = {
            "name": name,
            "kind": kind,
            "window": int(min(WINDOW, _positions(loaded.body), tokenizer.model_max_length)),
            "pad": pad,
            "calibration": asdict(ReaderCalibration(meaning=MEANING)),
        }
        (folder / "reader.json").write_text(json.dumps(about))


def _load(source: Path, kind: str) -> Loaded:
    """Load a transformers model for question answering or sequence classification."""
    import torch
    import transformers

    answers = kind == "question_answering"
    loader = transformers.AutoModelForQuestionAnswering if answers else transformers.AutoModelForSequenceClassification
    try:
        # float32 whatever it was saved in; the processor decides at run time.
        network, loading = loader.from_pretrained(
            str(source), local_files_only=True, dtype=torch.float32, output_loading_info=True
        )
        tokenizer = transformers.AutoTokenizer.from_pretrained(str(source), local_files_only=True)
    except Exception as error:
        raise ReaderError(
            f"{source} can't be loaded as a transformers model ({type(error).__name__}: {error})",
            hint="Name a folder that save_pretrained() of the model and of its tokenizer wrote.",
        ) from error
    if missing := loading["missing_keys"]:
        # The library initialises these at random.
        raise ReaderError(
            f"{source} lacks weights of its own architecture: {', '.join(sorted(missing)[:3])}",
            hint="Name a folder with a model that was trained for this.",
        )

    keep_padding_finite(network)

    def scores(inputs: dict[str, Any]) -> Any:
        output = network(**inputs)
        return torch.stack((output.start_logits, output.end_logits), dim=-1) if answers else output.logits

    return Loaded(network, scores, network, tokenizer, network.config.num_labels)


def _check(source: Path, kind: str, loaded: Loaded) -> None:
    """Raise `ReaderError` if a model loads but can't serve as a reader."""
    if kind == "cross_encoder" and loaded.labels > 2:
        raise ReaderError(
            f"{source} is no cross-encoder: it has {loaded.labels} labels, and which of them means “relevant” is "
            "unknown",
            hint=_ACCEPTED,
        )
    if not loaded.tokenizer.is_fast:
        raise ReaderError(
            f"{source} has no fast tokenizer ({type(loaded.tokenizer).__name__})",
            hint="Save the model with a fast tokenizer: its folder then has a tokenizer.json.",
        )


def _takes_types(network: Any, tokenizer: Any) -> bool:
    """Whether the model uses `token_type_ids`. RoBERTa accepts them, but knows only 0."""
    return (
        "token_type_ids" in inspect.signature(network.forward).parameters
        and "token_type_ids" in tokenizer.model_input_names
        and getattr(network.config, "type_vocab_size", 0) > 1
    )


def _positions(network: Any) -> int:
    """The number of token positions that the model supports."""
    most: int = getattr(network.config, "max_position_embeddings", None) or WINDOW
    for name, module in network.named_modules():
        if name.endswith("position_embeddings") and getattr(module, "padding_idx", None) is not None:
            return most - int(module.padding_idx) - 1  # RoBERTa and similar models count from the padding id
    return most if most > 0 else WINDOW  # −1: no limit
