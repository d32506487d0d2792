"""Variants of a question: lower case, keywords, with a preamble, a typo, or a disfluency.

For measuring how answers depend on the wording. Variants are seeded by the question, so they are always the same.
English only. Knows nothing of answers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_NOT_SEARCHED = frozenset(
    """
    who whom whose what which when where why how is are was were be been being am do does did has have had having
    can could will would shall should may might must a an the this that these those of to in on at by for with
    from as into about and or but if than then there it its they them their he she his her we our you your i my me
    not no s t many much
    """.split()  # noqa: SIM905
)
"""Words that people leave out in a search box."""
_PREAMBLES = (
    "Quick one for the morning meeting: {question}",
    "I'm fact-checking a piece that goes out at six and can't find this anywhere. {question}",
    "Hi! My editor wants to know the following, thanks in advance. {question}",
    "Sorry if this has been asked before, but {question}",
)
_QUESTION_WORDS = ("who", "what", "when", "where", "why", "which", "how")
_FILLERS = ("er", "um", "uh")
_CORRECTIONS = ("no wait", "sorry", "I mean", "or rather")
_SHORTEST_MISSPELT = 6
"""Characters of a word in which a typo is put."""


def lower_case(question: str, _rng: random.Random) -> str:
    """Without capitals and question mark."""
    return question.lower().rstrip("? ")


def keywords(question: str, _rng: random.Random) -> str:
    """The words that would be put into a search box; the question itself where none are left."""
    words = re.findall(r"[^\W_]+(?:[.,'’-][^\W_]+)*", question)
    kept = [word for word in words if word.lower().partition("'")[0].partition("’")[0] not in _NOT_SEARCHED]
    return " ".join(kept).lower() or question


def with_preamble(question: str, rng: random.Random) -> str:
    """Behind a sentence or two that say nothing of it."""
    preamble = rng.choice(_PREAMBLES)
    joined = preamble.format(question=question)
    return joined.replace(question, question[:1].lower() + question[1:]) if ", but {" in preamble else joined


def with_typo(question: str, rng: random.Random) -> str:
    """With two neighbouring letters of a long word changed over, one dropped or one doubled; none in capitals."""
    words = list(re.finditer(rf"\b[a-z]{{{_SHORTEST_MISSPELT},}}\b", question))
    if not words:
        words = list(re.finditer(rf"(?<=[A-Z])[a-z]{{{_SHORTEST_MISSPELT - 1},}}\b", question))
    if not words:
        return question
    word = rng.choice(words)
    letters = list(word.group())
    at = rng.randrange(1, len(letters) - 2)
    match rng.randrange(3):
        case 0:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        case 1:
            del letters[at]
        case _:
            letters.insert(at, letters[at])
    return question[: word.start()] + "".join(letters) + question[word.end() :]


def disfluent(question: str, rng: random.Random) -> str:
    """As it is spoken: another question word first, taken back at once (after the kinds of Gupta et al., ACL 2021)."""
    first, _, rest = question.partition(" ")
    others = [word for word in _QUESTION_WORDS if word != first.lower()]
    correction = rng.choice(_CORRECTIONS)
    if first.lower() not in _QUESTION_WORDS:
        return f"{rng.choice(_FILLERS).capitalize()}, {first[:1].lower()}{first[1:]} {rest}"
    return f"{rng.choice(others).capitalize()}, {rng.choice(_FILLERS)}, {correction}, {first.lower()} {rest}"


WORDINGS: dict[str, Callable[[str, random.Random], str]] = {
    "lower case": lower_case,
    "keywords": keywords,
    "with a preamble": with_preamble,
    "with a typo": with_typo,
    "disfluent": disfluent,
}


def wordings_of(question: str) -> dict[str, str]:
    """The question in each wording, by its name; always the same ones."""
    return {name: made(question, random.Random(f"{name} {question}")) for name, made in WORDINGS.items()}
