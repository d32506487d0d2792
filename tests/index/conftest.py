"""What the tests of index/ share: an empty archive."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from index.archive import Archive
from index.encoder import SentenceTransformerEncoder
from index.encoder_export import DEFAULT_PACKAGE, DEFAULT_SHA256
from tests.articles import opened


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, closed at the end."""
    with opened(tmp_path / "home") as archive:
        yield archive


@pytest.fixture(scope="session")
def reference() -> SentenceTransformerEncoder:
    """all-MiniLM-L6-v2 by sentence-transformers in float32: what the fast path is compared with."""
    folder = Path(find_spec(DEFAULT_PACKAGE).origin or "").parent / "model"  # type: ignore[union-attr]
    return SentenceTransformerEncoder(
        folder, name=f"all-MiniLM-L6-v2@{DEFAULT_SHA256[:12]}", languages=("en",), device="cpu"
    )
