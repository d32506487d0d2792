"""Question type by wording alone, without a parse: set phrases, then the question word.

"What explains the delay?" and "so why was it late" are both `why`. Also finds the part of a text that asks, and several
questions in one. English only.
"""

from __future__ import annotations

import re

from dateline.index.sentences import split_sentences
from dateline.rag.language.question_words import (
    ANSWER_NOUNS,
    AUXILIARIES,
    HOW,
    KINDS,
    LISTING,
    QUESTION_WORDS,
    SECOND,
    SMALL_TALK,
    TAGGED,
    TASK,
    QuestionType,
    without_preamble,
)

_WORD = re.compile(r"[\w'-]+")
_PLURAL = re.compile(r"[a-z-]{2,}(?<![sui])s|people|men|women|children")
"""A noun that asks for several things: "which cities"; no name, such as "United States"."""
_DETERMINERS = frozenset({"the", "a", "an", "its", "his", "her", "their", "this", "that", "these", "those"})
_STOPS = _DETERMINERS | {"of", "news", "series", "means", "headquarters"}
"""Words behind which no plural noun is looked for."""
_NOUNS = frozenset().union(*(nouns for _, nouns in ANSWER_NOUNS))
_FOLLOWS = AUXILIARIES | frozenset({"of", "in", "on", "at", "from", "for", "to", "with", "that", "who", ""})
"""Words behind a plural noun that show that it is the whole of what is asked for; so do words in -ed."""
_CLAUSE = re.compile(
    r"(?:^|[.!?:;]\s+|,\s+(?:but|so)\s+)(?=(?:" + "|".join(map(re.escape, QUESTION_WORDS | AUXILIARIES)) + r")\b)",
    re.IGNORECASE,
)
_LEAST_WORDS = 3
_REACH = 3
"""Words among which the noun is: "which northern provincial capitals"."""


def asking_part(text: str) -> str:
    """The part of a text that asks, without what is said before it: "For tomorrow's paper: who won?" → "who won?".

    It begins at the last clause that begins with a question word or an auxiliary; the whole text if there is none.
    """
    starts = [match.end() for match in _CLAUSE.finditer(text)]
    part = without_preamble(text[starts[-1] :] if starts else text).strip()
    return part if len(_WORD.findall(part)) >= _LEAST_WORDS else text


def endings(text: str) -> tuple[str, ...]:
    """The text, and what is left of it from each further sentence on and from its last clause that asks, longest first.

    One of them is the question without what is said before it.
    """
    starts = [text[span.start :] for span in split_sentences(text)[1:]]
    long_enough = [part for part in (*starts, asking_part(text)) if len(_WORD.findall(part)) >= _LEAST_WORDS]
    return tuple(sorted(dict.fromkeys((text.strip(), *long_enough)), key=len, reverse=True))


def question_parts(text: str) -> tuple[str, ...]:
    """The questions in one: "Who was arrested, and what for?" → "Who was arrested?", "what for?"."""
    ends = [match for match in SECOND.finditer(text) if _asks(text[: match.start()])]
    if not ends:
        return (text,)
    starts = [0, *(match.end() for match in ends)]
    limits = [*(match.start() for match in ends), len(text)]
    mark = "?" if text.rstrip().endswith("?") else ""
    return tuple(f"{text[start:end].strip(' ?')}{mark}" for start, end in zip(starts, limits, strict=True))


def _asks(text: str) -> bool:
    """Whether a text is a question already: long enough, with a question word or an auxiliary at its beginning."""
    words = _WORD.findall(without_preamble(text).lower().replace("’", "'"))
    if len(words) < 2 or words[-1] in QUESTION_WORDS:  # "How and why did it sink?" is one question
        return False
    return words[0] in AUXILIARIES or any(word in QUESTION_WORDS for word in words)


def _phrase_type(question: str) -> QuestionType | None:
    """The type that set phrases give; None if there are none. `question`: without a preamble."""
    plain = question.strip().replace("’", "'")
    if SMALL_TALK.fullmatch(plain):
        return "small_talk"
    if TASK.match(plain):
        return "task"
    if TAGGED.search(plain):
        return "yes_no"
    first, second = (*_WORD.findall(plain.lower()), "", "")[:2]
    for kind, pattern in KINDS:
        # "Did she say why?" expects yes or no.
        inside = first in AUXILIARIES and second != "there" and kind in ("why", "definition")
        if pattern.search(plain) and not inside:
            return kind
    if LISTING.match(plain):
        return "list"
    return "yes_no" if first in AUXILIARIES else None


def question_type(text: str) -> QuestionType:
    """The type of a question, wherever its question word is; `fact` if its words don't say."""
    question = asking_part(text.strip())
    return _phrase_type(question) or _by_question_word(_WORD.findall(question.replace("’", "'")))


def _by_question_word(words: list[str]) -> QuestionType:
    at = next((at for at, word in enumerate(words) if word.lower() in QUESTION_WORDS), None)
    if at is None:
        return "fact"
    asking, following = words[at].lower(), words[at + 1 :]
    if asking == "how":
        return "fact" if following and (following[0] in HOW or following[0] == "much") else "how"
    if asking == "what" and "say" in following and following[0] in ("did", "does", "do"):
        return "quotation"
    plural = asking in ("which", "what") or (asking == "who" and following[:1] in (["are"], ["were"]))
    return "list" if plural and _asks_for_several(following) else "fact"


def _asks_for_several(following: list[str]) -> bool:
    """Whether a plural noun is asked for: "towns were flooded", "northern capitals fell", "are the candidates".

    Not by "sports team won", "company makes phones" or "broadcaster holds the rights".
    """
    if following[1:2] == ["the"] and following[0] in ("are", "were"):
        following = following[2:]
    for at, word in enumerate(following[:_REACH]):
        after = following[at + 1] if at + 1 < len(following) else ""
        if word in AUXILIARIES or word in _STOPS or word.endswith("'s"):
            return False
        word = word.rstrip("'")
        if not _PLURAL.fullmatch(word):
            continue
        if {word[:-1], word[:-2], f"{word[:-3]}y", word} & (_NOUNS | {"people", "men", "women", "children"}):
            return after not in _DETERMINERS and after not in _NOUNS
        if at == 0:
            return after in _FOLLOWS or after.endswith("ed")
    return False
