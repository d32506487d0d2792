"""Numbers of a sentence: in digits ("1,250", "3.5 million") and in words ("forty-three", "half a dozen", "dozens").

Knows nothing of units, dates or what is counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from unicodedata import normalize

from text_to_num import text2num

from dateline.rag.language.parse import Parse

_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
_SHORT_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}
_PLURALS = {"dozens": 12.0, "scores": 20.0, "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9}
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: float(n) for n, word in enumerate(_ONES)} | {word: 10.0 * n for n, word in enumerate(_TENS, 2)}
_SIMPLE = _WORDS.keys() | _SCALES.keys()
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5, "sixths": 6,
    "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10,
}  # fmt: skip
_DIGITS = re.compile(r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,24}(?:\.\d+)?)([½¼¾⅓⅔])?(k|mn?|bn?|tn)?", re.IGNORECASE)
_VAGUE_BEFORE = frozenset({"several", "few", "many", "couple", "some"})
VAGUE_UPPER = 9.99
"""The most that "hundreds" may be, as a multiple of the least; more would be thousands."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its tokens."""

    first: int
    last: int
    """Indices of its first and last token."""
    value: float
    upper: float | None
    """The upper end of a vague number: "dozens" are 24 to 120."""
    in_words: bool
    is_part: bool = False
    """Whether it is a fraction: "half", "two-thirds", "1 in 3"."""
    scale: float = 1.0
    """The factor of its scale word: 1e6 for "3 million"."""


def numbers_in(parse: Parse) -> list[Number]:
    """All numbers in order, including dates, scores and numbers in names, without ordinals."""
    found: list[Number] = []
    at = 0
    while at < len(parse.tokens):
        number = _part(parse, at) or _vague(parse, at) or _digits(parse, at) or _in_words(parse, at)
        if number is None:
            at += 1
        else:
            found.append(number)
            at = number.last + 1
    return found


def _word(parse: Parse, at: int) -> str:
    return parse.lower[at] if 0 <= at < len(parse.tokens) else ""


def _part(parse: Parse, at: int) -> Number | None:
    """A fraction at token `at`: "two-thirds", "a quarter of", "half", "one in three", "9 out of 10"."""
    first = _word(parse, at)
    upper = _plain(first)
    after = at + 1 + (_word(parse, at + 1) == "-")
    if upper is not None and _word(parse, after) in _PARTS and (upper == 1) != _word(parse, after).endswith("s"):
        return Number(at, after, upper / _PARTS[_word(parse, after)], None, True, is_part=True)
    joined = 1 if _word(parse, at + 1) == "in" else 2 if parse.lower[at + 1 : at + 3] == ("out", "of") else 0
    lower = _plain(_word(parse, at + 1 + joined)) if joined else None
    if upper is not None and lower is not None and 0 < upper < lower <= 100 and (joined == 2 or upper <= 10):
        return Number(at, at + 1 + joined, upper / lower, None, not first[0].isdigit(), is_part=True)
    if first == "half" and _word(parse, at + 1) not in ("-", "time", "past", "brother", "sister", "dozen", "hour"):
        if _word(parse, at + 1) in ("a", "an"):
            return None if _word(parse, at + 2) in _SCALES else Number(at, at + 1, 0.5, None, True)
        if parse.tokens[at].tag != "JJ" or _word(parse, at + 1) in ("of", "the"):
            return (
                None
                if _word(parse, at - 1) in ("first", "second", "and", "a")
                else Number(at, at, 0.5, None, True, is_part=True)
            )
    ordinal = first in ("third", "quarter", "fifth", "tenth") and _word(parse, at - 1) in ("a", "one")
    if ordinal and _word(parse, at + 1) in ("of", "the"):
        return Number(at, at, 1 / _PARTS[first], None, True, is_part=True)
    return None


def _vague(parse: Parse, at: int) -> Number | None:
    """A vague number at token `at`: "dozens", "tens of thousands", "several hundred", "a few dozen"."""
    word = _word(parse, at)
    if word in ("tens", "hundreds", "dozens", "scores") and _word(parse, at + 1) == "of":
        scale = _PLURALS.get(_word(parse, at + 2))
        if scale is not None:
            least = {"tens": 20.0, "dozens": 24.0, "scores": 40.0, "hundreds": 200.0}[word] * scale
            return Number(at, at + 2, least, least / 2 * VAGUE_UPPER, True, scale=scale)
    if (
        word in _PLURALS
        and parse.tokens[at].pos in ("NOUN", "NUM")
        and (word != "scores" or _word(parse, at + 1) == "of")
    ):
        return Number(at, at, 2 * _PLURALS[word], _PLURALS[word] * VAGUE_UPPER, True, scale=_PLURALS[word])
    of = 1 if _word(parse, at + 1) == "of" else 0
    if word in _VAGUE_BEFORE and _word(parse, at + 1 + of) in _SCALES:
        scale = _SCALES[_word(parse, at + 1 + of)]
        return Number(at, at + 1 + of, 2 * scale, scale * VAGUE_UPPER, True, scale=scale)
    return None


def _digits(parse: Parse, at: int) -> Number | None:
    """A number in digits at token `at`: "1,250", "3.5 million", "2m", "6 1/2"."""
    match = _DIGITS.fullmatch(_word(parse, at))
    if match is None:
        return None
    number = float(match[1].replace(",", ""))
    if match[2]:
        number += float(Fraction(normalize("NFKC", match[2]).replace("⁄", "/")))
    scale = 1.0
    last = at
    if match[3]:
        scale = _SHORT_SCALES[match[3].lower()]
    if simple := re.fullmatch(r"([1-9])/([2-9])", _word(parse, at + 1)):
        number += int(simple[1]) / int(simple[2])
        last += 1
    following = last + 1 + (_word(parse, last + 1) == "-")
    if _word(parse, following) in _SCALES:
        scale *= _SCALES[_word(parse, following)]
        last = following
    return Number(at, last, number * scale, None, False, scale=scale)


def _in_words(parse: Parse, at: int) -> Number | None:
    """A number in words at token `at`: "forty-three", "two and a half million", "a hundred", "half a dozen"."""
    half = parse.lower[at : at + 2] in (("half", "a"), ("half", "an"))
    start = at + 2 if half else at + 1 if _word(parse, at) in ("a", "an") and _word(parse, at + 1) in _SCALES else at
    last = start
    while _word(parse, last) in _SIMPLE or (last > start and _word(parse, last) in ("-", "and")):
        last += 1
    for end in range(last - 1, start - 1, -1):
        if parse.lower[end] in ("-", "and"):
            continue
        value = _value_of([word for word in parse.lower[start : end + 1] if word != "-"])
        if value is None:
            continue
        if parse.lower[end + 1 : end + 4] == ("and", "a", "half"):
            value, end = value + 0.5, end + 3
            if _word(parse, end + 1) in _SCALES:
                value, end = value * _SCALES[_word(parse, end + 1)], end + 1
        return Number(at, end, value / 2 if half else value, None, True)
    return None


def _value_of(words: list[str]) -> float | None:
    """The value of number words; None if they are not a number: "two six", "and"."""
    if words[-1:] == ["dozen"]:
        dozens = _value_of(words[:-1]) if words[:-1] else 1.0
        return None if dozens is None else 12 * dozens
    if not words or words[-1] not in _SIMPLE or words[0] == "and":
        return None
    try:
        return float(text2num(" ".join(words), "en"))
    except ValueError:
        return None


def _plain(word: str) -> float | None:
    if word in _WORDS:
        return _WORDS[word]
    return float(word) if re.fullmatch(r"\d{1,3}", word) else None
