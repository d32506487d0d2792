"""The README's file tree names every module, under its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("index", "rag", "api", "eval", "training", "benchmarks")


def modules_in_tree(readme: str) -> set[str]:
    """Paths of the modules in the README's tree, whose depth is its indentation by two."""
    folders: list[str] = []
    found = set()
    for line in readme.split("## Where things are")[1].split("```")[1].splitlines():
        if not line.strip():
            continue
        depth = (len(line) - len(line.lstrip())) // 2
        name = line.split()[0]
        folders = folders[:depth]
        if name.endswith("/"):
            folders.append(name.rstrip("/"))
        elif name.endswith(".py"):
            found.add("/".join([*folders, name]))
    return found


def test_a_tree_is_read() -> None:
    readme = "## Where things are\n```\nindex/  Articles in\n  search.py  Search\n  read/  Reading\n    feed.py  Feeds\nrag/\n```\n"
    assert modules_in_tree(readme) == {"index/search.py", "index/read/feed.py"}


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_is_in_the_tree(room: str) -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / room).rglob("*.py") if path.name != "__init__.py"}
    listed = {path for path in modules_in_tree((ROOT / "README.md").read_text("utf-8")) if path.startswith(f"{room}/")}
    assert listed == modules
