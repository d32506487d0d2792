"""The kind of a file, by its extension and its first bytes.

index/read/split.py splits each kind.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

FileKind = Literal[
    "text", "markdown", "html", "json", "lines", "xml", "csv", "tsv", "parquet", "mail", "mbox", "mhtml", "pdf", "docx",
    "warc", "zip",
]  # fmt: skip

EXTENSIONS: dict[str, FileKind] = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html",
    ".xml": "xml", ".rss": "xml", ".atom": "xml", ".nitf": "xml", ".newsml": "xml", ".rdf": "xml",
    ".jsonl": "lines", ".ndjson": "lines", ".json": "json", ".ninjs": "json",
    ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet",
    ".eml": "mail", ".mbox": "mbox", ".mht": "mhtml", ".mhtml": "mhtml",
    ".pdf": "pdf", ".docx": "docx", ".warc": "warc", ".zip": "zip",
}  # fmt: skip
_DYNAMIC = (".aspx", ".asp", ".php", ".jsp", ".cgi", ".cfm")
"""Extensions of server-generated pages, which are read if they hold HTML."""
_HTML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head)\b", re.IGNORECASE | re.DOTALL
)
ADVICE: dict[str, str] = {
    ".rtf": "save it as .docx or .txt",
    ".doc": "save it as .docx",
    ".odt": "save it as .docx",
    ".pages": "save it as .docx",
    ".xls": "save it as .csv",
    ".xlsx": "save it as .csv",
    ".anpa": "ask the agency for NITF, NewsML-G2 or ninjs",
    ".epub": "save its articles as .html",
    ".gz": "name it by what is in it, as in pages.jsonl.gz",
    ".tar": "unpack it and name the folder",
    ".tgz": "unpack it and name the folder",
    ".7z": "unpack it and name the folder",
    ".rar": "unpack it and name the folder",
    ".yaml": "save it as .json",
    ".yml": "save it as .json",
}
"""Hints for common kinds that are not read."""


def kind_of(name: str, head: bytes = b"") -> FileKind | None:
    """The kind of the file called `name`, for `.gz` that of its content; None: a kind that is not read.

    `head`: its first bytes, used if the name does not tell.
    """
    extension = extension_of(name)
    if extension in EXTENSIONS:
        return EXTENSIONS[extension]
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"WARC/1."):
        return "warc"
    if _HTML.match(head[:1_000]) and (extension in _DYNAMIC or not extension):
        return "html"
    if head.startswith(b"PK\x03\x04") and b"word/" in head:
        return "docx"
    return None


def extension_of(name: str) -> str:
    """The extension in lower case, ignoring `.gz`; empty: none."""
    path = PurePath(name.lower())
    return PurePath(path.stem).suffix or path.suffix if path.suffix == ".gz" else path.suffix


def is_gzipped(name: str, head: bytes) -> bool:
    """Whether a file is gzipped, whatever its name is."""
    return name.lower().endswith(".gz") or head.startswith(b"\x1f\x8b")
