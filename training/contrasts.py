"""Changes one thing in a true sentence, to make false claims for the support check.

Figures, dates, negations, names from elsewhere, and names and figures of the passage in each other's place. Whether the
changed sentence is false can't be told here for certain; each change puts in something that the passage does not have,
or something of the passage in another's place. Knows nothing of models or of the check.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from dateline.index.article import Span
from dateline.rag.time.period import MONTHS
from dateline.rag.values.names import names_in, same_name
from dateline.rag.values.number_spans import NumberSpan, number_spans

ContrastKind = Literal["number", "moved_number", "date", "negation", "foreign_name", "swapped_name"]
KINDS: tuple[ContrastKind, ...] = get_args(ContrastKind)

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DATES = re.compile(rf"\b(?:{'|'.join(MONTHS)}|{'|'.join(_DAYS)})\b|\b(?:19[5-9]\d|20[0-3]\d)\b(?![\d,.]\d)")
_SMALL = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifteen"),
    *("twenty", "thirty", "forty", "fifty"),
)
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|does|do|did)\b(?! not\b)(?!n['’]t)"
)
_NOT = re.compile(
    r"\b(?:(?P<aux>is|are|was|were|has|have|had|will|would|could|must|should)(?: not\b|n['’]t\b)|(?:can)not\b)"
)
_FILLER = re.compile(r"\b(?:what|which|who|there|if|whether|so|as|than)\s\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Contrast:
    """A changed sentence."""

    text: str
    kind: ContrastKind
    changed: Span
    """What is new in it; for a negation taken away, the word that it stood before."""


def contrast(
    kind: ContrastKind, sentence: str, passage: str, others: Sequence[str], rng: random.Random
) -> Contrast | None:
    """`sentence` with one thing of this kind changed; None where it has nothing of the kind.

    `passage`: what supports the sentence. `others`: names that may be put in, from other articles.
    """
    return _MAKERS[kind](sentence, passage, others, rng)


def _number(sentence: str, passage: str, _others: Sequence[str], rng: random.Random) -> Contrast | None:
    numbers = [n for n in number_spans(sentence) if not n.one]
    rng.shuffle(numbers)
    taken = {n.number for n in number_spans(passage)} | {n.number for n in numbers}
    for number in numbers:
        written = sentence[number.start : number.end]
        for _ in range(20):
            other = _another_number(written, number, rng)
            if other is not None and not any(n.number in taken for n in number_spans(other)) and other not in passage:
                return _put(sentence, Span(number.start, number.end), other, "number")
    return None


def _moved_number(sentence: str, passage: str, _others: Sequence[str], rng: random.Random) -> Contrast | None:
    """A figure of the passage in the place of another one, written in the same way."""
    own = [n for n in number_spans(sentence) if not n.one]
    rng.shuffle(own)
    known = {n.number for n in own}
    elsewhere = [n for n in number_spans(passage) if not n.one and n.number not in known]
    for number in own:
        fitting = [n for n in elsewhere if n.is_word == number.is_word]
        if fitting:
            other = rng.choice(fitting)
            words = passage[other.start : other.end]
            return _put(sentence, Span(number.start, number.end), words, "moved_number")
    return None


def _another_number(written: str, number: NumberSpan, rng: random.Random) -> str | None:
    """Another number of the same form: as many digits, a word for a word."""
    if number.is_word:
        words = written.split()
        if words[0].lower() not in _SMALL:
            return None
        return " ".join([rng.choice(_SMALL), *words[1:]])
    digits = re.search(r"\d[\d,.]*\d|\d", written)
    if digits is None:
        return None
    first = digits[0][0]
    at = rng.choice([i for i, c in enumerate(digits[0]) if c.isdigit()][:2])
    new = rng.choice([d for d in "123456789" if d != digits[0][at] and (at or d != first)])
    return written[: digits.start()] + digits[0][:at] + new + digits[0][at + 1 :] + written[digits.end() :]


def _date(sentence: str, passage: str, _others: Sequence[str], rng: random.Random) -> Contrast | None:
    found = list(_DATES.finditer(sentence))
    rng.shuffle(found)
    for match in found:
        word = match[0]
        if word.isdigit():
            candidates = [str(int(word) + step) for step in (-7, -5, -4, -3, -2, -1, 1, 2, 3)]
        else:
            candidates = [w for w in (MONTHS if word in MONTHS else _DAYS) if w not in ("May", "March")]
        candidates = [w for w in candidates if w != word and w not in passage and w[:3] + "." not in passage]
        if candidates:
            return _put(sentence, Span(*match.span()), rng.choice(candidates), "date")
    return None


def _negation(sentence: str, _passage: str, _others: Sequence[str], rng: random.Random) -> Contrast | None:
    """ "Not" put in after the first helping verb, or taken out."""
    if taken := _NOT.search(sentence):
        kept = "can" if taken["aux"] is None else taken["aux"]
        text = sentence[: taken.start()] + kept + sentence[taken.end() :]
        following = re.compile(r"\s*\w*").match(text, taken.start() + len(kept))
        end = following.end() if following else taken.start() + len(kept)
        return Contrast(text, "negation", Span(taken.start(), end))
    found = [m for m in _AUXILIARY.finditer(sentence) if m.start() and not _FILLER.search(sentence[: m.start()])]
    found = [m for m in found if re.match(r"\s(?!no\b|never\b|nothing\b|n[eo]ither\b)\w", sentence[m.end() :])]
    if not found:
        return None
    match = rng.choice(found[:2])
    return _put(sentence, Span(match.end(), match.end()), " not", "negation")


def _foreign_name(sentence: str, passage: str, others: Sequence[str], rng: random.Random) -> Contrast | None:
    names = [(name, span) for name, span in names_in(sentence) if name in set(certain_names(passage))]
    rng.shuffle(names)
    present = [name for name, _ in names_in(passage)]
    for name, span in names:
        fitting = [o for o in others if len(o.split()) == len(name.split()) and o not in passage]
        for other in rng.sample(fitting, min(8, len(fitting))):
            if not any(same_name(other, known) for known in [*present, name]):
                return _put(sentence, span, other, "foreign_name")
    return None


def _swapped_name(sentence: str, passage: str, _others: Sequence[str], rng: random.Random) -> Contrast | None:
    """A name of the passage in another's place: of those that the sentence has, or of those that it hasn't."""
    present = certain_names(passage)
    names = [(name, span) for name, span in names_in(sentence) if name in set(present)]
    rng.shuffle(names)
    for name, span in names:
        for other, place in names:
            if place.start > span.end and _differ(name, other):
                text = sentence[: span.start] + other + sentence[span.end : place.start] + name + sentence[place.end :]
                return Contrast(text, "swapped_name", Span(span.start, span.start + len(other)))
        fitting = [o for o in present if o not in sentence and len(o.split()) == len(name.split())]
        rng.shuffle(fitting)
        for other in fitting:
            if all(_differ(other, known) for known, _ in names):
                return _put(sentence, span, other, "swapped_name")
    return None


def certain_names(text: str) -> list[str]:
    """The names of a text that stand inside a sentence at least once, and never in small letters; without repeats."""
    found = dict.fromkeys(name for name, _ in names_in(text))
    return [
        name
        for name in found
        if re.fullmatch(r"[\w’'& .-]*\w", name)
        and re.search(rf"[\w,’'] {re.escape(name)}\b", text)
        and not re.search(rf"\b{re.escape(name.lower())}\b", text)
    ]


def _differ(one: str, other: str) -> bool:
    return one != other and not same_name(one, other) and not {*one.split()} & {*other.split()}


def _put(sentence: str, span: Span, words: str, kind: ContrastKind) -> Contrast:
    text = sentence[: span.start] + words + sentence[span.end :]
    return Contrast(text, kind, Span(span.start, span.start + len(words)))


_MAKERS: dict[ContrastKind, Callable[[str, str, Sequence[str], random.Random], Contrast | None]] = {
    "number": _number,
    "moved_number": _moved_number,
    "date": _date,
    "negation": _negation,
    "foreign_name": _foreign_name,
    "swapped_name": _swapped_name,
}
