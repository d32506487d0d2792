"""Question features: lexical overlap between a question and a sentence, and the expected type of answer.

By spelling alone: stems, capitals, figures. Knows nothing of meaning, articles or scores.
"""

from __future__ import annotations

import re
from typing import Literal

from dateline.index.folding import folded
from dateline.rag.time.phrases import phrases_in
from dateline.rag.values.figures import values_in
from dateline.rag.values.names import names_in
from dateline.rag.values.unit_patterns import PERCENT
from dateline.rag.values.value import is_money

ExpectedType = Literal["money", "percent", "figure", "day", "time", "name", "any"]

LEAST_COVERAGE = 0.5
"""The share of a question's content words that a sentence must have to count as a possible answer."""

_CONTENT_WORD = re.compile(
    r"\b(?!(?:the|and|for|are|was|were|has|have|had|does|did|that|this|with|from|into|over|after|before|who|what|when"
    r"|where|which|why|how|many|much|its|his|her|their|our|out|not|but|been|being|will|would|said|says|about|than)\b)"
    r"\w{3,}"
)
_ENDING = re.compile(r"(?:ing|ed|es|e|s|ers?)$")
_AMERICA = re.compile(r"\b(?:U\.S\.|US\b|United States\b|Americans?\b)")
"""Names of the United States, which news writes in many ways."""
_NAME_WORD = re.compile(r"\w[\w’'-]*")
_WANTED: tuple[tuple[ExpectedType, re.Pattern[str]], ...] = (
    (
        "money",
        re.compile(
            r"\bhow much (?:money\b|.*\b(?:costs?|pay|paid|spen[dt]|earn(?:ed|s)?|owed?|sold|sell|charged?|fined"
            r"|worth)\b)"
            r"|^(?:what|which) (?:(?:is|was|were|are) the (?:[\w-]+ ){0,2})?"
            r"(?:price|cost|bill|salary|fee|fare|fine|income|revenue|profit|budget|prize money)\b"
            r"|^what (?:did|does|do|will|would)\b.*\bcost\b",
            re.IGNORECASE,
        ),
    ),
    ("percent", re.compile(r"\b(?:what|which) (?:percent|percentage|share)\b", re.IGNORECASE)),
    ("day", re.compile(r"^(?:on )?(?:what|which) (?:day|date)\b", re.IGNORECASE)),
    (
        "figure",
        re.compile(
            r"^(?:\w+ )?how (?:many|much|old|long|far|big|large|tall|high|often|close|near|fast|wide|deep)\b"
            r"|\b(?:what|which) (?:number|age)\b|^what (?:is|was) the (?:population|number|(?:death )?toll|age)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "time",
        re.compile(r"^(?:(?:in|on|by|since|until) )?(?:when\b|(?:what|which) (?:year|month|time)\b)", re.IGNORECASE),
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


def content_stems(text: str) -> set[str]:
    """The stems of a text's content words."""
    plain = folded(_AMERICA.sub("usa", text)).lower()
    return {_ENDING.sub("", word)[:6] for word in _CONTENT_WORD.findall(plain)}


def coverage(required: set[str], found: set[str]) -> float:
    """The share of `required` that is in `found`, 0…1."""
    return len(required & found) / (len(required) or 1)


def name_stems(question: str) -> frozenset[str]:
    """The stems of the words in a question's names, in lower case: "Kabul’s" and "Kabul" have the same."""
    return frozenset(name_stem(word) for name, _ in names_in(question) for word in _NAME_WORD.findall(name))


def name_coverage(names: frozenset[str], text: str) -> float:
    """The share of `names` (from `name_stems`) that a text has, 0…1; 1 if there are none."""
    lower = folded(text).lower()
    return sum(name in lower for name in names) / len(names) if names else 1.0


def expected_type(question: str) -> ExpectedType:
    """The type of answer that a question expects; `any` if its words don't say."""
    return next((kind for kind, pattern in _WANTED if pattern.search(question)), "any")


def has_expected_type(question: str, sentence: str) -> bool:
    """Whether a sentence has an amount for "how much … cost", a time for "when", a new name for "who" and "where"."""
    match expected_type(question):
        case "figure":
            return bool(values_in(sentence))
        case "money":
            return any(map(is_money, values_in(sentence)))
        case "percent":
            return any(value.unit in PERCENT for value in values_in(sentence))
        case "day":
            return any(phrase.kind in ("day", "weekday") for phrase in phrases_in(sentence, None))
        case "time":
            return bool(_TIME.search(sentence))
        case "name":
            asked = folded(question).lower()
            return any(
                name_stem(word) not in asked for name, _ in names_in(sentence) for word in _NAME_WORD.findall(name)
            )
        case _:
            return True


def only_repeats_question(question: str, answer: str) -> bool:
    """Whether all words of a short answer are in the question, and the question offers no choice ("… or …")."""
    asked, words = (set(re.findall(r"\w+", folded(text).lower())) for text in (question, answer))
    return words <= asked and "or" not in asked


def could_answer(question: str, sentence: str) -> bool:
    """Whether a sentence has the expected type, all names of the question and at least half of its words."""
    return (
        has_expected_type(question, sentence)
        and name_coverage(name_stems(question), sentence) == 1
        and coverage(content_stems(question), content_stems(sentence)) >= LEAST_COVERAGE
    )


def name_stem(word: str) -> str:
    """The stem of a word in a name: the same for "Pakistan", "Pakistani" and "Pakistan’s"; figures stay whole."""
    plain = re.sub(r"'s$", "", folded(word).lower())
    return plain if plain[0].isdigit() else plain[: max(4, len(plain) - 2)]
