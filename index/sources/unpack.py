"""Decompression of response bodies with a limit, against decompression bombs.

Supports gzip and deflate, the only ones that are requested. Of HTTP only the names of encodings are known.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from dateline.index.errors import FetchError, FetchRefusedError

ACCEPT_ENCODING = "gzip, deflate"
_GZIP = b"\x1f\x8b"
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_STEP = 65_536


def unpacked(pieces: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The decompressed body of `pieces`, at most `limit` bytes before and after decompression.

    `encoding`: the value of Content-Encoding. A gzip file (`sitemap.xml.gz`) is decompressed, too. Raises
    `FetchRefusedError` for more bytes and for other encodings, `FetchError` for damaged data.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        body = _whole(pieces, limit)
    elif name in ("gzip", "x-gzip", "deflate"):
        body = _inflated(pieces, limit)
    else:
        raise FetchRefusedError(
            f"the server compresses by {encoding[:40]!r}, which was not asked for",
            hint="Its feed can't be read as long as it does.",
        )
    return _inflated([body], limit) if body.startswith(_GZIP) else body


def _whole(pieces: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _inflated(pieces: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    received = 0
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        for piece in pieces:
            received += len(piece)
            if received > limit:
                raise _too_large(limit)
            while piece:
                body += unpacker.decompress(piece, _STEP)
                if len(body) > limit:
                    raise _too_large(limit)
                piece = unpacker.unconsumed_tail
        body += unpacker.flush()
    except zlib.error as error:
        raise FetchError("the compressed data is damaged", hint="It is fetched again later.") from error
    if not unpacker.eof and received:
        raise FetchError("the compressed data is cut off", hint="It is fetched again later.")
    if len(body) > limit:
        raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> FetchRefusedError:
    return FetchRefusedError(
        f"there are more than {limit:,} bytes at the address",
        hint="DATELINE_FETCH_MAX_BYTES says how many are fetched.",
    )
