"""The question-answering pipeline: understand, retrieve, read, compare, then generate, choose sentences or refuse.

Knows nothing of HTTP, terminals or files.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from dateline.index.copies import copies_of
from dateline.index.corrections import corrections_of
from dateline.index.errors import QuestionError
from dateline.index.filters import Filters
from dateline.index.search import RankedPassage, Searcher
from dateline.rag.answer import Answer, Claim, Dropped, LlmUse, QuestionKind, Receipt, ReceiptPassage, Refusal
from dateline.rag.citation import CitedText, cite
from dateline.rag.conversation.turn import Rewrite
from dateline.rag.disagreements.disagreement import ValueDisagreement, disagreeing_sentences, find_disagreements
from dateline.rag.disagreements.positions import unread_rivals
from dateline.rag.events import Done, Event, Retrieved, events_of
from dateline.rag.generation.answer_draft import AnswerDraft
from dateline.rag.generation.claims import stream_claims
from dateline.rag.generation.prompts import prompt_sha256
from dateline.rag.generation.writer import NO_LIMIT, LlmWriter
from dateline.rag.premise import PremiseFailure, premise_failure, premise_of
from dateline.rag.prepared_question import PreparedQuestion, prepare_question
from dateline.rag.question import LlmStyle, Question, question_kind
from dateline.rag.reading.passages import Reading, read_further, read_passages
from dateline.rag.reading.question_features import could_answer
from dateline.rag.reading.reader import Reader
from dateline.rag.reading.sentence_choice import OTHER_WORDS, choose_sentences, most_words
from dateline.rag.reading.short_answer import is_short_answer
from dateline.rag.refusal import (
    false_premise,
    not_a_question,
    not_covered,
    not_said,
    out_of_reach,
    outside_window,
    without_window,
)
from dateline.rag.retrieval import RetrievedPassages as Found
from dateline.rag.retrieval import retrieve

SPARE = 0.1
"""Least seconds reserved for the reader's answer, in case an LLM uses up its time."""
SPARE_SHARE = 0.2
"""The same as a share of the time spent so far: on a busy machine every step takes longer."""
NOTHING_CITED = CitedText("", None, (), (), (), 0)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The outcome of answering from passages."""

    cited: CitedText = NOTHING_CITED
    refused: Refusal | None = None
    confidence: float | None = None
    """See `Answer.confidence`."""
    answered_by: str = "reader"
    dropped: tuple[Dropped, ...] = ()
    llm: LlmUse | None = None


def random_answer_id() -> str:
    """An id that can't be guessed, since it gives access to the answer."""
    return f"ans_{secrets.token_hex(12)}"


class Answerer:
    """Answers questions from one archive. Thread-safe."""

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
        """`writer`: answers by an LLM; without one the reader answers.

        `words`: most words of a medium-length answer to questions that one fact does not answer.
        `rewrite`: rewrites follow-up questions, before rules do; without it, rules alone.
        `clock`: seconds, for the receipt's timings. `new_id`: makes an id for each answer.
        `at_work`: held during CPU-bound steps, not while waiting for an LLM. A semaphore with few permits keeps many
        concurrent answers from slowing each other down at every step.
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
        """The answer, or a typed refusal, which is a result as well."""
        answer = next((event.answer for event in self.stream(question) if isinstance(event, Done)), None)
        assert answer is not None
        return answer

    def stream(self, question: Question) -> Generator[Event, None, None]:
        """The answer as a stream of events: each claim once it is verified, then exactly one `Done`.

        Closing the generator stops all work, including an LLM's. Errors of searching and reading are raised.
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
            unasked = self._writer is not None and style == "off"  # nothing is sent to a model then
            rewrite = None if unasked else self._rewrite
            prepared = prepare_question(question, self.searcher, rewrite, one_at_a_time=style == "off")
        question, understanding = prepared.question, prepared.understanding
        with self._working(timings, "retrieve"):
            if prepared.filters is None:
                found = retrieve(self.searcher, question)
                refused: Refusal | None = out_of_reach(question, found.passages)
            else:
                question = replace(question, filters=prepared.filters)
                found = retrieve(self.searcher, question)
                refused = not_covered(question, found.passages, self.searcher)
            refused = not_a_question(asked.text) or refused
        passages = tuple(_receipt_passage(ranked) for ranked in found.passages)
        yield Retrieved(answer_id, understanding, passages)
        said = _Outcome(refused=refused)
        if refused is None:
            said = yield from self._say(question, understanding.kind, found, timings, start)
        receipt = Receipt(
            index_snapshot=found.index_snapshot,
            encoder=self.searcher.encoder.name,
            reader=self.reader.name,
            prompt_sha256=prompt_sha256() if said.llm or prepared.rewritten or prepared.dropped else None,
            passages=passages,
            dropped=prepared.dropped + said.dropped,
            timings_ms=timings,
            llm=said.llm,
            rewritten=prepared.rewritten,
        )
        yield Done(self._compose(answer_id, asked, prepared, said, receipt))

    def _say(
        self, question: Question, kind: QuestionKind, found: Found, timings: dict[str, float], start: float
    ) -> Generator[Event, None, _Outcome]:
        """Answer from the passages: by the LLM if there is one and some of its output passes, else by the reader.

        Refuses if the passages don't support the question's premise, or if the LLM's answer to a question for a fact
        is too unlikely to be right.
        """
        with self._working(timings, "read"):
            reading = self._read(question, found)
        with self._working(timings, "compare"):
            disagreements = find_disagreements(question.text, kind, reading)
            premise = premise_of(question.text)
            failure = premise_failure(premise, found.passages) if premise else None
        if failure is not None:
            with self._working(timings, "refuse"):
                return _Outcome(refused=self._premise_refusal(failure, question, found), confidence=reading.confidence)
        answers = self._answers(question, reading)
        words = most_words(kind, question.length, self._words)
        said = _Outcome(confidence=reading.confidence)
        if self._writer is not None and reading.candidates and self._style(question) != "off":
            with self._timed(timings, "write"):  # includes the caller's time between two events
                left = partial(self._left, timings, start, question, answers)
                draft = self._draft(
                    question, kind, reading, disagreements, words, left, require_answer_evidence=not answers
                )
                cited = yield from stream_claims(draft, disagreements, kind, reading)
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
            choice = choose_sentences(reading, kind, words, self.searcher.archive, disagreeing_sentences(disagreements))
        with self._working(timings, "cite"):
            cited = self._related(cite(choice, disagreements), question)
        yield from events_of(cited)
        return replace(said, cited=cited, dropped=said.dropped + choice.dropped)

    def _draft(
        self,
        question: Question,
        kind: QuestionKind,
        reading: Reading,
        disagreements: Sequence[ValueDisagreement],
        words: int,
        left: Callable[[], float],
        *,
        require_answer_evidence: bool,
    ) -> AnswerDraft:
        assert self._writer is not None
        style = self._style(question)
        assert style != "off"
        return self._writer.draft(
            question,
            self._writer.context(reading, disagreements, self._writer.written_words(words, style, kind), left()),
            kind=kind,
            words=words,
            reading=reading,
            archive=self.searcher.archive,
            style=style,
            disagreements=disagreements,
            within=left(),  # loading a model to count tokens takes time, too
            require_answer_evidence=require_answer_evidence,
        )

    def _style(self, question: Question) -> LlmStyle:
        """The style asked for, else the LLM's default; `off`, the reader's answer, without an LLM."""
        return question.llm or (self._writer.profile.style if self._writer is not None else "off")

    def _left(self, timings: dict[str, float], start: float, question: Question, answers: bool) -> float:
        """Seconds that an LLM may take, less the time that the reader's answer would need as a fallback."""
        assert self._writer is not None
        spent = self._clock() - start
        left = self._writer.llm.server.timeout - spent - max(SPARE, SPARE_SHARE * spent)
        if not answers and without_window(question) is not None:  # a refusal searches and reads once more
            left -= (timings["retrieve"] + timings["read"]) / 1000
        return left

    def _read(self, question: Question, found: Found) -> Reading:
        kind = question_kind(question.text)
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

    def _premise_refusal(self, failure: PremiseFailure, question: Question, found: Found) -> Refusal:
        """The refusal for a premise that the passages contradict or don't mention."""
        return false_premise(failure.against, found.passages) if failure.against else self._not_said(question, found)

    def _not_said(self, question: Question, found: Found) -> Refusal:
        """The refusal if nothing that was read answers; says so if articles outside the time window do."""
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
        """Add the copies and corrections of each source, also those that the question's own filters exclude."""
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
        """Whether the reader's answer is good enough. Only questions for facts have a fitted threshold."""
        sure = question_kind(question.text) != "fact" or reading.confidence >= self.reader.calibration.threshold
        return bool(reading.candidates) and sure

    def _compose(
        self, answer_id: str, question: Question, prepared: PreparedQuestion, said: _Outcome, receipt: Receipt
    ) -> Answer:
        cited, understanding = said.cited, prepared.understanding
        short = cited.short_answer
        if short is not None and said.answered_by == "reader":  # an LLM's is checked where it is found
            sure = (said.confidence or 0.0) >= self.reader.calibration.short_answer
            short = short if sure and is_short_answer(understanding.standalone_question, short.text) else None
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
            gaps=_unanswered(prepared.gaps, cited.claims),
            refusal=said.refused,
            understanding=understanding,
            receipt=receipt,
            conversation_id=question.conversation.id if question.conversation else None,
        )

    @contextmanager
    def _working(self, timings: dict[str, float], stage: str) -> Iterator[None]:
        with self._timed(timings, stage), self._at_work:  # includes waiting for a permit
            yield

    @contextmanager
    def _timed(self, timings: dict[str, float], stage: str) -> Iterator[None]:
        start = self._clock()
        yield
        timings[stage] = round((self._clock() - start) * 1000, 3)


def _unanswered(gaps: Iterable[str], claims: Sequence[Claim]) -> tuple[str, ...]:
    """The further questions that no claim could answer; none beside a refusal."""
    return tuple(gap for gap in gaps if claims and not any(could_answer(gap, claim.text) for claim in claims))


def _receipt_passage(ranked: RankedPassage) -> ReceiptPassage:
    sha256 = hashlib.sha256(ranked.passage.text.encode()).hexdigest()
    return ReceiptPassage(ranked.passage.id, sha256, ranked.score, ranked.passage.span)
