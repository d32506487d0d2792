"""Words that stand for something named before, beside pronouns: "there", "then", "said that", "the city".

A word is replaced only where nothing in its own question can be meant by it, and only by what fits it in kind and
number. Rules on words, by no means all of English: what remains unclear is left, and said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.conversation.grammar import AUXILIARIES, is_noun, possessive, shape_of
from rag.conversation.naming import EVENTS, PLACE_NOUNS, Mention, fitting, is_territory, mentions_in, subject_of
from rag.conversation.otherwise import SAYING, clause_of
from rag.conversation.pronouns import candidates_in, with_names
from rag.conversation.turn import Turn
from rag.speech.words import is_person_noun
from rag.time.phrases import phrases_in

_THERE = re.compile(
    r"\bthere\b(?!\s+(?:is|are|was|were|has|have|had|will|be|been|would|could|might|should|any|no)\b)", re.IGNORECASE
)
_THEN = re.compile(
    r"\b(?:(?P<lead>since|by|until|before|after)\s+(?:then|that(?=\s*(?:time|point)?\s*[?.!]*$)(?:\s+(?:time|point))?)"
    r"|(?P<alone>then|at (?:the|that) time|(?:in\s+)?that (?:year|month)|(?:on\s+)?that day))(?=\s*[?.!]*$)",
    re.IGNORECASE,
)
_SAID_THAT = re.compile(rf"\b{SAYING}\b(?:\s+[\w’'-]+){{0,5}}?\s+(?P<word>that|so|this)\s*[?.!]*$", re.IGNORECASE)
_THAT = re.compile(
    r"\b(?P<last>that|this)(?=\s*[?.!]*$)|\b(?:did|does|will|has|would|could)\s+(?P<subject>that|this)"
    r"(?=\s+(?:happen|mean|matter|work|cost|affect|change|cause|start|end|begin|take|last|lead|kill)\w*\b)",
    re.IGNORECASE,
)
_DEFINITE = re.compile(
    r"\b(?:the|that|this|those|these)\s+(?P<noun>[a-z]+)\b"
    r"(?!\s+(?:of|in|at|on|by|from|for|between|against|that|who|which|whose|near|to|with|called|named|known|now\s+known|the|under"
    r"|through|throughout|[A-Z0-9][\w-]*)\b)"
)
_UNCLEAR_NOUNS = frozenset({"city", "town", "village", "province", "district", "country", "group", "company"})
_NAMED_EVENTS = {
    "storm": "Storm|Hurricane|Typhoon|Cyclone",
    "hurricane": "Hurricane",
    "war": "War",
    "battle": "Battle",
    "operation": "Operation",
    "offensive": "Operation",
    "tournament": "Cup|Championships?|Open|Olympics?|Games",
    "games": "Olympics?|Games",
    "election": "Election",
    "disaster": "Storm|Hurricane|Typhoon|Cyclone",
}
"""What a name must hold to be called so."""
_GROUPS = frozenset({"group", "organisation", "organization", "company", "team", "club", "union", "party", "militia"})


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question with what its words stand for, and the words for which nothing was found."""

    question: str
    unclear: tuple[str, ...] = ()


def resolved(question: str, turns: Sequence[Turn]) -> Resolved:
    """`question` with the words that stand for something in `turns`, the latest first, replaced by it."""
    text, unclear = question, []
    for step in (with_names, _said_that, _there, _then, _that, _definite):
        text, missing = step(text, turns)
        unclear += missing
    return Resolved(text, tuple(unclear))


Step = tuple[str, list[str]]


def _there(text: str, turns: Sequence[Turn]) -> Step:
    match = _THERE.search(text)
    if match is None:
        return text, []
    before = text[: match.start()].split()
    if not before or (before[-1].lower() in AUXILIARIES and not re.match(r"\W*who\b", text, re.IGNORECASE)):
        return text, []  # "How many were there?" tells of no place
    if any(one.kind == "place" for one in mentions_in(text[: match.start()])):
        return text, []
    place = _place(turns)
    if place is None:
        return text, ["there"]
    lead = "" if before[-1].lower() in ("from", "near", "to", "around") else "in "
    if before[-1].lower() in ("go", "went", "get", "got", "travel", "sent", "send", "move", "moved", "fly", "flew"):
        lead = "to "
    return f"{text[: match.start()]}{lead}{place.text}{text[match.end() :]}", []


def _place(turns: Sequence[Turn]) -> Mention | None:
    for turn in reversed(turns):
        asks_where = re.match(
            r"\W*(?:where|(?:in |at )?(?:which|what) (?:\w+ )?(?:city|town|country|place|province|village))\b",
            turn.question,
            re.IGNORECASE,
        )
        question = [one for one in mentions_in(turn.question) if one.kind == "place"][::-1]
        answer = [
            one for one in mentions_in(turn.answer) if one.kind == "place" or (asks_where and one.kind == "unknown")
        ]
        if asks_where and not answer:
            answer = [one for one in mentions_in(turn.answer) if one.named]
        found = [*answer, *question] if asks_where else [*question, *answer]
        named = [one for one in found if one.named]
        if named or found:
            return (named or found)[0]
        subject = subject_of(turn.question)
        other = [one for one in mentions_in(turn.question) if one.kind == "unknown" and one != subject]
        if other:
            return other[-1]
    return None


def _then(text: str, turns: Sequence[Turn]) -> Step:
    match = _THEN.search(text)
    if match is None or not text[: match.start()].strip():
        return text, []
    if phrases_in(text[: match.start()], None) and not match["lead"]:
        return text, []
    for turn in reversed(turns):
        for said in (turn.question, turn.answer):
            times = [one for one in phrases_in(said, None) if one.kind in ("year", "month", "day")]
            if times:
                when = said[times[-1].start : times[-1].end]
                lead = (match["lead"] or times[-1].lead or ("on" if times[-1].kind == "day" else "in")).lower()
                lead = lead if match["lead"] or lead in ("in", "on", "at", "during") else "in"
                return f"{text[: match.start()]}{lead} {when}{text[match.end() :]}", []
    event = _event(turns) if match["lead"] and match["lead"].lower() != "by" else None
    if event is not None and match["lead"]:
        return f"{text[: match.start()]}{match['lead'].lower()} {event.text}{text[match.end() :]}", []
    return text, [match[0]] if match["lead"] or match[0].lower() != "then" else []


def _event(turns: Sequence[Turn]) -> Mention | None:
    for turn in reversed(turns):
        found = [one for one in fitting(turn) if one.kind == "event"]
        if found:
            return found[0]
    return None


def _said_that(text: str, turns: Sequence[Turn]) -> Step:
    match = _SAID_THAT.search(text)
    if match is None:
        return text, []
    for turn in reversed(turns):
        clause = clause_of(turn)
        if clause is not None:
            return f"{text[: match.start('word')]}{clause}{text[match.end('word') :]}", []
    return text, [match["word"]]


def _that(text: str, turns: Sequence[Turn]) -> Step:
    match = _THAT.search(text)
    if match is None or _SAID_THAT.search(text):
        return text, []
    which = "last" if match["last"] else "subject"
    before = text[: match.start(which)].split()
    if not before or before[-1].lower() in ("like", "all", "than"):
        return text, []
    event = _event(turns)
    if event is None:
        return text, [match[which]]
    return f"{text[: match.start(which)]}{event.text}{text[match.end(which) :]}", []


def _definite(text: str, turns: Sequence[Turn]) -> Step:
    unclear: list[str] = []
    for match in reversed(list(_DEFINITE.finditer(text))):
        noun = match["noun"].lower()
        found = _described(noun, text, match, turns)
        if found is None:
            alone = not candidates_in(text[: match.start()]) and not any(one.named for one in mentions_in(text))
            if noun in _UNCLEAR_NOUNS and alone:
                unclear.append(match[0])
            continue
        owner = re.match(r"[’']s\b", text[match.end() :])
        name = possessive(found) if owner else found
        text = f"{text[: match.start()]}{name}{text[match.end() + (owner.end() if owner else 0) :]}"
    return text, unclear


def _described(noun: str, text: str, match: re.Match[str], turns: Sequence[Turn]) -> str | None:
    """What "the general" or "the fire" is, by the turns before; None if the question tells itself, or nothing fits."""
    here = [one for one in mentions_in(text) if one.named]
    known = {one.text for turn in turns for one in fitting(turn)}
    before = [one for one in here if one.start < match.start()]
    if any(one.named and one.kind != "body" and one.text not in known for one in before):
        return None
    if noun in PLACE_NOUNS and noun not in ("capital", "state", "site", "area", "port", "island"):
        if any(one.kind in ("place", "unknown") for one in before):
            return None
        place = _place(turns)
        fits = place is not None and place.named and is_territory(place.text) == (noun == "country")
        return place.text if place is not None and fits else None
    if any(one.text not in known for one in here):
        return None  # it has a subject of its own
    following = re.match(r"\s+([a-z]+)\b", text[match.end() :])
    if following and noun in EVENTS and is_noun(following[1]) and not _is_verb_here(text, match.end()):
        return None  # "the election campaign"
    for turn in reversed(turns):
        mentions = fitting(turn)
        if f"the {noun}" in {one.text for one in mentions}:
            return None  # as the turn itself calls it
        if noun in EVENTS:
            same = [
                one for one in mentions if one.kind == "event" and re.search(rf"\b{noun}\b", one.text, re.IGNORECASE)
            ]
            name = rf"\b(?:{_NAMED_EVENTS.get(noun, '(?!)')})\b"
            like = [one for one in mentions if one.kind == "event" and one.named and re.search(name, one.text)]
            if same or like:
                return (same or like)[0].text
        elif noun in _GROUPS:
            bodies = [one for one in mentions if one.kind == "body" and one.named] or [
                one for one in mentions if one.kind == "unknown"
            ]
            if bodies:
                return bodies[0].text
        elif is_person_noun(noun):
            found = _with_role(noun, turn)
            if found is not None:
                return found
    return None


def _is_verb_here(text: str, at: int) -> bool:
    """Whether the subject of the question ends there, so that its verb follows."""
    shape = shape_of(text)
    return shape is not None and shape.aux.lower() in ("did", "do", "does") and text.find(shape.rest) < at


_SHORT = {"general": "gen", "lieutenant": "lt", "colonel": "col", "governor": "gov", "senator": "sen", "doctor": "dr"}


def _with_role(noun: str, turn: Turn) -> str | None:
    """The person whom a turn calls by this noun: "Gen. Sayed Rahim", "Anna Price, the mayor", "the mayor of Leeds"."""
    role = rf"(?:{noun}|{_SHORT.get(noun, noun)}\.?)"
    for said in (turn.question, turn.answer):
        persons = [one for one in mentions_in(said) if one.named and one.kind == "person"]
        for one in persons:
            if re.search(rf"\b{role}\s+$", said[: one.start], re.IGNORECASE):
                return one.text
            if re.match(rf",?\s+(?:an?|the)\s+(?:[\w-]+\s+){{0,2}}{noun}\b", said[one.end :], re.IGNORECASE):
                return one.text
    asked = re.match(rf"\W*who\b.*\b(?:the|a)\s+{noun}\b", turn.question, re.IGNORECASE)
    named = [one for one in mentions_in(turn.answer) if one.named and one.kind in ("person", "unknown")]
    if asked and named:
        return named[0].text
    for said in (turn.question, turn.answer):
        for one in mentions_in(said):
            if not one.named and re.fullmatch(rf"the {noun}\s.+", one.text, re.IGNORECASE):
                return one.text
    return None
