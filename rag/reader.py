"""Question + passages → a score for each sentence and the few words in it that answer: the reader seam.

`OpenVinoReader` runs an exported model, our own or one that `reader_export.py` converted; `OverlapReader` is the fake
that a person can compute. A score of 0 says "as likely here as nowhere". Knows nothing of what is said in the end.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dateline.index.article import Span
from dateline.index.errors import ReaderError
from dateline.index.inference import compiled_model, open_tokenizer
from dateline.rag.reader_input import Text, Tokens, padded, tokenize

BATCH = 8
"""Passages a batch."""
MOST_SPAN_TOKENS = 20
MOST_SPAN_WORDS = 10
"""A direct answer is at most so long."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """What a reader makes of one sentence."""

    score: float
    """Log-odds that it answers, against its not being answered; higher is better."""
    span: Span | None
    """Where in `Text.words` the direct answer stands; None if the reader finds no spans."""
    span_score: float
    """How well the span answers; comparable between the sentences of one question."""


NOT_READ = ReadSentence(-math.inf, None, -math.inf)
"""A sentence that the window cut off."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a reader's scores become probabilities: measured on questions that were not trained on."""

    age: float = 0.0
    """What a sentence's score gains for each unit of its article's age (`rag.retrieval.age`); negative."""
    rank: float = 0.0
    """What it gains for each unit of log(1 + rank) / log(31) of its passage; negative."""
    span: float = 0.0
    """What it gains for each unit of its span's score."""
    unnamed: float = 0.0
    """What it gains for having none of the question's names, and for lacking a part of them that part; negative."""
    unwanted: float = 0.0
    """What it gains for lacking the kind of thing asked for (`rag.asked.has_what_is_wanted`); negative."""
    meaning: float = 0.0
    """What it gains for each unit of cosine to the question, read under its article's title."""
    told: float = 0.0
    """What it gains for telling the happening that the question takes for granted (`rag.premise.tells`)."""
    described: float = 0.0
    """What it gains for naming what the question describes, or describing whom it names (`rag.described`)."""
    slope: float = 1.0
    intercept: float = 0.0
    borne: float = 0.0
    """What the share of the question's words that the best sentence's passage and title have adds to the confidence."""
    old: float = 0.0
    """What the age of the best sentence's article adds to it, counted from the newest one as near; negative.

    Confidence is the logistic function of slope × score + borne × share + old × age + intercept."""
    threshold: float = 0.5
    """The confidence from which a question for a fact is answered."""

    def confidence(self, score: float, share: float = 0.0, age: float = 0.0) -> float:
        """The probability that an answer of this score, of such words and age, is right, 0…1."""
        odds = self.slope * score + self.borne * share + self.old * age + self.intercept
        return 1 / (1 + math.exp(-max(-500.0, min(500.0, odds))))


class Reader(Protocol):
    """Finds the sentences that answer a question, and the words in them."""

    name: str
    """Identity of the model, as it stands in receipts."""
    calibration: Calibration

    def read(self, question: str, texts: Sequence[Text]) -> list[tuple[ReadSentence, ...]]:
        """For each text one `ReadSentence` for each of its sentences. Same input, same output."""
        ...


class OverlapReader:
    """The fake: a sentence scores how many of the question's words it has, less 1; its span is its first number.

    Words are compared in lower case. `"How many fell?"` against `"Some 42 fell."` → score 0, span `42`, span score 1;
    without a number there is no span. Deterministic, instant, shallow.
    """

    name = "overlap"

    def __init__(self, calibration: Calibration = Calibration()) -> None:
        self.calibration = calibration

    def read(self, question: str, texts: Sequence[Text]) -> list[tuple[ReadSentence, ...]]:
        """See the class."""
        asked = set(_WORD.findall(question.lower()))
        return [tuple(self._sentence(asked, text.words, span) for span in text.sentences) for text in texts]

    def _sentence(self, asked: set[str], words: str, sentence: Span) -> ReadSentence:
        score = len(asked & set(_WORD.findall(sentence.of(words).lower()))) - 1.0
        number = re.search(r"\d[\d,.]*\d|\d", sentence.of(words))
        if number is None:
            return ReadSentence(score, None, 0.0)
        return ReadSentence(score, Span(sentence.start + number.start(), sentence.start + number.end()), 1.0)


_WORD = re.compile(r"\w+")


class OpenVinoReader:
    """An exported reader on the CPU: bfloat16 where the processor has it, float32 elsewhere. Thread-safe."""

    def __init__(self, folder: Path, *, compiled: Path) -> None:
        """Load `folder`, as an export wrote it. Raises `ReaderError` if it is incomplete or damaged.

        `compiled`: folder in which the form compiled for this processor is kept, for a quicker start.
        """
        try:
            about = json.loads((folder / "reader.json").read_text())
            self.name: str = about["name"]
            self.calibration = Calibration(**about["calibration"])
            self._read_batch: Callable[[Scores, Sequence[Tokens], Sequence[Text]], list[tuple[ReadSentence, ...]]]
            self._read_batch = _BY_KIND[about["kind"]]
            self._one_sentence = about["kind"] == "cross_encoder"
            self._window: int = about["window"]
            self._pad: int = about.get("pad", 0)
            self._tokenizer = open_tokenizer(folder / "tokenizer.json")
            self._model = compiled_model(folder / "reader.xml", compiled)
        except Exception as error:
            raise ReaderError(
                f"the reader in {folder} can't be loaded ({type(error).__name__}: {error})",
                hint=f"Make sure that {compiled} can be written; remove {folder} if it was converted there; unset "
                "DATELINE_READER for the reader that comes with Dateline, or reinstall that.",
            ) from error
        self._inputs = {value.any_name for value in self._model.inputs}

    def read(self, question: str, texts: Sequence[Text]) -> list[tuple[ReadSentence, ...]]:
        """See `Reader`. Texts of like length share a batch."""
        if self._one_sentence:
            return self._read_apart(question, texts)
        return self._read_whole(question, texts)

    def _read_whole(self, question: str, texts: Sequence[Text]) -> list[tuple[ReadSentence, ...]]:
        tokens = tokenize(self._tokenizer, question, texts, self._window)
        readings: list[tuple[ReadSentence, ...]] = [()] * len(texts)
        longest_first = sorted(range(len(texts)), key=lambda i: -len(tokens[i].ids))
        request = self._model.create_infer_request()
        for first in range(0, len(texts), BATCH):
            batch = longest_first[first : first + BATCH]
            inputs = padded([tokens[i] for i in batch], self._pad)
            outputs = request.infer({name: inputs[name] for name in self._inputs})
            scores = np.array(outputs[0], np.float32)
            read = self._read_batch(scores, [tokens[i] for i in batch], [texts[i] for i in batch])
            for i, reading in zip(batch, read, strict=True):
                readings[i] = reading
        return readings

    def _read_apart(self, question: str, texts: Sequence[Text]) -> list[tuple[ReadSentence, ...]]:
        """A cross-encoder sees one sentence at a time, under its passage's header."""
        alone = [
            Text(text.header, span.of(text.words), (Span(0, span.end - span.start),))
            for text in texts
            for span in text.sentences
        ]
        read = iter(self._read_whole(question, alone))
        return [tuple(next(read)[0] for _ in text.sentences) for text in texts]


def _sentence_reader(scores: Scores, tokens: Sequence[Tokens], texts: Sequence[Text]) -> list[tuple[ReadSentence, ...]]:
    """Our own: evidence, start and end for each token, shape (batch, tokens, 3); the mean evidence is the score."""
    return [
        tuple(
            ReadSentence(float(row[a:b, 0].mean()), *_best_span(row[a:b, 1], row[a:b, 2], one, a, text.words, sentence))
            if b > a
            else NOT_READ
            for (a, b), sentence in zip(one.sentences, text.sentences, strict=True)
        )
        for row, one, text in zip(scores, tokens, texts, strict=True)
    ]


def _question_answering(
    scores: Scores, tokens: Sequence[Tokens], texts: Sequence[Text]
) -> list[tuple[ReadSentence, ...]]:
    """Any model for question answering: start and end, shape (batch, tokens, 2); the first token is "no answer".

    A sentence scores what its best span has above "no answer" (Devlin et al. 2019, for SQuAD 2.0).
    """
    readings = []
    for row, one, text in zip(scores, tokens, texts, strict=True):
        none = float(row[0, 0] + row[0, 1])
        found = [
            _best_span(row[a:b, 0], row[a:b, 1], one, a, text.words, sentence) if b > a else (None, -math.inf)
            for (a, b), sentence in zip(one.sentences, text.sentences, strict=True)
        ]
        readings.append(tuple(ReadSentence(score - none, span, score - none) for span, score in found))
    return readings


def _cross_encoder(scores: Scores, tokens: Sequence[Tokens], texts: Sequence[Text]) -> list[tuple[ReadSentence, ...]]:
    """Any cross-encoder: shape (batch, labels); the last label is "relevant"; of two, the first is its opposite."""
    logits = scores[:, -1] - (scores[:, 0] if scores.shape[1] > 1 else 0.0)
    return [(ReadSentence(float(logit), None, 0.0),) for logit in logits]


_BY_KIND = {
    "sentence_reader": _sentence_reader,
    "question_answering": _question_answering,
    "cross_encoder": _cross_encoder,
}


def _best_span(
    starts: Scores, ends: Scores, tokens: Tokens, first: int, words: str, sentence: Span
) -> tuple[Span | None, float]:
    """The span of at most `MOST_SPAN_TOKENS` tokens with the greatest start + end, as whole words, and that sum."""
    sums = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones_like(sums, np.bool_)) & ~np.triu(np.ones_like(sums, np.bool_), MOST_SPAN_TOKENS)
    sums = np.where(allowed, sums, -np.inf)
    i, j = divmod(int(sums.argmax()), sums.shape[1])
    span = Span(int(tokens.offsets[first + i, 0]), int(tokens.offsets[first + j, 1]))
    return _whole_words(span, words, sentence), float(sums[i, j])


def _whole_words(span: Span, words: str, sentence: Span) -> Span:
    """The span widened to whole words and figures of its sentence, and cut to `MOST_SPAN_WORDS`."""
    start, end = span.start, span.end
    for figure in _FIGURE.finditer(words, sentence.start, sentence.end):
        if figure.start() < end and figure.end() > start:
            start, end = min(start, figure.start()), max(end, figure.end())
    for n, word in enumerate(re.finditer(r"\S+", words[start:end]), start=1):
        if n == MOST_SPAN_WORDS:
            end = start + word.end()
            break
    return Span(start, end)


_FIGURE = re.compile(r"[$€£¥]?\w+(?:[.,:/-]\w+|['’](?!s\b)\w+)*%?")
"""A word or figure that must not be cut: 374,000, $1.5, Qala-e, 40%, O’Hara; without its genitive s."""
