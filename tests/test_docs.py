"""README.md and docs/: links lead somewhere, what they name exists, and the README's figures are those of the docs.

docs/decisions.md is left out where names matter: it is a dated record, and may name what no longer exists.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from dateline.api.cli.main import cli
from dateline.api.settings import documented
from dateline.api.slack import settings as slack_settings

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
CURRENT = [page for page in PAGES if page.name != "decisions.md"]
TABLE = ["| setting | default | meaning |", "|---|---|---|"]

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```\w*\n(?P<block>.*?)^```$|(?<!`)`(?P<span>[^`\n]+)`(?!`)", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?:^|[\s;&(])(?<!from )dateline (?=[a-z])(?!dateline )(?P<words>[^\n|;`]*)")
_FIGURE = re.compile(r"\d\.\d+\s\[\d\.\d+, \d\.\d+\]")


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(markdown: str) -> set[str]:
    return {slug(line.lstrip("#").strip()) for line in _FENCE.sub("", markdown).splitlines() if line.startswith("#")}


def broken_links(page: Path) -> list[str]:
    """Links of a page to files or headings that don't exist; addresses on the web are not fetched."""
    broken = []
    for target in _LINK.findall(_FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"https?://|mailto:", target):
            continue
        file, _, anchor = target.partition("#")
        found = page.parent / file if file else page
        if not found.exists() or (anchor and anchor not in anchors(found.read_text("utf-8"))):
            broken.append(target)
    return broken


def code(markdown: str) -> Iterator[str]:
    """The fenced blocks and code spans of a page."""
    for found in _CODE.finditer(markdown):
        yield found["block"] if found["block"] is not None else found["span"]


def unknown_in_command(words: str) -> str | None:
    """What `dateline` + `words` names that doesn't exist: a command or an option; None if everything does.

    What follows a placeholder such as `…` is not looked at, and arguments are not checked.
    """
    command: click.Command = cli
    options = {option for param in cli.params for option in param.opts}
    try:
        tokens = shlex.split(words, comments=True)
    except ValueError:  # an apostrophe in a comment that begins with something else than #
        tokens = words.split()
    for token in tokens:
        if isinstance(command, click.Group) and not token.startswith("-"):
            if not re.fullmatch(r"[a-z]+", token):
                return None
            if token not in command.commands:
                return token
            command = command.commands[token]
            options |= {option for param in command.params for option in param.opts} | {"--help"}
        elif token.startswith("--") and (name := re.split(r"[=\s]", token)[0]) not in options:
            return name
    return None


def settings_rows(markdown: str) -> dict[str, tuple[str, str]]:
    """The rows of the table of settings: name → default and meaning."""
    lines = markdown.splitlines()
    rows = {}
    for line in lines[lines.index(TABLE[0]) + len(TABLE) :]:
        if not line.startswith("|"):
            break
        name, default, meaning = line.strip("| ").split(" | ")
        rows[name.strip("`")] = (default, meaning)
    return rows


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_broken_links_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A `b` c\n[a](#a-b-c) [b](#x) [c](gone.md) [d](page.md#a-b-c)\n```\n[e](no.md)\n```\n[f](https://a.example)"
    )
    assert broken_links(page) == ["#x", "gone.md"]


@pytest.mark.parametrize("page", CURRENT, ids=lambda page: page.name)
def test_commands_exist(page: Path) -> None:
    commands = [found["words"] for text in code(page.read_text("utf-8")) for found in _COMMAND.finditer(text)]
    assert [(words, unknown) for words in commands if (unknown := unknown_in_command(words))] == []


@pytest.mark.parametrize(
    ("words", "unknown"),
    [
        ('ask "Why --so?" --as-of 2015-12-31', None),
        ("articles withdraw ID --reason x  # it's gone", None),
        ("models list --sizes", "--sizes"),
        ("articles delete ID", "delete"),
        ("tell", "tell"),
        ("slack …", None),
    ],
)
def test_unknown_commands_are_found(words: str, unknown: str | None) -> None:
    assert unknown_in_command(words) == unknown


@pytest.mark.parametrize("page", CURRENT, ids=lambda page: page.name)
def test_settings_modules_and_targets_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    variables = set(re.findall(r"DATELINE_[A-Z_]*[A-Z]\b(?!_)", text))
    known = {*documented(), *slack_settings.documented(), "DATELINE_DEV_DATA", "DATELINE_COMPLETE"}  # click's
    assert variables <= known

    modules = re.findall(r"python -m ((?:api|benchmarks|eval|index|rag|training|tests)(?:\.[a-z_]+)+)", text)
    assert [name for name in modules if not (ROOT / f"{name.replace('.', '/')}.py").is_file()] == []

    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    used = {name for text in code(text) for name in re.findall(r"(?:^|&& )make ([a-z][a-z-]*)", text, re.MULTILINE)}
    assert used <= targets

    paths = re.findall(r"`((?:api|benchmarks|eval|index|rag|training|tests|docs)/[\w./-]+)`", text)
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_benchmark_is_listed() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    names = [file.stem for file in (ROOT / "benchmarks").glob("*.py") if not file.name.startswith("_")]
    assert [name for name in names if f"`python -m benchmarks.{name}" not in page] == []


def test_every_page_is_linked_from_the_readme() -> None:
    linked = _LINK.findall(README.read_text("utf-8"))
    assert [page.name for page in PAGES[1:] if f"docs/{page.name}" not in linked] == []


def test_the_readme_is_short() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= 250


def test_the_readme_names_settings_as_they_are() -> None:
    rows = settings_rows(README.read_text("utf-8"))
    assert len(rows) == 10
    assert rows == {name: documented()[name] for name in rows}


def test_the_readmes_figures_are_those_of_the_benchmarks() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    figures = [re.sub(r"\s+", " ", figure) for figure in _FIGURE.findall(README.read_text("utf-8"))]
    assert len(figures) >= 5
    assert [figure for figure in figures if figure not in page] == []
