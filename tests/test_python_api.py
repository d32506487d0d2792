"""The names that `dateline` offers, and the examples of docs/python.md."""

import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import dateline
from tests.articles import SAMPLES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "python.md"


@pytest.mark.parametrize("name", dateline.__all__)
def test_every_name_is_there_and_on_the_page(name: str) -> None:
    offered = getattr(dateline, name)
    assert offered.__name__ == name
    assert getattr(importlib.import_module(offered.__module__), name) is offered
    assert name in dir(dateline)
    assert f"`{name}`" in PAGE.read_text("utf-8")


def test_another_name_is_not() -> None:
    with pytest.raises(AttributeError, match="module 'dateline' has no attribute 'Newspaper'"):
        dateline.Newspaper  # noqa: B018


def test_importing_it_loads_nothing_else() -> None:
    program = "import sys, dateline; print([m for m in sys.modules if m.startswith(('dateline.', 'numpy'))])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_the_examples_give_what_they_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "samples").symlink_to(SAMPLES)
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text("utf-8").replace("```", "")
    examples = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    assert len(examples.examples) > 15
    printed: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples, out=printed.append)
    assert "".join(printed) == ""
