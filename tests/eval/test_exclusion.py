import pytest

from dateline.eval.exclusion import PAGE, stories, without
from dateline.index.archive import Archive
from tests.articles import news, record, take_in


def test_articles_go_with_their_near_copies(archive: Archive) -> None:
    take_in(archive, *(record(name, news(seed)) for name, seed in (("a", 1), ("copy", 1), ("b", 2))))
    found = stories(archive)
    assert found["a"] == found["copy"] != found["b"]
    assert without(found, ["a"]) == ("b",)
    assert without(found, ["copy", "b"]) == ()
    assert without(found, []) == without(found, ["unknown"]) == ("a", "b", "copy")


def test_all_pages_of_the_archive_are_read(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{stories.__module__}.PAGE", 2)
    assert PAGE > 2
    take_in(archive, *(record(f"a{n}", news(n)) for n in range(5)))
    assert sorted(stories(archive)) == [f"a{n}" for n in range(5)]
