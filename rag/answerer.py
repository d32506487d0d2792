"""The way from a question to an answer, in one place: understand, retrieve, read, compare, choose, cite, or refuse.

Knows nothing of HTTP, terminals or files.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

from index import dates
from index.copies import copies_of
from index.corrections import corrections_of
from index.filters import Filters
from index.search import RankedPassage, Searcher
from rag.answer import Answer, Dropped, Receipt, ReceiptPassage, Refusal, Source, TimeWindow, Understanding
from rag.citation import CitedText, cite
from rag.conversation.standalone import Understood, understand
from rag.conversation.turn import Rewrite
from rag.disagreement import find_contests, unread_rivals
from rag.question import FACTS, Question, kind_of, language_of_question
from rag.reader import Reader
from rag.reading import Reading, read_further, read_passages
from rag.refusal import not_covered, not_said, outside_window, without_window
from rag.retrieval import Retrieved, retrieve
from rag.sentence_choice import OTHER_WORDS, choose_sentences, most_words
from rag.time.window import Window, window_of

NOTHING_CITED = CitedText("", None, (), (), (), 0)


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
        rewrite: Rewrite | None = None,
    ) -> None:
        """`words`: the most that a medium answer has where one fact is not enough.

        `rewrite`: what makes a follow-up question stand by itself, before rules do; None: rules alone.
        `clock`: seconds, for the receipt's timings. `new_id`: a fresh id for each answer.
        """
        self.searcher = searcher
        self.reader = reader
        self._words = words
        self._clock = clock
        self._new_id = new_id
        self._rewrite = rewrite

    def answer(self, question: Question) -> Answer:
        """The answer, or a typed refusal; both are results."""
        timings: dict[str, float] = {}
        asked = question
        with self._timed(timings, "understand"):
            understood = self._standalone(question)
            question = replace(question, text=understood.question)
            window = window_of(question.text, question.asked_at)
            understanding = self._understand(question, window, understood.notes)
            filters = narrowed(question.filters, window)
        with self._timed(timings, "retrieve"):
            if filters is None:
                found = retrieve(self.searcher, question)
                refused: Refusal | None = outside_window(question, found.passages)
            else:
                question = replace(question, filters=filters)
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
            with self._timed(timings, "compare"):
                contests = find_contests(question.text, understanding.kind, reading)
            with self._timed(timings, "choose"):
                words = most_words(understanding.kind, question.length, self._words)
                contested = [stand.sentences[0] for contest in contests for stand in contest.stands]
                choice = choose_sentences(reading, understanding.kind, words, self.searcher.archive, contested)
            with self._timed(timings, "cite"):
                cited = cite(choice, contests)
                cited = replace(cited, sources=self._with_relations(cited.sources, question.filters.as_of))
                dropped = choice.dropped
        receipt = self._receipt(found, dropped, timings)
        return self._compose(asked, understanding, cited, reading, refused, receipt)

    def _read(self, question: Question, found: Retrieved) -> Reading:
        kind = kind_of(question.text)
        fact = kind == "fact"
        reading = read_passages(
            self.reader,
            question.text,
            found.reference,
            found.passages,
            latest=found.latest,
            encoder=None if fact else self.searcher.encoder,
            several=kind not in FACTS,
        )
        rivals = unread_rivals(reading, found.passages) if fact else ()
        if not rivals:
            return reading
        return read_further(self.reader, question.text, found.reference, reading, rivals, latest=found.latest)

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
        return not_said(question.text, found.passages)

    def _with_relations(self, sources: tuple[Source, ...], as_of: date | datetime | None) -> tuple[Source, ...]:
        """The sources with the articles that copy and that correct them, whatever else the question filters."""
        filters = Filters(as_of=as_of)
        copies = copies_of(self.searcher.archive, {source.story_id for source in sources}, filters)
        corrections = corrections_of(self.searcher.archive, [source.article_id for source in sources], filters)
        return tuple(
            replace(
                source,
                copies=tuple(copy for copy in copies.get(source.story_id, ()) if copy != source.article_id),
                corrected_by=corrections.get(source.article_id, ()),
            )
            for source in sources
        )

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
            disagreements=cited.disagreements,
            sources=cited.sources,
            origins=cited.origins,
            gaps=(),
            refusal=refused,
            understanding=understanding,
            receipt=receipt,
            conversation_id=question.conversation.id if question.conversation else None,
        )

    def _standalone(self, question: Question) -> Understood:
        turns = question.conversation.turns if question.conversation else ()
        return understand(question.text, turns, self._rewrite)

    def _understand(self, question: Question, window: Window | None, notes: tuple[str, ...]) -> Understanding:
        language = language_of_question(question.text)
        readable = self.searcher.encoder.languages
        if language and readable and language not in readable:
            notes = (
                *notes,
                f"The question seems to be in the language {language!r}, which the encoder does not read: "
                "articles were found by their words alone.",
            )
        return Understanding(
            standalone_question=question.text,
            kind=kind_of(question.text),
            time_window=_on_the_wire(window),
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


def narrowed(filters: Filters, window: Window | None) -> Filters | None:
    """The filters with a window of publication put into them; None if no article can pass both.

    A window on the event, and a vague one, filters nothing: later reports of an event count. What was said on one day
    is also in the next day's papers.
    """
    if window is None or window.applies_to == "event" or window.vague:
        return filters
    last = window.end
    if last is not None and last == window.start:
        last += timedelta(days=1)
    starts = [day for day in (filters.published_from, window.start) if day is not None]
    ends = [day for day in (filters.published_to, last) if day is not None]
    start = max(starts, key=lambda day: dates.bounds(day)[0], default=None)
    end = min(ends, key=lambda day: dates.bounds(day)[1], default=None)
    for limit in (end, filters.as_of):
        if start is not None and limit is not None and dates.bounds(limit)[1] < dates.bounds(start)[0]:
            return None
    return replace(filters, published_from=start, published_to=end)


def _on_the_wire(window: Window | None) -> TimeWindow:
    if window is None:
        return TimeWindow(None, None, None)
    return TimeWindow(
        dates.bounds(window.start)[0] if window.start else None,
        dates.bounds(window.end)[1] if window.end else None,
        window.applies_to,
    )


def _receipt_passage(ranked: RankedPassage) -> ReceiptPassage:
    sha256 = hashlib.sha256(ranked.passage.text.encode()).hexdigest()
    return ReceiptPassage(ranked.passage.id, sha256, ranked.score, ranked.passage.span)
