"""Whether a sentence names whom or what a question describes, or describes whom it names.

"Who is the Taliban's spokesman?" is answered by "Taliban spokesman Zabihullah Mujahid", by "Mujahid, a spokesman for
the Taliban" and by "the Taliban's spokesman, Mujahid". Told by what stands directly before and behind names, not by
grammar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dateline.index.article import Span
from dateline.rag.asked import stems
from dateline.rag.speech.words import words_of
from dateline.rag.values.names import names_in, same_name

_IDENTIFIES = re.compile(
    r"^(?:who|what|which \w+)(?: is|'s|’s| was| are| were) (?:the name of )?(?P<what>.+?)\W*$", re.IGNORECASE
)
_OCCUPIES = re.compile(r"^what (?:does|did|do) (?P<what>.+?) do(?: for (?:a|his|her|their) living)?\W*$", re.IGNORECASE)
_KIND_OF_PLACE = stems("province city town district region country state village")
"""“Badghis” and “Badghis province” are one."""
_LESSER = re.compile(
    r"\b(?:deputy|vice|assistant|acting|interim|former|ex|late|then|outgoing|incoming|onetime)\b", re.IGNORECASE
)
"""Who is this to an office doesn't hold it."""
_JOINING = words_of("""
    a an the of for in at and its their his her our ’s 's such as like including is was named called
""")
"""Words between a description and its name that change neither."""
_DETERMINERS = words_of("a an the its their his her our who which one")
_WORD = re.compile(r"[\w-]+|[’']s|[,;:.!?()—–“”\"]")
_ASIDE = re.compile(r"\s*(?:,|\(|—|–|-)\s*(?P<words>(?:(?:who|which) (?:is|was) )?[a-z][^,;()—–.]*)")
"""What follows a name behind a comma: "Mujahid, a spokesman for the Taliban,"."""
_PLACE = re.compile(r"\s+(?:in|of|for)\s+(?:the\s+)?(?P<words>[A-Z][\w’-]*(?:\s[A-Z][\w’-]*)*)")
"""What follows it directly: "capitals such as Qala-e Nau in Badghis"."""


@dataclass(frozen=True, slots=True)
class Described:
    """Whom or what a question describes, or whom it names to have them described."""

    words: str
    wanted: frozenset[str]
    """The stems that a description must have; empty where it is the question that names somebody."""

    def told_in(self, sentence: str) -> Span | None:
        """The name that a sentence gives to it, or the place where it says who that is; None: it doesn't."""
        return self._named(sentence) if self.wanted else _description(self.words, sentence)

    def _named(self, sentence: str) -> Span | None:
        """The name of which all wanted words are told, and which isn't only less than that."""
        for name, span in names_in(sentence):
            if stems(name) & self.wanted:
                continue
            told = f"{_before(sentence[: span.start], self.wanted)} {_behind(sentence[span.end :], self.wanted)}"
            if self.wanted <= stems(told) and bool(_LESSER.search(told)) <= bool(_LESSER.search(self.words)):
                return span
        return None


def described_by(question: str) -> Described | None:
    """What `question` describes, or whom it names and asks to have described; None where it asks no such thing."""
    asked = _IDENTIFIES.match(question) or _OCCUPIES.match(question)
    if asked is None:
        return None
    what = asked["what"]
    names = [name for name, _ in names_in(what)]
    if what in names:
        return Described(what, frozenset())
    wanted = frozenset(stems(what) - _KIND_OF_PLACE)
    return Described(what, wanted) if wanted - stems(" ".join(names)) else None


def _description(name: str, sentence: str) -> Span | None:
    """Where a sentence says behind a name, with a comma between, who that is."""
    for found, span in names_in(sentence):
        aside = _ASIDE.match(sentence, span.end) if same_name(found, name) else None
        if aside is not None and re.match(r"(?:(?:who|which) (?:is|was) )?(?:an?|the|one of)\b", aside["words"]):
            return Span(aside.start("words"), aside.end("words"))
    return None


def _before(words: str, wanted: frozenset[str]) -> str:
    """What directly precedes a name, as far as it belongs to the description; one comma may part the two."""
    run: list[str] = []
    for n, word in enumerate(reversed(_WORD.findall(words))):
        if word == "," and n == 0:
            continue
        low = word.lower()
        if not (low in _JOINING or stems(word) & wanted or _LESSER.fullmatch(word) or stems(word) & _KIND_OF_PLACE):
            break
        run.insert(0, word)
    return " ".join(run)


def _behind(words: str, wanted: frozenset[str]) -> str:
    """What directly follows a name: the place where it is, and an aside that is a description."""
    place, aside = _PLACE.match(words), _ASIDE.match(words)
    described = aside["words"] if aside else ""
    opens, _, _ = described.partition(" ")
    if opens not in _DETERMINERS and not stems(opens) & wanted:
        described = ""
    return f"{place['words'] if place else ''} {described}"
