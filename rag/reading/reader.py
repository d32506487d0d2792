"""Readers: score each sentence of a passage as an answer to a question, and find the answer span in it.

`OpenVinoReader` runs an exported model, our own or one converted by `reader_export.py`; `OverlapReader` is the fake
for tests. A score of 0 means that the sentence is as likely to answer as not. Knows nothing of how answers are made.
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
from dateline.rag.reading.reader_input import Text, Tokens, padded, tokenize

BATCH = 8
"""Passages per batch."""
MOST_SPAN_TOKENS = 20
MOST_SPAN_WORDS = 10
"""Limits of an answer span."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A reader's result for one sentence."""

    score: float
    """Log-odds that it answers the question; higher is better."""
    span: Span | None
    """The answer span in `Text.words`; None if the reader finds none."""
    span_score: float
    """How well the span answers; comparable between sentences for one question."""


NOT_READ = ReadSentence(-math.inf, None, -math.inf)
"""The result for a sentence beyond the model's window."""


@dataclass(frozen=True, slots=True)
class ReaderCalibration:
    """Weights that turn a reader's scores into probabilities, fitted on questions outside its training data.

    Field names are those of `reader.json`.
    """

    age: float = 0.0
    """Weight of the article's age (`rag.retrieval.age`) in a sentence's score; negative."""
    rank: float = 0.0
    """Weight of log(1 + rank) / log(31), where rank is the passage's; negative."""
    span: float = 0.0
    """Weight of the span's score."""
    unnamed: float = 0.0
    """Weight of the share of the question's names that the sentence lacks; negative."""
    unwanted: float = 0.0
    """Weight of lacking the expected type (`rag.reading.question_features.has_expected_type`); negative."""
    meaning: float = 0.0
    """Weight of the cosine between the question and the sentence under its article's title."""
    told: float = 0.0
    """Weight of asserting the event that the question presupposes (`rag.premise.asserts_premise`)."""
    described: float = 0.0
    """Weight of answering a definition question (`rag.definition_questions`)."""
    slope: float = 1.0
    intercept: float = 0.0
    borne: float = 0.0
    """Weight in the confidence of the share of the question's words in the best sentence's passage and title."""
    old: float = 0.0
    """Weight in the confidence of the best sentence's age, see `rag.reading.passages.confidence_features`; negative.

    Confidence is the logistic function of slope × score + borne × share + old × age + intercept."""
    threshold: float = 0.5
    """Least confidence at which a question for a fact is answered."""
    short_answer: float = 0.0
    """Least confidence at which a short answer is shown."""

    def confidence(self, score: float, share: float = 0.0, age: float = 0.0) -> float:
        """The probability, 0…1, that an answer with this score, word share and age is right."""
        odds = self.slope * score + self.borne * share + self.old * age + self.intercept
        return 1 / (1 + math.exp(-max(-500.0, min(500.0, odds))))


class Reader(Protocol):
    """Scores sentences as answers to a question and finds answer spans."""

    name: str
    """Identity of the model, for receipts."""
    calibration: ReaderCalibration

    def read(self, question: str, texts: Sequence[Text]) -> list[tuple[ReadSentence, ...]]:
        """For each text, a `ReadSentence` for each of its sentences. Deterministic."""
        ...


class OverlapReader:
    """The fake: a sentence's score is the number of words shared with the question, less 1; its span is its first
    number.

    Words are compared in lower case. `"How many fell?"` against `"Some 42 fell."` → score 0, span `42`, span score 1;
    without a number there is no span.
    """

    name = "overlap"

    def __init__(self, calibration: ReaderCalibration = ReaderCalibration()) -> None:
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
    """An exported reader on the CPU: bfloat16 if the processor supports it, else float32. Thread-safe."""

    def __init__(self, folder: Path, *, compiled: Path) -> None:
        """Load an exported reader from `folder`. Raises `ReaderError` if it is incomplete or damaged.

        `compiled`: folder that caches the model compiled for this processor, for a quicker start.
        """
        try:
            about = json.loads((folder / "reader.json").read_text())
            self.name: str = about["name"]
            self.calibration = ReaderCalibration(**about["calibration"])
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
        """See `Reader`. Texts of similar length share a batch."""
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
        """Score one sentence at a time under its passage's header, for cross-encoders."""
        alone = [
            Text(text.header, span.of(text.words), (Span(0, span.end - span.start),))
            for text in texts
            for span in text.sentences
        ]
        read = iter(self._read_whole(question, alone))
        return [tuple(next(read)[0] for _ in text.sentences) for text in texts]


def _sentence_reader(scores: Scores, tokens: Sequence[Tokens], texts: Sequence[Text]) -> list[tuple[ReadSentence, ...]]:
    """Our own model: evidence, start and end per token, shape (batch, tokens, 3); the score is the mean evidence."""
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
    """Any extractive question-answering model: start and end, shape (batch, tokens, 2); the first token is "no answer".

    A sentence's score is its best span's minus that of "no answer" (Devlin et al. 2019, for SQuAD 2.0).
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
    """Any cross-encoder: shape (batch, labels); the last label is "relevant", the first of two its opposite."""
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
    """The span of at most `MOST_SPAN_TOKENS` tokens with the greatest start + end, as whole words, and its score."""
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
"""A word or figure that must not be cut: 374,000, $1.5, Qala-e, 40%, O’Hara; without a possessive s."""
