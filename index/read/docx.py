"""Word files (.docx) into drafts, by python-docx: paragraphs, and the rows of tables as sentences.

Headers, footers, comments and deleted words of tracked changes are skipped. Knows nothing of cleaning.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from dateline.index.errors import ArticleError
from dateline.index.read.record import MAX_ARTICLE_BYTES, Draft, DraftPage, Value
from dateline.index.read.rows import row_sentences, split_header
from dateline.index.read.tables import missing_extra
from dateline.index.read.visible import fields_in

_MOST_UNPACKED = 10 * MAX_ARTICLE_BYTES
_NO_AUTHOR = {"python-docx", "microsoft office user", "user", "admin"}


def draft_of(payload: bytes) -> Draft:
    """The draft of a Word file. Raises ArticleError if it is damaged or too large when unpacked."""
    try:
        from docx import Document
        from docx.opc.exceptions import OpcError
        from docx.table import Table
    except ImportError as error:
        raise missing_extra("Word files", "python-docx") from error
    broken = ArticleError("The Word file is damaged.", hint="Save it again as .docx.")
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as packed:
            if sum(member.file_size for member in packed.infolist()) > _MOST_UNPACKED:
                raise ArticleError("The Word file is too large to be an article.", hint="Save its text alone.")
        document = Document(io.BytesIO(payload))
        lines: list[str] = []
        pages = [DraftPage(1, 0, 1)]
        title = None
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                header, rows = split_header([[cell.text for cell in row.cells] for row in block.rows])
                lines += row_sentences(rows, header)
                # Rows count to the page on which their table begins.
                if ended := _pages_ended(block):
                    pages.append(DraftPage(len(lines) + 1, 0, pages[-1].page + ended))
            else:
                if title is None and (block.style is not None and block.style.name in ("Title", "Heading 1")):
                    title = " ".join(block.text.split()) or None
                for words in _words_before_breaks(block):
                    pages.append(DraftPage(len(lines) + 1, words, pages[-1].page + 1))
                lines += block.text.split("\n")
        properties = document.core_properties
    except (OpcError, zipfile.BadZipFile, KeyError, ValueError, AttributeError, SyntaxError, OSError) as error:
        raise broken from error
    fields = fields_in(lines)
    for field, value in _known(properties).items():
        fields.setdefault(field, Value(value, "metadata"))
    if title is not None:
        fields["title"] = Value(title, "text")
    return Draft("\n".join(lines), fields, pages=tuple(pages) if len(pages) > 1 else ())


def _words_before_breaks(paragraph: Any) -> Iterator[int]:
    """For each page break that Word rendered: how many words of the paragraph are before it."""
    words = 0
    while paragraph is not None and paragraph.rendered_page_breaks:
        first = paragraph.rendered_page_breaks[0]
        before = first.preceding_paragraph_fragment
        words += len(before.text.split()) if before is not None else 0
        yield words
        paragraph = first.following_paragraph_fragment


def _pages_ended(table: Any) -> int:
    """How many pages end within a table. A row across two pages has a break in each of its cells."""
    return sum(
        max((sum(len(each.rendered_page_breaks) for each in cell.paragraphs) for cell in row.cells), default=0)
        for row in table.rows
    )


def _known(properties: Any) -> dict[str, str]:
    """The title, author and language of the file's properties; its times are those of writing, not of publication."""
    author = (properties.author or "").strip()
    found = {
        "title": (properties.title or "").strip(),
        "byline": "" if author.lower() in _NO_AUTHOR else author,
        "language": (properties.language or "").strip(),
    }
    return {field: value for field, value in found.items() if value}
