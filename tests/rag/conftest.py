"""What the tests of index/ share: an empty archive."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.archive import Archive
from tests.articles import opened


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, closed at the end."""
    with opened(tmp_path / "home") as archive:
        yield archive
