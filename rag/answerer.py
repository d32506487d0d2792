"""The way from a question to an answer, in one place: understand, retrieve, choose, cite, or refuse.

Knows nothing of HTTP, terminals or files.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.search import RankedPassage, Searcher, SearchResult
from rag.answer import Answer, Dropped, Receipt, ReceiptPassage, Refusal, TimeWindow, Understanding
from rag.citation import CitedText, cite
from rag.question import Question, kind_of, language_of_question
from rag.refusal import nothing_said, refusal
from rag.retrieval import retrieve
from rag.sentence_choice import choose_sentences

NOTHING_CITED = CitedText("", (), (), 0)


def random_answer_id() -> str:
    """An id that can't be guessed: whoever has it may read the answer."""
    return f"ans_{secrets.token_hex(12)}"


class Answerer:
    """Answers questions from one archive. Safe for threads."""

    def __init__(
        self,
        searcher: Searcher,
        *,
        clock: Callable[[], float] = time.monotonic,
        new_id: Callable[[], str] = random_answer_id,
    ) -> None:
        """`clock`: seconds, for the receipt's timings. `new_id`: a fresh id for each answer."""
        self.searcher = searcher
        self._clock = clock
        self._new_id = new_id

    def answer(self, question: Question) -> Answer:
        """The answer, or a typed refusal; both are results."""
        timings: dict[str, float] = {}
        with self._timed(timings, "understand"):
            understanding = self._understand(question)
        with self._timed(timings, "retrieve"):
            found = retrieve(self.searcher, question)
            refused = refusal(question, found.passages, self.searcher)
        cited = NOTHING_CITED
        dropped: tuple[Dropped, ...] = ()
        if refused is None:
            with self._timed(timings, "choose"):
                choice = choose_sentences(
                    question.text,
                    understanding.kind,
                    question.length,
                    found.passages,
                    self.searcher.encoder,
                    self.searcher.archive,
                )
                cited = cite(choice.sentences)
                dropped = choice.dropped
            if not cited.claims:
                refused = nothing_said(found.passages)
        receipt = self._receipt(found, dropped, timings)
        return self._compose(question, understanding, cited, refused, receipt)

    def _compose(
        self,
        question: Question,
        understanding: Understanding,
        cited: CitedText,
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
            short_answer=None,
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

    def _receipt(self, found: SearchResult, dropped: tuple[Dropped, ...], timings: dict[str, float]) -> Receipt:
        return Receipt(
            index_snapshot=found.index_snapshot,
            encoder=self.searcher.encoder.name,
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
