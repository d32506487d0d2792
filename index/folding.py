"""Text normalisation for the lexical index: accents, apostrophes, ligatures, digits and scripts without spaces.

Applied to passages and queries alike, never to the stored text. Knows strings only.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = dict.fromkeys(map(ord, "’‘‛ʼʻ′´＇"), "'")
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ł": "l", "Ł": "L", "ß": "ss", "ẞ": "SS", "æ": "ae",
     "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n",
     "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ـ": ""}
)  # fmt: skip
"""Letters that Unicode does not decompose, and variants of one letter on Arabic and Persian keyboards."""
_MARKS = re.compile("[\u0300-\u036f\u064b-\u0652\u0670\u05b0-\u05c7]")
"""Accents on Latin, Greek and Cyrillic letters, and the vowel points of Arabic and Hebrew, which are seldom written."""
_HAN = (
    "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3041-\u3096\u30a1-\u30fa\u30fc\uac00-\ud7a3"
    "\U00020000-\U0003134f"
)
"""Chinese characters, kana and Hangul."""
_THAI = "\u0e01-\u0e4e\u0e81-\u0ece\u1780-\u17d3\u1000-\u109f"
"""Thai, Lao, Khmer and Burmese, which are written without spaces between words."""
_UNSPACED = re.compile(f"[{_HAN}]+|[{_THAI}]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_DIGIT = re.compile(r"[^\D0-9]")
"""Decimal digits of other scripts."""
_TONES = re.compile("[\u0e47-\u0e4e\u0ec8-\u0ece]")


def folded(text: str) -> str:
    """`text` without accents, with plain apostrophes and digits, and ligatures decomposed; case is kept. Idempotent."""
    # Only what is not ASCII changes, and no ASCII character is composed with what is left behind it.
    return text if text.isascii() else _NOT_ASCII.sub(_folded_run, text)


def _folded_run(match: re.Match[str]) -> str:
    run = match.group()
    return _folded_mark(run) if len(run) == 1 else _folded(run)


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).translate(_APOSTROPHES)
    text = unicodedata.normalize("NFC", _MARKS.sub("", text.translate(_LETTERS)))
    return _DIGIT.sub(lambda match: str(unicodedata.decimal(match.group())), text)


_folded_mark = lru_cache(1_000)(_folded)
"""Of one character: English text has few others than apostrophes, quotation marks and dashes."""


def searchable(text: str) -> str:
    """`text` as the lexical index takes it: folded, and scripts without spaces cut into overlapping pieces.

    Chinese, Japanese and Korean are cut in pairs of characters, as Lucene's CJK analyser does it; Thai, Lao, Khmer and
    Burmese in threes. A word of two characters or more is thus found wherever it is, without a dictionary.
    """
    if text.isascii():
        return text
    return _UNSPACED.sub(lambda match: f" {' '.join(_pieces(match.group()))} ", folded(text))


def _pieces(run: str) -> list[str]:
    size = 3 if re.match(f"[{_THAI}]", run) else 2
    run = _TONES.sub("", run)
    return [run[at : at + size] for at in range(max(1, len(run) - size + 1))]
