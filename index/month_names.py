"""Translation of month names in dates to English; the names are those of the Unicode CLDR, by Babel.

A name counts if it means one month: in the known language, or else in every language that has it. Dates such as
2024年4月2日 and 2024년 4월 2일, Japanese eras and Thai years of the Buddhist era are translated, too. index/dates.py
parses the result.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

LANGUAGES = (
    "af", "ar", "az", "bg", "bs", "ca", "cs", "cy", "da", "de", "el", "es", "et", "eu", "fi", "fr", "ga", "gl", "he",
    "hi", "hr", "hu", "id", "is", "it", "ka", "lt", "lv", "mk", "ms", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl",
    "sq", "sr", "sv", "sw", "th", "tr", "uk", "vi",
)  # fmt: skip
ENGLISH = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_BUDDHIST_ERA = 543
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_NAME = r"(?P<name>[^\W\d_](?:[^\W\d_]|\.(?=[^\W\d_])|[\u0300-\u036f\u0e31-\u0e4e])+)\.?"
_OF = r"(?:(?:de|del|d[’']|di|d[ou])\s+)?"
_DAY_FIRST = rf"(?P<day>\d{{1,2}})(?:\.|º|ª|°|er|e|-?го)?\s+{_OF}{_NAME},?\s+{_OF}(?P<year>\d{{4}})(?!\d)"
WRITTEN = re.compile(rf"(?<![\w/.-]){_DAY_FIRST}", re.IGNORECASE)
"""A date of day, month name and year, in any language; whether the name is a month's is another question."""
_EAST_ASIAN = re.compile(
    r"(?:(?P<year>\d{4})|(?P<era>令和|平成|昭和)(?P<of_era>\d{1,2}|元))\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]"
)
_AFTERNOON = re.compile(r"下午|午後|오후")
_MORNING = re.compile(r"上午|午前|오전")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s?(?:[:.hH時时시]|\sh\s)\s?(\d\d)(?!\d)")


def in_english(text: str, language: str | None = None) -> str | None:
    """The date at the beginning of `text`, a weekday before it aside, in English; None: there is none.

    `language`: ISO 639-1, of what `text` is written in; None: not known.
    """
    text = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
    if match := _EAST_ASIAN.search(text):
        return _east_asian(text, match)
    match = WRITTEN.search(text)
    if match is None or any(character.isdigit() for character in text[: match.start()]):
        return None
    month = month_of(match["name"], language)
    if month is None:
        return None
    year = int(match["year"])
    if year > 2_400 and re.search(r"[\u0e00-\u0e7f]", text):
        year -= _BUDDHIST_ERA
    return f"{match['day']} {ENGLISH[month - 1]} {year}{_clock(text[match.end() :])}"


def month_of(name: str, language: str | None = None) -> int | None:
    """The month, 1 to 12, with this `name` in `language`, or in all languages that have the name; else None."""
    folded = _folded(name)
    if language in LANGUAGES and (month := _names(language).get(folded)):
        return month
    return _unambiguous().get(folded)


def is_weekday(word: str) -> bool:
    """Whether `word` is the name of a day of the week in one of `LANGUAGES`."""
    return _folded(word) in _weekdays()


def _east_asian(text: str, match: re.Match[str]) -> str:
    year = int(match["year"] or _ERAS[match["era"]] + (1 if match["of_era"] == "元" else int(match["of_era"])))
    rest = text[match.end() :]
    clock = _clock(rest)
    if clock and _AFTERNOON.search(rest):
        clock += " pm"
    elif clock and _MORNING.search(rest):
        clock += " am"
    month = int(match["month"])
    return f"{match['day']} {ENGLISH[month - 1]} {year}{clock}" if 1 <= month <= 12 else text


def _clock(rest: str) -> str:
    match = _CLOCK.search(rest)
    return f" {match[1]}:{match[2]}" if match else ""


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().rstrip(".")


@cache
def _names(language: str) -> dict[str, int]:
    from babel import Locale

    found: dict[str, int] = {}
    months = Locale(language).months
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in months[context][width].items():
                if len(_folded(name)) > 1 and not name[0].isdigit():
                    found.setdefault(_folded(name), int(number))
    return found


@cache
def _unambiguous() -> dict[str, int]:
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for name, month in _names(language).items():
            found.setdefault(name, set()).add(month)
    return {name: months.pop() for name, months in found.items() if len(months) == 1}


@cache
def _weekdays() -> frozenset[str]:
    from babel import Locale

    return frozenset(
        _folded(name)
        for language in LANGUAGES
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for name in Locale(language).days[context][width].values()
    )
