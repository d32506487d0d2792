"""PDF files into drafts, by pdfminer.six, whose layout analysis orders columns.

Running heads, page numbers and hyphens at line ends are removed. Scans without a text layer are refused; there is no
OCR. Knows nothing of cleaning.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dateline.index.errors import ArticleError
from dateline.index.read.record import Draft, DraftPage, Value
from dateline.index.read.tables import missing_extra
from dateline.index.read.visible import fields_in

MOST_PAGES = 500
_MARGIN = 0.09
"""Share of a page's height, at the top and at the bottom, that counts as margin."""
_PAGE_NUMBER = re.compile(r"\W*(?:page|seite|p\.)?\s*\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?\W*$", re.IGNORECASE)
_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[a-zà-öø-ÿ])")
_UNFINISHED = re.compile(r"[^.!?:;”\"’)\]…]$")


@dataclass(frozen=True, slots=True)
class _Box:
    text: str
    page: int
    is_margin: bool
    size: float
    """Mean font size, in points."""


def draft_of(payload: bytes) -> Draft:
    """The draft of a PDF. Raises ArticleError if it is damaged, password-protected or a scan."""
    boxes, info = _read(payload)
    boxes = _without_running_heads(boxes)
    lines, pages = _paragraphs(boxes)
    if not any(map(str.split, lines)):
        raise ArticleError(
            "The PDF has no text layer: it is a scan, or its letters are pictures.",
            hint="Recognise its text first, e.g. with ocrmypdf.",
        )
    fields = fields_in(lines)
    stated = _info(info, "Title")
    title = stated or _largest(boxes)
    if title and not title.lower().endswith((".pdf", ".doc", ".docx", ".indd")) and "untitled" not in title.lower():
        fields["title"] = Value(title, "metadata" if stated else "text")
    return Draft("\n".join(lines), fields, pages=tuple(pages))


def _read(payload: bytes) -> tuple[list[_Box], dict[str, Any]]:
    try:
        from pdfminer.high_level import extract_pages
        from pdfminer.layout import LAParams, LTChar, LTTextContainer, LTTextLine
        from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
        from pdfminer.pdfparser import PDFParser, PDFSyntaxError
        from pdfminer.psexceptions import PSException
    except ImportError as error:
        raise missing_extra("PDF files", "pdfminer.six") from error
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    boxes: list[_Box] = []
    try:
        document = PDFDocument(PDFParser(io.BytesIO(payload)))
        info = dict(document.info[0]) if document.info else {}
        for number, page in enumerate(extract_pages(io.BytesIO(payload), maxpages=MOST_PAGES, laparams=LAParams()), 1):
            for element in page:
                if isinstance(element, LTTextContainer) and element.get_text().strip():
                    margin = element.y0 > (1 - _MARGIN) * page.height or element.y1 < _MARGIN * page.height
                    sizes = [char.size for line in element if isinstance(line, LTTextLine)
                             for char in line if isinstance(char, LTChar)]  # fmt: skip
                    size = sum(sizes) / len(sizes) if sizes else 0.0
                    boxes.append(_Box(element.get_text().strip(), number, margin, size))
    except PDFPasswordIncorrect as error:
        raise ArticleError("The PDF is protected by a password.", hint="Save it without one.") from error
    except (
        PDFSyntaxError,
        PSException,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        RecursionError,
    ) as error:
        raise ArticleError("The PDF is damaged and can't be read.", hint="Fetch or export it again.") from error
    return boxes, info


def _without_running_heads(boxes: Sequence[_Box]) -> list[_Box]:
    """Without page numbers, and without text that is in the margins of several pages, digits aside."""

    def bare(box: _Box) -> str:
        return re.sub(r"[\d\W]+", "", box.text.lower())

    pages: dict[str, set[int]] = {}
    for box in boxes:
        if box.is_margin:
            pages.setdefault(bare(box), set()).add(box.page)
    return [
        box for box in boxes
        if not _PAGE_NUMBER.match(box.text) and not (box.is_margin and len(pages[bare(box)]) > 1)
    ]  # fmt: skip


def _paragraphs(boxes: Sequence[_Box]) -> tuple[list[str], list[DraftPage]]:
    """One line per paragraph, joined across columns and pages; and where each page begins."""
    lines: list[str] = []
    pages: list[DraftPage] = []
    page, size = 0, 0.0
    for box in boxes:
        for part in re.split(r"\n\s*\n", _HYPHENATED.sub("", box.text)):
            words = " ".join(part.split())
            goes_on = lines and _UNFINISHED.search(lines[-1]) and words[:1].islower() and abs(box.size - size) < 1
            if words and box.page > page:
                page = box.page
                pages.append(DraftPage(len(lines), len(lines[-1].split()), page) if goes_on
                             else DraftPage(len(lines) + 1, 0, page))  # fmt: skip
            if goes_on and lines[-1].endswith("-"):
                lines[-1] = lines[-1][:-1] + words
            elif goes_on:
                lines[-1] += " " + words
            elif words:
                lines.append(words)
        size = box.size
    return lines, pages


def _info(info: dict[str, Any], name: str) -> str | None:
    from pdfminer.utils import decode_text

    raw = info.get(name)
    words = decode_text(raw) if isinstance(raw, bytes) else raw if isinstance(raw, str) else ""
    return " ".join(words.split()) or None


def _largest(boxes: Sequence[_Box]) -> str | None:
    """The first page's text in the largest font, if that is larger than the usual one."""
    if not boxes:
        return None
    usual = Counter(round(box.size) for box in boxes for _ in range(len(box.text))).most_common(1)[0][0]
    best = max((box for box in boxes if box.page == boxes[0].page), key=lambda box: box.size)
    words = " ".join(_HYPHENATED.sub("", best.text).split())
    return words if best.size > 1.2 * usual and 2 <= len(words.split()) <= 30 else None
