"""Retrieval sets: TREC's topics and qrels, and BEIR's queries and qrels, as gold questions.

    topics   `<top> <num> 301 <title> …` (TREC), `id<TAB>text`, or JSONL `{"_id": …, "text": …}` (BEIR)
    qrels    `topic 0 article grade` (TREC), or `query-id<TAB>corpus-id<TAB>score` with that header (BEIR)

Such a question has relevant articles and no nuggets, so that only retrieval can be scored. Knows nothing of measures.
"""

from __future__ import annotations

import re
from pathlib import Path

from dateline.eval.gold import GoldQuestion, Relevant
from dateline.eval.jsonl import read_lines, read_objects
from dateline.index.errors import InputError
from dateline.rag.question import question_kind

_TOP = re.compile(r"<top>(.*?)</top>", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"<num>\s*(?:Number:)?\s*([^\s<]+)", re.IGNORECASE)
_TITLE = re.compile(r"<title>\s*(?:Topic:)?\s*(.*?)\s*(?=<|\Z)", re.DOTALL | re.IGNORECASE)


def read_topics(topics: Path, qrels: Path) -> list[GoldQuestion]:
    """The topics that have a relevant article, in order; the others can't be scored, and trec_eval skips them too.

    Raises `InputError` naming every line that can't be read.
    """
    relevant = read_qrels(qrels)
    found = []
    for number, text in _topics(topics):
        if grades := relevant.get(number):
            listed = tuple(Relevant(article_id=article_id, grade=grade) for article_id, grade in grades.items())
            found.append(GoldQuestion(id=number, question=text, kind=question_kind(text), relevant=listed))
    if not found:
        raise InputError(
            f"{topics}: none of its topics has a relevant article in {qrels}", hint="Do they belong together?"
        )
    return found


def read_qrels(file: Path) -> dict[str, dict[str, int]]:
    """Topic → article → grade, without the grades of 0 and below. Raises `InputError` naming every wrong line."""
    found: dict[str, dict[str, int]] = {}
    problems = []
    for line in read_lines(file):
        columns = line.text.split()
        if columns[:2] == ["query-id", "corpus-id"]:
            continue
        if len(columns) not in (3, 4) or not re.fullmatch(r"-?\d+", columns[-1]):
            problems.append(f"{file}: line {line.number}: is neither TREC's four columns nor BEIR's three")
        elif (grade := int(columns[-1])) > 0:
            found.setdefault(columns[0], {})[columns[-2]] = grade
    if problems:
        raise InputError("\n".join(problems), hint="A line is `topic 0 article grade`.")
    return found


def _topics(file: Path) -> list[tuple[str, str]]:
    lines = list(read_lines(file))
    content = "\n".join(line.text for line in lines)
    if tops := _TOP.findall(content):
        return [_top(file, top) for top in tops]
    if content.startswith("{"):
        return [(str(row["_id"]), row["text"]) for _, row in read_objects(file) if "_id" in row and row.get("text")]
    problems = [f"{file}: line {line.number}: has no tab" for line in lines if "\t" not in line.text]
    if problems:
        raise InputError("\n".join(problems), hint="A line is `id<TAB>question`.")
    pairs = (line.text.split("\t", 1) for line in lines)
    return [(number.strip(), text.strip()) for number, text in pairs]


def _top(file: Path, top: str) -> tuple[str, str]:
    number, title = _NUMBER.search(top), _TITLE.search(top)
    if not number or not title or not title[1]:
        raise InputError(f"{file}: a topic has no <num> or no <title>: {' '.join(top.split())[:60]}")
    return number[1], " ".join(title[1].split())
