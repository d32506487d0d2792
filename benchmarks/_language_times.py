"""Time expressions in TempEval-3's training articles: the current phrases and the analysis.

Scored as TempEval-3 did: found where the extents overlap ("relaxed"), and of those the TIMEX3 value. Both readers give
days, so that a value is compared by the days that it means; durations and sets by their TIMEX3 value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from benchmarks._common import print_table
from benchmarks._matching import Tally, overlap, pairs
from benchmarks._timex import days_of_timex, timex_of
from dateline.index.article import Span
from dateline.index.sentences import split_sentences
from dateline.rag.language.analyser import Analyser
from dateline.rag.language.pipeline import SpacyParser
from dateline.rag.language.time_expressions import TimeExpression
from dateline.rag.time.period import Period
from dateline.rag.time.phrases import phrases_in
from training.data import development_data, read_jsonl

Found = tuple[int, int, Period | None, TimeExpression | None]
"""Start, end, days, and the expression where there is one."""


def measure_times() -> None:
    """Extents and values, of all types and of dates alone."""
    articles = read_jsonl(development_data() / "time" / "tempeval3.jsonl.gz")
    analyser = Analyser(SpacyParser())
    readers: tuple[tuple[str, Callable[[str, Sequence[Span], date], list[Found]]], ...] = (
        ("rag.time.phrases", _today),
        ("rag.language", lambda text, sentences, day: _ours(analyser, text, sentences, day)),
    )
    for name, read in readers:
        extents, strict, dates = Tally(), Tally(), Tally()
        values = {"days of dates": Tally(), "durations and sets": Tally()}
        for article in articles:
            day = date.fromisoformat(article["dct"][:10])
            text = article["text"]
            gold = [one for one in article["timex"] if one["start"] is not None]
            found = read(text, split_sentences(text), day)
            matched = pairs(found, gold, lambda a, b: overlap(a[:2], (b["start"], b["end"])))
            extents.add(len(matched), len(found), len(gold))
            exact = sum((a[0], a[1]) == (b["start"], b["end"]) for a, b in matched)
            strict.add(exact, len(found), len(gold))
            wanted = [one for one in gold if one["type"] in ("DATE", "TIME")]
            dates.add(sum(b["type"] in ("DATE", "TIME") for _, b in matched), len(found), len(wanted))
            _score_values(values, matched, gold)
        print_table(
            f"{name}: times in {len(articles)} articles of TempEval-3",
            [
                ("extents, relaxed", str(extents)),
                ("extents, strict", str(strict)),
                ("dates and times, recall of extents", f"{dates.right / max(1, dates.gold):.3f}"),
                *((what, f"right {tally.right} of {tally.gold} marked ({tally.right / max(1, tally.gold):.3f}), "
                         f"of {tally.found} with a value") for what, tally in values.items()),
            ],
        )  # fmt: skip


def _score_values(
    values: dict[str, Tally], matched: Sequence[tuple[Found, dict[str, Any]]], gold: Sequence[dict[str, Any]]
) -> None:
    """Values of dates by their days, where TIMEX3 gives days; those of durations and sets by the value itself."""
    dated = [one for one in gold if days_of_timex(one["value"]) is not None and one["type"] in ("DATE", "TIME")]
    right = found = 0
    for (_, _, period, _), one in matched:
        wanted = days_of_timex(one["value"])
        if one["type"] in ("DATE", "TIME") and wanted is not None:
            found += period is not None
            right += period is not None and _same_days(period, wanted)
    values["days of dates"].add(right, found, len(dated))
    lengths = [one for one in gold if one["type"] in ("DURATION", "SET")]
    read = [(timex_of(a[3]), b["value"]) for a, b in matched if b["type"] in ("DURATION", "SET") and a[3]]
    values["durations and sets"].add(sum(a == b for a, b in read), len(read), len(lengths))


def _same_days(period: Period, wanted: Period) -> bool:
    """Whether two readings are one: the same days, or the same but for days that were still to come ("this year")."""
    return period == wanted or (
        period.start == wanted.start and wanted.end >= period.end and wanted.end != wanted.start
    )


def _today(text: str, sentences: Sequence[Span], day: date) -> list[Found]:
    found: list[Found] = []
    for sentence in sentences:
        for phrase in phrases_in(sentence.of(text), day):
            start = sentence.start + phrase.start
            found.append((start, sentence.start + phrase.end, phrase.back, None))
    return found


def _ours(analyser: Analyser, text: str, sentences: Sequence[Span], day: date) -> list[Found]:
    return [
        (sentence.start + one.span.start, sentence.start + one.span.end, one.days(day), one)
        for sentence, analysis in zip(sentences, analyser.analyse_article(text, sentences), strict=True)
        for one in analysis.times
    ]
