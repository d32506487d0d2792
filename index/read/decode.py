"""Decoding bytes of any encoding to text, and normalising text to the form that is stored.

Knows nothing of formats beyond the charset that one may declare.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

HEAD = 8_192
"""Bytes at the beginning that decide whether a file is binary."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # Before UTF-16, whose mark is its beginning.
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0",
          b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"SQLite format 3", b"RIFF", b"OggS", b"{\\rtf")  # fmt: skip
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27})
# In cp1252: quotes, dashes, the euro and other marks; letters with accents count only beside plain letters,
# or text in Cyrillic or Greek code pages would pass for it.
_CP1252_MARKS = bytes([0x80, 0x82, 0x84, 0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99, *range(0xA0, 0xC0)])
_CP1252_WORD = re.compile(
    rb"(?<=[A-Za-z])[\x8a\x8c\x9a\x9c\xc0-\xff]{1,2}|[\x8a\x8c\x9a\x9c\xc0-\xff]{1,2}(?=[A-Za-z])"
)
_NON_ASCII = re.compile(rb"[\x80-\xff]+")

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_ODD_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SPACES = re.compile("  +")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, its encoding, and the number of bytes that were replaced by U+FFFD."""

    text: str
    encoding: str
    replaced: int = 0


def is_binary(payload: bytes) -> bool:
    """Whether `payload` is something other than text, by its beginning."""
    head = payload[:HEAD]
    if head.startswith(_MAGIC):
        return True
    if any(head.startswith(bom) for bom, _ in _BOMS) or _wide(head) is not None:
        return False
    controls = len(head) - len(head.translate(None, _CONTROL))
    return b"\0" in head or controls * 50 > len(head)


def decode(payload: bytes, declared: str | None = None) -> Decoded:
    """`payload` as text. `declared`: the charset that the page states; valid UTF-8 takes precedence.

    In order: byte-order marks, UTF-16 without one, UTF-8, the declared charset, UTF-8 with a few broken bytes,
    cp1252, and what charset-normalizer finds likeliest. Never fails: invalid bytes become U+FFFD and are counted.
    """
    for bom, encoding in _BOMS:
        if payload.startswith(bom):
            return _with(payload[len(bom) :], encoding)
    wide = _wide(payload[:HEAD])
    if wide is not None:
        return _with(payload, wide)
    try:
        return Decoded(payload.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if declared is not None and (known := _codec(declared)) not in (None, "utf-8"):
        assert known is not None
        return _with(payload, known)
    lenient = _with(payload, "utf-8")
    sound = sum(1 for character in lenient.text if character > "\x7f") - lenient.replaced
    if sound >= lenient.replaced:
        return lenient
    if _looks_like_cp1252(payload):
        return _with(payload, "cp1252")
    from charset_normalizer import from_bytes

    best = from_bytes(payload[:200_000]).best()
    if best is None:
        return lenient
    return _with(payload, best.encoding)


def normalise(text: str) -> str:
    """`text` in the stored form: NFC, \\n as line end, single plain spaces, no invisible characters. Idempotent.

    Zero-width joiners are kept: Persian and Hindi words change without them.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = _ODD_SPACES.sub(" ", _INVISIBLE.sub("", _NEWLINES.sub("\n", text)))
    text = _SPACES.sub(" ", text)
    text = "\n".join([line.strip() for line in text.split("\n")])
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _with(payload: bytes, encoding: str) -> Decoded:
    text = payload.decode(encoding, errors="replace")
    return Decoded(text, encoding, text.count("\ufffd") - payload.count(b"\xef\xbf\xbd"))


def _wide(head: bytes) -> str | None:
    """UTF-16 without a byte-order mark: in most languages every other byte is then zero."""
    pairs = len(head) // 2
    if pairs < 4:
        return None
    even, odd = head[: 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if odd > 0.4 * pairs and even < 0.02 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.02 * pairs:
        return "utf-16-be"
    return None


def _codec(name: str) -> str | None:
    try:
        known = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None
    # Browsers read these so too: pages that declare Latin-1 or ASCII mean cp1252.
    return "cp1252" if known in ("iso8859-1", "ascii") else None if known in ("hex", "base64", "rot13") else known


def _looks_like_cp1252(payload: bytes) -> bool:
    marked = sum(len(m.group().translate(None, _CP1252_MARKS)) for m in _NON_ASCII.finditer(payload))
    beside = sum(len(m.group().translate(None, _CP1252_MARKS)) for m in _CP1252_WORD.finditer(payload))
    return marked == 0 or beside >= 0.95 * marked
