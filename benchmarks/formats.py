"""Whether every file of a folder is read, or refused with a message and a hint.

    python -m benchmarks.formats [FOLDER]      (default: the shapes of tests/index/shapes.py)

One line for each file: how many articles it has and which warnings, or why it is refused. Ends with 1 where reading a
file raises anything else than an error with a message and a hint.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks._common import print_table
from dateline.index.article import Problem
from dateline.index.errors import ArticleError
from dateline.index.read import parse, records


def main() -> None:
    """Read and print."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _own_shapes(Path(made))
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        outcomes = [(str(path.relative_to(folder)), _outcome(path)) for path in files]
    print_table(f"{len(files)} files", outcomes)
    failed = [name for name, outcome in outcomes if outcome.startswith("FAILED")]
    read = sum(outcome.startswith("read") for _, outcome in outcomes)
    print(f"{read} read, {len(files) - read - len(failed)} refused in words, {len(failed)} failed")
    sys.exit(bool(failed))


def _own_shapes(folder: Path) -> Path:
    from tests.index.shapes import REFUSED, SHAPES

    for name, content in (SHAPES | {name: content for name, (content, _) in REFUSED.items()}).items():
        (folder / name).write_bytes(content)
    return folder


def _outcome(path: Path) -> str:
    articles, said = 0, []
    try:
        for item in records([path]):
            if isinstance(item, Problem):
                said.append(item.reason)
                continue
            try:
                said += [warning.reason for warning in parse(item).warnings]
                articles += 1
            except ArticleError as error:
                said.append(f"{error.message} {error.hint}")
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what this looks for
        return f"FAILED: {type(error).__name__}: {error}"
    words = " ".join(said)
    return f"read: {articles} article{'s' * (articles != 1)}. {words}".strip() if articles else f"refused: {words}"


if __name__ == "__main__":
    main()
