"""What the tests of index/ share: an empty archive."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.archive import Archive
from index.encoder import SentenceTransformerEncoder
from index.encoder_export import DEFAULT_SHA256, model_source
from tests.articles import opened


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, closed at the end."""
    with opened(tmp_path / "home") as archive:
        yield archive


@pytest.fixture(scope="session")
def reference() -> SentenceTransformerEncoder:
    """all-MiniLM-L6-v2 by sentence-transformers in float32: what the fast path is compared with."""
    return SentenceTransformerEncoder(
        model_source(None)[0], name=f"all-MiniLM-L6-v2@{DEFAULT_SHA256[:12]}", languages=("en",), device="cpu"
    )
