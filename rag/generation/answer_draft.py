"""An answer by a language model, sentence by sentence, with its record for the receipt.

A fact is given only if it is likely to be right. Knows nothing of claims and sources.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from dateline.rag.answer import Dropped, LlmUse
from dateline.rag.citation import CitedSentence
from dateline.rag.generation.answer_confidence import AnswerConfidence, AnswerFeatures, features_of
from dateline.rag.generation.completion_sentences import CompletionSentences
from dateline.rag.generation.context import Context, ShownSentence
from dateline.rag.generation.llm import Llm
from dateline.rag.generation.markers import MarkedSentence
from dateline.rag.generation.prompts import Prompt, as_written
from dateline.rag.generation.prose import Prose
from dateline.rag.generation.quotes import Quotes, aligned_candidates
from dateline.rag.reading.passages import Candidate, Reading

Style = Literal["quotes", "prose"]


@dataclass(frozen=True, slots=True)
class AnswerJudge:
    """Judges how likely an answer to a question for a fact is right."""

    question: str
    reading: Reading
    sentences: Sequence[ShownSentence]
    """Sentences that may say the answer."""
    confidence: AnswerConfidence

    def judge(self, written: str) -> tuple[list[Candidate], AnswerFeatures]:
        """The articles' sentences that say it, and the features of its confidence."""
        aligned = aligned_candidates(written, self.question, self.sentences, self.reading)
        return aligned, features_of(self.question, written, aligned, self.reading)


class AnswerDraft:
    """An answer by an LLM. Iterate over its sentences once; yields None if nothing comes for a while.

    Faults of the LLM don't raise, but are recorded in `use`.
    """

    def __init__(
        self,
        llm: Llm,
        prompt: Prompt,
        question: str,
        style: Style,
        renderer: Prose | Quotes,
        support_check: str,
        context: Context,
        within: float | None,
        clock: Callable[[], float],
        judge: AnswerJudge | None = None,
        answers: Callable[[str], bool] | None = None,
    ) -> None:
        """`judge`: must accept the whole completion before any sentence is emitted. `answers`: no sentence is emitted
        before one that passes it. With neither, sentences are emitted as they come.
        """
        self.question = question
        self.confidence: float | None = None
        """The probability that the answer is right, 0…1; None if it was not judged."""
        self.features: AnswerFeatures | None = None
        """The features of the confidence."""
        self.refused = False
        """Whether the articles have its answer, but it was refused as too unlikely to be right."""
        self.aligned: list[Candidate] = []
        """For a fact, the articles' sentences that say it, each with its answer span."""
        self._llm = llm
        self._prompt = prompt
        self._style = style
        self._renderer = renderer
        self._support_check = support_check
        self._context = context
        self._judge = judge
        self._answers = answers
        self._within = within
        self._clock = clock
        self._completion = llm.stream(prompt, within)
        self._written = CompletionSentences(self._completion, len(context.excerpts), prompt.system)
        self._asked = 0.0
        self._first_sentence: float | None = None
        self._said = 0
        self._fault: str | None = None

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """Sentences and markers that were not emitted."""
        return (*self._renderer.dropped, *self._written.dropped)

    @property
    def use(self) -> LlmUse:
        """The record for the receipt; final once all sentences were iterated over."""
        timings = self._completion.timings
        return LlmUse(
            model=self._llm.name,
            style=self._style,
            support_check=self._support_check if self._style == "prose" else None,
            passages=self._context.passages,
            finish_reason=self._completion.finish_reason,
            fault=self._written.fault or self._fault,
            prompt_tokens=self._completion.prompt_tokens,
            cached_tokens=self._completion.cached_tokens,
            completion_tokens=self._completion.completion_tokens,
            prompt_tokens_per_second=None if timings is None else round(timings.prompt_per_second, 1),
            completion_tokens_per_second=None if timings is None else round(timings.completion_per_second, 1),
            first_sentence_ms=self._first_sentence,
            shortened_to=self._context.shortened_to,
        )

    def __iter__(self) -> Generator[CitedSentence | None, None, None]:
        with closing(self._sentences()) as sentences:
            for sentence in sentences:
                self._said += sentence is not None
                yield sentence
        if not self._said and not self.refused and self._fault is None:
            self._fault = "none of its sentences passed" if self.dropped else "an empty completion"

    def _sentences(self) -> Generator[CitedSentence | None, None, None]:
        pending: list[MarkedSentence] = []
        self._asked = self._clock()
        with closing(iter(self._written)) as written:
            for sentence in written:
                if sentence is None:
                    yield None
                    continue
                if self._first_sentence is None:
                    self._first_sentence = round((self._clock() - self._asked) * 1000, 3)
                pending.append(sentence)
                if self._judge is None and self._may_answer(sentence):
                    for one in pending:
                        yield from self._renderer.render(one)
                    pending = []
        if pending and not self._accepted(pending):
            return
        for one in pending:
            yield from self._renderer.render(one)
        yield from self._renderer.remaining()

    def _may_answer(self, sentence: MarkedSentence) -> bool:
        """Whether a sentence may be emitted: all are, after the first that could be the answer."""
        if self._answers is not None and self._answers(as_written(sentence.text)):
            self._answers = None
        return self._answers is None

    def _accepted(self, pending: Sequence[MarkedSentence]) -> bool:
        """Whether the pending sentences are likely enough to be right."""
        text = " ".join(as_written(sentence.text) for sentence in pending)
        if self._judge is None:
            self._fault = "none of its sentences answers the question"
            self._renderer.dropped += [Dropped(one.text, "does not answer the question") for one in pending]
            return False
        self.aligned, self.features = self._judge.judge(text)
        self.confidence = self._judge.confidence.of(self.features)
        if self.confidence >= self._judge.confidence.threshold:
            return True
        self.refused = bool(self.aligned) and self._written.fault is None
        reason = "too unlikely to be the answer" if self.aligned else "no sentence of the articles says it"
        self._renderer.dropped += [Dropped(one.text, reason) for one in pending]
        return False
