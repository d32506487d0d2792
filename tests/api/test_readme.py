"""The README's table of settings says what the settings say."""

from pathlib import Path

from api.settings import documented

README = Path(__file__).resolve().parents[2] / "README.md"
HEADER = ["setting", "default", "meaning"]


def cells(line: str) -> list[str]:
    """The cells of a line of a markdown table, without code marks."""
    return [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]


def settings_table(markdown: str) -> dict[str, tuple[str, str]]:
    """The rows under the header `| setting | default | meaning |`."""
    lines = markdown.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|") and cells(line) == HEADER)
    table = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        name, default, meaning = cells(line)
        table[name] = (default, meaning)
    return table


def test_table_is_read() -> None:
    markdown = "# x\n\n| setting | default | meaning |\n|---|---|---|\n| `A` | `1` | One `a`. |\n| `B` | 2 | Two. |\n\n| C | 3 | - |"
    assert settings_table(markdown) == {"A": ("1", "One a."), "B": ("2", "Two.")}


def test_readme_has_every_setting() -> None:
    meant = {name: (default, meaning.replace("`", "")) for name, (default, meaning) in documented().items()}
    assert settings_table(README.read_text("utf-8")) == meant
