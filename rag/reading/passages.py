"""Reading: scores every sentence of the best passages, ranks them and computes the confidence in the best one.

A sentence's score is the reader's, adjusted by fitted weights for its span, names, article's age and passage's rank. An
answer found in several stories scores higher than in one. For questions that take more than a fact, which is what the
reader was trained on, semantic similarity counts as well. Knows nothing of what the answer says in the end.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dateline.index.archive import StoredPassage
from dateline.index.article import Span
from dateline.index.encoder import Encoder
from dateline.index.header import header
from dateline.index.search import RankedPassage
from dateline.rag.answer import QuestionKind
from dateline.rag.definition_questions import definition_question
from dateline.rag.news_dateline import after_dateline
from dateline.rag.premise import asserts_premise, premise_of
from dateline.rag.question import FACTS
from dateline.rag.reading.question_features import content_stems, coverage, has_expected_type, name_coverage, name_stems
from dateline.rag.reading.reader import Reader
from dateline.rag.reading.reader_input import Text
from dateline.rag.retrieval import age, day_of
from dateline.rag.time.period import Period

FIRST_READ = 4
"""Passages that are read first; enough for a fact if one of their sentences probably answers."""
MOST_READ = 12
"""Passages read otherwise: what two cores can do in the time for a question (see docs/reader.md)."""
NEARED = 10
"""Best sentences whose semantic similarity counts in a question for a fact."""
LEAST_WORDS = 5
"""Shorter sentences are headings, captions or exclamations."""

_ENDS = re.compile(r"[.!…][\"”’')\]]*$")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be part of the answer."""

    passage: StoredPassage
    span: Span
    """Within the article's text."""
    answer: Span | None
    """The answer span, within the article's text."""
    score: float
    """Uncalibrated log-odds that it answers, semantic similarity included; higher is better."""
    undated: float
    """The score without the penalty for its article's age."""
    backed: float
    """Log-odds of its answer, summed over all stories that give the same one."""

    @property
    def text(self) -> str:
        """The sentence's words."""
        return self.span.of(self.passage.article.text)

    @property
    def answer_key(self) -> str:
        """Equal for candidates with the same answer; empty without one."""
        return answer_key(self.answer.of(self.passage.article.text)) if self.answer else ""

    @property
    def place(self) -> tuple[str, Span]:
        """Its article's id and its span there."""
        return self.passage.article.id, self.span


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading passages."""

    candidates: tuple[Candidate, ...]
    """Best first by `backed`; ties by the reader's score, then by article id and offset."""
    confidence: float
    """Calibrated probability, 0…1, that they answer the question."""


def read_passages(
    reader: Reader,
    question: str,
    reference: Period | None,
    passages: Sequence[RankedPassage],
    *,
    encoder: Encoder | None = None,
    kind: QuestionKind = "fact",
) -> Reading:
    """Read the best of `passages`: `FIRST_READ` of them, and up to `MOST_READ` if those don't answer.

    With an `encoder`, semantic similarity counts for the `NEARED` best sentences. For a `kind` that takes more than a
    fact, all `MOST_READ` are read, and the similarity of all their sentences counts. Ages are relative to
    `reference`.
    """
    if kind in FACTS:
        passages = _describing_first(question, passages)
    candidates: list[Candidate] = []
    for first, end in ((0, FIRST_READ), (FIRST_READ, MOST_READ)):
        candidates = _backed(candidates + _read(reader, question, reference, passages[first:end], first, kind))
        if candidates and candidates[0].backed >= 0 and kind == "fact":
            break
    if encoder is not None:
        candidates = _nearer(reader, candidates, question, encoder, NEARED if kind == "fact" else len(candidates))
    return _reading(reader, question, reference, candidates)


def read_further(
    reader: Reader,
    question: str,
    reference: Period | None,
    reading: Reading,
    passages: Sequence[RankedPassage],
    *,
    encoder: Encoder | None = None,
) -> Reading:
    """A reading for a fact, extended by more `passages` as if they had ranked next; see `read_passages`."""
    further = _backed(_read(reader, question, reference, passages, MOST_READ, "fact"))
    if encoder is not None:
        further = _nearer(reader, further, question, encoder, NEARED)
    return _reading(reader, question, reference, _backed([*reading.candidates, *further]))


def _describing_first(question: str, passages: Sequence[RankedPassage]) -> Sequence[RankedPassage]:
    """The passages with those first that answer a definition question outright; else in their order."""
    described = definition_question(question)
    if described is None:
        return passages

    def tells_it(ranked: RankedPassage) -> bool:
        text = ranked.passage.article.text
        return any(described.answer_in(span.of(text)) is not None for span in ranked.passage.sentences)

    return sorted(passages, key=lambda ranked: not tells_it(ranked))  # stable


def _reading(reader: Reader, question: str, reference: Period | None, candidates: Sequence[Candidate]) -> Reading:
    if not candidates:
        return Reading((), 0.0)
    confidence = reader.calibration.confidence(
        candidates[0].backed, *confidence_features(question, reference, candidates)
    )
    return Reading(tuple(candidates), confidence)


def confidence_features(
    question: str, reference: Period | None, candidates: Sequence[Candidate]
) -> tuple[float, float]:
    """The features of the confidence in the best of `candidates`, other than its score: word share and age.

    The word share is that of the question's words in the passage and its article's title, 0…1. The age is the article's
    relative to `reference`, or to the newest passage read that has as large a word share, whichever is nearer: an old
    article is only stale if a newer one is as much about the question.
    """
    asked = content_stems(question)
    passages = {candidate.passage.id: candidate.passage for candidate in candidates}
    shares = {key: coverage(asked, content_stems(_titled(passage))) for key, passage in passages.items()}
    best = candidates[0].passage
    days = [day_of(passages[key].article.published) for key, had in shares.items() if had >= shares[best.id]]
    newest = max((day for day in days if day is not None), default=None)
    ages = [age(best.article.published, since) for since in (reference, Period(newest, newest) if newest else None)]
    return shares[best.id], min(ages)


def _titled(passage: StoredPassage) -> str:
    return f"{passage.article.title or ''} {passage.text}"


def _nearer(
    reader: Reader, candidates: Sequence[Candidate], question: str, encoder: Encoder, best: int
) -> list[Candidate]:
    """The candidates, best first, with semantic similarity added to the scores of the `best` ones.

    Sentences are embedded under their article's title, since later sentences of a report don't repeat its subject.
    """
    near, others = candidates[:best], candidates[best:]
    titles = [f"{title}. " if (title := candidate.passage.article.title) else "" for candidate in near]
    texts = [f"{title}{candidate.text}" for title, candidate in zip(titles, near, strict=True)]
    gains = reader.calibration.meaning * (encoder.encode_document(texts) @ encoder.encode_query([question])[0])
    gained = [replace(one, score=one.score + float(gain)) for one, gain in zip(near, gains, strict=True)]
    return _backed([*gained, *others])


def _read(
    reader: Reader,
    question: str,
    reference: Period | None,
    passages: Sequence[RankedPassage],
    first: int,
    kind: QuestionKind,
) -> list[Candidate]:
    """The sentences of `passages`, the first of which has rank `first`."""
    read = [ranked.passage for ranked in passages]
    readings = reader.read(question, [reader_text(passage) for passage in read])
    calibration = reader.calibration
    names = name_stems(question)
    premise = premise_of(question) if kind in {*FACTS, "list"} else None
    described = definition_question(question) if kind in FACTS else None
    candidates = []
    for rank, (passage, sentences) in enumerate(zip(read, readings, strict=True), start=first):
        years = calibration.age * age(passage.article.published, reference)
        prior = calibration.rank * rank_feature(rank)
        for span, found in zip(passage.sentences, sentences, strict=True):
            words = span.of(passage.article.text)
            if not math.isfinite(found.score) or not is_whole(words):
                continue
            start = passage.span.start
            answer = found.span and Span(start + found.span.start, start + found.span.end)
            undated = found.score + prior + calibration.span * found.span_score
            undated += calibration.told * (premise is not None and asserts_premise(premise, words))
            if kind in FACTS:
                undated += calibration.unnamed * (1 - name_coverage(names, words))
                undated += calibration.unwanted * (not has_expected_type(question, words))
                if described is not None and (place := described.answer_in(words)) is not None:
                    undated += calibration.described
                    answer = Span(span.start + place.start, span.start + place.end)
            if answer is not None and answer.start < span.start + after_dateline(words):
                answer = None  # the place in a dateline is not where it happened
            candidates.append(Candidate(passage, span, answer, undated + years, undated, undated + years))
    return candidates


def _backed(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, best first, with `backed` set from all stories that give their answer."""
    keys = [candidate.answer_key or str(candidate.place) for candidate in candidates]
    stories = [candidate.passage.story_id for candidate in candidates]
    scores = backed_scores([candidate.score for candidate in candidates], keys, stories)
    counted = [replace(candidate, backed=score) for candidate, score in zip(candidates, scores, strict=True)]
    return sorted(counted, key=lambda c: (-c.backed, -c.score, c.passage.article.id, c.span.start))


def backed_scores(scores: Sequence[float], answers: Sequence[str], stories: Sequence[str]) -> list[float]:
    """For each sentence, the log of the summed odds of all stories that give its answer; each story counts once.

    So a value from independent sources beats one from a single sentence.
    """
    best: dict[str, dict[str, float]] = {}
    for score, answer, story in zip(scores, answers, stories, strict=True):
        of_answer = best.setdefault(answer, {})
        of_answer[story] = max(score, of_answer.get(story, -math.inf))
    totals = {answer: float(np.logaddexp.reduce(sorted(odds.values()))) for answer, odds in best.items()}
    return [totals[answer] for answer in answers]


def answer_key(words: str) -> str:
    """A key for comparing answers: without case, punctuation and articles."""
    return " ".join(word for word in _WORD.findall(words.lower()) if word not in {"a", "an", "the"})


def rank_feature(rank: int) -> float:
    """A passage's rank on a logarithmic scale: 0 for the first, 1 for the 31st."""
    return math.log1p(rank) / math.log(31)


def is_whole(sentence: str) -> bool:
    """Whether it is a complete statement: no heading, fragment or question."""
    return bool(_ENDS.search(sentence)) and len(_WORD.findall(sentence)) >= LEAST_WORDS


def reader_text(passage: StoredPassage) -> Text:
    """A passage as the input of a reader."""
    start = passage.span.start
    sentences = tuple(Span(span.start - start, span.end - start) for span in passage.sentences)
    return Text(header(passage.article), passage.text, sentences)
