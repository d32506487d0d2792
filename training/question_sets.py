"""Reads published question sets over single paragraphs as examples for the reader.

SQuADShifts, SQuAD 2.0, Natural Questions (as QED has them), MultiSpanQA, ESTER and QADiscourse, from the development
data's `qa/`. The other passages of a question are the paragraphs of its set that our own lexical index finds for it and
that lack the answer's words. Passages get headers of news, so that the reader learns to look past them. Knows nothing
of models.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from dateline.index.article import Article, Span
from dateline.index.header import header
from dateline.index.lexical_index import LexicalIndex
from dateline.index.sentences import split_sentences
from dateline.rag.reading.reader_input import Text
from training.data import read_jsonl
from training.examples import Example, Passage, occurrences

Row = Mapping[str, Any]

HELD_OUT_TITLES = ("Harvard University", "Packet switching")
"""Articles of SQuAD 2.0 that are only measured on (`benchmarks.reader_spans`)."""
HELD_OUT_SPLIT = "dev"
"""Of QED: questions that are only measured on."""
QUESTIONS = {
    "squad2": 3_000,
    "new_wiki": 3_200,
    "reddit": 400,
    "amazon_reviews": 400,
    "qed": 7_000,
    "qadiscourse": 1_000,
    "multispanqa": 400,
    "ester": 500,
}
"""Questions drawn from each set at most. QADiscourse's, over single sentences, are many and much alike."""
DISCOURSE_KINDS = ("What is the reason", "What is the result of", "In what manner", "After what", "Since when")
"""Those that people ask of news: why, what followed, how, when."""
NEIGHBOURS = 2
"""Sentences on either side that come with a single sentence of QADiscourse, as far as they are known."""
NEAR = 3
"""Paragraphs without the answer that are kept for a question."""
FOUND = 12
"""Paragraphs that are searched for them."""
WITH_DATE = 0.7
"""The share of passages whose header has an outlet and a date."""
OUTLETS = (
    "Reuters", "Associated Press", "BBC News", "The Guardian", "CNN", "Al Jazeera", "The Seattle Times", "NPR",
    "The Washington Post", "Evening Standard", "Daily Herald", "The Hindu", "Le Monde", "Dawn", "Kyodo News",
)  # fmt: skip


def question_sets(data: Path, scratch: Path) -> list[Example]:
    """All examples of the sets, in no order, with the same ones each time. `scratch`: an empty folder for indexes."""
    rng = random.Random(0)
    examples: list[Example] = []
    for source, rows in _training_rows(data).items():
        chosen = rng.sample(rows, min(QUESTIONS[source], len(rows)))
        examples += _examples(source, chosen, _paragraphs(rows), scratch / source, rng)
    return examples


def slips(data: Path) -> dict[str, str]:
    """Disfl-QA: questions → the same question with a slip of the tongue."""
    return {row["clean"]: row["noisy"] for row in read_jsonl(data / "qa" / "disflqa.jsonl.gz")}


def held_out_rows(data: Path) -> dict[str, list[Row]]:
    """The rows of QED and SQuAD 2.0 that no reader of ours is trained on."""
    qa = data / "qa"
    return {
        "qed": [row for row in read_jsonl(qa / "qed_nq.jsonl.gz") if row["split"] == HELD_OUT_SPLIT],
        "squad2": [
            row
            for row in read_jsonl(qa / "squad2_half.jsonl.gz")
            if row["title"] in HELD_OUT_TITLES and not row["in_xquad"]
        ],
    }


def _training_rows(data: Path) -> dict[str, list[Row]]:
    qa = data / "qa"
    sets: dict[str, list[Row]] = defaultdict(list)
    for row in read_jsonl(qa / "squadshifts.jsonl.gz"):
        sets[row["source"].partition("/")[2]].append(row)
    held_out = {row["text"] for rows in held_out_rows(data).values() for row in rows}
    sets["qed"] = [r for r in read_jsonl(qa / "qed_nq.jsonl.gz") if r["text"] not in held_out]
    sets["squad2"] = [r for r in read_jsonl(qa / "squad2_half.jsonl.gz") if r["title"] not in HELD_OUT_TITLES]
    for name in ("multispanqa", "ester"):
        sets[name] += read_jsonl(qa / f"{name}.jsonl.gz")
    discourse = [r for r in read_jsonl(qa / "qadiscourse.jsonl.gz") if r["kind"] in DISCOURSE_KINDS]
    sets["qadiscourse"] = list(_among_neighbours(discourse))
    return dict(sets)


def _among_neighbours(rows: Sequence[Row]) -> Iterable[Row]:
    """Rows over single sentences, with the sentences that are known to stand beside them."""
    sentences: dict[str, dict[tuple[int, ...], str]] = defaultdict(dict)
    for row in rows:
        article, place = _place(row)
        sentences[article][place] = row["text"].strip()
    for row in rows:
        article, place = _place(row)
        places = sorted(sentences[article])
        at = places.index(place)
        before = " ".join(sentences[article][p] for p in places[max(0, at - NEIGHBOURS) : at])
        after = " ".join(sentences[article][p] for p in places[at + 1 : at + 1 + NEIGHBOURS])
        start = len(before) + bool(before) - (len(row["text"]) - len(row["text"].lstrip()))
        text = " ".join(part for part in (before, sentences[article][place], after) if part)
        yield {
            **row,
            "text": text,
            "answers": [{**answer, "start": answer["start"] + start} for answer in row["answers"]],
        }


def _place(row: Row) -> tuple[str, tuple[int, ...]]:
    """`Wiki1k:wikinews:1162655:2:1#1` → its article, and where the sentence stands there."""
    *article, paragraph, sentence = row["id"].partition("#")[0].split(":")
    return ":".join(article), (int(paragraph), int(sentence))


def _paragraphs(rows: Sequence[Row]) -> list[Row]:
    return list({row["text"]: row for row in rows}.values())


def _examples(
    source: str, rows: Sequence[Row], paragraphs: Sequence[Row], scratch: Path, rng: random.Random
) -> list[Example]:
    lexical = LexicalIndex(scratch, create=True)
    lexical.add((n, f"{_title(row)}\n{row['text']}") for n, row in enumerate(paragraphs))
    everything = np.ones(len(paragraphs), np.bool_)
    examples = []
    for row in rows:
        spans = tuple(Span(a["start"], a["start"] + len(a["text"])) for a in row["answers"])
        passages = [_passage(row, spans, rng)]
        for hit in lexical.search(row["question"], FOUND, everything):
            other = paragraphs[hit.number]
            answered = any(occurrences(other["text"], answer["text"]) for answer in row["answers"])
            if other["text"] != row["text"] and not answered and len(passages) <= NEAR:
                passages.append(_passage(other, (), rng))
        question = re.sub(r"\s+", " ", row["question"]).strip()
        examples.append(Example(source, question, tuple(passages)))
    return examples


def _passage(row: Row, answers: tuple[Span, ...], rng: random.Random) -> Passage:
    """The row's paragraph under a header of news."""
    outlet = published = None
    if rng.random() < WITH_DATE:
        outlet = rng.choice(OUTLETS)
        published = date(2010, 1, 1) + timedelta(days=rng.randrange(5_800))
    words = row["text"]
    head = header(Article("", words, title=_title(row) or None, outlet=outlet, published=published))
    return Passage(Text(head, words, tuple(split_sentences(words))), answers, 0.0)


def _title(row: Row) -> str:
    title: str = row["title"].replace("_", " ")
    return "" if title.startswith(("Filtered Reddit", "Amazon Reviews")) else title
