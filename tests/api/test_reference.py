"""docs/settings.md and docs/commands.md are what the code says."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from dateline.api.cli.main import cli
from dateline.api.reference import PAGES, commands_page, settings_page
from dateline.api.settings import Settings
from dateline.api.slack.settings import SlackSettings

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), f"docs/{name} is behind: `make docs` writes it"


def test_every_setting_has_a_row_with_a_meaning() -> None:
    rows = [line.strip("| ").split(" | ") for line in settings_page().splitlines() if line.startswith("| `")]
    fields = [f"DATELINE_{name.upper()}" for name in Settings.model_fields]
    fields += [f"DATELINE_SLACK_{name.upper()}" for name in SlackSettings.model_fields]
    assert [name.strip("`") for name, _default, _meaning in rows] == fields
    assert all(default and meaning.endswith((".", ")")) for _name, default, meaning in rows)


def test_every_command_has_its_help() -> None:
    page = commands_page()
    assert "## `dateline`\n\n```text\nUsage: dateline [OPTIONS] COMMAND" in page
    for name, command in cli.commands.items():
        assert f"## `dateline {name}`\n\n```text\nUsage: dateline {name} " in page
        for below in command.commands if isinstance(command, click.Group) else ():
            assert f"## `dateline {name} {below}`\n" in page


def test_the_terminal_does_not_change_the_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("DATELINE_PORT", "9")
    for name, page in PAGES.items():
        assert page() == (DOCS / name).read_text("utf-8")


def test_no_line_of_a_list_of_commands_is_cut_off_on_eighty_columns() -> None:
    def lists(context: click.Context) -> Iterator[str]:
        if isinstance(context.command, click.Group):
            yield context.get_help()
            for name, command in context.command.commands.items():
                yield from lists(click.Context(command, parent=context, info_name=name, terminal_width=80))

    for page in lists(click.Context(cli, info_name="dateline", terminal_width=80)):
        assert not [line for line in page.partition("Commands:")[2].splitlines() if line.endswith("...")], page
