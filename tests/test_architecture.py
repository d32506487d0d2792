"""ARCHITECTURE.md and CONTRIBUTING.md name files, functions and classes that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("api", "benchmarks", "docs", "eval", "index", "rag", "samples", "tests", "training")
PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md")

_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(rf"(?:{'|'.join(ROOMS)})/[\w/.-]*")
_NAMED = re.compile(r"`([\w/]+\.py)`,\s+((?:`[A-Za-z_][\w.]*`(?:,? and |, )?)+)")


def paths_in(page: str) -> set[str]:
    """The files and folders of the repository that a page names in code marks."""
    return {code for code in _CODE.findall(page) if _PATH.fullmatch(code)}


def names_in(page: str) -> set[tuple[str, str]]:
    """The functions, classes and methods that a page names behind a file: "`index/search.py`, `Searcher.search`"."""
    return {(path, name) for path, names in _NAMED.findall(page) for name in _CODE.findall(names)}


def defined_in(source: str) -> set[str]:
    """What a module defines at its top level, and the methods of its classes as `Class.method`."""
    found = set()
    for node in ast.parse(source).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name, body=body):
                found |= {name, *(f"{name}.{each.name}" for each in body if isinstance(each, _FUNCTION))}
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
    return found


_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def test_names_are_read() -> None:
    page = "1. `index/search.py`, `Searcher.search` and `fuse`: `a` in `index/read/`\nand `rag/x.py`,\n`y`, `z`."
    assert names_in(page) == {
        ("index/search.py", "Searcher.search"),
        ("index/search.py", "fuse"),
        ("rag/x.py", "y"),
        ("rag/x.py", "z"),
    }
    assert paths_in(page) == {"index/search.py", "index/read/", "rag/x.py"}
    assert defined_in("A = 1\nB: int = 2\nclass C:\n    def d(self): ...\nasync def e(): ...\n") == {
        "A", "B", "C", "C.d", "e",
    }  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_files_and_names_exist(name: str) -> None:
    page = (ROOT / name).read_text("utf-8")
    names = names_in(page)
    assert len(names) > 10
    assert {path for path in paths_in(page) | {path for path, _ in names} if not (ROOT / path).exists()} == set()
    missing = {(path, what) for path, what in names if what not in defined_in((ROOT / path).read_text("utf-8"))}
    assert missing == set()
