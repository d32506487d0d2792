"""HTML tables into paragraphs: layout tables into blocks, data tables into sentences.

Knows lxml's trees, not what an article is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import html as lxml_html

from dateline.index.read.rows import row_sentences, split_header

_MOST_COLUMNS = 40


def unfold_tables(tree: Any) -> None:
    """Replace every table of `tree` in place: by one paragraph for the caption and one for each row."""
    for table in reversed(list(tree.iter("table"))):  # inner ones first
        if _is_layout(table):
            for node in (table, *table.iter("thead", "tbody", "tfoot", "tr", "td", "th")):
                node.tag = "div"
        else:
            _replace(table)


def _is_layout(table: Any) -> bool:
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return True
    return any(
        cell.find(".//h1") is not None or len(cell.findall(".//p")) > 1 or cell.find(".//table") is not None
        for cell in table.iter("td")
    )


def _replace(table: Any) -> None:
    header, rows = _grid(table)
    caption = table.find("caption")
    lines = [" ".join(caption.text_content().split())] if caption is not None else []
    lines += row_sentences(rows, header)
    box = lxml_html.Element("div")
    for line in lines:
        if line:
            paragraph = lxml_html.Element("p")
            paragraph.text = line
            box.append(paragraph)
    box.tail = table.tail
    parent = table.getparent()
    if parent is None:
        return
    # A figure of class "…-table" around it would be taken for a picture.
    if parent.tag == "figure":
        parent.tag = "div"
    parent.replace(table, box)


def _grid(table: Any) -> tuple[Sequence[str] | None, Sequence[Sequence[str]]]:
    """The header, if the table has one, and the rows; spanning cells are repeated."""
    rows: list[list[str]] = []
    header: list[str] | None = None
    spanning: dict[int, tuple[int, str]] = {}
    for row in table.iter("tr"):
        cells: list[str] = []
        nodes = [node for node in row if node.tag in ("td", "th")]
        for node in nodes:
            _take_spanning(cells, spanning)
            words = " ".join(node.text_content().split())
            for _ in range(_number(node.get("colspan"))):
                if (down := _number(node.get("rowspan"))) > 1:
                    spanning[len(cells)] = (down - 1, words)
                cells.append(words)
        _take_spanning(cells, spanning)
        is_header = (bool(nodes) and all(node.tag == "th" for node in nodes)) or row.getparent().tag == "thead"
        if is_header and header is None and not rows and len(nodes) > 1:
            header = cells
        elif any(cells) and not is_header:
            rows.append(cells)
        elif any(cells) and len(set(cells)) == 1:
            rows.append(cells[:1])
    if header is None:
        return split_header(rows)
    return header, rows


def _take_spanning(cells: list[str], spanning: dict[int, tuple[int, str]]) -> None:
    while (at := len(cells)) in spanning:
        left, words = spanning.pop(at)
        if left > 1:
            spanning[at] = (left - 1, words)
        cells.append(words)


def _number(raw: str | None) -> int:
    return min(int(raw), _MOST_COLUMNS) if raw is not None and raw.isascii() and raw.isdigit() and int(raw) > 0 else 1
