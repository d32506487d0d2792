"""Pronouns → the names that they stand for: "he", "her", "they", "its".

One that something before it in its own question can be meant by is left alone; else the latest turn that names what
fits it in kind, number and, as far as that is told, sex has its antecedent. Rules, by no means all of English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.conversation.grammar import (
    AUXILIARIES,
    BE,
    PREPOSITIONS,
    is_finite,
    is_noun,
    is_past,
    is_plural_noun,
    possessive,
    shape_of,
    words,
)
from rag.conversation.naming import Kind, Mention, fitting, mentions_in
from rag.conversation.turn import Turn
from rag.speech.quotations import quotations_in
from rag.speech.words import is_person_noun, words_of
from rag.time.phrases import phrases_in

_HE = {"he": "subject", "she": "subject", "him": "object", "her": "object", "his": "owner", "hers": "owner"}
_THEY = {"they": "subject", "them": "object", "their": "owner", "theirs": "owner"}
_IT = {"it": "subject", "its": "owner"}
_PRONOUN = re.compile(
    r"\b(?P<word>he|she|him|her|his|hers|they|them|their|theirs|it|its)(?P<short>[’'](?:s|re|ve|d|ll))?\b",
    re.IGNORECASE,
)
_TO = r"(?:[\w-]+\s+){0,3}?(?:to|that|for|when|if|who|whether|how|what|why|where|which)\b"
_EXPLETIVE = re.compile(
    rf"\b(?:(?:is|was|isn[’']t|wasn[’']t|be|been|makes?|made|finds?|found)\s+it\s+{_TO}"
    rf"|it\s+(?:is|was|[’']s|be|has\s+been)\s+{_TO}"
    r"|(?:is|was|does|did|will|has)\s+it\s+(?:rain|snow|be[a-z]*\s+(?:rain|snow))"
    r"|(?:what|which)\s+(?:time|day|date|year)\s+(?:is|was)\s+it"
    r"|(?:does|did|will|would)\s+it\s+(?:take|cost|mean|matter|feel|seem|appear)\b[^?]*?\b(?:to|that|if)\b"
    r"|it\s+(?:takes?|took|costs?|means?|seems?|appears?|turned\s+out|happens?)\b)",
    re.IGNORECASE,
)
"""An "it" that stands for nothing: "is it true that", "how long does it take to"."""
_BOUNDARY = re.compile(
    r"\b(?:that|and|but|or|when|after|before|because|if|while|whether|who|which|since|until|though|although|so|as|why|how"
    r"|where|says?|said|than|to\s+(?!him\b|her\b|them\b|it\b|the\b|an?\b)[a-z]+)\b|[,.;:!?]",
    re.IGNORECASE,
)
"""What comes between two clauses."""
_ASKED_NOUN = re.compile(
    r"\b(?:which|what|whose|how many)\s+(?!year|month|day|time|date|kind|type|sort|else)(?P<noun>[\w’'-]+)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|did|does|do|is|are|was|were|has|have|had)\b", re.IGNORECASE
)
_FEMALE = re.compile(
    r"\b(?:Mrs|Ms|Miss|Queen|Princess|Lady|Dame|woman|wife|mother|daughter|actress|\w+swoman|\w+woman)\b"
)
_MALE = re.compile(r"\b(?:Mr|King|Prince|Sir|Lord|man|husband|father|son|\w+sman)\b")
_LED = re.compile(r"\b(?:in|at|on|after|before|since|during|for|to|from|of)\s+(?:the\s+)?$", re.IGNORECASE)
_SOMEBODY = words_of("who person anyone anybody someone somebody everyone everybody nobody")
_AFTER_OBJECT = words_of("and that so again now then")


def with_names(text: str, turns: Sequence[Turn]) -> tuple[str, list[str]]:
    """`text` with names for its pronouns, and the pronouns for which nothing in `turns` fits."""
    unclear: list[str] = []
    expletives = [match.span() for match in _EXPLETIVE.finditer(text)]
    for match in reversed(list(_PRONOUN.finditer(text))):
        word = match["word"].lower()
        role = (_HE | _THEY | _IT)[word]
        if (match["word"].isupper() and len(word) > 1) or (word == "it" and match["short"]):
            continue  # the IT sector; "it's" is often meant as "its"
        if word == "it" and any(start <= match.start() < end for start, end in expletives):
            continue
        if word == "her" and _owns(text[match.end() :]):
            role = "owner"
        if _bound(text, match, word, role):
            continue
        found = _antecedent(word, text, match.start(), turns)
        if found is None:
            unclear.insert(0, match["word"])
            continue
        name = possessive(found.text) if role == "owner" else found.text
        short = {"'s": " is", "'re": " are", "'ve": " have", "'d": " had", "'ll": " will"}.get(
            (match["short"] or "").replace("’", "'").lower(), ""
        )
        text = f"{text[: match.start()]}{name}{short}{text[match.end() :]}"
    return text, unclear


def _owns(after: str) -> bool:
    """Whether "her" before these words is a possessive: "her plan", not "her about it"."""
    following = words(after)
    if not following or phrases_in(after, None)[:1]:
        return False
    low = following[0][0].lower()
    return low not in PREPOSITIONS | AUXILIARIES | _AFTER_OBJECT and (is_noun(low) or len(following) > 1)


def _bound(text: str, match: re.Match[str], word: str, role: str) -> bool:
    """Whether something in its own question can be meant, or it stands in quotation marks."""
    at, before, after = match.start(), text[: match.start()], text[match.end() :]
    if any(quoted.span.start <= at < quoted.span.end for quoted in quotations_in(text)):
        return True
    asks = _ASKS.search(text)
    if asks is not None and at < asks.start() and any(one.named for one in mentions_in(text[asks.start() :])):
        return True  # "Other than his books, what is Hugo known for?"
    fronted = mentions_in(text[: asks.start()] if asks is not None else text)
    if any(one.named and one.end <= at and not _LED.search(text[: one.start]) for one in fronted):
        return True  # "Anna Price ended her tour in which city?"
    last = "".join(one[0].lower() for one in words(before)[-1:])
    following = "".join(one[0] for one in words(after)[:1])
    of_question = last in AUXILIARIES
    verb = following.lower() in AUXILIARIES or is_finite(following)
    if role == "subject" and of_question:  # "…, what did they do?": only what was said before the question itself
        before = before[: max(before.rfind(mark) for mark in ",.;!?") + 1]
    fit = [one for one in candidates_in(before) if word not in _HE or one.named or one.kind in ("person", "unknown")]
    if re.fullmatch(r"\W*who\s+(?:is|was|are|were)\s+", before, re.IGNORECASE):
        return False  # "Who was their coach?"
    if role == "owner" or (role == "subject" and (verb or of_question or word not in _IT)):
        return bool(fit)
    # The object of a verb is not its own subject: another clause must lie between.
    return any(_BOUNDARY.search(before[one.end :]) for one in fit)


def candidates_in(before: str) -> list[Mention]:
    """Whatever words of a question name, nouns without an article too, "who" and "which team"."""
    found = mentions_in(before)
    for match in _ASKED_NOUN.finditer(before):
        low = match["noun"].lower()
        if low in AUXILIARIES or (is_past(low) and not is_noun(low)):
            continue
        # "Which legend gave his last show?": whatever it is, it does what its verb says.
        run = [one[0].lower() for one in words(before[match.start("noun") :])]
        acts = not any(word in AUXILIARIES for word in run)
        person = any(is_person_noun(word) for word in run[:3])
        kind: Kind = "unknown" if acts else "person" if person else "thing"
        found.append(Mention(low, match.start(), match.end(), kind, is_plural_noun(low), named=False))
    for one in words(before):
        low = one[0].lower()
        if low in _SOMEBODY or (one[0].islower() and is_plural_noun(low) and low not in AUXILIARIES):
            kind = "person" if low in _SOMEBODY or is_person_noun(low) else "thing"
            found.append(Mention(low, one.start(), one.end(), kind, is_plural_noun(low), named=False))
    return found


def _fits(word: str, mention: Mention, text: str) -> bool:
    """Whether a pronoun can stand for it, by kind, number and, where it is told, by sex."""
    if word in _HE:
        if mention.plural or mention.kind not in ("person", "unknown"):
            return False
        around = re.search(rf"(\w+\.?\s+){{0,3}}{re.escape(mention.text)}", text)
        told = around[0] if around else mention.text
        she = word in ("she", "her", "hers")
        return not (_MALE.search(told) if she else _FEMALE.search(told))
    if word in _THEY:
        return mention.plural or mention.kind in ("body", "unknown")
    return not mention.plural and mention.kind != "person"


def _antecedent(word: str, text: str, at: int, turns: Sequence[Turn]) -> Mention | None:
    out = {_unarticled(one.text) for one in mentions_in(text)}  # named beside it, so that it is somebody else
    if word not in _IT:
        out |= {_unarticled(one.text) for turn in turns for one in fitting(turn) if one.kind == "place"}
    for turn in reversed(turns):
        context = f"{turn.question} {turn.answer}"
        candidates = [one for one in fitting(turn) if _fits(word, one, context) and _unarticled(one.text) not in out]
        if word in ("them", "they", "their") and (whole := _counted(turn)) is not None:
            of_them = re.search(r"\bof\s+$", text[:at]) is not None
            candidates = [whole, *candidates] if of_them else [*candidates, whole]
        asked_for = (
            candidates[0] if candidates and re.match(r"\W*(?:which|who)\b", turn.question, re.IGNORECASE) else None
        )
        ranked = sorted(candidates, key=lambda one: 0 if one is asked_for else _rank(word, one))
        if ranked:
            return ranked[0]
    return None


def _unarticled(name: str) -> str:
    return name.removeprefix("the ")


def _rank(word: str, mention: Mention) -> int:
    """Lower is likelier, beyond the order in which a turn names things."""
    if word in _HE:
        return 0 if mention.kind == "person" and mention.named else 1 if mention.kind == "unknown" else 2
    if word in _IT:
        return 1 if mention.kind == "place" else 0
    return 1 if mention.kind in ("unknown", "thing") else 0


def _counted(turn: Turn) -> Mention | None:
    """ "the people who died in the fire", after "How many people died in the fire?"."""
    shape = shape_of(turn.question)
    counted = re.match(r"(?:how many|which|what)\s+(.+)", shape.wh, re.IGNORECASE) if shape else None
    if shape is None or counted is None:
        return None
    noun = counted[1]
    who = "who" if is_person_noun(noun.split()[-1]) or noun.endswith("people") else "that"
    if shape.aux and shape.aux.lower() not in BE:
        return None
    said = " ".join(part for part in (shape.aux, shape.rest) if part)
    return Mention(f"the {noun} {who} {said}", 0, 0, "person", True, named=False)
