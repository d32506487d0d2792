"""What a turn names, and of what kind each is, so that "he", "there" and "the city" can stand for it.

By spelling, the words around a name and the world's territories (Babel); knows no other name by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from index.article import Span
from rag.conversation.grammar import (
    DETERMINERS,
    FUNCTION,
    base_of,
    is_noun,
    is_past,
    is_plural_noun,
    is_verb_only,
    is_word,
    shape_of,
    subject_end,
    words,
)
from rag.conversation.turn import Turn
from rag.speech.words import TITLES, is_body, is_person_noun, is_plural, words_of
from rag.time.phrases import phrases_in
from rag.values.names import names_in

Kind = Literal["person", "place", "body", "event", "thing", "unknown"]
"""`unknown`: a name that may be of any kind. `thing`: whatever else a noun names."""

EVENTS = words_of("""
    accident assault attack battle blast bombing clash coup crash crisis disaster drought earthquake election
    explosion fire flood game hurricane incident killing landslide match massacre offensive operation outbreak
    protest race raid referendum riot robbery shooting siege storm strike tornado trial typhoon vote war wildfire
""")
PLACE_NOUNS = words_of("""
    area capital city country county district island port province region site state town village
""")
_BODY_NOUNS = words_of("group organisation organization team club party union company militia army")
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|from|to|into|inside|outside|across|around|through|toward|towards|over|reach(?:ed)?|left|leave"
    r"|(?:mayor|governor|president|population|capital|battle|siege|fall|city|town|village|province|region|people"
    r"|king|queen|prime minister|parliament)\s+of)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_PLACE_AFTER = re.compile(rf"\s+(?:{'|'.join(sorted(PLACE_NOUNS))})\b", re.IGNORECASE)
_TITLE_BEFORE = re.compile(r"\b([A-Za-z]+\.?)\s+$")
_BODY_NAME = re.compile(
    r"\b(?:[A-Z]{3,}|Ministry|Department|Council|Court|Party|University|Bank|Union|Army|Forces?|Committee|Agency"
    r"|Association|Institute|Team|Club|United|Nations|Taliban|Congress|Parliament|Senate|Inc|Ltd|Corp|Company|Group"
    r"|Police|Guard|Front|Movement|Board|Service|Airlines?|Airways|FC|City Council)\b"
)
_EVENT_NAME = re.compile(
    r"\b(?:Hurricane|Storm|Typhoon|Cyclone|Operation|Battle|War|World Cup|Olympics?|Games"
    r"|Championships?|Open|Cup|Election)\b"
)
_ABBREVIATED_PLACES = frozenset({"US", "USA", "UK", "UAE", "EU"})


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that a text names."""

    text: str
    """As it can be put into a question: "the Taliban", "Anna Price", "the market fire in Derna"."""
    start: int
    end: int
    """Where it stands in its text, without what follows a noun phrase."""
    kind: Kind
    plural: bool
    named: bool
    """By a name, not by a noun alone."""


def kind_of_name(name: str, before: str = "", after: str = "") -> Kind:
    """The kind of a name, by itself and by the words before and after it."""
    title = _TITLE_BEFORE.search(before)
    if title is not None and (title[1].lower() in TITLES or is_person_noun(title[1])):
        return "person"
    if _EVENT_NAME.search(name):
        return "event"
    if name in _territories() or name in _ABBREVIATED_PLACES:
        return "place"
    if _BODY_NAME.search(name):
        return "body"
    if _PLACE_BEFORE.search(before) or _PLACE_AFTER.match(after):
        return "place"
    if before.lower().rstrip().endswith("the"):
        return "body"
    plain = [word for word in name.split() if word[:1].isupper()]
    return "person" if 2 <= len(plain) <= 4 and len(plain) == len(name.split()) else "unknown"


def mentions_in(text: str) -> list[Mention]:
    """The names and noun phrases of a text in their order."""
    found = _names(text)
    for phrase in _phrases(text):
        if not any(phrase.start < one.end and one.start < phrase.end for one in found):
            found.append(phrase)
    return sorted(found, key=lambda one: one.start)


def subject_of(question: str) -> Mention | None:
    """What a question is about by its grammar, where that is a name or a noun phrase."""
    shape = shape_of(question)
    if shape is None or not shape.aux:
        return None
    end = subject_end(shape.aux, shape.rest)
    if end is None:
        return None
    at = question.find(shape.rest)
    inside = [one for one in mentions_in(question) if at <= one.start < at + end]
    text = shape.rest[:end]
    people = re.match(r"([a-z]+)\s+(?:of|in|from)\s", text)
    if people is not None and is_plural_noun(people[1]):
        return Mention(text, at, at + end, _kind_of_noun(people[1]), plural=True, named=False)
    if inside:
        return inside[0]
    last = words(text)[-1][0]
    if not is_noun(last) or any(one[0].lower() in FUNCTION for one in words(text)):
        return None
    return Mention(text, at, at + end, _kind_of_noun(last), is_plural_noun(last), named=False)


_ASKS = re.compile(
    r"\W*(?:(?:in|at|from|to|by)\s+)?(?:(?P<who>who|whom)|(?P<where>where)|(?:which|what)\s+(?P<noun>[a-z]+))\b",
    re.IGNORECASE,
)


def fitting(turn: Turn) -> list[Mention]:
    """What a turn names, that which a pronoun likeliest means first.

    A short answer comes first where the question asks who, where or which; else what the question is about does.
    """
    question, answer = mentions_in(turn.question), mentions_in(turn.answer)
    question = [one for one in question if one.text.lower() not in ("the end", "the time")]
    subject = subject_of(turn.question)
    ordered = [*([subject] if subject else []), *reversed(question)]
    asks = _ASKS.match(turn.question)
    short = bool(answer) and len(turn.answer.split()) <= len(answer[0].text.split()) + 2
    if asks is not None and short and not (asks["noun"] and not is_noun(asks["noun"].lower())):
        answer = [replace(one, kind=_asked_kind(asks, one.kind)) for one in answer]
        ordered = [*answer, *ordered]
    else:
        ordered += answer
    ordered += [Mention(name, 0, 0, kind_of_name(name), False, named=True) for name in turn.names if words(name)]
    return list({one.text: one for one in reversed(ordered)}.values())[::-1]


def _asked_kind(asks: re.Match[str], kind: Kind) -> Kind:
    """The kind of a name that answers "who", "where" or "which team"."""
    if asks["where"]:
        return "place"
    if asks["who"]:
        return "person" if kind == "unknown" else kind
    noun = asks["noun"].lower()
    told = _kind_of_noun(noun)
    return told if told in ("place", "body", "person") and is_noun(noun) else kind


def _names(text: str) -> list[Mention]:
    found = []
    times = [(one.start, one.end) for one in phrases_in(text, None)]
    limit = _end_of_subject(text)
    for full, place in names_in(text):
        role = re.match(r"[A-Z][a-z]+\s+(?=[A-Z])", full)  # "Analyst Jo Brand"
        cut = role.end() if role and is_person_noun(role[0].strip()) else 0
        name, span = full[cut:], Span(place.start + cut, place.end)
        before, after = text[: span.start], text[span.end :]
        if any(start < span.end and span.start < end for start, end in times) and len(name.split()) == 1:
            continue
        if not before.strip() and after.strip(" .?!") and " " not in name and is_word(name):
            continue  # "Higher pay"
        article = re.search(r"\bthe\s+(?:(?P<year>(?:19|20)\d\d)\s+)?$", before, re.IGNORECASE)
        start = article.start("year") if article and article["year"] else span.start
        nouns = _nouns_after(text, span.end, limit if span.start < limit else len(text)) if article else ""
        kind = _kind_of_noun(nouns.split()[-1]) if nouns else kind_of_name(name, before, after)
        if nouns and kind == "event":
            nouns += _further(text[span.end + len(nouns) :])
        whole = f"{text[start : span.end]}{nouns}"
        found.append(Mention(f"the {whole}" if article else whole, start, span.end, kind, False, named=True))
    return found


def _end_of_subject(text: str) -> int:
    """Where the subject of a question ends; 0 where there is none or it can't be told."""
    shape = shape_of(text)
    end = subject_end(shape.aux, shape.rest) if shape is not None and shape.aux else None
    return text.find(shape.rest) + end if shape is not None and end is not None else 0


def _nouns_after(text: str, at: int, limit: int) -> str:
    """The nouns that a name before them goes with: " bridge" of "the Ziegel bridge"; empty where there is none."""
    found = re.match(r"(?:\s+[a-z][\w-]*){1,3}", text[at:limit])
    run = found[0].split() if found else []
    kept: list[str] = []
    for word in run:
        if word in FUNCTION or not is_noun(word):
            break
        kept.append(word)
    if not kept:
        return ""
    following = run[len(kept)] if len(run) > len(kept) else ""
    verb = base_of(kept[-1]) is not None and limit == len(text)
    if verb and following and following not in FUNCTION and not is_past(following):
        return ""
    if verb and not following and re.match(r"\s+(?:[A-Z0-9]|the\b|an?\b)", text[at + len(found[0] if found else "") :]):
        return ""  # "the Taliban leave Kunduz"
    return "".join(f" {word}" for word in kept)


def _phrases(text: str) -> list[Mention]:
    """Noun phrases with an article, with an "in Derna" or "of the bridge" after those that tell of an event."""
    found = []
    for match in re.finditer(r"\b(?:the|an?|this)\s+(?=\w)", text, re.IGNORECASE):
        run: list[re.Match[str]] = []
        for word in words(text[match.end() :]):
            low = word[0].lower()
            gap = text[match.end() + (run[-1].end() if run else 0) : match.end() + word.start()]
            if low in FUNCTION or low in DETERMINERS or gap.strip() or len(run) == 5:
                break
            if run and is_noun(run[-1][0].lower()) and (is_verb_only(low) or (is_past(word[0]) and not is_noun(low))):
                break
            run.append(word)
        while run and not (is_noun(run[-1][0].lower()) or run[-1][0][:1].isupper()):
            run.pop()
        if not run or not run[-1][0].islower():
            continue
        # "the new stadium cost": what can be a verb and ends the phrase is one where a noun comes before it.
        followed = text[match.end() + run[-1].end() :].strip()
        verb = base_of(run[-1][0]) == run[-1][0] and run[-1][0] not in EVENTS
        if len(run) > 1 and verb and is_noun(run[-2][0].lower()) and not re.match(r"(?:of|in|at)\b", followed):
            run.pop()
        head = run[-1][0]
        end = match.end() + run[-1].end()
        kind = _kind_of_noun(head)
        whole = f"the {text[match.end() : end]}"
        if kind in ("event", "person"):
            whole += _further(text[end:])
        found.append(Mention(whole, match.start(), end, kind, is_plural_noun(head) or is_plural(head), named=False))
    return found


def _further(after: str) -> str:
    """What comes after a noun and tells which one is meant: " of Ghazni", " in the port of Beirut"."""
    more = re.match(
        r"(?:\s+(?:of|in|at|on|against|near|for)\s+(?:the\s+)?(?!(?:19|20)\d\d)(?:[A-Z][\w’'-]*|(?<=the\s)[a-z]+)"
        r"(?:\s+[A-Z][\w’'-]*)*)+",
        after,
    )
    return more[0] if more else ""


def _kind_of_noun(noun: str) -> Kind:
    low = noun.lower()
    if low in EVENTS:
        return "event"
    if low in PLACE_NOUNS:
        return "place"
    if low in _BODY_NOUNS or (is_body(low) and not is_person_noun(low)):
        return "body"
    return "person" if is_person_noun(low) else "thing"


def is_territory(name: str) -> bool:
    """Whether a name is a country's or a continent's."""
    return name.removeprefix("the ") in _territories()


@cache
def _territories() -> frozenset[str]:
    from babel import Locale

    names = Locale("en").territories.values()
    return frozenset(names) | {"Britain", "England", "Scotland", "Wales", "Turkey", "Burma", "Congo"}
