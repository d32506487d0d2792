"""Question grammar without a parser: question word, auxiliary and the rest, by word lists and lemminflect.

Unknown forms give None. Follow-up questions are parsed by spaCy instead (`rag/conversation/`).
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from threading import Lock
from typing import Any

from dateline.rag.language.word_set import word_set

CACHED = 4_096
"""Words whose forms are cached."""

AUXILIARIES = word_set("""
    do does did is are was were has have had can could will would shall should must may might
    isn't aren't wasn't weren't didn't doesn't don't hasn't haven't hadn't can't couldn't won't wouldn't
""")
BE = word_set("is are was were isn't aren't wasn't weren't")
HAVE = word_set("has have had hasn't haven't hadn't")
PREPOSITIONS = word_set("""
    in on at by to from for of with without into onto over under about against after before since until till during
    near around across through between among toward towards outside inside off up down out behind beyond within
    despite per than as like because
""")
DETERMINERS = word_set("the a an this that these those its his her their our my your some any all each every no both")
FUNCTION = (
    AUXILIARIES
    | PREPOSITIONS
    | DETERMINERS
    | word_set("""
    and or but so if when while where who whom whose which what why how that he she it they him them hers theirs there
    here not n't i you we me us be been being to then also else
""")
)
"""Words that end a noun phrase or can't be part of one."""
_WORD = re.compile(r"[^\W_][\w’'.-]*[\w’']|\w")
_QUESTION = re.compile(
    r"^(?P<wh>(?:(?:since|until|by|in|at|on|from|to|for|with|against|under|of|about|according to)\s+)?"
    r"(?:who|whom|whose|what|which|when|where|why|how)\b(?:\s+(?:exactly|else|exact)\b)?)\s+(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class QuestionParts:
    """The parts of a question: "How many people" "did" "the fire kill"."""

    wh: str
    """The question word with its noun; empty for a yes-or-no question."""
    aux: str
    """Empty if the question word is the subject of a full verb: "Who" "" "won the race"."""
    rest: str
    """Without the question mark."""


def bare(question: str) -> str:
    """The question without surrounding white space and punctuation."""
    return question.strip().rstrip("?!. ").strip()


def word_matches(text: str) -> list[re.Match[str]]:
    """The words of a text, as matches with their offsets."""
    return list(_WORD.finditer(text))


def question_parts(question: str) -> QuestionParts | None:
    """The parts of a question; None if it does not have the form of one."""
    text = bare(question)
    found = _QUESTION.match(text)
    if found is None:
        first, _, rest = text.partition(" ")
        return QuestionParts("", first, rest.strip()) if _low(first) in AUXILIARIES and rest else None
    wh, rest = found["wh"], found["rest"]
    at = 0
    for word in word_matches(rest):
        low = _low(word[0])
        if low in AUXILIARIES:
            return QuestionParts(f"{wh} {rest[: word.start()]}".strip(), word[0], rest[word.end() :].strip())
        if low in FUNCTION or word[0][:1].isdigit():
            break
        at = word.end()
    verb = _finite(rest[:at], counted=" " in wh or not re.fullmatch(r"(?:who|what)", wh, re.IGNORECASE))
    if verb is None:
        return None
    return QuestionParts(f"{wh} {rest[: verb.start()]}".strip(), "", rest[verb.start() :])


def _finite(run: str, *, counted: bool) -> re.Match[str] | None:
    """The full verb after a question word: a past form, else the last word that can be a verb."""
    found = word_matches(run)[1 if counted else 0 :]
    past = [one for one in found if is_past(one[0])]
    if past:
        return past[0]
    verbs = [one for one in found if base_of(one[0]) is not None and one[0].islower()]
    return (verbs[-1] if counted else verbs[0]) if verbs else None


def subject_end(aux: str, rest: str) -> int | None:
    """The end offset of the subject after an auxiliary; None if unknown."""
    found = word_matches(rest)
    if not found:
        return None
    low = _low(aux)
    if low in BE or low in HAVE:
        for n, word in enumerate(found[1:], start=1):
            text = _low(word[0])
            inside = text == "of" or text in DETERMINERS
            if (text in FUNCTION and not inside) or (
                word[0].islower() and (is_participle(text) or text.endswith(("ing", "ly")))
            ):
                return found[n - 1].end()
        return found[-1].end() if low in BE else None
    run: list[int] = []
    for n, word in enumerate(found[1:], start=1):
        text = word[0]
        noun = _low(found[n - 1][0]) in DETERMINERS
        if text.islower() and not noun and text not in FUNCTION and base_of(text) == text:
            run.append(n)
        elif run:
            break
    if not run:
        return None
    # "The market fire | kill five", but "the Fed | raise interest rates".
    after = found[run[-1] + 1][0] if run[-1] + 1 < len(found) else ""
    verb = run[0] if after.islower() and after not in FUNCTION and is_noun(after) else run[-1]
    return found[verb - 1].end()


_LOADING = Lock()
"""Held during look-ups: the first one loads the dictionary, which each of several threads would do."""


@lru_cache(CACHED)
def _lemmas(word: str) -> dict[str, tuple[str, ...]]:
    with _LOADING:
        found: dict[str, tuple[str, ...]] = _lemminflect("Lemmatizer").Lemmatizer().getAllLemmas(word)
    return found


@lru_cache(CACHED)
def inflected(base: str, tag: str) -> str:
    """A verb's form by its Penn Treebank tag: `VBD`, `VBZ`, `VBN`."""
    with _LOADING:
        found: tuple[str, ...] = _lemminflect("Inflections").Inflections().getInflection(base, tag, True)
    return found[0] if found else base


def _lemminflect(module: str) -> Any:
    """Import a module of lemminflect lazily: it takes half a second, and only some questions need it.

    Skips the package's `__init__`, which imports spaCy if that is installed; that takes seconds.
    """
    if "lemminflect" not in sys.modules:
        spec = find_spec("lemminflect")
        assert spec is not None
        sys.modules["lemminflect"] = module_from_spec(spec)
    return import_module(f"lemminflect.core.{module}")


def base_of(word: str) -> str | None:
    """The base form of a word that can be a verb ("fell" → "fall"), else None."""
    lemmas = _lemmas(word.lower()).get("VERB", ())
    return lemmas[0] if lemmas else None


def past_of(base: str) -> str:
    """The simple past of a verb."""
    return inflected(base, "VBD")


def is_past(word: str) -> bool:
    """Whether a word in lower case is a verb's simple past."""
    base = base_of(word) if word.islower() else None
    return base is not None and word == past_of(base) and (word != base or "NOUN" not in _lemmas(word))


def is_participle(word: str) -> bool:
    """Whether a word is a verb's past participle."""
    base = base_of(word)
    return base is not None and word == inflected(base, "VBN") and word != base


def is_noun(word: str) -> bool:
    """Whether a word in lower case can be a noun."""
    return "NOUN" in _lemmas(word)


def _low(word: str) -> str:
    return word.lower().replace("’", "'")
