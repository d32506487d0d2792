"""Rows of a table as sentences that name their columns, so that each can be cited by itself.

Knows cells as text, not where a table was found.
"""

from __future__ import annotations

from collections.abc import Sequence

MOST_ROWS = 500
"""Most rows of a table that are read; longer tables are data, not news."""


def row_sentences(rows: Sequence[Sequence[str]], header: Sequence[str] | None = None) -> list[str]:
    """One line for each row: "Party: Green Corran; Seats: 9; Change: -1."

    Without a header the first cell names the others ("Bearings: £2.4m."). Empty cells and empty rows are left out.
    """
    lines = []
    for row in rows[:MOST_ROWS]:
        cells = [" ".join(cell.split()) for cell in row]
        if header is not None:
            names = [" ".join(name.split()) for name in header] + [""] * len(cells)
            parts = [f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=False) if cell]
            line = "; ".join(parts)
        else:
            cells = [cell for cell in cells if cell]
            line = ": ".join((cells[0].rstrip(":"), "; ".join(cells[1:]))) if len(cells) > 1 else "".join(cells)
        if line:
            lines.append(line if line.endswith((".", "!", "?", ":")) else f"{line}.")
    return lines


def split_header(rows: Sequence[Sequence[str]]) -> tuple[Sequence[str] | None, Sequence[Sequence[str]]]:
    """The first row as the header, if it has no numbers and others have; else None and all rows."""
    if len(rows) < 2:
        return None, rows
    first, below = rows[0], rows[1:]
    named = all(cell.strip() and not any(map(str.isdigit, cell)) for cell in first) and len(set(first)) == len(first)
    figures = any(any(map(str.isdigit, cell)) for row in below for cell in row)
    return (first, below) if named and figures and len(first) > 2 else (None, rows)
