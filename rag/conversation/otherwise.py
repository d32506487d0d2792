"""The former question asked with another question word: "why?", "when was that?", "who said so?", "who else?".

"How many people died in the fire?" and "why?" make "Why did people die in the fire?". Where the grammar of the
former question can't be told there is no result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.conversation.grammar import (
    AUXILIARIES,
    BE,
    DETERMINERS,
    FUNCTION,
    HAVE,
    PREPOSITIONS,
    Shape,
    base_of,
    finished,
    is_noun,
    is_participle,
    is_past,
    is_plural_noun,
    past_of,
    shape_of,
    subject_end,
    third_person,
    words,
)
from rag.conversation.naming import mentions_in
from rag.conversation.turn import Turn
from rag.time.phrases import phrases_in

SAYING = (
    r"(?:sa(?:id|ys?)|t(?:old|ells?)|reported|reports?|claim(?:ed|s)?|confirm(?:ed|s)?|den(?:y|ied|ies)|announced?"
    r"|believed?|thinks?|thought|knows?|knew|explain(?:ed|s)?|admit(?:ted|s)?|warn(?:ed|s)?|wrote)"
)
_ADVERBIAL = (
    r"why|when|where|how|since when|until when|till when|for how long|how long|how often|(?:in|on) (?:what|which) "
    r"(?:year|month|day|city|country|town|place|province)|(?:what|which) (?:year|month|day)|how come|why not|what for"
    r"|(?:with|to|for|from|against|by) whom"
    r"|(?:by|for|at|to|from|in|on|with|against) (?:which|what|how (?:many|much))(?: [a-z]+){0,2}"
)
_BARE = re.compile(
    rf"^(?P<wh>(?:{_ADVERBIAL}|who|whom|how many|how much|which(?: ones?)?|(?:who|what|where|when|why|which \w+) else)"
    r")(?: exactly| precisely| then| though| so)?$",
    re.IGNORECASE,
)
_OF_THAT = re.compile(
    rf"^(?P<wh>{_ADVERBIAL})\s+(?:is|was|were|did|does|has|had|will|would)\s+(?:that|this)"
    r"(?:\s+(?:happen(?:ed)?|be|been|occur(?:red)?|so|the case|possible|necessary|come about|take place))?$",
    re.IGNORECASE,
)
_DONE = re.compile(
    rf"^(?P<wh>{_ADVERBIAL})\s+(?:did|do|does)\s+(?:he|she|they|it|you)\s+(?P<verb>do|say)\s+(?:that|so|this|it)$",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    rf"^(?P<wh>{_ADVERBIAL})\s+(?:did|does|has|will)\s+it\s+(?:happen(?:ed)?|occur(?:red)?|take place)$", re.IGNORECASE
)
_SAYS_WHO = re.compile(
    rf"^(?:according to who(?:m)?|says who"
    rf"|(?P<who>who(?: else)?|which \w+)\s+(?P<verb>{SAYING})(?:\s+(?:that|so|this|it))?)$",
    re.IGNORECASE,
)
_TRUE = re.compile(r"^(?:is|was) (?:that|this) (?:true|right|correct|confirmed|so)$", re.IGNORECASE)
_SAME = {"how come": "why", "what for": "why", "whom": "who", "what year": "in what year", "which year": "in what year"}
_LASTING = ("since when", "how long", "for how long")
_MOST_WORDS = 6
"""Of an answer that can be put into a question."""


def asked_otherwise(body: str, turn: Turn) -> str | None:
    """The question that a bare question word, or one with "was that", asks after `turn`; None if it is none such.

    `body`: without a question mark. An empty text: it is one, but what it asks can't be told.
    """
    if _TRUE.match(body):
        told = _declared(turn)
        return finished(f"is it true that {told.statement()}") if told else ""
    said = _SAYS_WHO.match(body)
    if said is not None:
        clause = clause_of(turn)
        return finished(f"{said['who'] or 'who'} {said['verb'] or 'said'} {clause}") if clause else ""
    match = _BARE.match(body) or _OF_THAT.match(body) or _HAPPENED.match(body)
    done = _DONE.match(body)
    if done is not None and (done["verb"].lower() == "do" or re.search(r"\bsay\b", turn.question)):
        match = done
    if match is None:
        return None
    low = match["wh"].lower()
    return _with_word(_SAME.get(low, low), turn) or ""


def clause_of(turn: Turn) -> str | None:
    """The former question as a clause after "said": "why the Taliban shifted to cities"."""
    shape = shape_of(turn.question)
    if shape is None:
        return None
    if shape.wh and (not shape.aux or _asks_for_subject(shape)):
        return _lowered(" ".join(part for part in (shape.wh, shape.aux, shape.rest) if part))
    end = subject_end(shape.aux, shape.rest)
    if end is None:
        return None
    told = _Told(shape.aux, shape.rest[:end], shape.rest[end:].strip()).statement()
    return f"{_lowered(shape.wh)} {told}" if shape.wh else f"that {told}"


@dataclass(frozen=True, slots=True)
class _Told:
    """What a question takes for granted: auxiliary, subject, and the rest with a verb's base form after "did"."""

    aux: str
    subject: str
    rest: str

    def statement(self) -> str:
        """As a statement: "the Taliban shifted to cities"."""
        low = self.aux.lower()
        if low not in ("did", "does", "do"):
            return f"{self.subject} {low} {self.rest}".strip()
        verb, _, rest = self.rest.partition(" ")
        told = past_of(verb) if low == "did" else third_person(verb) if low == "does" else verb
        return f"{self.subject} {told} {rest}".strip()


def _with_word(wh: str, turn: Turn) -> str | None:
    shape = shape_of(turn.question)
    if shape is None:
        return None
    former = shape.wh.lower()
    asked = " ".join(part for part in (shape.aux, shape.rest) if part)
    if wh.endswith(" else"):
        word = wh.split()[0]
        return finished(f"{wh} {shape.wh[len(word) :]} {asked}") if former.startswith(word) else None
    if wh.startswith("which"):
        counted = re.match(r"how many\s+(.+)", former)
        return finished(f"which {shape.wh[-len(counted[1]) :]} {asked}") if counted else None
    if wh in ("how many", "how much"):
        noun = re.match(r"(?:which|what)\s+(.+)", former)
        fits = noun is not None and is_plural_noun(noun[1].split()[-1]) == (wh == "how many")
        return finished(f"{wh} {shape.wh.partition(' ')[2]} {asked}") if fits else None
    if wh in ("who", "by whom"):
        return _by_whom(shape, turn)
    told = _declared(turn)
    if told is None:
        return None
    if wh in ("when", "since when", "in what year"):
        told = _Told(told.aux, told.subject, _without_time(told.rest))
    low = told.aux.lower()
    if wh in _LASTING and low in BE and low in ("is", "are"):
        return finished(f"{wh} {'has' if low == 'is' else 'have'} {told.subject} been {told.rest}")
    if wh == "why not":
        wh, negated = "why", {"did": "didn't", "do": "don't", "does": "doesn't"}.get(low, f"{low}n't")
        return finished(f"{wh} {negated} {told.subject} {told.rest}")
    return finished(f"{wh} {low} {told.subject} {told.rest}")


def _declared(turn: Turn) -> _Told | None:
    """What the former question takes for granted, with its answer in the place of what it asked for where needed."""
    shape = shape_of(turn.question)
    if shape is None:
        return None
    if not shape.aux:
        subject = _subject(shape, turn)
        verb, _, rest = shape.rest.partition(" ")
        base = base_of(verb)
        if subject is None or base is None:
            return None
        aux = "did" if is_past(verb) else "does" if verb != base else "do"
        return _Told(aux, subject, f"{base} {rest}".strip())
    if shape.wh and _asks_for_subject(shape):
        subject = _subject(shape, turn)
        return _Told(shape.aux, subject, shape.rest) if subject else None
    end = subject_end(shape.aux, shape.rest)
    if end is None:
        return None
    copula = re.match(r"(?:who|what|which)\b", shape.wh, re.IGNORECASE) and shape.aux.lower() in BE
    if copula and not shape.rest[end:].strip():  # "Who is the president of Peru?"
        answer = _short(turn.answer)
        return _Told(shape.aux, answer, shape.rest) if answer else None
    rest = shape.rest[end:].strip()
    return _Told(shape.aux, shape.rest[:end], _with_object(shape, rest, turn))


def _asks_for_subject(shape: Shape) -> bool:
    """Whether what is asked for is the subject: "How many homes" "were" "destroyed"."""
    if not re.match(r"(?:who|what|which|whose|how (?:many|much))\b", shape.wh, re.IGNORECASE):
        return False
    first = shape.rest.split()[0].lower() if shape.rest else ""
    low = shape.aux.lower()
    if low in BE:
        return is_participle(first) or first.endswith("ing") or first in PREPOSITIONS or first == "being"
    if low in HAVE:
        return is_participle(first) or first == "been"
    return low not in ("do", "does", "did") and base_of(first) == first and first not in DETERMINERS


def _subject(shape: Shape, turn: Turn) -> str | None:
    counted = re.match(r"how (?:many|much)\s+(.+)", shape.wh, re.IGNORECASE)
    if counted is not None:
        return counted[1]
    answer = _short(turn.answer)
    if answer is not None:
        return answer
    noun = re.match(r"(?:which|what)\s+(.+)", shape.wh, re.IGNORECASE)
    if noun is not None:
        return f"{'those' if is_plural_noun(noun[1].split()[-1].lower()) else 'that'} {noun[1]}"
    named = [one for one in mentions_in(turn.answer) if one.named and one.start < 4]
    if named:
        return named[0].text
    return "someone" if shape.wh.lower() == "who" else "something"


def _short(answer: str) -> str | None:
    """An answer of few words without a verb, as it stands inside a sentence."""
    text = answer.strip().rstrip(".")
    found = words(text)
    if not found or len(found) > _MOST_WORDS or any(one[0].lower() in AUXILIARIES for one in found):
        return None
    if any(is_past(one[0]) and not is_noun(one[0]) for one in found[1:]):
        return None
    first = found[0][0]
    named = any(one.named and one.start < len(first) for one in mentions_in(text))
    plain = is_noun(first.lower()) or first.lower() in FUNCTION
    return _lowered(text) if plain and not named else text


def _with_object(shape: Shape, rest: str, turn: Turn) -> str:
    """The verb with what it was asked for: "say" → "say that", "take" → "take Kunduz"."""
    counted = re.match(r"how (?:many|much)\s+(.+)", shape.wh, re.IGNORECASE)
    asks = counted or re.match(r"(?:who|whom|what|which)\b", shape.wh, re.IGNORECASE)
    if asks is None or shape.aux.lower() not in ("do", "does", "did") or not rest:
        return rest
    verb, _, after = rest.partition(" ")
    if after and after.split()[0].lower() not in PREPOSITIONS and not after.split()[0].lower().endswith("ly"):
        return rest
    answer = counted[1] if counted else _short(turn.answer) if shape.wh.lower() != "what" else None
    return f"{verb} {answer or 'that'} {after}".strip()


def _by_whom(shape: Shape, turn: Turn) -> str | None:
    if shape.wh.lower() == "who":
        return turn.question
    if not shape.aux:
        return None
    low = shape.aux.lower()
    subject = None if not _asks_for_subject(shape) else _subject(shape, turn)
    end = subject_end(shape.aux, shape.rest)
    rest = shape.rest
    if subject is None and end is not None:
        subject, rest = shape.rest[:end], shape.rest[end:].strip()
    if subject is None or not rest:
        return None
    if low in BE:
        return finished(f"by whom {low} {subject} {rest}") if is_participle(rest.split()[0].lower()) else None
    if low in ("did", "does", "do"):
        verb, _, after = rest.partition(" ")
        return finished(f"who {past_of(verb) if low == 'did' else third_person(verb)} {after}")
    return finished(f"who {low} {rest}")


def _without_time(rest: str) -> str:
    for phrase in reversed(phrases_in(rest, None)):
        lead = re.search(rf"\s*\b(?:{re.escape(phrase.lead)}\s+(?:the\s+)?)?$", rest[: phrase.start], re.IGNORECASE)
        if lead is not None and (phrase.lead in ("in", "on", "at", "since", "during", "by") or not phrase.lead):
            if phrase.kind == "year" and not phrase.lead:
                continue  # "the 2018 World Cup"
            rest = f"{rest[: lead.start()]}{rest[phrase.end :]}"
    return rest.strip()


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
