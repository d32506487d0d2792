"""Dateline's code beside Starlette's, llm's and ir_measures': sizes, first lines, error messages, README.

    python -m benchmarks.peers

Each peer is read from its source distribution, which is fetched from the package index; Dateline from the
checkout. Everything is counted on Python's syntax trees; tests aren't counted.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

PEERS = {"starlette": "starlette==1.10.0", "llm": "llm==0.36", "ir_measures": "ir-measures==0.4.3"}
SHOWN = 4
"""First lines and error messages that are shown of each."""

Def = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Package:
    """The Python files of one package, and its README."""

    name: str
    readme: str
    modules: dict[str, ast.Module]
    """Syntax trees by path; modules without a statement are left out."""
    lines: dict[str, int]

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method."""
        for module in self.modules.values():
            yield from (n for n in ast.walk(module) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))

    def public(self) -> Iterator[Def]:
        """Classes and functions of modules, and methods of such classes, without an underscore in front."""
        for module in self.modules.values():
            yield from _public(module)

    def first_lines(self) -> dict[str, str]:
        """First lines of the modules' docstrings, by path."""
        found = {path: ast.get_docstring(module) for path, module in self.modules.items()}
        return {path: text.splitlines()[0] for path, text in found.items() if text}

    def errors(self) -> list[str]:
        """Messages of exceptions that are raised; what a message fills in is shown as `{}`."""
        return [
            message
            for module in self.modules.values()
            for node in ast.walk(module)
            if isinstance(node, ast.Raise)
            and isinstance(node.exc, ast.Call)
            and node.exc.args
            and (message := _text(node.exc.args[0]))
        ]


def main() -> None:
    """Read the four packages and print the tables."""
    with TemporaryDirectory() as folder:
        packages = [_dateline(), *(_fetched(name, wanted, Path(folder)) for name, wanted in PEERS.items())]
    print(f"| | {' | '.join(package.name for package in packages)} |\n|---|{'---|' * len(packages)}")
    for title, measure in MEASURES.items():
        print(f"| {title} | {' | '.join(map(measure, packages))} |")
    for title, texts in (
        ("First lines of modules", lambda one: list(one.first_lines().values())),
        ("Error messages", Package.errors),
    ):
        print(f"\n{title}, evenly over all")
        for package in packages:
            print(f"\n- {package.name}")
            for text in _evenly(texts(package)):
                print(f"    - {text}")


def _dateline() -> Package:
    root = Path(__file__).parents[1]
    return _package("dateline", root / "README.md", root, [root / d for d in ("api", "eval", "index", "rag")])


def _fetched(name: str, wanted: str, folder: Path) -> Package:
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check"),
            *("--no-deps", "--no-binary", ":all:", "--dest", str(folder / name), wanted),
        ],
        check=True,
    )
    [archive] = (folder / name).glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder / name, filter="data")
    [root] = (path for path in (folder / name).iterdir() if path.is_dir())
    return _package(name, root / "README.md", root, [root / name])


def _package(name: str, readme: Path, root: Path, folders: Sequence[Path]) -> Package:
    texts = {
        str(path.relative_to(root)): path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
    }
    trees = {path: tree for path, text in texts.items() if (tree := ast.parse(text)).body}
    return Package(
        name, readme.read_text(encoding="utf-8"), trees, {path: len(texts[path].splitlines()) for path in trees}
    )


def _public(parent: ast.Module | ast.ClassDef) -> Iterator[Def]:
    for node in parent.body:
        if isinstance(node, Def) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def _evenly(texts: Sequence[str]) -> list[str]:
    """At most `SHOWN` of the texts, each from the middle of one of as many equal parts."""
    return list(dict.fromkeys(texts[(2 * i + 1) * len(texts) // (2 * SHOWN)] for i in range(SHOWN) if texts))


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _is_typed(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    named = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return function.returns is not None and all(a.annotation or a.arg in ("self", "cls") for a in named)


def _share(truths: Sequence[bool]) -> str:
    return f"{sum(truths) / len(truths):.2f}" if truths else "-"


def _quantile(values: Sequence[int], at: float) -> str:
    return str(sorted(values)[min(len(values) - 1, int(at * len(values)))])


def _words(texts: Sequence[str]) -> str:
    return f"{median(len(text.split()) for text in texts):.0f}" if texts else "-"


MEASURES: dict[str, Callable[[Package], str]] = {
    "modules": lambda p: str(len(p.modules)),
    "lines": lambda p: f"{sum(p.lines.values()):,}",
    "lines of a module, median": lambda p: _quantile(list(p.lines.values()), 0.5),
    "lines of a module, 90th percentile": lambda p: _quantile(list(p.lines.values()), 0.9),
    "lines of a module, longest": lambda p: f"{max(p.lines.values()):,}",
    "lines of a function, median": lambda p: _quantile([_length(f) for f in p.functions()], 0.5),
    "lines of a function, 90th percentile": lambda p: _quantile([_length(f) for f in p.functions()], 0.9),
    "lines of a function, longest": lambda p: str(max(_length(f) for f in p.functions())),
    "functions whose arguments and result are annotated": lambda p: _share([_is_typed(f) for f in p.functions()]),
    "modules with a docstring": lambda p: _share([path in p.first_lines() for path in p.modules]),
    "public classes and functions with a docstring": lambda p: _share(
        [ast.get_docstring(one) is not None for one in p.public()]
    ),
    "words of a module's first line, median": lambda p: _words(list(p.first_lines().values())),
    "error messages in the code": lambda p: str(len(p.errors())),
    "words of an error message, median": lambda p: _words(p.errors()),
    "lines of the README": lambda p: str(len(p.readme.splitlines())),
    "words of the README": lambda p: f"{len(p.readme.split()):,}",
    "blocks of code in the README": lambda p: str(p.readme.count("\n```") // 2),
}

if __name__ == "__main__":
    main()
