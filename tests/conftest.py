"""What every test stands on: no settings from outside, no network for models, an archive, the larger articles."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from filelock import FileLock

from dateline.index.archive import Archive
from dateline.index.encoder import Encoder
from dateline.index.encoder_export import open_encoder
from dateline.rag.reading.reader import Reader
from dateline.rag.reading.reader_export import open_reader
from tests.articles import opened

DEV_DATA = "DATELINE_DEV_DATA"

# huggingface_hub reads this when it is imported, and test modules import it before any fixture runs.
os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """Hide the caller's DATELINE_* settings, so that no test can touch a real archive.

    Session-scoped, because session fixtures start servers; a test that wants a setting sets it
    with its own `monkeypatch`, which puts things back.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("DATELINE_") and name != DEV_DATA:
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def dev_data() -> Path:
    """The folder with the larger development data, or a skip where there is none."""
    value = os.environ.get(DEV_DATA)
    if not value:
        pytest.skip(f"{DEV_DATA} is not set: it names the folder with the development data")
    folder = Path(value)
    if not folder.is_dir():
        pytest.fail(f"{DEV_DATA} names {folder}, which is not a folder")
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, closed at the end."""
    with opened(tmp_path / "home") as archive:
        yield archive


@pytest.fixture(scope="session")
def encoder_cache(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A cache folder that holds the default encoder, converted; that takes seconds, so once for all processes."""
    if find_spec("sentence_transformers") is None:
        pytest.skip("converting the default encoder needs the extra `models`")
    own = tmp_path_factory.mktemp("encoders")
    # pytest-xdist's processes have their temporary folders in one of the run's.
    shared = own if worker_id == "master" else tmp_path_factory.getbasetemp().parent / "encoders"
    with FileLock(f"{shared}.lock"):
        open_encoder(None, shared)
    for converted in {about.parent for about in shared.glob("*/encoder.json")} if shared != own else ():
        # Not what OpenVINO compiles: it doesn't expect another process to write there at the same time.
        (own / converted.name).symlink_to(converted)
    return own


@pytest.fixture(scope="session")
def default_encoder(encoder_cache: Path) -> Encoder:
    """all-MiniLM-L6-v2, as the product runs it."""
    return open_encoder(None, encoder_cache)


@pytest.fixture(scope="session")
def default_reader(encoder_cache: Path) -> Reader:
    """The reader that comes with Dateline, as the product runs it."""
    return open_reader(None, encoder_cache)
