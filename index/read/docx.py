"""Word files (.docx) into drafts, by python-docx: paragraphs, and the rows of tables as sentences.

Headers, footers, comments and deleted words of tracked changes are no part of the text. Knows nothing of cleaning.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

from dateline.index.errors import ArticleError
from dateline.index.read.record import MAX_ARTICLE_BYTES, Draft, Value
from dateline.index.read.rows import row_sentences, split_header
from dateline.index.read.tables import missing_extra
from dateline.index.read.visible import fields_in

_MOST_UNPACKED = 10 * MAX_ARTICLE_BYTES
_NO_AUTHOR = {"python-docx", "microsoft office user", "user", "admin"}


def draft_of(payload: bytes) -> Draft:
    """The draft of a Word file. Raises ArticleError where it is damaged or unpacks to too much."""
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
                raise ArticleError("The Word file unpacks to too much to be an article.", hint="Save its text alone.")
        document = Document(io.BytesIO(payload))
        lines: list[str] = []
        pages = {1: 1}
        title = None
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                header, rows = split_header([[cell.text for cell in row.cells] for row in block.rows])
                lines += row_sentences(rows, header)
            else:
                if title is None and (block.style is not None and block.style.name in ("Title", "Heading 1")):
                    title = " ".join(block.text.split()) or None
                # A paragraph that a page breaks counts to the page on which it begins.
                if block.rendered_page_breaks:
                    pages[len(lines) + 1 + block.text.count("\n") + 1] = max(pages.values()) + len(
                        block.rendered_page_breaks
                    )
                lines += block.text.split("\n")
        properties = document.core_properties
    except (OpcError, zipfile.BadZipFile, KeyError, ValueError, AttributeError, SyntaxError, OSError) as error:
        raise broken from error
    fields = fields_in(lines)
    for field, value in _known(properties).items():
        fields.setdefault(field, Value(value, "metadata"))
    if title is not None:
        fields["title"] = Value(title, "text")
    return Draft("\n".join(lines), fields, pages=pages if len(pages) > 1 else {})


def _known(properties: Any) -> dict[str, str]:
    """The title, author and language of the file's properties; its times are those of writing, not of publication."""
    author = (properties.author or "").strip()
    found = {
        "title": (properties.title or "").strip(),
        "byline": "" if author.lower() in _NO_AUTHOR else author,
        "language": (properties.language or "").strip(),
    }
    return {field: value for field, value in found.items() if value}
