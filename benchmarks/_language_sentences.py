"""Names and quantities in 380 labelled sentences: the current rules and the analysis.

Of the sentences 300 were labelled before the rules were looked at on them, 80 once the rules were done.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._common import print_table
from benchmarks._matching import Tally, overlap, pairs
from dateline.rag.language.analyser import Analyser
from dateline.rag.language.analysis import SentenceAnalysis
from dateline.rag.language.pipeline import SpacyParser
from dateline.rag.language.quantities import Quantity
from dateline.rag.language.units import UNITS
from dateline.rag.values.figures import values_in
from dateline.rag.values.names import names_in
from dateline.rag.values.value import Value
from training.data import development_data, read_jsonl

LABELS = Path(__file__).parent / "language_labels" / "sentences.jsonl"
SAMPLES = Path(__file__).parents[1] / "samples"
TYPES = {
    "PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place", "NORP": "group",
}  # fmt: skip
"""Our labels for OntoNotes' types; the rest is `other`."""
_SLACK = 0.002
"""How far two amounts in base units may differ: the tables of units round differently."""

Stretch = tuple[int, int]


@dataclass(frozen=True)
class Sentence:
    """A sentence with its labels."""

    text: str
    names: list[tuple[Stretch, str]]
    quantities: list[dict[str, Any]]


def labelled_sentences(labelled: str = "before") -> list[Sentence]:
    """The sentences labelled "before" or "after" the rules; ends where the development data are missing."""
    articles: dict[str, str] = {}
    labels = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    for source in {row["source"] for row in labels if row["source"] != "samples"}:
        articles |= {row["id"]: row["text"] for row in read_jsonl(development_data() / source)}
    sentences = []
    for row in (row for row in labels if row["labelled"] == labelled):
        if row["source"] == "samples":
            text = (SAMPLES / row["article"]).read_text(encoding="utf-8")
        else:
            text = articles[row["article"]]
        names = [((start, end), kind) for start, end, kind in row["names"]]
        sentences.append(Sentence(text[row["start"] : row["end"]], names, row["quantities"]))
    return sentences


def _analyses(sentences: Sequence[Sentence]) -> list[SentenceAnalysis]:
    return Analyser(SpacyParser()).analyse_all([sentence.text for sentence in sentences])


def measure_names() -> None:
    """Spans of names, exact and overlapping; the pipeline's types."""
    for labelled in ("before", "after"):
        _measure_names(labelled)


def _measure_names(labelled: str) -> None:
    sentences = labelled_sentences(labelled)
    today, ours, today_near, ours_near, types = Tally(), Tally(), Tally(), Tally(), Tally()
    recall = {kind: Tally() for kind in ("person", "organisation", "place", "group", "other")}
    recall_today = {kind: Tally() for kind in recall}
    for sentence, analysis in zip(sentences, _analyses(sentences), strict=True):
        gold = [span for span, _ in sentence.names]
        old = [(span.start, span.end) for _, span in names_in(sentence.text)]
        new = [(one.span.start, one.span.end) for one in analysis.entities]
        for exact, near, kinds, found in ((today, today_near, recall_today, old), (ours, ours_near, recall, new)):
            exact.add(len(set(found) & set(gold)), len(found), len(gold))
            near.add(len(pairs(found, gold, overlap)), len(found), len(gold))
            for span, kind in sentence.names:
                hit = any(overlap(span, one) for one in found)
                kinds[kind].add(hit, hit, 1)
        typed = [((one.span.start, one.span.end), TYPES.get(one.label, "other")) for one in analysis.entities]
        both = [(a, b) for a in typed for b in sentence.names if overlap(a[0], b[0])]
        types.add(sum(a[1] == b[1] for a, b in both), len(both), len(both))
    print_table(
        f"Names in {len(sentences)} news sentences, labelled {labelled} the rules",
        [
            ("rag.values.names, exact", str(today)),
            ("rag.language, exact", str(ours)),
            ("rag.values.names, overlapping", str(today_near)),
            ("rag.language, overlapping", str(ours_near)),
            *(
                (f"{kind}: recall today, rag.language", f"{_share(recall_today[kind])}, {_share(recall[kind])}")
                for kind in recall
            ),
            ("type right, of those found", _share(types)),
        ],
    )


def _share(tally: Tally) -> str:
    return f"{tally.right / max(1, tally.gold):.3f}"


def measure_quantities() -> None:
    """Numbers with their unit, and what they count."""
    for labelled in ("before", "after"):
        _measure_quantities(labelled)


def _measure_quantities(labelled: str) -> None:
    sentences = labelled_sentences(labelled)
    today, ours = Tally(), Tally()
    today_counted, ours_counted = Tally(), Tally()
    today_age, ours_age, ours_vague = Tally(), Tally(), Tally()
    for sentence, analysis in zip(sentences, _analyses(sentences), strict=True):
        plain = [one for one in sentence.quantities if one["value"] is not None]
        vague = [one for one in sentence.quantities if one["value"] is None]
        old, new = values_in(sentence.text), analysis.quantities
        exact = [one for one in new if one.bound != "vague"]
        right_old, right_new = pairs(old, plain, _same_value), pairs(exact, plain, _same_quantity)
        today.add(len(right_old), len(old), len(plain))
        ours.add(len(right_new), len(exact), len(plain))
        ours_vague.add(
            len(pairs([one for one in new if one.bound == "vague"], vague, _at)), len(new) - len(exact), len(vague)
        )
        counted = [one for one in plain if _is_scored(one)]
        ours_counted.add(sum(_is_scored(b) and _counts(a, b) for a, b in right_new), len(counted), len(counted))
        today_counted.add(
            sum(_is_scored(b) and _counts_today(a, b, sentence.text) for a, b in right_old), len(counted), len(counted)
        )
        ages = [one for one in plain if one["unit"] == "age"]
        today_age.add(sum(b["unit"] == "age" and a.of == "age" for a, b in right_old), len(ages), len(ages))
        ours_age.add(sum(b["unit"] == "age" and a.kind == "age" for a, b in right_new), len(ages), len(ages))
    print_table(
        f"Quantities in {len(sentences)} news sentences, labelled {labelled} the rules",
        [
            ("rag.values.figures: number and unit", str(today)),
            ("rag.language: number and unit", str(ours)),
            ("what is counted is right, today, of all", _share(today_counted)),
            ("what is counted is right, rag.language, of all", _share(ours_counted)),
            ("vague numbers, rag.language", str(ours_vague)),
            ("ages known as ages, today and rag.language", f"{_share(today_age)}, {_share(ours_age)}"),
        ],
    )


def _is_scored(label: dict[str, Any]) -> bool:
    return label["counted"] is not None and label["unit"] in (None, "fraction", "percent", "age")


def _amount(label: dict[str, Any], value: float) -> float:
    unit = UNITS.get("year" if label["unit"] == "age" else (label["unit"] or "").lower())
    return unit.in_base(value) if unit is not None else value


def _at(found: Quantity | Value, label: dict[str, Any]) -> bool:
    return overlap((found.span.start, found.span.end), tuple(label["span"]))


def _close(found: Iterable[float], wanted: Iterable[float]) -> bool:
    return all(abs(a - b) <= _SLACK * max(abs(a), abs(b)) for a, b in zip(found, wanted, strict=True))


def _wanted(label: dict[str, Any]) -> list[float]:
    upper = label["upper"] if label["upper"] is not None else label["value"]
    return [_amount(label, label["value"]), _amount(label, upper)]


def _unit_of(label: dict[str, Any]) -> str | None:
    if label["unit"] in (None, "fraction"):
        return None
    unit = UNITS.get("year" if label["unit"] == "age" else label["unit"].lower())
    return unit.base if unit is not None else label["unit"]


def _same_quantity(found: Quantity, label: dict[str, Any]) -> bool:
    unit = found.unit.base if found.unit is not None else None
    return _at(found, label) and unit == _unit_of(label) and _close(found.in_base_unit(), _wanted(label))


def _same_value(found: Value, label: dict[str, Any]) -> bool:
    upper = found.number if found.upper is None else found.upper
    return _at(found, label) and found.unit == _unit_of(label) and _close((found.number, upper), _wanted(label))


def _counts(found: Quantity, label: dict[str, Any]) -> bool:
    """Whether the last word of what is counted is in the label's."""
    span = found.counted
    return span is not None and overlap((span.end - 1, span.end), tuple(label["counted"]))


def _counts_today(found: Value, label: dict[str, Any], text: str) -> bool:
    """The same for a noun in the singular, or a class: a generous reading of a word's beginning."""
    words = text[slice(*label["counted"])].lower().split()
    of = {found.of, found.group} - {None}
    classes = {"dead": "bod", "fighters": "fighter", "inhabitants": "inhab", "age": ""}
    return any(word.startswith(classes.get(str(one), str(one)[:4])) for one in of for word in words)
