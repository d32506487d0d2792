"""The way from a question to an answer, in one place: understand, retrieve, read, choose, cite, or refuse.

Knows nothing of HTTP, terminals or files.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from index.search import RankedPassage, Searcher
from rag.answer import Answer, Dropped, Receipt, ReceiptPassage, Refusal, TimeWindow, Understanding
from rag.citation import CitedText, cite
from rag.question import Question, kind_of, language_of_question
from rag.reader import Reader
from rag.reading import Reading, read_passages
from rag.refusal import not_covered, not_said, outside_window, without_window
from rag.retrieval import Retrieved, retrieve
from rag.sentence_choice import OTHER_WORDS, choose_sentences, most_words

NOTHING_CITED = CitedText("", None, (), (), 0)


def random_answer_id() -> str:
    """An id that can't be guessed: whoever has it may read the answer."""
    return f"ans_{secrets.token_hex(12)}"


class Answerer:
    """Answers questions from one archive. Safe for threads."""

    def __init__(
        self,
        searcher: Searcher,
        reader: Reader,
        *,
        words: int = OTHER_WORDS,
        clock: Callable[[], float] = time.monotonic,
        new_id: Callable[[], str] = random_answer_id,
    ) -> None:
        """`words`: the most that a medium answer has where one fact is not enough.

        `clock`: seconds, for the receipt's timings. `new_id`: a fresh id for each answer.
        """
        self.searcher = searcher
        self.reader = reader
        self._words = words
        self._clock = clock
        self._new_id = new_id

    def answer(self, question: Question) -> Answer:
        """The answer, or a typed refusal; both are results."""
        timings: dict[str, float] = {}
        with self._timed(timings, "understand"):
            understanding = self._understand(question)
        with self._timed(timings, "retrieve"):
            found = retrieve(self.searcher, question)
            refused = not_covered(question, found.passages, self.searcher)
        reading: Reading | None = None
        cited = NOTHING_CITED
        dropped: tuple[Dropped, ...] = ()
        if refused is None:
            with self._timed(timings, "read"):
                reading = self._read(question, found)
                refused = self._not_said(question, reading, found)
        if reading is not None and refused is None:
            with self._timed(timings, "choose"):
                words = most_words(understanding.kind, question.length, self._words)
                choice = choose_sentences(reading, understanding.kind, words, self.searcher.archive)
                cited = cite(choice)
                dropped = choice.dropped
        receipt = self._receipt(found, dropped, timings)
        return self._compose(question, understanding, cited, reading, refused, receipt)

    def _read(self, question: Question, found: Retrieved) -> Reading:
        encoder = None if kind_of(question.text) == "fact" else self.searcher.encoder
        return read_passages(self.reader, question.text, found.reference_day, found.passages, encoder=encoder)

    def _not_said(self, question: Question, reading: Reading, found: Retrieved) -> Refusal | None:
        """The refusal if what was read doesn't answer; it is another one if articles outside the window do."""
        if self._answers(question, reading):
            return None
        anytime = without_window(question)
        if anytime is not None:
            inside = {ranked.passage.id for ranked in found.passages}
            retrieved = retrieve(self.searcher, anytime)
            elsewhen = tuple(ranked for ranked in retrieved.passages if ranked.passage.id not in inside)
            elsewhere = self._read(anytime, replace(retrieved, passages=elsewhen))
            if self._answers(anytime, elsewhere):
                answering = elsewhere.candidates[0].passage.id
                return outside_window(question, sorted(elsewhen, key=lambda r: r.passage.id != answering))
        return not_said(found.passages)

    def _answers(self, question: Question, reading: Reading) -> bool:
        """Only for facts it is measured how sure one must be; anything else that is covered gets what comes nearest."""
        sure = kind_of(question.text) != "fact" or reading.confidence >= self.reader.calibration.threshold
        return bool(reading.candidates) and sure

    def _compose(
        self,
        question: Question,
        understanding: Understanding,
        cited: CitedText,
        reading: Reading | None,
        refused: Refusal | None,
        receipt: Receipt,
    ) -> Answer:
        return Answer(
            id=self._new_id(),
            status="refused" if refused else "answered",
            question=question.text,
            asked_at=question.asked_at,
            answered_by="reader",
            text=cited.text,
            short_answer=cited.short_answer,
            confidence=round(reading.confidence, 4) if reading else None,
            claims=cited.claims,
            disagreements=(),
            sources=cited.sources,
            origins=cited.origins,
            gaps=(),
            refusal=refused,
            understanding=understanding,
            receipt=receipt,
        )

    def _understand(self, question: Question) -> Understanding:
        language = language_of_question(question.text)
        readable = self.searcher.encoder.languages
        notes: tuple[str, ...] = ()
        if language and readable and language not in readable:
            notes = (
                f"The question seems to be in the language {language!r}, which the encoder does not read: "
                "articles were found by their words alone.",
            )
        return Understanding(
            standalone_question=question.text,
            kind=kind_of(question.text),
            time_window=TimeWindow(None, None, None),
            language=language,
            notes=notes,
        )

    def _receipt(self, found: Retrieved, dropped: tuple[Dropped, ...], timings: dict[str, float]) -> Receipt:
        return Receipt(
            index_snapshot=found.index_snapshot,
            encoder=self.searcher.encoder.name,
            reader=self.reader.name,
            prompt_sha256=None,
            passages=tuple(_receipt_passage(ranked) for ranked in found.passages),
            dropped=dropped,
            timings_ms=timings,
        )

    @contextmanager
    def _timed(self, timings: dict[str, float], stage: str) -> Iterator[None]:
        start = self._clock()
        yield
        timings[stage] = round((self._clock() - start) * 1000, 3)


def _receipt_passage(ranked: RankedPassage) -> ReceiptPassage:
    sha256 = hashlib.sha256(ranked.passage.text.encode()).hexdigest()
    return ReceiptPassage(ranked.passage.id, sha256, ranked.score)
