"""Definition questions: sentences that name what a question describes, or describe whom it names.

"Who is the Taliban's spokesman?" is answered by "Taliban spokesman Zabihullah Mujahid", by "Mujahid, a spokesman for
the Taliban" and by "the Taliban's spokesman, Mujahid". Looks only at the words directly before and after names; knows
no grammar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dateline.index.article import Span
from dateline.rag.language.word_set import word_set
from dateline.rag.reading.question_features import content_stems
from dateline.rag.values.names import names_in, same_name

_IDENTIFIES = re.compile(
    r"^(?:who|what|which \w+)(?: is|'s|’s| was| are| were) (?:the name of )?(?P<what>.+?)\W*$", re.IGNORECASE
)
_OCCUPIES = re.compile(r"^what (?:does|did|do) (?P<what>.+?) do(?: for (?:a|his|her|their) living)?\W*$", re.IGNORECASE)
_KIND_OF_PLACE = content_stems("province city town district region country state village")
"""Nouns that don't change what a place name means: "Badghis province" is "Badghis"."""
_LESSER = re.compile(
    r"\b(?:deputy|vice|assistant|acting|interim|former|ex|late|then|outgoing|incoming|onetime)\b", re.IGNORECASE
)
"""Words that qualify an office: a deputy or a former minister is not the minister."""
_JOINING = word_set("""
    a an the of for in at and its their his her our ’s 's such as like including is was named called
""")
"""Words that may come between a description and its name."""
_DETERMINERS = word_set("a an the its their his her our who which one")
_WORD = re.compile(r"[\w-]+|[’']s|[,;:.!?()—–“”\"]")
_ASIDE = re.compile(r"\s*(?:,|\(|—|–|-)\s*(?P<words>(?:(?:who|which) (?:is|was) )?[a-z][^,;()—–.]*)")
"""An apposition: "Mujahid, a spokesman for the Taliban,"."""
_PLACE = re.compile(r"\s+(?:in|of|for)\s+(?:the\s+)?(?P<words>[A-Z][\w’-]*(?:\s[A-Z][\w’-]*)*)")
"""A place directly after a name: "capitals such as Qala-e Nau in Badghis"."""


@dataclass(frozen=True, slots=True)
class DefinitionQuestion:
    """A question that describes a person or thing and asks for the name, or the other way round."""

    words: str
    required: frozenset[str]
    """The stems that a description must have; empty if the question gives the name."""

    def answer_in(self, sentence: str) -> Span | None:
        """Where a sentence gives the name, or the description; None if it gives neither."""
        return self._named(sentence) if self.required else _description(self.words, sentence)

    def _named(self, sentence: str) -> Span | None:
        """The name that is described by all required words, and not qualified as a deputy or the like."""
        for name, span in names_in(sentence):
            if content_stems(name) & self.required:
                continue
            description = (
                f"{_before(sentence[: span.start], self.required)} {_behind(sentence[span.end :], self.required)}"
            )
            if self.required <= content_stems(description) and bool(_LESSER.search(description)) <= bool(
                _LESSER.search(self.words)
            ):
                return span
        return None


def definition_question(question: str) -> DefinitionQuestion | None:
    """What `question` describes or asks to have described; None if it is not a definition question."""
    asked = _IDENTIFIES.match(question) or _OCCUPIES.match(question)
    if asked is None:
        return None
    what = asked["what"]
    names = [name for name, _ in names_in(what)]
    if what in names:
        return DefinitionQuestion(what, frozenset())
    wanted = frozenset(content_stems(what) - _KIND_OF_PLACE)
    return DefinitionQuestion(what, wanted) if wanted - content_stems(" ".join(names)) else None


def _description(name: str, sentence: str) -> Span | None:
    """The apposition behind a name that says who it is."""
    for found, span in names_in(sentence):
        aside = _ASIDE.match(sentence, span.end) if same_name(found, name) else None
        if aside is not None and re.match(r"(?:(?:who|which) (?:is|was) )?(?:an?|the|one of)\b", aside["words"]):
            return Span(aside.start("words"), aside.end("words"))
    return None


def _before(words: str, wanted: frozenset[str]) -> str:
    """The words directly before a name that belong to the description; a comma may separate them from it."""
    run: list[str] = []
    for n, word in enumerate(reversed(_WORD.findall(words))):
        if word == "," and n == 0:
            continue
        low = word.lower()
        if not (
            low in _JOINING
            or content_stems(word) & wanted
            or _LESSER.fullmatch(word)
            or content_stems(word) & _KIND_OF_PLACE
        ):
            break
        run.insert(0, word)
    return " ".join(run)


def _behind(words: str, wanted: frozenset[str]) -> str:
    """The place or the descriptive apposition directly after a name."""
    place, aside = _PLACE.match(words), _ASIDE.match(words)
    described = aside["words"] if aside else ""
    opens, _, _ = described.partition(" ")
    if opens not in _DETERMINERS and not content_stems(opens) & wanted:
        described = ""
    return f"{place['words'] if place else ''} {described}"
