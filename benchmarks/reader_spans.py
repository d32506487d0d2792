"""Exact match and F1 of the reader's direct answers on questions over one paragraph, as in SQuAD.

    python -m benchmarks.reader_spans [--questions N] [--reader FOLDER]

The questions of QED (real Google queries over Wikipedia) and SQuAD 2.0 that are held out from training, at most N of
each, drawn by chance. The span of the best sentence counts; for SQuAD 2.0, whose questions may have no answer, none is
given where the best sentence's score is below 0. Articles and capitals do not count, and of several right spans the
best one does (Rajpurkar et al., ACL 2018).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks._common import print_table
from dateline.api.settings import load_settings
from dateline.eval.intervals import bootstrap_mean
from dateline.eval.words import exact_match, token_f1
from dateline.index.article import Article
from dateline.index.header import header
from dateline.index.sentences import split_sentences
from dateline.rag.reading.reader import OpenVinoReader, Reader
from dateline.rag.reading.reader_input import Text
from training.data import default_reader, development_data
from training.question_sets import held_out_rows

SEED = 26


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reader_spans")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--reader", type=Path, help="an exported reader; default: the one that the settings name")
    arguments = parser.parse_args()
    compiled = load_settings().cache / "compiled"
    reader = OpenVinoReader(arguments.reader, compiled=compiled) if arguments.reader else default_reader()
    table = []
    for name, rows in held_out_rows(development_data()).items():
        chosen = random.Random(SEED).sample(rows, min(arguments.questions, len(rows)))
        given = [direct_answer(reader, row) for row in chosen]
        golds = [[answer["text"] for answer in row["answers"]] or [""] for row in chosen]
        exact = [max(float(exact_match(said, gold)) for gold in some) for said, some in zip(given, golds, strict=True)]
        f1 = [max(token_f1(said, gold) for gold in some) for said, some in zip(given, golds, strict=True)]
        table.append((f"{name}, {len(chosen)} questions: exact match", str(bootstrap_mean(exact))))
        table.append((f"{name}: F1", str(bootstrap_mean(f1))))
        answerable = [score for score, row in zip(f1, chosen, strict=True) if row["answers"]]
        if len(answerable) < len(chosen):
            table.append((f"{name}: F1 of the {len(answerable)} with an answer", str(bootstrap_mean(answerable))))
    print_table(f"Spans by {reader.name}", table)


def direct_answer(reader: Reader, row: Mapping[str, Any]) -> str:
    """The span of the best sentence; empty where the question may have no answer and none scores 0."""
    words = row["text"]
    text = Text(header(Article("", words, title=row["title"])), words, tuple(split_sentences(words)))
    (sentences,) = reader.read(row["question"], [text])
    best = max(sentences, key=lambda sentence: sentence.score, default=None)
    if best is None or best.span is None or ("in_xquad" in row and best.score < 0):
        return ""
    return best.span.of(words)


if __name__ == "__main__":
    main()
