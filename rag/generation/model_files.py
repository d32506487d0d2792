"""Files of language models: the folder of pulled models, and the file for a name.

Knows nothing of how models are downloaded or run.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dateline.index.errors import InputError, NotFoundError, StorageError
from dateline.rag.generation.known_models import KNOWN_MODELS, known_model

SUFFIX = ".gguf"
PARTIAL = ".partial"
"""Suffix of the folder with an incomplete download."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """The pulled models, each as NAME.gguf."""

    folder: Path

    def path(self, name: str) -> Path:
        """The path of the model `name`, which may not exist yet."""
        return self.folder / f"{name.lower()}{SUFFIX}"

    def partial(self, name: str) -> Path:
        """The folder of its incomplete download."""
        return self.folder / f"{name.lower()}{PARTIAL}"

    def pulled(self) -> Iterator[Path]:
        """The files of all pulled models."""
        return iter(sorted(self.folder.glob(f"*{SUFFIX}")))

    def find(self, name: str) -> Path:
        """The file of a pulled model. Raises `NotFoundError` if there is none."""
        path = self.path(name)
        if not path.is_file():
            raise NotFoundError(
                f"the model {known_model(name).name} is not on this machine", hint=f"dateline models pull {name}"
            )
        return path

    def remove(self, name: str) -> int:
        """Delete a model and its incomplete download. Returns the bytes freed.

        Raises `NotFoundError` if there is neither.
        """
        path, partial = self.path(name), self.partial(name)
        files = [path, *partial.rglob("*")]
        if not path.is_file() and not partial.is_dir():
            self.find(name)
        freed = sum(file.stat().st_size for file in files if file.is_file())
        try:
            path.unlink(missing_ok=True)
            if partial.is_dir():
                shutil.rmtree(partial)
        except OSError as error:
            raise StorageError(f"{path} can't be removed: {error.strerror}", hint="Check its permissions.") from error
        return freed


def model_path(named: str, models: ModelFolder) -> Path:
    """The file for `named`: the path of a GGUF file, or the name of a pulled model.

    Raises `InputError` if it is neither; the hint says how to get one.
    """
    path = Path(named).expanduser()
    if path.suffix.lower() == SUFFIX or len(path.parts) > 1:
        if not path.is_file():
            raise InputError(
                f"DATELINE_LLM_MODEL={named}: there is no such file",
                hint="Name a GGUF file, or a pulled model.",
            )
        return path.absolute()
    pulled = models.path(named)
    if pulled.is_file():
        return pulled
    if any(model.name == named.lower() for model in KNOWN_MODELS):
        raise InputError(
            f"DATELINE_LLM_MODEL={named}: this model is not on this machine yet",
            hint=f"dateline models pull {named}",
        )
    raise InputError(
        f"DATELINE_LLM_MODEL={named}: neither the path of a GGUF file nor a pulled model, and DATELINE_LLM_BASE_URL is "
        "not set",
        hint="For a model on this machine pull one: dateline models list. For a server set DATELINE_LLM_BASE_URL, too.",
    )
