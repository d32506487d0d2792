"""What a question names, which of its words a text has, and whether a sentence has the kind of thing that it asks for.

By spelling alone: stems, capitals, figures. Knows nothing of what words mean, of articles or of scores.
"""

from __future__ import annotations

import re
from typing import Literal

from dateline.index.folding import folded
from dateline.rag.values.figures import values_in
from dateline.rag.values.names import names_in

Wanted = Literal["figure", "time", "name", "any"]

ANSWERING = 0.5
"""The share of a question's words that a sentence must have to be taken for an answer where that is in doubt."""

_CONTENT_WORD = re.compile(
    r"\b(?!(?:the|and|for|are|was|were|has|have|had|does|did|that|this|with|from|into|over|after|before|who|what|when"
    r"|where|which|why|how|many|much|its|his|her|their|our|out|not|but|been|being|will|would|said|says|about|than)\b)"
    r"\w{3,}"
)
_ENDING = re.compile(r"(?:ing|ed|es|e|s|ers?)$")
_AMERICA = re.compile(r"\b(?:U\.S\.|US\b|United States\b|Americans?\b)")
"""The one country that news names in so many ways."""
_NAME_WORD = re.compile(r"\w[\w’'-]*")
_WANTED: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    (
        "figure",
        re.compile(
            r"^(?:\w+ )?how (?:many|much|old|long|far|big|large|tall|high|often|close|near|fast|wide|deep)\b"
            r"|\b(?:what|which) (?:percent|percentage|share|number|age)\b"
            r"|^what (?:is|was) the (?:population|number|(?:death )?toll|price|cost|age)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "time",
        re.compile(
            r"^(?:(?:in|on|by|since|until) )?(?:when\b|(?:what|which) (?:year|month|day|date|time)\b)", re.IGNORECASE
        ),
    ),
    (
        "name",
        re.compile(
            r"^(?:(?:to|by|with|for) )?(?:who|whose|whom)\b|^(?:\w+ )?where\b|^(?:\w+ )?(?:which|what) (?:\w+ )?"
            r"(?:country|city|town|province|state|district|region|village|capital|island|nation|place)\b",
            re.IGNORECASE,
        ),
    ),
)
_TIME = re.compile(
    r"\b(?:(?:19|20)\d\d|\w+day|today|yesterday|tomorrow|weeks?|months?|years?|noon|midnight"
    r"|Jan(?:uary)?|Feb(?:ruary)?|March|April|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?"
    r"|Dec(?:ember)?)\b"
)


def stems(text: str) -> set[str]:
    """Its words that say something, without their endings."""
    plain = folded(_AMERICA.sub("usa", text)).lower()
    return {_ENDING.sub("", word)[:6] for word in _CONTENT_WORD.findall(plain)}


def share(wanted: set[str], found: set[str]) -> float:
    """The share of `wanted` that was found, 0…1."""
    return len(wanted & found) / (len(wanted) or 1)


def names_asked(question: str) -> frozenset[str]:
    """The beginnings of the words that its names are made of, in lower case: "Kabul’s" and "Kabul" have one."""
    return frozenset(name_stem(word) for name, _ in names_in(question) for word in _NAME_WORD.findall(name))


def share_named(names: frozenset[str], text: str) -> float:
    """The share of `names` (as `names_asked` gives them) that a text has, 0…1; 1 where there are none."""
    lower = folded(text).lower()
    return sum(name in lower for name in names) / len(names) if names else 1.0


def wanted(question: str) -> Wanted:
    """The kind of thing that a question asks for; `any` where its words don't tell."""
    return next((kind for kind, pattern in _WANTED if pattern.search(question)), "any")


def has_what_is_wanted(question: str, sentence: str) -> bool:
    """Whether a sentence has a figure for "how many", a time for "when", a further name for "who" and "where"."""
    kind = wanted(question)
    if kind == "figure":
        return bool(values_in(sentence))
    if kind == "time":
        return bool(_TIME.search(sentence))
    if kind == "name":
        asked = folded(question).lower()
        return any(name_stem(word) not in asked for name, _ in names_in(sentence) for word in _NAME_WORD.findall(name))
    return True


def only_repeats(question: str, answer: str) -> bool:
    """Whether a short answer has no word that the question doesn't have, and that doesn't offer it ("… or …")."""
    asked, words = (set(re.findall(r"\w+", folded(text).lower())) for text in (question, answer))
    return words <= asked and "or" not in asked


def could_answer(question: str, sentence: str) -> bool:
    """Whether a sentence has what is asked for, all names of the question and at least half of its words."""
    return (
        has_what_is_wanted(question, sentence)
        and share_named(names_asked(question), sentence) == 1
        and share(stems(question), stems(sentence)) >= ANSWERING
    )


def name_stem(word: str) -> str:
    """What "Pakistani" and "Pakistan’s" have in common with "Pakistan"; figures stay whole."""
    plain = re.sub(r"'s$", "", folded(word).lower())
    return plain if plain[0].isdigit() else plain[: max(4, len(plain) - 2)]
