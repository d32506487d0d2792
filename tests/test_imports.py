"""Dependencies point one way, `index ← rag ← {api, eval}`, and the way of `dateline ask` stays light.

The checkers are functions from source to complaints, tried on planted violations too, so that they
cannot pass by seeing nothing.
"""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from setuptools import find_packages

ROOT = Path(__file__).resolve().parents[1]

MAY_IMPORT = {
    "index": {"index"},
    "rag": {"rag", "index"},
    "api": {"api", "rag", "index"},
    "eval": {"eval", "rag", "index"},
}
# The command line is every way in: its own modules for `dateline eval`, and no others, know that room.
COMMANDS_OF_EVAL = ("api/cli/eval.py", "api/cli/eval_options.py", "api/cli/eval_draft.py")
OUR_OWN = {*MAY_IMPORT, "tests", "benchmarks", "training"}
TAKES_SETTINGS_AS_ARGUMENTS = {"index", "rag"}
READS_ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}
READS_SETTINGS = {"dotenv", "pydantic_settings"}
HEAVY = ["sentence_transformers", "torch", "transformers", "matplotlib", "ir_measures", "httpx", "fastapi", "mcp"]


def imported(node: ast.AST) -> Iterator[str]:
    """The modules that one node imports by an absolute name; a relative one stays in its room."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=str(module), level=0):
            yield module
        case ast.Call(
            func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module" | "__import__"),
            args=[ast.Constant(value=str(module)), *_],
        ):
            yield module


def environment_reads(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of each use of the environment, whatever `os` is called there."""
    called_os = {
        alias.asname or "os"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "os" or (alias.name.startswith("os.") and not alias.asname)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in called_os:
                if attr in READS_ENVIRONMENT:
                    yield node.lineno, f"os.{attr}"
            case ast.ImportFrom(module="os", level=0, names=names):
                for alias in names:
                    if alias.name in READS_ENVIRONMENT:
                        yield node.lineno, f"os.{alias.name}"


def complaints(room: str, source: str, also: frozenset[str] = frozenset()) -> list[str]:
    """What a module of a room does that the room may not, as `line: what`; `also`: rooms that it may import, too."""
    tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        for module in imported(node):
            top = module.removeprefix("dateline.").partition(".")[0]
            line = getattr(node, "lineno", 0)
            if top in MAY_IMPORT and not module.startswith("dateline."):
                found.append(f"{line}: {room} imports {module}, which is dateline.{module}")
            elif top in OUR_OWN - MAY_IMPORT[room] - also:
                found.append(f"{line}: {room} imports {module}")
            if room in TAKES_SETTINGS_AS_ARGUMENTS and top in READS_SETTINGS:
                found.append(f"{line}: {room} reads settings by {module}")
    if room in TAKES_SETTINGS_AS_ARGUMENTS:
        found += [f"{line}: {room} reads {name}" for line, name in environment_reads(tree)]
    return found


def complaints_under(root: Path) -> list[str]:
    """The complaints about every module of every room, as `path:line: what`."""
    return [
        f"{path.relative_to(root)}:{complaint}"
        for room in MAY_IMPORT
        for path in sorted((root / room).rglob("*.py"))
        for complaint in complaints(room, path.read_text("utf-8"), _also(path.relative_to(root).as_posix()))
    ]


def _also(path: str) -> frozenset[str]:
    return frozenset({"eval"}) if path in COMMANDS_OF_EVAL else frozenset()


def loaded_by(module: str, among: list[str], path: Path) -> list[str]:
    """Which of some modules a fresh interpreter has loaded after importing one from a folder."""
    program = f"import json, sys, {module}; print(json.dumps([m for m in {among!r} if m in sys.modules]))"
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=path,
        env={**os.environ, "PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    loaded = json.loads(run.stdout)
    assert isinstance(loaded, list)
    return loaded


@pytest.mark.parametrize(
    ("room", "source", "complaint"),
    [
        ("index", "import dateline.rag", "1: index imports dateline.rag"),
        ("index", "from dateline.api.cli.main import main", "1: index imports dateline.api.cli.main"),
        ("rag", "import json, dateline.eval.run as run", "1: rag imports dateline.eval.run"),
        ("rag", "def f():\n    from dateline.api import cli", "2: rag imports dateline.api"),
        ("api", "from dateline.eval.score import score", "1: api imports dateline.eval.score"),
        ("eval", "import dateline.api.http.app", "1: eval imports dateline.api.http.app"),
        ("eval", "import_module('dateline.api')", "1: eval imports dateline.api"),
        ("eval", "importlib.import_module('dateline.api', None)", "1: eval imports dateline.api"),
        ("rag", "import index.errors", "1: rag imports index.errors, which is dateline.index.errors"),
        ("api", "from tests.helpers import x", "1: api imports tests.helpers"),
        ("eval", "import benchmarks.search", "1: eval imports benchmarks.search"),
        ("rag", "from training import reader", "1: rag imports training"),
        ("index", "import os\nos.environ['A']", "2: index reads os.environ"),
        ("index", "import os as o\no.getenv('A')", "2: index reads os.getenv"),
        ("rag", "import os.path\nos.environ", "2: rag reads os.environ"),
        ("rag", "from os import path, getenv as g", "1: rag reads os.getenv"),
        ("rag", "import pydantic_settings", "1: rag reads settings by pydantic_settings"),
    ],
)
def test_planted_violation_is_seen(room: str, source: str, complaint: str) -> None:
    assert complaints(room, source) == [complaint]


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("index", "from dateline.index.article import Article\nfrom . import errors"),
        ("rag", "import os, dateline.index\nos.path.join('a')\nenviron = {}"),
        ("api", "import os, dateline.rag, dateline.index.errors\nos.environ['DATELINE_HOME']"),
        ("eval", "from dateline.rag.answerer import answer\neval('1')"),
        ("api", "import evaluation, indexing"),
    ],
)
def test_what_is_allowed_draws_no_complaint(room: str, source: str) -> None:
    assert complaints(room, source) == []


def test_planted_module_is_found_in_the_tree(tmp_path: Path) -> None:
    deep = tmp_path / "index" / "read" / "feeds.py"
    deep.parent.mkdir(parents=True)
    deep.write_text("import feedparser\nimport dateline.rag.words\n")
    assert complaints_under(tmp_path) == ["index/read/feeds.py:2: index imports dateline.rag.words"]


def test_only_the_commands_of_eval_know_that_room(tmp_path: Path) -> None:
    for name in ("cli/eval.py", "http/app.py"):
        (tmp_path / "api" / name).parent.mkdir(parents=True)
        (tmp_path / "api" / name).write_text("import dateline.eval.run\n")
    assert complaints_under(tmp_path) == ["api/http/app.py:1: api imports dateline.eval.run"]


def test_dependencies_point_one_way() -> None:
    for room in MAY_IMPORT:
        assert (ROOT / room / "__init__.py").is_file(), f"the room {room}/ has moved"
    assert complaints_under(ROOT) == []


def test_heavy_import_is_seen(tmp_path: Path) -> None:
    (tmp_path / "torch.py").touch()
    (tmp_path / "light.py").touch()
    (tmp_path / "sly.py").write_text("def f():\n    import torch\nf()\n")
    assert loaded_by("light", HEAVY, tmp_path) == []
    assert loaded_by("sly", HEAVY, tmp_path) == ["torch"]


def test_command_line_starts_without_torch() -> None:
    assert loaded_by("dateline.api.cli.main", HEAVY, ROOT) == []


def test_every_folder_of_code_is_part_of_the_package() -> None:
    """A folder without `__init__.py`, or without a link in dateline/, works in a checkout and is absent once installed."""
    packages = set(find_packages(str(ROOT), include=["dateline", "dateline.*"]))
    for room in MAY_IMPORT:
        assert (ROOT / "dateline" / room).resolve() == ROOT / room
        folders = {path.parent.relative_to(ROOT) for path in (ROOT / room).rglob("*.py")}
        assert {f"dateline.{'.'.join(folder.parts)}" for folder in folders} <= packages
