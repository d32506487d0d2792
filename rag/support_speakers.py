"""Does a claim put quoted words into another mouth than its evidence does?

Told by who each sentence says is speaking, where both name a person. A body speaks through its people: what a spokesman
of the Taliban said, the Taliban said. Knows nothing of what is said without marks.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.article import Span
from index.sentences import split_sentences
from rag.quoting import misquoted
from rag.speech.quotations import quotations_in
from rag.speech.reported_speech import speaker_of
from rag.speech.speaker import read_phrase
from rag.support_rules import Broken, Evidence
from rag.values.names import names_in, same_name

LEAST_QUOTED = 3
"""Words of a quotation that tell whose it is; fewer may be anybody's."""


def misattributed(claim: str, evidence: Sequence[Evidence]) -> Broken | None:
    """The claim's speaker, if its quoted words stand in the evidence, and only in sentences of other named speakers."""
    quoted = [one.span.of(claim) for one in quotations_in(claim)]
    quoted = [words for words in quoted if len(words.split()) >= LEAST_QUOTED]
    ours = speaker_of(claim, Span(0, len(claim))) if quoted else None
    if ours is None or not _is_person(ours.name, evidence):
        return None
    for words in quoted:
        told = [
            (speaker_of(one.text, sentence), sentence.of(one.text))
            for one in evidence
            for sentence in split_sentences(one.text)
            if misquoted(f"“{words}”", [sentence.of(one.text)]) is None
        ]
        theirs = [speaker.name for speaker, _ in told if speaker and _is_person(speaker.name, evidence)]
        others = len(theirs) == len(told) and not any(same_name(ours.name, name) for name in theirs)
        if theirs and others and not any(ours.name in sentence for _, sentence in told):
            return Broken("speaker", f"{theirs[0]}, not {ours.name}")
    return None


def _is_person(name: str, evidence: Sequence[Evidence]) -> bool:
    """Whether a speaker is a named person; a single word is, if the evidence has it as a last name."""
    if _kind(name) == "word":
        named = {full for one in evidence for full, _ in names_in(one.text)}
        return any(full.endswith(f" {name}") and _kind(full) == "person" for full in named)
    return _kind(name) == "person"


def _kind(name: str) -> str | None:
    phrase = read_phrase(name, 0)
    return phrase.kind if phrase else None
