"""Splitting the bytes of a file into records, by its kind: the only module that knows all readers.

Knows nothing of folders or of compressed single files; a .zip is a file of files.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from dateline.index.article import Problem
from dateline.index.errors import ArticleError
from dateline.index.read.decode import decode, is_binary
from dateline.index.read.json_records import record_of, records_of_json
from dateline.index.read.kinds import FileKind, kind_of
from dateline.index.read.record import MAX_ARTICLE_BYTES, Record

READABLE = (
    "text, Markdown, HTML, JSON and JSON lines, XML of feeds and news agencies, CSV, TSV, Parquet, mail, PDF, Word, "
    "WARC and .zip files"
)
"""The hint for files of other kinds."""
MOST_MEMBERS = 100_000
"""Most files of a .zip that are read."""
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(\w+)[\s>/]")
_MISC = re.compile(rb"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>", re.DOTALL)
MEGABYTES = MAX_ARTICLE_BYTES // 1_000_000


def records_in(path: str, kind: FileKind, payload: bytes) -> Iterator[Record | Problem]:
    """The records of a file of this kind, and a problem for each part that can't be read. Bad input never raises."""
    try:
        yield from _split(path, kind, payload)
    except ArticleError as error:
        yield Problem(path, None, f"{error.message.rstrip('.')}. {error.hint}".strip())


def _split(path: str, kind: FileKind, payload: bytes) -> Iterator[Record | Problem]:
    match kind:
        case "json" | "lines":
            yield from records_of_json(path, payload)
        case "xml":
            yield from _xml(path, payload)
        case "csv" | "tsv":
            from dateline.index.read.tables import records_of_csv

            yield from records_of_csv(path, payload, "\t" if kind == "tsv" else None)
        case "parquet":
            from dateline.index.read.tables import records_of_parquet

            yield from records_of_parquet(path, payload)
        case "warc":
            from dateline.index.read.web_archive import records_of_warc

            yield from records_of_warc(path, payload)
        case "mbox":
            yield from mailbox_records(path, io.BytesIO(payload))
        case "mhtml":
            from dateline.index.read.mail import page_in

            page, address = page_in(payload)
            yield from _page(path, page, address)
        case "zip":
            yield from _zip(path, payload)
        case "pdf" | "docx" | "mail":
            yield Record(path, None, kind, payload)
        case "html":
            yield from _page(path, payload, None)
        case "text" | "markdown":
            yield from _text(path, kind, payload)


def mailbox_records(path: str, lines: Iterable[bytes]) -> Iterator[Record]:
    """The messages of a mailbox, which is never in memory as a whole."""
    from dateline.index.read.mail import messages_in

    return (Record(path, None, "mail", message) for message in messages_in(lines))


def _text(path: str, kind: FileKind, payload: bytes) -> Iterator[Record | Problem]:
    from dateline.index.read.text_exports import articles_in, is_text_export

    if is_binary(payload):
        yield Problem(path, None, "The file is binary in spite of its name; convert it to text first, or remove it.")
    elif kind == "text" and is_text_export(text := decode(payload).text.replace("\r\n", "\n")):
        yield from (record_of(record, path, line) for line, record in articles_in(text))
    else:
        yield Record(path, None, "markdown" if kind == "markdown" else "text", payload)


def _page(path: str, payload: bytes, address: str | None) -> Iterator[Record | Problem]:
    if is_binary(payload):
        yield Problem(path, None, "The file is binary in spite of its name; convert it to text first, or remove it.")
        return
    from dateline.index.read.liveblog import is_live_blog, posts_of

    posts = list(posts_of(payload, address)) if is_live_blog(payload) else []
    if posts:
        yield from (record_of(post, path, None) for post in posts)
    else:
        yield Record(path, None, "html", payload, address)


def _xml(path: str, payload: bytes) -> Iterator[Record | Problem]:
    """The items of NITF, NewsML or a feed, by the root element."""
    from dateline.index.read import wires
    from dateline.index.read.feed import entries

    root = _ROOT.search(_MISC.sub(b"", payload[:20_000]))
    name = root[1].decode("ascii") if root is not None else ""
    if name in wires.ROOTS:
        found = False
        for record in wires.items_of(wires.xml_root(payload)):
            found = True
            yield record_of(record, path, None)
        if not found:
            yield Problem(path, None, f"This {name} has no news item with a text; it only describes or lists some.")
    elif name in ("urlset", "sitemapindex"):
        yield Problem(
            path, None, "This is a sitemap: it lists addresses and has no articles; save the pages themselves."
        )
    elif name == "html":
        yield from _page(path, payload, None)
    else:
        yield from entries(path, payload)


def _zip(path: str, payload: bytes) -> Iterator[Record | Problem]:
    """The files in an archive, as if they were in a folder of its name."""
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as packed:
            members = sorted(packed.infolist(), key=lambda member: member.filename)
            for member in members[:MOST_MEMBERS]:
                yield from _member(path, packed, member)
            if left := len(members[MOST_MEMBERS:]):
                yield Problem(path, None, f"{left:,} more files in the archive were not read; unpack it.")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        locked = isinstance(error, RuntimeError) and "password" in str(error)
        reason = "is protected by a password; unpack it" if locked else "is damaged or cut off; fetch it again"
        yield Problem(path, None, f"The archive {reason}.")


def _member(path: str, packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[Record | Problem]:
    name = member.filename.replace("\\", "/")
    where = f"{path}/{name}"
    parts = name.split("/")
    is_passed_over = parts[-1].lower().partition(".")[0] == "readme" or "__MACOSX" in parts
    if member.is_dir() or any(part.startswith(".") for part in parts) or is_passed_over:
        return
    if member.file_size > MAX_ARTICLE_BYTES:
        yield Problem(where, None, f"Unpacked it is larger than {MEGABYTES} MB and was not read.")
        return
    with packed.open(member) as file:
        content = file.read(MAX_ARTICLE_BYTES + 1)  # what the archive says of its size may be a lie
    kind = kind_of(name, content[:4_096])
    if len(content) > MAX_ARTICLE_BYTES:
        yield Problem(where, None, f"Unpacked it is larger than {MEGABYTES} MB and was not read.")
    elif kind is None or kind == "zip" or name.lower().endswith(".gz"):
        yield Problem(where, None, "Files of this kind are skipped in an archive; unpack it.", "warning")
    elif not content:
        yield Problem(where, None, "The file is empty; remove it or fetch it again.")
    else:
        yield from records_in(where, kind, content)
