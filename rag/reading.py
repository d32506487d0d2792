"""Passages read: every sentence of the best ones with its score, best first, and how sure the best one is.

A sentence's score is the reader's, plus what its span, its names, its article's age and its passage's rank have been
found to say.
An answer that several stories give is worth more than each of them. Where more is asked for than a fact, which the
reader was trained to find, nearness in meaning counts beside it.
Knows nothing of what is said in the end.
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
from dateline.rag.answer import Kind
from dateline.rag.asked import has_what_is_wanted, names_asked, share, share_named, stems
from dateline.rag.dateline import after_dateline
from dateline.rag.described import described_by
from dateline.rag.premise import premise_of, tells
from dateline.rag.question import FACTS
from dateline.rag.reader import Reader
from dateline.rag.reader_input import Text
from dateline.rag.retrieval import age, day_of
from dateline.rag.time.period import Period

FIRST_READ = 4
"""The best passages are read first; where one of their sentences is likelier than none, that is enough for a fact."""
MOST_READ = 12
"""Passages read where it is not: what a question may take on two cores decides (see docs/reader.md)."""
NEARED = 10
"""Sentences of which the nearness counts where one fact is asked for."""
LEAST_WORDS = 5
"""Shorter sentences are headings, names under pictures, exclamations."""

_ENDS = re.compile(r"[.!…][\"”’')\]]*$")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that could be said."""

    passage: StoredPassage
    span: Span
    """Within the article's text."""
    answer: Span | None
    """The direct answer in it, within the article's text."""
    score: float
    """Log-odds that it answers, before calibration, with what its nearness to the question adds; higher is better."""
    undated: float
    """The score without what its article's age costs."""
    backed: float
    """Log-odds of the answer that it gives, with all other stories that give it."""

    @property
    def text(self) -> str:
        """The sentence's words."""
        return self.span.of(self.passage.article.text)

    @property
    def answer_key(self) -> str:
        """Equal for candidates that give the same direct answer; empty where there is none."""
        return answer_key(self.answer.of(self.passage.article.text)) if self.answer else ""

    @property
    def place(self) -> tuple[str, Span]:
        """Its article's id and where it stands there."""
        return self.passage.article.id, self.span


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in the passages."""

    candidates: tuple[Candidate, ...]
    """Best first by `backed`; among equal ones by the reader's score, then by article id and place."""
    confidence: float
    """Calibrated probability that what they say answers the question, 0…1."""


def read_passages(
    reader: Reader,
    question: str,
    reference: Period | None,
    passages: Sequence[RankedPassage],
    *,
    encoder: Encoder | None = None,
    kind: Kind = "fact",
) -> Reading:
    """Read the best of `passages`: `FIRST_READ` of them, and up to `MOST_READ` if those don't answer.

    With an `encoder` nearness in meaning counts, of the `NEARED` best sentences. Where more is wanted than one fact
    (`kind`), all `MOST_READ` are read, and the nearness of all their sentences counts. Sentences' ages count from
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
    """A reading for one fact with further `passages` read as if they had ranked next; see `read_passages`."""
    further = _backed(_read(reader, question, reference, passages, MOST_READ, "fact"))
    if encoder is not None:
        further = _nearer(reader, further, question, encoder, NEARED)
    return _reading(reader, question, reference, _backed([*reading.candidates, *further]))


def _describing_first(question: str, passages: Sequence[RankedPassage]) -> Sequence[RankedPassage]:
    """Those in which a sentence tells outright who or what is asked for before the others; else in their order."""
    described = described_by(question)
    if described is None:
        return passages

    def tells_it(ranked: RankedPassage) -> bool:
        text = ranked.passage.article.text
        return any(described.told_in(span.of(text)) is not None for span in ranked.passage.sentences)

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
    """What tells, beside its score, how sure the best of `candidates` is: its passage's words, and its age.

    The share of the question's words that the passage or its article's title has, 0…1; and the article's age from
    `reference`, or from the newest passage read that has as many of the words, whichever is nearer: what is old is
    stale where something newer is as much about the question, and not where nothing is.
    """
    asked = stems(question)
    passages = {candidate.passage.id: candidate.passage for candidate in candidates}
    shares = {key: share(asked, stems(_titled(passage))) for key, passage in passages.items()}
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
    """The candidates, best first, with what nearness to the question in meaning adds to the scores of the `best` ones.

    Read under its article's title: a report's later sentences leave out what it is about.
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
    kind: Kind,
) -> list[Candidate]:
    """The sentences of `passages`, of which the best has rank `first`."""
    read = [ranked.passage for ranked in passages]
    readings = reader.read(question, [text_of(passage) for passage in read])
    calibration = reader.calibration
    names = names_asked(question)
    premise = premise_of(question) if kind in {*FACTS, "list"} else None
    described = described_by(question) if kind in FACTS else None
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
            undated += calibration.told * (premise is not None and tells(premise, words))
            if kind in FACTS:
                undated += calibration.unnamed * (1 - share_named(names, words))
                undated += calibration.unwanted * (not has_what_is_wanted(question, words))
                if described is not None and (told := described.told_in(words)) is not None:
                    undated += calibration.described
                    answer = Span(span.start + told.start, span.start + told.end)
            if answer is not None and answer.start < span.start + after_dateline(words):
                answer = None  # where it was written is not where it happened
            candidates.append(Candidate(passage, span, answer, undated + years, undated, undated + years))
    return candidates


def _backed(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, best first, with what they score when all stories that give their answer count."""
    keys = [candidate.answer_key or str(candidate.place) for candidate in candidates]
    stories = [candidate.passage.story_id for candidate in candidates]
    scores = backed_scores([candidate.score for candidate in candidates], keys, stories)
    counted = [replace(candidate, backed=score) for candidate, score in zip(candidates, scores, strict=True)]
    return sorted(counted, key=lambda c: (-c.backed, -c.score, c.passage.article.id, c.span.start))


def backed_scores(scores: Sequence[float], answers: Sequence[str], stories: Sequence[str]) -> list[float]:
    """For each sentence, the log of the summed odds of all stories that give its answer; each story counts once.

    So a value that independent sources give beats one that a single sentence seems to give.
    """
    best: dict[str, dict[str, float]] = {}
    for score, answer, story in zip(scores, answers, stories, strict=True):
        of_answer = best.setdefault(answer, {})
        of_answer[story] = max(score, of_answer.get(story, -math.inf))
    totals = {answer: float(np.logaddexp.reduce(sorted(odds.values()))) for answer, odds in best.items()}
    return [totals[answer] for answer in answers]


def answer_key(words: str) -> str:
    """What two wordings of one answer have in common: case, punctuation and articles don't count."""
    return " ".join(word for word in _WORD.findall(words.lower()) if word not in {"a", "an", "the"})


def rank_feature(rank: int) -> float:
    """A passage's rank from 0 on a logarithmic scale: 0 for the first, 1 for the 31st."""
    return math.log1p(rank) / math.log(31)


def is_whole(sentence: str) -> bool:
    """Whether it is a sentence that states something: no heading, no fragment, no question."""
    return bool(_ENDS.search(sentence)) and len(_WORD.findall(sentence)) >= LEAST_WORDS


def text_of(passage: StoredPassage) -> Text:
    """A passage as a reader gets it."""
    start = passage.span.start
    sentences = tuple(Span(span.start - start, span.end - start) for span in passage.sentences)
    return Text(header(passage.article), passage.text, sentences)
