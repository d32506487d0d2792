"""A model's file from the Hugging Face hub, by its own client: resumable, at a pinned revision.

The hub's environment variables hold: HF_ENDPOINT for a mirror, HF_TOKEN, HF_HUB_OFFLINE.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.errors import InputError, RemoteError
from rag.generation.known_models import KnownModel


def download_from_hub(model: KnownModel, folder: Path, progress: Callable[[int, int], None]) -> Path:
    """The file in `folder`, which isn't checked yet. Goes on where an earlier call stopped.

    Raises `RemoteError` or `OSError`; `InputError` where the client is not installed.
    """
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
        from tqdm import tqdm
    except ImportError as error:
        raise InputError(
            "downloading from the hub needs the library huggingface_hub",
            hint="Install the extra: pip install 'dateline[local-llm]'.",
        ) from error

    class Bar(tqdm):  # type: ignore[misc]
        """Tells `progress` instead of drawing a bar."""

        def __init__(self, *args: Any, **options: Any) -> None:
            self.done = int(options.get("initial") or 0)
            super().__init__(*args, **options | {"disable": True})

        def update(self, n: float | None = 1) -> bool | None:
            self.done += int(n or 0)
            progress(self.done, model.bytes)
            return None

    hub = model.hub
    try:
        found = hf_hub_download(hub.repository, hub.file, revision=hub.revision, local_dir=folder, tqdm_class=Bar)
    except LocalEntryNotFoundError as error:
        raise RemoteError(
            "the model hub can't be reached",
            hint="Check the network, HF_ENDPOINT and HF_HUB_OFFLINE; what was downloaded so far is kept.",
        ) from error
    except HfHubHTTPError as error:
        raise RemoteError(
            f"the model hub doesn't give {hub.repository} at {hub.revision[:12]} (HTTP {error.response.status_code})",
            hint="Try again later; what was downloaded so far is kept.",
        ) from error
    except OSError as error:
        if error.errno is not None:  # the disk's
            raise
        raise RemoteError(
            "the download from the model hub broke off",
            hint="Run the command again; it goes on where it stopped.",
        ) from error
    return Path(found)
