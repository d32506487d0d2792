"""Contradicting documents: RAMDocs, 250 questions with their own documents.

    python -m benchmarks.ramdocs

Each question is asked of an archive of its own documents only (github.com/HanNight/RAMDocs). Printed, for the questions
that have a wrong answer among them: how often a right answer is said, and how often a wrong one that is not shown as
contested, beside the three sentences that the reader puts first. The questions without a wrong answer are reported
apart: some of them mix people of one name.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from benchmarks._common import print_table
from dateline.eval.intervals import bootstrap_mean
from dateline.eval.words import contains_answer
from dateline.index.encoder import Encoder
from dateline.index.search import Searcher
from dateline.rag.answer import Answer
from dateline.rag.answerer import Answerer
from dateline.rag.question import Question
from dateline.rag.reading.passages import read_passages
from dateline.rag.reading.reader import Reader
from dateline.rag.retrieval import retrieve
from training.data import (
    claims_within,
    default_encoder,
    default_reader,
    development_data,
    ingest_into,
    read_jsonl,
    temporary_home,
)

WORDS = 60
"""Of either: the answer's claims with the values of its disagreements, and the sentences."""
TOP = 3
ASKED = datetime(2025, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measure and print."""
    encoder, reader = default_encoder(), default_reader()
    measured: dict[bool, dict[str, list[float]]] = {True: defaultdict(list), False: defaultdict(list)}
    for row in read_jsonl(development_data() / "ramdocs" / "dev.jsonl.gz"):
        answer, sentences = _asked(row, encoder, reader)
        contested = [position.value for each in answer.disagreements for position in each.positions]
        said = [claims_within(answer, WORDS), *contested]
        figures = measured[bool(row["wrong_answers"])]
        wrong = [one for one in row["wrong_answers"] if not _any([one], contested)]
        figures["a right answer is said"].append(_any(row["gold_answers"], said))
        figures["the same in the three sentences"].append(_any(row["gold_answers"], sentences))
        figures["a wrong answer is said and not shown as contested"].append(_any(wrong, said))
        figures["the same in the three sentences, all uncontested"].append(_any(row["wrong_answers"], sentences))
        figures["a disagreement is shown"].append(bool(answer.disagreements))
        figures["words of the answer"].append(len(" ".join(said).split()))
        figures["words of the three sentences"].append(len(" ".join(sentences).split()))
        figures["refused"].append(answer.status == "refused")
    for wrong_ones, figures in measured.items():
        count = len(figures["refused"])
        print_table(
            f"RAMDocs, {count} questions {'with' if wrong_ones else 'without'} a wrong answer among the documents",
            [(name, str(bootstrap_mean(list(map(float, values))))) for name, values in figures.items()],
        )


def _asked(row: dict[str, Any], encoder: Encoder, reader: Reader) -> tuple[Answer, list[str]]:
    """The answer over the question's documents, and the sentences that the reader puts first."""
    question = Question(row["question"], ASKED)
    with temporary_home() as home:
        documents = home / "documents.jsonl"
        records = [{"id": f"d{n}", "text": each["text"]} for n, each in enumerate(row["documents"])]
        documents.write_text("".join(json.dumps(record) + "\n" for record in records))
        archive, _ = ingest_into(home / "archive", [documents], encoder)
        try:
            searcher = Searcher(archive, encoder)
            found = retrieve(searcher, question)
            reading = read_passages(reader, question.text, found.reference, found.passages, encoder=encoder)
            sentences = [candidate.text for candidate in reading.candidates[:TOP]]
            return Answerer(searcher, reader).answer(question), _within(sentences)
        finally:
            archive.close()


def _within(sentences: Iterable[str]) -> list[str]:
    """The first of them that have at most `WORDS` words together."""
    kept: list[str] = []
    for sentence in sentences:
        if sum(len(text.split()) for text in (*kept, sentence)) > WORDS:
            break
        kept.append(sentence)
    return kept


def _any(answers: Iterable[str], texts: Iterable[str]) -> bool:
    return any(contains_answer(text, answer) for text in texts for answer in answers)


if __name__ == "__main__":
    main()
