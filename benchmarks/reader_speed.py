"""Answer latency over all of RealTimeQA 2022, compared with a cross-encoder and nearest sentences.

    python -m benchmarks.reader_speed [HOME]      (HOME: an archive of the 4,691 pages, made there if it is empty)

In one process and one run: question to answer (p50, p95), its stages, eight callers at once, and on the same passages
the choice of the nearest sentences by cosine, and a cross-encoder of the reader's own size over every sentence.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks._common import print_table, seconds
from dateline.index.article import Span
from dateline.index.search import Searcher
from dateline.rag.answerer import Answerer
from dateline.rag.question import Question
from dateline.rag.reading.passages import MOST_READ, reader_text
from dateline.rag.reading.reader import Reader
from dateline.rag.reading.reader_input import Text
from dateline.rag.retrieval import retrieve
from training.data import default_reader, news_question, opened_archive, read_jsonl, realtimeqa

QUESTIONS = 100
CALLERS = 8
COMPARED = 30


def main() -> None:
    """Measure and print."""
    data = realtimeqa("dev-2022")
    rows = [row for row in read_jsonl(data / "questions.jsonl.gz") if row["gold_pages"]]
    questions = [news_question(row) for row in rows[:QUESTIONS]]
    with opened_archive(Path(sys.argv[1]) if len(sys.argv) > 1 else None, [data / "articles.jsonl.gz"]) as searcher:
        reader = default_reader()
        answerer = Answerer(searcher, reader)
        for question in questions[:10]:
            answerer.answer(question)
        stages: dict[str, list[float]] = defaultdict(list)
        times = []
        for question in questions:
            start = time.perf_counter()
            answer = answerer.answer(question)
            times.append(1000 * (time.perf_counter() - start))
            for stage, spent in answer.receipt.timings_ms.items():
                stages[stage].append(spent)
        with ThreadPoolExecutor(CALLERS) as callers:
            together = seconds(lambda: list(callers.map(answerer.answer, questions)))
        nearest, apart = _compared(searcher, reader, questions[:COMPARED])
    print_table(
        f"Question to answer over all of RealTimeQA 2022, {len(questions)} questions",
        [
            ("p50", f"{statistics.median(times):.0f} ms"),
            ("p95", f"{sorted(times)[int(0.95 * len(times))]:.0f} ms"),
            *((f"of which {stage}, p50", f"{statistics.median(spent):.1f} ms") for stage, spent in stages.items()),
            (f"{CALLERS} callers at once", f"{len(questions) / together:.1f} answers/s"),
            ("one caller", f"{1000 / statistics.mean(times):.1f} answers/s"),
            ("nearest sentences by cosine, which it replaces", f"{nearest:.2f} times the reader's time"),
            ("a cross-encoder of its size over every sentence", f"{apart:.2f} times the reader's time"),
        ],
    )


def _compared(searcher: Searcher, reader: Reader, questions: Sequence[Question]) -> tuple[float, float]:
    """How long choosing by cosine takes, and a cross-encoder over every sentence: in times of the reader's own."""
    read, nearest, apart = [], [], []
    for question in questions:
        texts = [reader_text(ranked.passage) for ranked in retrieve(searcher, question).passages[:MOST_READ]]
        sentences = [span.of(text.words) for text in texts for span in text.sentences]
        alone = [Text("", sentence, (Span(0, len(sentence)),)) for sentence in sentences]
        read.append(seconds(partial(reader.read, question.text, texts)))
        nearest.append(seconds(partial(searcher.encoder.encode_document, [question.text, *sentences])))
        apart.append(seconds(partial(reader.read, question.text, alone)))
    return statistics.median(nearest) / statistics.median(read), statistics.median(apart) / statistics.median(read)


if __name__ == "__main__":
    main()
