"""Downloads a model file from the Hugging Face hub by its own client: resumable, at a pinned revision.

The client's environment variables apply: HF_ENDPOINT for a mirror, HF_TOKEN, HF_HUB_OFFLINE.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dateline.index.errors import InputError, RemoteError
from dateline.rag.generation.known_models import KnownModel

_AGAIN = "Try again later; what was downloaded so far is kept."


def download_from_hub(model: KnownModel, folder: Path, progress: Callable[[int, int], None]) -> Path:
    """Download the file to `folder`, unchecked. Resumes an earlier download.

    Raises `RemoteError` or `OSError`; `InputError` if the client is not installed.
    """
    try:
        import httpx
        from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled
        from tqdm import tqdm
    except ImportError as error:
        raise InputError(
            "downloading from the hub needs the library huggingface_hub",
            hint="Install the extra: pip install 'dateline[local-llm]'.",
        ) from error

    class Bar(tqdm):  # type: ignore[misc]
        """Calls `progress` instead of drawing a bar."""

        def __init__(self, *args: Any, **options: Any) -> None:
            self.done = int(options.get("initial") or 0)
            super().__init__(*args, **options | {"disable": True})

        def update(self, n: float | None = 1) -> None:
            self.done += int(n or 0)
            progress(self.done, model.bytes)

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # it logs each retry
    hub = model.hub
    try:
        # Checked first: the download itself retries for a minute before it fails.
        about = get_hf_file_metadata(hf_hub_url(hub.repository, hub.file, revision=hub.revision))
        if re.fullmatch("[0-9a-f]{64}", about.etag or "") and about.etag != model.sha256:
            raise RemoteError(
                f"the model hub has another file as {hub.repository}/{hub.file}: its SHA-256 is {about.etag}",
                hint="Nothing was downloaded. Check HF_ENDPOINT, if it is set.",
            )
        found = hf_hub_download(hub.repository, hub.file, revision=hub.revision, local_dir=folder, tqdm_class=Bar)
    except HfHubHTTPError as error:
        raise RemoteError(
            f"the model hub doesn't give {hub.repository} (HTTP {error.response.status_code})", hint=_AGAIN
        ) from error
    except (LocalEntryNotFoundError, OfflineModeIsEnabled, httpx.NetworkError, httpx.TimeoutException) as error:
        raise RemoteError(
            "the model hub can't be reached", hint=f"Check the network, HF_ENDPOINT and HF_HUB_OFFLINE. {_AGAIN}"
        ) from error
    except httpx.HTTPError as error:
        raise RemoteError("the download from the model hub broke off", hint=_AGAIN) from error
    except OSError as error:
        if error.errno is not None:  # a disk error
            raise
        raise RemoteError("the download from the model hub broke off", hint=_AGAIN) from error
    return Path(found)
