"""A short day of feeds with kill -9 of what watches them; `python -m benchmarks.sources` is the whole of it."""

from pathlib import Path

import pytest

from benchmarks import sources


@pytest.mark.slow
def test_each_article_is_there_once_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    for faults in ("FAULTS", "PAGE_FAULTS"):
        monkeypatch.setattr(sources, faults, dict(getattr(sources, faults)))
    found = sources.day(tmp_path / "home", 80, 4, 2, 3)
    assert found.sound, found
    assert found.articles == found.expected > 70
    assert (found.kills, found.unchanged > 0) == (2, True)
