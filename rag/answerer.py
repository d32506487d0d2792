"""The way from a question to an answer, in one place: understand, retrieve, read, compare, write or choose, or refuse.

Knows nothing of HTTP, terminals or files.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from dateline.index.copies import copies_of
from dateline.index.corrections import corrections_of
from dateline.index.errors import QuestionError
from dateline.index.filters import Filters
from dateline.index.search import RankedPassage, Searcher
from dateline.rag.answer import Answer, Dropped, Kind, LlmUse, Receipt, ReceiptPassage, Refusal, Understanding
from dateline.rag.asked import only_repeats
from dateline.rag.citation import CitedText, cite
from dateline.rag.conversation.standalone import Understood, understand
from dateline.rag.conversation.turn import Rewrite
from dateline.rag.disagreement import Contest, contested, find_contests
from dateline.rag.events import Done, Event, Retrieved, events_of
from dateline.rag.generation.answer_draft import Draft
from dateline.rag.generation.claims import written
from dateline.rag.generation.prompts import prompt_sha256
from dateline.rag.generation.writer import NO_LIMIT, LlmWriter, written_words
from dateline.rag.premise import Unborne, premise_of, unborne
from dateline.rag.question import LlmStyle, Question, kind_of, language_of_question
from dateline.rag.reader import Reader
from dateline.rag.reading import Reading, read_further, read_passages
from dateline.rag.refusal import false_premise, not_covered, not_said, out_of_reach, outside_window, without_window
from dateline.rag.retrieval import Retrieved as Found
from dateline.rag.retrieval import retrieve
from dateline.rag.sentence_choice import OTHER_WORDS, choose_sentences, most_words
from dateline.rag.stands import unread_rivals
from dateline.rag.time.window import Window, window_of
from dateline.rag.time.window_filters import narrowed, on_the_wire

SPARE = 0.1
"""Seconds kept back, at least, for putting the reader's answer together where an LLM takes all the time that it has."""
SPARE_SHARE = 0.2
"""The same as a share of the time that it took to get there: on a busy machine all of it takes longer."""
NOTHING_CITED = CitedText("", None, (), (), (), 0)


@dataclass(frozen=True, slots=True)
class _Said:
    """What becomes of a question once it has passages."""

    cited: CitedText = NOTHING_CITED
    refused: Refusal | None = None
    confidence: float | None = None
    """See `Answer.confidence`."""
    answered_by: str = "reader"
    dropped: tuple[Dropped, ...] = ()
    llm: LlmUse | None = None


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
        writer: LlmWriter | None = None,
        words: int = OTHER_WORDS,
        clock: Callable[[], float] = time.monotonic,
        new_id: Callable[[], str] = random_answer_id,
        rewrite: Rewrite | None = None,
        at_work: AbstractContextManager[object] = NO_LIMIT,
    ) -> None:
        """`writer`: what answers by an LLM; None: the reader answers.

        `words`: the most that a medium answer has where one fact is not enough.
        `rewrite`: what makes a follow-up question stand by itself, before rules do; None: rules alone.
        `clock`: seconds, for the receipt's timings. `new_id`: a fresh id for each answer.
        `at_work`: held wherever a processor is needed, and not while an LLM is waited for; a semaphore of a few keeps
        hundreds of answers from taking turns at every step.
        """
        self.searcher = searcher
        self.reader = reader
        self._writer = writer
        self._words = words
        self._clock = clock
        self._new_id = new_id
        self._rewrite = rewrite
        self._at_work = at_work

    def answer(self, question: Question) -> Answer:
        """The answer, or a typed refusal; both are results."""
        answer = next((event.answer for event in self.stream(question) if isinstance(event, Done)), None)
        assert answer is not None
        return answer

    def stream(self, question: Question) -> Generator[Event, None, None]:
        """The answer as it comes about: each claim once it is verified, at last one `Done`.

        To close it stops the work, an LLM's too. Raises what searching and reading raise, for which there is no event.
        """
        start = self._clock()
        style = self._style(question)
        if self._writer is not None and style != "off":
            self._writer.llm.prepare()
        elif style != "off":
            raise QuestionError(
                f"no language model is configured, so there is no answer in the style {style!r}",
                hint="Set DATELINE_LLM_MODEL, or ask without a style for the reader's answer.",
            )
        timings: dict[str, float] = {}
        asked, answer_id = question, self._new_id()
        with self._timed(timings, "understand"):
            understood = self._standalone(question)
            question = replace(question, text=understood.question)
            window = window_of(question.text, question.asked_at)
            understanding = self._understand(question, window, understood.notes)
            filters = narrowed(question.filters, window)
        with self._working(timings, "retrieve"):
            if filters is None:
                found = retrieve(self.searcher, question)
                refused: Refusal | None = out_of_reach(question, found.passages)
            else:
                question = replace(question, filters=filters)
                found = retrieve(self.searcher, question)
                refused = not_covered(question, found.passages, self.searcher)
        passages = tuple(_receipt_passage(ranked) for ranked in found.passages)
        yield Retrieved(answer_id, understanding, passages)
        said = _Said(refused=refused)
        if refused is None:
            said = yield from self._say(question, understanding.kind, found, timings, start)
        receipt = Receipt(
            index_snapshot=found.index_snapshot,
            encoder=self.searcher.encoder.name,
            reader=self.reader.name,
            prompt_sha256=prompt_sha256() if said.llm or understood.rewritten or understood.dropped else None,
            passages=passages,
            dropped=understood.dropped + said.dropped,
            timings_ms=timings,
            llm=said.llm,
            rewritten=understood.rewritten,
        )
        yield Done(self._compose(answer_id, asked, understanding, said, receipt))

    def _say(
        self, question: Question, kind: Kind, found: Found, timings: dict[str, float], start: float
    ) -> Generator[Event, None, _Said]:
        """What the passages say: in the LLM's words where there is one and something of it is left, else the reader's.

        Nothing is said where they don't bear out what the question takes for granted, nor of a fact where the LLM's
        answer can't be believed.
        """
        with self._working(timings, "read"):
            reading = self._read(question, found)
        with self._working(timings, "compare"):
            contests = find_contests(question.text, kind, reading)
            premise = premise_of(question.text)
            fault = unborne(premise, found.passages) if premise else None
        if fault is not None:
            with self._working(timings, "refuse"):
                return _Said(refused=self._on_premise(fault, question, found), confidence=reading.confidence)
        answers = self._answers(question, reading)
        words = most_words(kind, question.length, self._words)
        said = _Said(confidence=reading.confidence)
        if self._writer is not None and reading.candidates and self._style(question) != "off":
            with self._timed(timings, "write"):  # with what the caller does between two events
                left = partial(self._left, timings, start, question, answers)
                draft = self._draft(question, kind, reading, contests, words, left, doubted=not answers)
                cited = yield from written(draft, contests, kind, reading)
            said = replace(said, dropped=draft.dropped, llm=draft.use)
            if draft.confidence is not None and (cited.claims or draft.refused):
                said = replace(said, confidence=draft.confidence)
            if cited.claims:
                return replace(said, answered_by=draft.use.model, cited=self._related(cited, question))
            if draft.refused:
                with self._working(timings, "refuse"):
                    return replace(said, refused=self._not_said(question, found))
        if not answers:
            with self._working(timings, "refuse"):
                return replace(said, refused=self._not_said(question, found))
        with self._working(timings, "choose"):
            choice = choose_sentences(reading, kind, words, self.searcher.archive, contested(contests))
        with self._working(timings, "cite"):
            cited = self._related(cite(choice, contests), question)
        yield from events_of(cited)
        return replace(said, cited=cited, dropped=said.dropped + choice.dropped)

    def _draft(
        self,
        question: Question,
        kind: Kind,
        reading: Reading,
        contests: Sequence[Contest],
        words: int,
        left: Callable[[], float],
        *,
        doubted: bool,
    ) -> Draft:
        assert self._writer is not None
        style = self._style(question)
        assert style != "off"
        return self._writer.draft(
            question,
            self._writer.context(reading, contests, written_words(words, style), left()),
            kind=kind,
            words=words,
            reading=reading,
            archive=self.searcher.archive,
            style=style,
            contests=contests,
            within=left(),  # a model that is loaded to count tokens takes its time
            doubted=doubted,
        )

    def _style(self, question: Question) -> LlmStyle:
        """Who answers: as the question asks for, else as is usual for the LLM; `off`, the reader, without one."""
        return question.llm or (self._writer.manner.style if self._writer is not None else "off")

    def _left(self, timings: dict[str, float], start: float, question: Question, answers: bool) -> float:
        """Seconds that an LLM may take: what the reader's answer, which may have to stand in, needs is kept back."""
        assert self._writer is not None
        spent = self._clock() - start
        left = self._writer.llm.server.timeout - spent - max(SPARE, SPARE_SHARE * spent)
        if not answers and without_window(question) is not None:  # refusing searches and reads once more
            left -= (timings["retrieve"] + timings["read"]) / 1000
        return left

    def _read(self, question: Question, found: Found) -> Reading:
        kind = kind_of(question.text)
        reading = read_passages(
            self.reader,
            question.text,
            found.reference,
            found.passages,
            encoder=self.searcher.encoder,
            kind=kind,
        )
        rivals = unread_rivals(reading, found.passages) if kind == "fact" else ()
        if not rivals:
            return reading
        return read_further(
            self.reader,
            question.text,
            found.reference,
            reading,
            rivals,
            encoder=self.searcher.encoder,
        )

    def _on_premise(self, fault: Unborne, question: Question, found: Found) -> Refusal:
        """The refusal where the passages tell otherwise, or nothing, of what the question takes for granted."""
        return false_premise(fault.against, found.passages) if fault.against else self._not_said(question, found)

    def _not_said(self, question: Question, found: Found) -> Refusal:
        """The refusal where what was read doesn't answer; it is another one if articles outside the window do."""
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

    def _related(self, cited: CitedText, question: Question) -> CitedText:
        """With the articles that copy and that correct its sources, whatever the question filters by itself."""
        filters = Filters(as_of=question.filters.as_of, within=question.filters.within)
        stories = {source.story_id for source in cited.sources}
        copies = copies_of(self.searcher.archive, stories, filters)
        corrections = corrections_of(self.searcher.archive, [source.article_id for source in cited.sources], filters)
        sources = tuple(
            replace(
                source,
                copies=tuple(copy for copy in copies.get(source.story_id, ()) if copy != source.article_id),
                corrected_by=corrections.get(source.article_id, ()),
            )
            for source in cited.sources
        )
        return replace(cited, sources=sources)

    def _answers(self, question: Question, reading: Reading) -> bool:
        """Only for facts it is measured how sure one must be; anything else that is covered gets what comes nearest."""
        sure = kind_of(question.text) != "fact" or reading.confidence >= self.reader.calibration.threshold
        return bool(reading.candidates) and sure

    def _compose(
        self, answer_id: str, question: Question, understanding: Understanding, said: _Said, receipt: Receipt
    ) -> Answer:
        cited = said.cited
        short = cited.short_answer
        if short is not None and only_repeats(understanding.standalone_question, short.text):
            short = None
        return Answer(
            id=answer_id,
            status="refused" if said.refused else "answered",
            question=question.text,
            asked_at=question.asked_at,
            answered_by=said.answered_by,
            text=cited.text,
            short_answer=short,
            confidence=None if said.confidence is None else round(said.confidence, 4),
            claims=cited.claims,
            disagreements=cited.disagreements,
            sources=cited.sources,
            origins=cited.origins,
            gaps=(),
            refusal=said.refused,
            understanding=understanding,
            receipt=receipt,
            conversation_id=question.conversation.id if question.conversation else None,
        )

    def _standalone(self, question: Question) -> Understood:
        turns = question.conversation.turns if question.conversation else ()
        unasked = self._writer is not None and self._style(question) == "off"  # no word goes to a model then
        return understand(question.text, turns, None if unasked else self._rewrite)

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
            time_window=on_the_wire(window),
            language=language,
            notes=notes,
        )

    @contextmanager
    def _working(self, timings: dict[str, float], stage: str) -> Iterator[None]:
        with self._timed(timings, stage), self._at_work:  # waiting for one's turn is part of what it took
            yield

    @contextmanager
    def _timed(self, timings: dict[str, float], stage: str) -> Iterator[None]:
        start = self._clock()
        yield
        timings[stage] = round((self._clock() - start) * 1000, 3)


def _receipt_passage(ranked: RankedPassage) -> ReceiptPassage:
    sha256 = hashlib.sha256(ranked.passage.text.encode()).hexdigest()
    return ReceiptPassage(ranked.passage.id, sha256, ranked.score, ranked.passage.span)
