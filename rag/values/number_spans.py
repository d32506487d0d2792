"""Numbers of a sentence with their spans, in digits or in words (parsed by `text2num`).

Excludes dates, years, times of day, ordinals, lone fractions, scores, numbers in names ("Boeing 737", "G7") and ages
between commas. Knows nothing of what is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from unicodedata import normalize

from text_to_num import text2num

from dateline.rag.language.word_set import word_set
from dateline.rag.values.unit_patterns import UNIT

LONGEST = 24
"""Most characters of a number in digits."""

_SIGNS = {
    "$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "a$": "AUD", "c$": "CAD", "nz$": "NZD"
}  # fmt: skip
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SHORT_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12, "b": 1e9}
_SMALL = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
NUMBER_WORD = rf"(?:{'|'.join(sorted(_SMALL.split(), key=len, reverse=True))}|{'|'.join(_SCALES)}|dozen)\b"
_LARGE = rf"(?:dozen|{'|'.join(_SCALES)})\b"
_NUMBER = re.compile(
    r"(?P<sign>(?:\b(?:US|A|C|NZ))?\$|[€£¥₹])?\s?(?<![\w.,/:@#])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<fraction>\s?[½¼¾⅓⅔]|\s[1-9]/[2-9]\b(?!/))?"
    rf"(?:[ -](?P<scale>{'|'.join(_SCALES)})\b|(?P<short>bn|tn|mn|[kKmb])(?![\w²/]))?(?P<tail>(?:st|nd|rd|th|s)\b)?"
    rf"|\b(?P<half>half an? )?(?:an? (?={_LARGE}))?"
    rf"(?P<words>{NUMBER_WORD}(?:(?: and)?[ -]{NUMBER_WORD})*(?:[ -]and(?:[ -]a)?[ -]half\b(?: {_LARGE})?)?)"
    r"(?P<tail_words>-(?:first|second|third|(?!month)\w+th\b|halves|quarters|\w+ths)"
    r"|\s(?:thirds|quarters|fifths|tenths)\b)?",
    re.IGNORECASE,
)
_LOOKALIKES = str.maketrans("ſİıK", "sIiK")
"""Letters that match others when case is ignored, but have another lower case."""
_NO_COUNT = re.compile(r"\b(?:loved|no|any|every|this|that|the|which|each|another|young|little) \Z", re.IGNORECASE)
"""Words after which "one" is not a number."""
_VAGUE = re.compile(
    r"\b(?:several|few|many|couple of|tens of|couple|hundreds of|dozens of)\s$|\bmulti-$", re.IGNORECASE
)

_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DATE_AFTER = re.compile(
    rf"(?:[-–]\d\d?)?(?: of)? {_MONTHS}\b|(?::|\.)\d\d\b|\s?(?:[ap]\.?m\b|o['’]clock|GMT\b|hours? GMT)"
    r"|[/:]\d|,? ?(?:AD|BC|BCE|CE)\b",
    re.IGNORECASE,
)
_DATE_BEFORE = re.compile(rf"\b{_MONTHS}\.? (?:\d\d?(?:,| ?[-–]| and| or| to)? )?(?:\d\d?[-–])?$", re.IGNORECASE)
_YEAR_BEFORE = re.compile(
    r"\b(?:in|since|by|of|until|till|from|year|between|before|after|during|early|late|mid|to|and|through|the)[ -]$",
    re.IGNORECASE,
)
_AGE_BEFORE = re.compile(r"[A-Z][\w’'.-]*(?: Jr\.?)?(?:, | \()$")
_AGE_AFTER = re.compile(r"(?:[,.;)]|$)")
_NAMED_BEFORE = re.compile(
    r"\b(?:Boeing|Airbus|Interstate|Apollo|Area|Falcon|Group of|Type|Model|Unit|Terminal|Gate|Room|Pier|Prop\.?"
    r"|Proposition|Amendment|Resolution|Part|Stage|Tier|Windows|iPhone|Galaxy|Formula|Top|Big|Covid|Act|Book|Episode"
    r"|World Cup|Super Bowl|Pac|F|I|M|MH|AK|RPG|(?:[Ff]light|[Hh]ighway|[Rr]oute|[Aa]rticle|[Cc]hapter|[Tt]itle"
    r"|[Ss]ection|No\.?|[Nn]umber|[Pp]age|[Pp]hase|[Ll]evel|[Ss]eason|[Gg]ame|[Ww]eek|[Dd]ay|[Cc]hannel|[Cc]lass of"
    r"|[Gg]rade|[Cc]ategory|[Rr]ound|[Vv]ersion"
    r"|[Ss]tep))[ -]$"
)
"""Words that make the number after them a name or an ordinal."""
_CAPITAL_BEFORE = re.compile(r"(?:^|\s)(?P<word>[A-Z][\w’'-]*) $")
_OPENING = word_set("""
    about around some nearly almost roughly approximately over under between from more less fewer than least at up all
    the another an a only just these those its their his her our in by on of with for among after and or but when where
    while was were is are killed until to including other last also there that then
""")
"""Words that may begin a sentence before a figure."""
_COUNTED_NEXT = re.compile(
    r" (?:people|persons|dead|deaths?|bodies|lives|injured|wounded|hurt|missing|arrests|detainees|displaced|homeless"
    r"|evacuees|hostages?|captives|inhabitants|residents|fighters?|militants?|insurgents?|rebels|gunmen|soldiers?|troops)\b"
)
_PLURAL_NEXT = re.compile(
    r" (?:[a-z’'-]+ )?(?:[a-z]+s|people|men|women|children|police|dead|wounded|killed|injured|troops)\b"
)


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """A number with its span."""

    start: int
    end: int
    number: float
    scale: float
    """The factor of its scale word; 1 without one."""
    currency: str | None
    is_word: bool
    one: bool


def number_spans(sentence: str) -> Iterator[NumberSpan]:
    """The numbers that may be figures, in order."""
    sentence = sentence.translate(_LOOKALIKES)
    for match in _NUMBER.finditer(sentence):
        if match["tail"] or match["tail_words"]:
            continue
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        before, after = sentence[:start], sentence[match.end() :]
        if match["words"]:
            number = _of_words(match["words"], half=bool(match["half"]))
            capital = match["words"][0].isupper() and not match["half"] and re.search(r"\w", before)
            if capital and (re.match(r" [A-Z]", after) or re.search(r"[A-Z]\w* $", before)):
                continue  # "the Final Four"
            if match[0].lower() == "one" and _NO_COUNT.search(before):
                continue
            if number is None or _VAGUE.search(before) or _DATE_AFTER.match(after) or _NAMED_BEFORE.search(before):
                continue
            yield NumberSpan(start, match.end(), number, 1, None, True, match[0].lower() == "one")
            continue
        if len(match["digits"]) > LONGEST or (not match["sign"] and _names_or_dates(match, before, after)):
            continue
        yield _of_digits(match, start, after)


def _of_digits(match: re.Match[str], start: int, after: str) -> NumberSpan:
    """A number in digits with its scale: "$3m", "3.5 million"; "15m" without a currency's sign is metres."""
    scale, end = 1.0, match.end()
    if match["scale"]:
        scale = _SCALES[match["scale"].lower()]
    elif match["short"]:
        short = match["short"].lower()
        if short in {"m", "b"} and not match["sign"] and not re.match(r" (?:people|[a-z]+s\b)", after):
            end -= 1
        else:
            scale = _SHORT_SCALES[short]
    fraction = Fraction(normalize("NFKC", match["fraction"] or "0").strip().replace("⁄", "/"))
    number = (float(match["digits"].replace(",", "")) + float(fraction)) * scale
    currency = _SIGNS[match["sign"].lower()] if match["sign"] else None
    return NumberSpan(start, end, number, scale, currency, False, False)


def _of_words(words: str, *, half: bool) -> float | None:
    """The value of number words: "two and a half million", "half a dozen"; None if they are not a number: "two six"."""
    plain = re.sub(r"[ -]+", " ", words.lower()).replace("and half", "and a half")
    halves = 0.5 if half else 1.0
    scale = 1.0
    plain, and_half, large = plain.partition(" and a half")
    if large:
        scale = 12.0 if large == " dozen" else _SCALES[large.strip()]
    elif plain.endswith("dozen"):
        plain, scale = plain.removesuffix("dozen").strip(), 12.0
    try:
        number = float(text2num(plain, "en")) if plain else 1.0
    except ValueError:
        return None
    return (number + (0.5 if and_half else 0.0)) * scale * halves or None


_RANGE_ENDS = re.compile(r"[-–]\$?(\d[\d,]*(?:\.\d+)?)(?P<what>.{,30})")


def _is_score(before: str, digits: str, after: str) -> bool:
    """Whether digits joined by a dash are a score or season, not a range, which rises and has a unit or noun."""
    if first := re.search(r"(\d[\d,]*(?:\.\d+)?)[-–]$", before):
        low, high, what = first[1], digits, after
    elif second := _RANGE_ENDS.match(after):
        low, high, what = digits, second[1], second["what"]
    else:
        return False
    rises = float(low.replace(",", "") or 0) < float(high.replace(",", ""))
    return not (
        rises and (UNIT.match(what) or _PLURAL_NEXT.match(what) or re.match(r" (?:million|billion|thousand)", what))
    )


def _names_or_dates(match: re.Match[str], before: str, after: str) -> bool:
    """Whether digits belong to a date, time, year, name, score or age."""
    digits, plain = match["digits"], match["digits"].isdigit()
    if re.match(r"[A-Za-z]", after) and not UNIT.match(after) and not match["short"]:
        return True
    if _is_score(before, digits, after):
        return True
    if match["scale"] or match["short"] or UNIT.match(after):
        return bool(re.search(r"[A-Za-z]-$", before))
    if not before.strip() and re.match(r"[.)](?: |$)", after):
        return True  # the number of a list item
    if _DATE_AFTER.match(after) or (_DATE_BEFORE.search(before) and not re.search(r"\bmay $", before)):
        return True
    if re.search(r"[A-Za-z’'][–-]?$", before) or _NAMED_BEFORE.search(before):
        return True
    if plain and len(digits) == 4 and not match["scale"]:
        if "1900" <= digits <= "2100":
            return not _COUNTED_NEXT.match(after)
        if "1000" <= digits < "1900" and _YEAR_BEFORE.search(before) and not _PLURAL_NEXT.match(after):
            return True
    if plain and len(digits) < 4:
        if len(digits) < 3 and _AGE_BEFORE.search(before) and _AGE_AFTER.match(after) and digits > "0":
            return True
        capital = _CAPITAL_BEFORE.search(before)
        if capital and capital["word"].lower() not in _OPENING and not _PLURAL_NEXT.match(after):
            return True
    return plain and len(digits) > 1 and digits[0] == "0"
