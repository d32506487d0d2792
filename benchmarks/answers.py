"""Answer accuracy: the 484 answerable questions of RealTimeQA 2022 over all of its 4,691 pages.

    python -m benchmarks.answers [HOME] [--failures FILE]      (HOME: an archive of these pages, made if it is empty)

Right: the answer's normalised words stand in the output. Shares for whole sentences of at most 60 words, for the first
sentence, for the direct answer of at most 10 words (with exact match and F1), and what is lost on the way: the answer
in the passages found, in those read, in the sentences read. Nothing is refused here: `benchmarks.refusals` measures
that. The sentence choice that the reader replaced (nearest by cosine) is measured on the same passages.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks._common import print_table
from dateline.eval.intervals import bootstrap_mean
from dateline.eval.words import contains_answer, exact_match, token_f1
from dateline.index.encoder import Encoder
from dateline.index.search import RankedPassage
from dateline.rag.answerer import Answerer
from dateline.rag.reading.passages import MOST_READ, is_whole
from dateline.rag.retrieval import DEPTH, retrieve
from training.data import claims_within, default_reader, news_question, opened_archive, read_jsonl, realtimeqa

WORDS = 60
NEAREST_READ = 10
"""Passages whose sentences the replaced choice compared with the question."""


def main() -> None:
    """Measure and print."""
    arguments = sys.argv[1:]
    failures = None
    if "--failures" in arguments:
        at = arguments.index("--failures")
        failures = Path(arguments[at + 1])
        del arguments[at : at + 2]
    data = realtimeqa("dev-2022")
    rows = [row for row in read_jsonl(data / "questions.jsonl.gz") if row["gold_pages"]]
    measured: dict[str, list[float]] = defaultdict(list)
    wrong = []
    with opened_archive(Path(arguments[0]) if arguments else None, [data / "articles.jsonl.gz"]) as searcher:
        reader = default_reader()
        reader.calibration = replace(reader.calibration, threshold=0.0, short_answer=0.0)
        answerer = Answerer(searcher, reader)
        for row in rows:
            question, gold = news_question(row), row["gold"]
            found = retrieve(searcher, question).passages
            answer = answerer.answer(question)
            short = answer.short_answer.text if answer.short_answer else ""
            said = claims_within(answer, WORDS)
            values = {
                f"in the {DEPTH} passages found": _in_passages(found, gold),
                f"in the {MOST_READ} passages read at most": _in_passages(found[:MOST_READ], gold),
                "in one of their sentences that can be said": _in_sentences(found[:MOST_READ], gold),
                f"**in the answer of at most {WORDS} words**": contains_answer(said, gold),
                "in its first sentence": bool(answer.claims) and contains_answer(answer.claims[0].text, gold),
                "in the direct answer (at most 10 words)": contains_answer(short, gold),
                "direct answer: exact match": exact_match(short, gold),
                "direct answer: F1": token_f1(short, gold),
                f"nearest sentences by cosine, {WORDS} words": contains_answer(
                    _nearest(searcher.encoder, question.text, found), gold
                ),
                "GPT-3, given the right pages, as stored": contains_answer(row["baselines"]["open_gpt3_gcs"], gold),
            }
            for name, value in values.items():
                measured[name].append(float(value))
            if not contains_answer(said, gold):
                wrong.append(
                    {"question": row["question"], "gold": gold, "short": short, "said": said, "values": values}
                )
    print_table(
        f"RealTimeQA 2022, {len(rows)} questions: share with the answer",
        [(name, str(bootstrap_mean(values))) for name, values in measured.items()],
    )
    if failures is not None:
        failures.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in wrong))


def _in_passages(passages: Sequence[RankedPassage], gold: str) -> bool:
    return any(contains_answer(ranked.passage.text, gold) for ranked in passages)


def _in_sentences(passages: Sequence[RankedPassage], gold: str) -> bool:
    return any(
        is_whole(sentence) and contains_answer(sentence, gold)
        for ranked in passages
        for sentence in (span.of(ranked.passage.article.text) for span in ranked.passage.sentences)
    )


def _nearest(encoder: Encoder, question: str, passages: Sequence[RankedPassage]) -> str:
    """The sentences nearest to the question in meaning, with half of their passage's cosine, within the words."""
    found = [
        (sentence, ranked.cosine or 0.0)
        for ranked in passages[:NEAREST_READ]
        for sentence in (span.of(ranked.passage.article.text) for span in ranked.passage.sentences)
        if is_whole(sentence)
    ]
    if not found:
        return ""
    vectors = encoder.encode_document([sentence for sentence, _ in found])
    scores = vectors @ encoder.encode_query([question])[0] + 0.5 * np.array([cosine for _, cosine in found])
    kept: list[str] = []
    for n in np.argsort(-scores, kind="stable"):
        if sum(len(text.split()) + 1 for text in (*kept, found[n][0])) <= WORDS:
            kept.append(found[n][0])
    return " ".join(kept)


if __name__ == "__main__":
    main()
