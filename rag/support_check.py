"""The support check: word for word first, then rules, then how many of the claim's words the passages have.

The rules are strict (`rag.support_rules`); the last step is a probability, fitted on answers in which people marked
what their sources don't bear out (RAGTruth, Niu et al. 2024; `benchmarks.support` measures it).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from index.archive import StoredPassage
from index.header import header
from rag.retrieval import day_of
from rag.support import SupportingSpan, Verdict
from rag.support_rules import Evidence, broken_rules
from rag.support_words import stems

SLOPE = -4.5
INTERCEPT = 3.66
"""Of the probability that a claim is supported, by the share of its words that the passages lack."""
THRESHOLD = 0.88
"""From here on a claim is said: the passages have five of eight of its words. What that costs: docs/decisions.md."""
PARTIAL = 0.5
"""From here on an unsupported claim is called partly supported."""


class RulesAndWords:
    """A check that needs no model. Safe for threads."""

    name = "rules and words, 1"

    def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        """See `rag.support.SupportCheck`."""
        sentences = [
            (SupportingSpan(n, span), span.of(passage.article.text))
            for n, passage in enumerate(passages)
            for span in passage.sentences
        ]
        if said := _verbatim(claim, sentences):
            return Verdict("supported", 1.0, "verbatim", None, said)
        asked = stems(claim)
        if not asked or not sentences:
            return Verdict("unsupported", 0.0, "rules", "no words that could be checked", ())
        broken = broken_rules(claim, [evidence_of(passage) for passage in passages])
        if broken:
            differs = broken[0].rule in ("negation", "number", "date")
            return Verdict("contradicted" if differs else "unsupported", 0.0, "rules", broken[0].reason, ())
        covered = set[str]().union(*(stems(passage.text) | stems(header(passage.article)) for passage in passages))
        missing = asked - covered
        score = probability(len(missing) / len(asked))
        if score >= THRESHOLD:
            return Verdict("supported", score, "words", None, _least(asked, sentences))
        words = ", ".join(word for word in re.findall(r"\w+", claim) if stems(word) & missing)
        reason = f"words not in passage: {words}"
        return Verdict("partial" if score >= PARTIAL else "unsupported", score, "words", reason, ())


def probability(lacking: float) -> float:
    """That a claim is supported, given the share of its words that the passages lack, 0…1."""
    return round(1 / (1 + math.exp(-(INTERCEPT + SLOPE * lacking))), 4)


def evidence_of(passage: StoredPassage) -> Evidence:
    """A passage as the rules read it."""
    return Evidence(passage.text, header(passage.article), day_of(passage.article.published))


def _verbatim(claim: str, sentences: Sequence[tuple[SupportingSpan, str]]) -> tuple[SupportingSpan, ...]:
    """The sentence, or the run of sentences of one passage, that is the claim; a part of one may leave out a "not"."""
    wanted = _plain(claim).rstrip(".")
    for first in range(len(sentences)):
        said = ""
        for last in range(first, len(sentences)):
            if sentences[last][0].passage != sentences[first][0].passage:
                break
            said = f"{said} {_plain(sentences[last][1])}".strip()
            if said.rstrip(".") == wanted:
                return tuple(span for span, _ in sentences[first : last + 1])
            if len(said) > len(wanted) + 1:
                break
    return ()


def _plain(text: str) -> str:
    """With single spaces and straight marks."""
    straight = text.translate(str.maketrans("’‘“”", "''\"\""))
    return " ".join(straight.split())


def _least(asked: set[str], sentences: Sequence[tuple[SupportingSpan, str]]) -> tuple[SupportingSpan, ...]:
    """Sentences that together have all of the claim's words that any has, taken greedily; in the passages' order."""
    having = [(span, asked & stems(words)) for span, words in sentences]
    left = set[str]().union(*(found for _, found in having))
    chosen: list[SupportingSpan] = []
    while left or not chosen:
        span, found = max(having, key=lambda each: len(left & each[1]))  # the first of equal ones
        chosen.append(span)
        left -= found
    return tuple(sorted(chosen, key=lambda span: (span.passage, span.span.start)))
