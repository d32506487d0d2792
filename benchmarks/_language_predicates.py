"""Predicates of TempEval-3's events: recall of verbs, and accuracy of tense, aspect and polarity.

Today's rules know no predicates; whether a sentence denies something (`is_denial`) is measured beside the polarity.
Polarity is measured on the TimeBank half alone: in this copy of the AQUAINT half it is wrong more often than not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks._common import print_table
from benchmarks._matching import Tally, overlap
from dateline.index.article import Span
from dateline.index.sentences import split_sentences
from dateline.rag.language.analyser import Analyser
from dateline.rag.language.pipeline import SpacyParser
from dateline.rag.language.predicates import Predicate
from dateline.rag.speech.reported_speech import is_denial
from training.data import development_data, read_jsonl

_ASPECTS = {
    "NONE": "simple",
    "PROGRESSIVE": "progressive",
    "PERFECTIVE": "perfect",
    "PERFECTIVE_PROGRESSIVE": "perfect progressive",
}
_TENSES = {"PAST": "past", "PRESENT": "present", "FUTURE": "future"}


def measure_predicates() -> None:
    """Verbs that are events: found; of those found, tense (where it is finite), aspect, negation."""
    analyser = Analyser(SpacyParser())
    found, tense, aspect = Tally(), Tally(), Tally()
    negation, today = Tally(), Tally()
    for article in read_jsonl(development_data() / "time" / "tempeval3.jsonl.gz"):
        text = article["text"]
        sentences = split_sentences(text)
        predicates = [
            (sentence, one)
            for sentence, analysis in zip(sentences, analyser.analyse_article(text, sentences), strict=True)
            for one in analysis.predicates
        ]
        for event in (one for one in article["events"] if one.get("pos") == "VERB"):
            one = _at(event, predicates)
            found.add(one is not None, one is not None, 1)
            if one is None:
                continue
            if event["tense"] in _TENSES:
                tense.add(one.tense == _TENSES[event["tense"]], 1, 1)
            if event["aspect"] in _ASPECTS:
                aspect.add(one.aspect == _ASPECTS[event["aspect"]], 1, 1)
            if article["collection"] != "TimeBank":
                continue
            denied, negative = event["polarity"] == "NEG", _sentence_denies(event, text, sentences)
            negation.add(denied and one.negated, one.negated, denied)
            today.add(denied and negative, negative, denied)
    print_table(
        "Predicates and the verbs among TempEval-3's events",
        [
            ("verbs found", f"{found.right / found.gold:.3f} of {found.gold}"),
            ("tense right", f"{tense.right / tense.gold:.3f} of {tense.gold}"),
            ("aspect right", f"{aspect.right / aspect.gold:.3f} of {aspect.gold}"),
            ("negation", str(negation)),
            ("is_denial of its sentence, today", str(today)),
        ],
    )


def _at(event: dict[str, Any], predicates: Sequence[tuple[Span, Predicate]]) -> Predicate | None:
    for sentence, one in predicates:
        for span in (one.verb_span, one.span):
            if overlap((event["start"], event["end"]), (sentence.start + span.start, sentence.start + span.end)):
                return one
    return None


def _sentence_denies(event: dict[str, Any], text: str, sentences: Sequence[Span]) -> bool:
    return any(one.start <= event["start"] < one.end and is_denial(one.of(text)) for one in sentences)
