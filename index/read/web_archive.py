"""Web archives (WARC) into pages, by warcio: every HTML page with status 200, with its address.

Knows the container, not the pages.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from dateline.index.article import Problem
from dateline.index.read.record import MAX_ARTICLE_BYTES, Record
from dateline.index.read.tables import missing_extra

_PAGES = ("text/html", "application/xhtml")


def records_of_warc(path: str, payload: bytes) -> Iterator[Record | Problem]:
    """One record for each page of the archive; stops at damage. Raises ArticleError if warcio is missing."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError as error:
        raise missing_extra("Web archives", "warcio") from error
    pages, others = 0, 0
    try:
        for item in ArchiveIterator(io.BytesIO(payload)):
            if item.rec_type not in ("response", "resource"):
                continue
            headers = item.http_headers if item.rec_type == "response" else item.rec_headers
            kind = (headers.get_header("Content-Type") or "") if headers is not None else ""
            status = headers.get_statuscode() if item.rec_type == "response" and headers is not None else "200"
            if not kind.lower().startswith(_PAGES) or status != "200":
                others += 1
                continue
            body = item.content_stream().read(MAX_ARTICLE_BYTES + 1)
            address = item.rec_headers.get_header("WARC-Target-URI")
            if len(body) > MAX_ARTICLE_BYTES:
                reason = f"The page {address} is larger than {MAX_ARTICLE_BYTES // 1_000_000} MB and was not read."
                yield Problem(path, None, reason)
            elif body:
                pages += 1
                yield Record(path, None, "html", body, address)
    except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:
        reason = f"The web archive is damaged behind its first {pages} pages ({error}); fetch it again."
        yield Problem(path, None, reason)
        return
    if not pages:
        reason = f"The web archive has no page in HTML that was fetched with success ({others} other responses)."
        yield Problem(path, None, reason, "warning")
