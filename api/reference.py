"""Writes docs/settings.md and docs/commands.md from the settings and the commands' `--help`.

    python -m dateline.api.reference

`make docs` runs it; a test fails if the files differ from the code. Knows nothing of what settings and commands do.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from dateline.api import settings
from dateline.api.cli.main import cli
from dateline.api.slack import settings as slack_settings
from dateline.api.terminal import note

WIDTH = 100
"""Columns of the help texts."""
_GENERATED = "<!-- Generated from the code by `make docs`; don't edit. -->"

_SETTINGS = f"""\
# Settings

{_GENERATED}

Dateline reads its settings from environment variables when a command starts. An empty variable counts as unset. An
invalid value ends the command with exit code 2 and a message that names the variable.

{{table}}

Traces are configured by OpenTelemetry's own variables, `OTEL_…`; see [api.md](api.md).

## Slack

For `dateline slack` and the Slack app in `dateline serve`; see [slack.md](slack.md).

{{slack}}
"""

_COMMANDS = f"""\
# Commands

{_GENERATED}

The output of `--help` for each command. Settings are environment variables; see [settings.md](settings.md).

For tab completion, add one of these lines to the configuration of your shell:

```text
eval "$(_DATELINE_COMPLETE=bash_source dateline)"         # ~/.bashrc
eval "$(_DATELINE_COMPLETE=zsh_source dateline)"          # ~/.zshrc
_DATELINE_COMPLETE=fish_source dateline | source          # ~/.config/fish/completions/dateline.fish
```

{{commands}}
"""


def settings_page() -> str:
    """The text of docs/settings.md."""
    return _SETTINGS.format(table=_table(settings.documented()), slack=_table(slack_settings.documented()))


def commands_page() -> str:
    """The text of docs/commands.md."""
    context = click.Context(cli, info_name="dateline", terminal_width=WIDTH, **cli.context_settings)
    helps = [f"## `{command.command_path}`\n\n```text\n{command.get_help()}\n```" for command in _commands(context)]
    return _COMMANDS.format(commands="\n\n".join(helps))


def _commands(context: click.Context) -> Iterator[click.Context]:
    """The context of a command and of all its subcommands, each group before its members."""
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.commands[name]
            yield from _commands(click.Context(command, parent=context, info_name=name, **command.context_settings))


def _table(documented: Mapping[str, tuple[str, str]]) -> str:
    """A Markdown table of variables, each with its default and its meaning."""
    rows = [f"| `{name}` | {default} | {meaning} |" for name, (default, meaning) in documented.items()]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


PAGES = {"settings.md": settings_page, "commands.md": commands_page}
"""File in docs/ → what makes its text."""


def main() -> None:
    """Write all pages into docs/ of this checkout."""
    folder = Path(__file__).resolve().parents[1] / "docs"
    if not folder.is_dir():
        sys.exit(f"error: {folder} does not exist; run this in a checkout of the repository")
    for name, page in PAGES.items():
        (folder / name).write_text(page(), "utf-8")
        note(f"wrote docs/{name}")


if __name__ == "__main__":
    main()
