"""Pronouns → the names that they stand for: "he", "her", "they", "its".

One that something before it in its own question can be meant by is left alone; else the latest turn that names what
fits it in kind, number and, as far as that is told, sex has its antecedent. Rules, by no means all of English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.conversation.grammar import AUXILIARIES, BE, PREPOSITIONS, is_noun, possessive, shape_of, words
from rag.conversation.naming import Kind, Mention, fitting, mentions_in
from rag.conversation.turn import Turn
from rag.speech.words import is_person_noun, words_of
from rag.time.phrases import phrases_in

_HE = {"he": "subject", "she": "subject", "him": "object", "her": "object", "his": "owner", "hers": "owner"}
_THEY = {"they": "subject", "them": "object", "their": "owner", "theirs": "owner"}
_IT = {"it": "subject", "its": "owner"}
_PRONOUN = re.compile(
    r"\b(?P<word>he|she|him|her|his|hers|they|them|their|theirs|it|its)(?P<short>[’'](?:s|re|ve|d|ll))?\b",
    re.IGNORECASE,
)
_TO = r"(?:[\w-]+\s+){0,3}?(?:to|that|for|when|if|who|whether)\b"
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
    r"|where|says?|said)\b|,",
    re.IGNORECASE,
)
_FEMALE = re.compile(
    r"\b(?:Mrs|Ms|Miss|Queen|Princess|Lady|Dame|woman|wife|mother|daughter|actress|\w+swoman|\w+woman)\b"
)
_MALE = re.compile(r"\b(?:Mr|King|Prince|Sir|Lord|man|husband|father|son|\w+sman)\b")
_AFTER_OBJECT = words_of("and that so again now then")


def with_names(text: str, turns: Sequence[Turn]) -> tuple[str, list[str]]:
    """`text` with names for its pronouns, and the pronouns for which nothing in `turns` fits."""
    unclear: list[str] = []
    expletives = [match.span() for match in _EXPLETIVE.finditer(text)]
    for match in reversed(list(_PRONOUN.finditer(text))):
        word = match["word"].lower()
        role = (_HE | _THEY | _IT)[word]
        if match["word"].isupper() and len(word) > 1:
            continue  # the IT sector
        if word == "it" and any(start <= match.start() < end for start, end in expletives):
            continue
        if word == "her" and _owns(text[match.end() :]):
            role = "owner"
        if _bound(text, match.start(), word, role):
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


def _bound(text: str, at: int, word: str, role: str) -> bool:
    """Whether something before it in its own question can be meant."""
    before = text[:at]
    fit = [one for one in _candidates_in(before) if _fits(word, one, text)]
    if not fit:
        return False
    if role == "owner":
        return True
    # The object of a verb is not its own subject: another clause must lie between.
    return any(_BOUNDARY.search(before[one.end :]) for one in fit)


def _candidates_in(before: str) -> list[Mention]:
    found = mentions_in(before)
    for match in re.finditer(r"\b(?:which|what|whose|how many)\s+((?:[a-z]+\s+)?[a-z]+)\b", before, re.IGNORECASE):
        last = match[1].split()[-1].lower()
        noun = last if is_noun(last) and last not in AUXILIARIES else match[1].split()[0].lower()
        if noun not in AUXILIARIES and is_noun(noun):
            kind: Kind = "person" if is_person_noun(noun) else "thing"
            found.append(
                Mention(
                    noun, match.start(), match.start(1) + len(noun), kind, noun.endswith("s") or noun == "people", False
                )
            )
    for one in words(before):
        low = one[0].lower()
        if low == "who" or low in ("anyone", "someone", "everyone", "nobody", "people"):
            found.append(Mention(low, one.start(), one.end(), "person", low == "people", named=False))
        elif one[0].islower() and low.endswith("s") and is_noun(low) and low not in AUXILIARIES:
            found.append(
                Mention(low, one.start(), one.end(), "person" if is_person_noun(low) else "thing", True, False)
            )
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
        return mention.plural or mention.kind in ("body", "unknown") or mention.text == "who"
    return not mention.plural and mention.kind != "person" and mention.text != "who"


def _antecedent(word: str, text: str, at: int, turns: Sequence[Turn]) -> Mention | None:
    named_here = {_unarticled(one.text) for one in mentions_in(text)}
    for turn in reversed(turns):
        context = f"{turn.question} {turn.answer}"
        candidates = [
            one for one in fitting(turn) if _fits(word, one, context) and _unarticled(one.text) not in named_here
        ]
        if word in ("them", "they", "their") and (whole := _counted(turn)) is not None:
            of_them = re.search(r"\bof\s+$", text[:at]) is not None
            candidates = [whole, *candidates] if of_them else [*candidates, whole]
        ranked = sorted(candidates, key=lambda one: _rank(word, one))
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
