"""Reads the development data as examples for the reader: a question and passages, some with the answer.

RealTimeQA has questions and web pages but no positions: passages are mined with our own lexical index, and every
occurrence of the answer's words counts as one (distant supervision). TimeQA is human-written, tokenised text with
answer strings; XQuAD has spans. `training.question_sets` has the larger sets. Knows nothing of models.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from dateline.index.article import Article, Span
from dateline.index.encoder import Encoder
from dateline.index.errors import ArticleError
from dateline.index.header import header
from dateline.index.lexical_index import LexicalIndex
from dateline.index.passages import split_passages
from dateline.index.read import NoticeError, Record, parse, records
from dateline.rag.reading.reader_input import Text
from dateline.rag.retrieval import age
from dateline.rag.time.period import Period
from training.data import read_jsonl

PASSAGE_TOKENS = 206
"""Tokens of a passage without its header: what the archive's passages have room for on average."""
MINED = 100
"""Passages that the lexical index finds for a question."""
CANDIDATES = 30
"""Passages kept of them, best first."""
AGE_WEIGHT = 0.2
"""What a year of age costs a passage, in shares of the best passage's BM25 (chosen on all of 2024 and 2025)."""
SHORT = 4
"""Sentences of a shortened passage."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage to be read for a question."""

    text: Text
    answers: tuple[Span, ...]
    """Where the answer's words stand in `text.words`; empty: not here."""
    age: float
    """See `rag.retrieval.age`; 0 where time does not count."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its passages, best first."""

    source: str
    """`realtimeqa`, `timeqa`, `xquad`, or one of `training.question_sets.QUESTIONS`."""
    question: str
    passages: tuple[Passage, ...]


def occurrences(words: str, answer: str) -> tuple[Span, ...]:
    """Where `answer` stands in `words` as whole words, whatever its case, punctuation between words and quotes."""
    parts = re.findall(r"[\w$€£%]+", answer)
    if not parts or parts == ["the"]:
        return ()
    pattern = r"(?<![\w$€£])" + r"[^\w\n]{0,3}".join(map(re.escape, parts)) + r"(?!\w)"
    return tuple(Span(*found.span()) for found in re.finditer(pattern, words, re.IGNORECASE))


def xquad(folder: Path, encoder: Encoder, without: Sequence[str] = ()) -> list[Example]:
    """XQuAD: each question with its paragraph and the next one of the same article, which does not answer it.

    `without`: titles of articles that are left out.
    """
    rows = [row for row in read_jsonl(folder / "xquad" / "en.jsonl.gz") if row["title"] not in without]
    contexts: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["context"] not in contexts[row["title"]]:
            contexts[row["title"]].append(row["context"])
    examples = []
    for row in rows:
        title = row["title"].replace("_", " ")
        others = contexts[row["title"]]
        other = others[(others.index(row["context"]) + 1) % len(others)]
        answers = [Span(a["answer_start"], a["answer_start"] + len(a["text"])) for a in row["answers"]]
        found = []
        for context, spans in ((row["context"], answers), (other, [])):
            for passage in _cut(context, title, encoder):
                inside = tuple(
                    _moved(s, passage.span.start)
                    for s in spans
                    if passage.span.start <= s.start and s.end <= passage.span.end
                )
                found.append(Passage(passage.text, inside, 0.0))
            if other == row["context"]:
                break
        examples.append(Example("xquad", row["question"], tuple(found)))
    return examples


def timeqa(folder: Path, encoder: Encoder) -> list[Example]:
    """TimeQA: each question once, with passages of its article, those with most of the question's words first."""
    examples = []
    asked: set[str] = set()
    for row in read_jsonl(folder / "timeqa" / "train.jsonl.gz"):
        if row["question"] in asked:
            continue
        asked.add(row["question"])
        targets = [_detokenized(target) for target in row["targets"] if target]
        title = _detokenized(row["paragraphs"][0]["title"])
        text = "\n".join(_detokenized(p["text"]) for p in row["paragraphs"])
        wanted = set(re.findall(r"\w{3,}", row["question"].lower()))
        found: list[tuple[int, int, Passage]] = []
        for passage in _cut(text, title, encoder):
            words = passage.text.words
            spans = tuple(span for target in targets for span in occurrences(words, target))
            overlap = len(wanted & set(re.findall(r"\w{3,}", words.lower())))
            found.append((-overlap, len(found), Passage(passage.text, spans, 0.0)))
        passages = tuple(passage for _, _, passage in sorted(found, key=lambda f: f[:2])[:CANDIDATES])
        if passages and (not targets or any(passage.answers for passage in passages)):
            examples.append(Example("timeqa", row["question"], passages))
    return examples


class Pages:
    """The web pages of RealTimeQA's one year, in passages that words find."""

    def __init__(self, folder: Path, encoder: Encoder, scratch: Path) -> None:
        """`folder`: as `train-2024`; `scratch`: an empty folder for the index."""
        self.questions = read_jsonl(folder / "questions.jsonl.gz")
        self.articles = list(_articles(folder / "articles.jsonl.gz"))
        self._cuts = [(article, cut) for article in self.articles for cut in _cut_article(article, encoder)]
        self._lexical = LexicalIndex(scratch, create=True)
        titled = (f"{article.title or ''}\n{cut.text.words}" for article, cut in self._cuts)
        self._lexical.add(enumerate(titled))
        self._everything = np.ones(len(self._cuts), np.bool_)

    def found(self, question: str, day: date) -> list[tuple[str, Text, float]]:
        """The passages for a question, best first: article id, text, age."""
        hits = self._lexical.search(question, MINED, self._everything)
        ranked = []
        for hit in hits:
            article, cut = self._cuts[hit.number]
            years = age(article.published, Period(day, day))
            score = hit.score / hits[0].score - AGE_WEIGHT * years
            ranked.append((-score, article.id, cut.span.start, cut.text, years))
        ranked.sort(key=lambda found: found[:3])
        return [(article_id, text, years) for _, article_id, _, text, years in ranked[:CANDIDATES]]


def realtimeqa(pages: Pages) -> list[Example]:
    """RealTimeQA of one year: each question with the passages that words find in all of the year's pages."""
    examples = []
    for row in pages.questions:
        found = pages.found(row["question"], date.fromisoformat(row["asked"]))
        passages = tuple(Passage(text, occurrences(text.words, row["gold"]), years) for _, text, years in found)
        if passages:
            examples.append(Example("realtimeqa", row["question"], passages))
    return examples


def shortened(passage: Passage, rng: random.Random) -> Passage:
    """At most `SHORT` sentences of the passage that follow one another, an answer among them where it has one."""
    sentences = passage.text.sentences
    if len(sentences) <= SHORT:
        return passage
    near = rng.randrange(len(sentences))
    if passage.answers:
        answer = rng.choice(passage.answers)
        near = max(n for n, sentence in enumerate(sentences) if n == 0 or sentence.start <= answer.start)
    first = min(max(0, near - rng.randrange(SHORT)), len(sentences) - SHORT)
    kept = sentences[first : first + SHORT]
    start, end = kept[0].start, kept[-1].end
    text = Text(passage.text.header, passage.text.words[start:end], tuple(_moved(span, start) for span in kept))
    inside = tuple(_moved(span, start) for span in passage.answers if start <= span.start and span.end <= end)
    return Passage(text, inside, passage.age)


def _moved(span: Span, start: int) -> Span:
    return Span(span.start - start, span.end - start)


@dataclass(frozen=True, slots=True)
class _Cut:
    span: Span
    text: Text


def _cut(words: str, title: str, encoder: Encoder) -> list[_Cut]:
    return _cut_article(Article("", words, title=title, language="en"), encoder)


def _cut_article(article: Article, encoder: Encoder) -> list[_Cut]:
    cuts = []
    for passage in split_passages(article, encoder.count_tokens, PASSAGE_TOKENS):
        start = passage.span.start
        sentences = tuple(_moved(s, start) for s in passage.sentences)
        cuts.append(_Cut(passage.span, Text(header(article), passage.span.of(article.text), sentences)))
    return cuts


def _articles(file: Path) -> Iterator[Article]:
    for record in records([file]):
        if isinstance(record, Record):
            try:
                yield parse(record).article
            except (NoticeError, ArticleError):
                continue


def _detokenized(words: str) -> str:
    """TimeQA's text is tokenised: "born in Ohio , he" → "born in Ohio, he"."""
    words = re.sub(r" ([,.;:!?%)\]]|'s\b|n't\b|'\s)", r"\1", f" {words} ")
    return re.sub(r"([(\[$]) ", r"\1", words).strip()
