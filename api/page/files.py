"""The static files of the chat page, read and compressed once, and their Content-Security-Policy.

The files are under `api/page/`; there is no build step. Knows nothing of what they do.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
INDEX = "index.html"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""Media types by extension; other files are not served."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy: nothing inline, nothing from other servers, and no string becomes markup."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file to be sent."""

    media_type: str
    body: bytes
    zipped: bytes
    """The body compressed by gzip."""
    etag: str

    def headers(self, *, zipped: bool) -> dict[str, str]:
        """Headers: the browser caches the file and revalidates it each time."""
        encoding = {"Content-Encoding": "gzip"} if zipped else {}
        return {
            "Content-Security-Policy": POLICY,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "no-cache",
            "ETag": self.etag,
            "Vary": "Accept-Encoding",
            **encoding,
        }


@cache
def page_files() -> dict[str, PageFile]:
    """File name → file."""
    return {path.name: _read(path) for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES}


def _read(path: Path) -> PageFile:
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:32]
    return PageFile(TYPES[path.suffix], body, gzip.compress(body, 9, mtime=0), f'"{digest}"')
