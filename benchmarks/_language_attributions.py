"""Attributions in PolNeAR's dev articles: the current rules and the analysis.

An attribution is found where source and cue both overlap the marked ones. PolNeAR marks far more than speech (wishes,
beliefs, plans); recall is therefore also given for the attributions whose cue is a verb of saying.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks._common import print_table
from benchmarks._matching import Tally, overlap, pairs
from dateline.index.article import Span
from dateline.index.sentences import split_sentences
from dateline.rag.language.analyser import Analyser
from dateline.rag.language.pipeline import SpacyParser
from dateline.rag.speech.reported_speech import _with_quotations
from dateline.rag.speech.reporting_clauses import reporting_clauses as attributions_today
from training.data import development_data, read_jsonl

Stretch = tuple[int, int]
_SPEECH = (
    "said", "say", "told", "tell", "according", "added", "wrote", "tweeted", "announced", "reported", "claimed",
    "warned", "asked", "argued", "stated", "insisted", "denied", "called", "described", "explained", "noted",
    "accused",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """An attribution in an article."""

    source: Stretch | None
    cue: Stretch
    content: tuple[Stretch, ...]


def measure_attributions() -> None:
    """Source and cue together; content by its characters, of those found."""
    articles = [
        row for row in read_jsonl(development_data() / "attribution" / "polnear.jsonl.gz") if row["split"] == "dev"
    ]
    analyser = Analyser(SpacyParser())
    today, ours, sourced = Tally(), Tally(), Tally()
    speech_today, speech_ours = Tally(), Tally()
    content = Tally()
    for article in articles:
        text = article["text"]
        sentences = split_sentences(text)
        gold = [_marked(one) for one in article["attributions"]]
        said = [one for one in gold if any(word in text[slice(*one.cue)].lower() for word in _SPEECH)]
        old, new = _today(text, sentences), _ours(analyser, text, sentences)
        with_source = [one for one in new if one.source is not None]
        gold_with_source = [one for one in gold if one.source is not None]
        today.add(len(pairs(old, gold_with_source, _same)), len(old), len(gold_with_source))
        matched = pairs(with_source, gold_with_source, _same)
        sourced.add(len(matched), len(with_source), len(gold_with_source))
        ours.add(len(pairs(new, gold, _same_cue)), len(new), len(gold))
        speech_today.add(len(pairs(old, said, _same)), len(old), len(said))
        speech_ours.add(len(pairs(with_source, said, _same)), len(with_source), len(said))
        for one, other in matched:
            both, ours_chars, gold_chars = _shared(one.content, other.content)
            content.add(both, ours_chars, gold_chars)
    print_table(
        f"Attributions in {len(articles)} articles of PolNeAR",
        [
            ("rag.speech: source and cue", str(today)),
            ("rag.language: source and cue", str(sourced)),
            ("rag.language: cue, with or without a source", str(ours)),
            ("rag.speech: recall where somebody speaks", f"{speech_today.right / speech_today.gold:.3f}"),
            ("rag.language: recall where somebody speaks", f"{speech_ours.right / speech_ours.gold:.3f}"),
            ("rag.language: content, in characters, of those found", str(content)),
        ],
    )


def _marked(row: dict[str, Any]) -> Found:
    def hull(spans: Sequence[Sequence[int]]) -> Stretch | None:
        return (min(span[0] for span in spans), max(span[1] for span in spans)) if spans else None

    cue = hull(row["cue_span"]) or hull(row["content_span"]) or (0, 0)
    return Found(hull(row["source_span"]), cue, tuple((a, b) for a, b in row["content_span"]))


def _same(one: Found, other: Found) -> bool:
    return (
        one.source is not None and other.source is not None and overlap(one.source, other.source)
        and overlap(one.cue, other.cue)
    )  # fmt: skip


def _same_cue(one: Found, other: Found) -> bool:
    return overlap(one.cue, other.cue) and (
        one.source is None or other.source is None or overlap(one.source, other.source)
    )


def _shared(one: Sequence[Stretch], other: Sequence[Stretch]) -> tuple[int, int, int]:
    first = {at for start, end in one for at in range(start, end)}
    second = {at for start, end in other for at in range(start, end)}
    return len(first & second), len(first), len(second)


def _today(text: str, sentences: Sequence[Span]) -> list[Found]:
    """Today's rules give one stretch for source and verb together."""
    _, blanked = _with_quotations(text)
    found = []
    for sentence in sentences:
        for one in attributions_today(sentence.of(blanked).replace("\u00a0", " ").replace("\t", " ")):
            both = (sentence.start + one.start, sentence.start + one.end)
            found.append(Found(both, both, ()))
    return found


def _ours(analyser: Analyser, text: str, sentences: Sequence[Span]) -> list[Found]:
    found = []
    for sentence, analysis in zip(sentences, analyser.analyse_article(text, sentences), strict=True):
        for one in analysis.attributions:
            content = tuple((sentence.start + span.start, sentence.start + span.end) for span in one.content)
            source = (sentence.start + one.source.start, sentence.start + one.source.end) if one.source else None
            found.append(Found(source, (sentence.start + one.cue.start, sentence.start + one.cue.end), content))
    return found
