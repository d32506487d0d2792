"""Output on a terminal or in a pipe, without control characters from articles and file names.

Knows nothing of answers, articles or commands.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

WIDEST = 100
"""Columns; longer lines are hard to read however wide the terminal is."""


BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Bidirectional controls: they reorder the text around them, so that one name could pass for another."""


def clean(text: str) -> str:
    """`text` with control characters replaced, such as an escape sequence in a title."""
    return "".join("�" if _steers(c) else c for c in text)


def _steers(character: str) -> bool:
    if character in "\n\t":
        return False
    return unicodedata.category(character) in ("Cc", "Cs") or character in BIDI_CONTROLS


def note(text: str) -> None:
    """Print a message on stderr."""
    click.echo(clean(text), err=True)


def say(text: str) -> None:
    """Print a line of the result."""
    click.echo(clean(text))


def say_json(text: str) -> None:
    """Print JSON with control characters escaped; they can occur in strings only."""
    click.echo("".join(f"\\u{ord(c):04x}" if _steers(c) else c for c in text))


def say_value(value: Any) -> None:
    """Print a value as JSON."""
    say_json(json.dumps(value, ensure_ascii=False, indent=2))


class Page:
    """Lines of styled text: wrapped and coloured on a terminal, plain and unwrapped in a pipe."""

    def __init__(self) -> None:
        from rich.console import Console

        self.console: Console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
        if self.console.width > WIDEST:
            self.console.width = WIDEST

    def line(self, *parts: str | tuple[str, str], indent: int = 0) -> None:
        """Print a line of parts, each a text or a (text, style) pair."""
        from rich.padding import Padding
        from rich.text import Text

        text: Text = Text.assemble(
            *(clean(part) if isinstance(part, str) else (clean(part[0]), part[1]) for part in parts)
        )
        if self.console.is_terminal:
            self.console.print(Padding(text, (0, 0, 0, indent), expand=False))
        else:
            self.console.print(Text(" " * indent) + text, soft_wrap=True)

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print a table: aligned on a terminal, separated by tabs in a pipe."""
        from rich import box
        from rich.table import Table

        if not self.console.is_terminal:
            for row in (header, *rows):
                say("\t".join(row))
            return
        table: Table = Table(*header, box=box.SIMPLE_HEAD, pad_edge=False)
        for row in rows:
            table.add_row(*map(clean, row))
        self.console.print(table)

    def blank(self) -> None:
        """An empty line."""
        self.console.print()
