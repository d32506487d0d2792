"""Makes claims that a passage says nothing about: from other articles, or with a foreign clause or predicate.

Contrasts differ from a true sentence in one thing; models that have only seen those take what is wholly strange for
true. Knows nothing of models.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from dateline.index.article import Span
from dateline.rag.verification.stems import stems
from training.support_examples import SupportExample, TrueSentence, example

_CLAUSE = re.compile(
    r"(?:,? (?:after|because|while|when|despite|before|since|although|so that|in order to)"
    r"|, (?:which|who|with|[a-z]{4,}ing))\b[^.!?]{15,110}\.$"
)
COMPARED = 60
"""Sentences of other sources that are looked through for what may be told of a subject."""
_TOLD = re.compile(
    r"(?P<subject>(?=[^,]{0,60}[^\W\d_]{4})[A-Z“\"'][^,.;:()“”\"]{2,60}? )"
    r"(?P<verb>said|is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|[a-z]{2,}ed)"
    r"(?P<rest> [^.!?]{12,120}\.)$"
)
"""A sentence up to its first verb, as far as that can be told by its form."""
_NAMED = re.compile(r"[A-Z\d]")
"""In a predicate: a name or a figure."""


def strangers(true: Sequence[TrueSentence], rng: random.Random) -> Iterator[SupportExample]:
    """Each sentence with the passages of another source, and with the clause of another sentence behind it."""
    clauses = [(source, found[0]) for source, sentence, _ in true if (found := _CLAUSE.search(sentence))]
    for source, sentence, context in true:
        other, _, elsewhere = rng.choice(true)
        if other != source:
            yield example(source, "stranger", sentence, elsewhere, "unsupported", wrong=(Span(0, len(sentence)),))
        from_where, clause = rng.choice(clauses)
        if from_where == source or sentence[-1:] != ".":
            continue
        own = _CLAUSE.search(sentence)
        kept = sentence[: own.start()] if own and rng.random() < 0.5 else sentence[:-1]
        yield example(
            source, "added", kept + clause, context, "unsupported", wrong=(Span(len(kept), len(kept + clause)),)
        )


def borrowed(true: Sequence[TrueSentence], rng: random.Random) -> Iterator[SupportExample]:
    """Each sentence's subject with what a sentence of another source tells of its own: for calibrating.

    Without names and figures, which the rules look for, and of `COMPARED` others the one whose words the passages have
    most of: inventions about the right people are made of the right words.
    """
    parts = [(source, found) for source, sentence, _ in true if (found := _TOLD.match(sentence))]
    parts = [(source, found) for source, found in parts if not _NAMED.search(found["rest"])]
    for source, sentence, context in true:
        own = _TOLD.match(sentence)
        if own is None:
            continue
        known = stems(" ".join(context))
        others = [other for from_where, other in rng.sample(parts, min(COMPARED, len(parts))) if from_where != source]
        others = [other for other in others if _form(other["verb"]) == _form(own["verb"])]
        told = [f"{other['verb']}{other['rest']}" for other in others if not stems(other["rest"]) <= known]
        if told:
            best = max(told, key=lambda words: len(stems(words) & known) / len(stems(words)))
            yield example(source, "borrowed", own["subject"] + best, context, "unsupported")


def _form(verb: str) -> str:
    """What a verb must share with another to stand behind the same subject."""
    return "ed" if verb.endswith("ed") else verb
