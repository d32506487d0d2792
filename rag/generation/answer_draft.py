"""One answer by a language model, sentence by sentence, and what the receipt says of it.

A fact is said only where the answer can be believed. Knows nothing of claims and sources.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from index.errors import LlmError
from rag.answer import Dropped, LlmUse
from rag.citation import Sentence
from rag.generation.alignment import saying_most
from rag.generation.answer_confidence import AnswerConfidence, AnswerFeatures, features_of, yes_log_odds
from rag.generation.context import Context, Excerpt, ShownSentence, sentences_around
from rag.generation.llm import CompletionOptions, Llm
from rag.generation.markers import MarkedSentence
from rag.generation.prompts import Prompt, as_written, confirmation_prompt
from rag.generation.prose import Prose
from rag.generation.quotes import Quotes, pointed_at
from rag.generation.written import WrittenSentences
from rag.reading import Candidate, Reading

Style = Literal["quotes", "prose"]

CONFIRMING = 2
"""Sentences that a model is asked about, whether they state its answer."""
UNDECIDED = (0.03, 0.9)
"""Probabilities between which the model is asked; beyond them its yes would change little."""


@dataclass(frozen=True, slots=True)
class Judging:
    """What it takes to say how far an answer to a question for a fact can be believed."""

    question: str
    reading: Reading
    excerpts: tuple[Excerpt, ...]
    confidence: AnswerConfidence

    def nearest(self, written: str) -> list[ShownSentence]:
        """The `CONFIRMING` sentences that say most of it."""
        return saying_most(written, self.question, sentences_around(self.excerpts))[:CONFIRMING]

    def pointed(self, written: str) -> list[Candidate]:
        """See `Draft.pointed`."""
        return pointed_at(written, self.question, sentences_around(self.excerpts), self.reading)

    def features(self, written: str, confirmed: float | None) -> AnswerFeatures:
        """What tells whether what was written answers the question. `confirmed`: see `AnswerFeatures`."""
        return features_of(self.question, written, self.reading, sentences_around(self.excerpts), confirmed)


class Draft:
    """One answer by an LLM: iterate over its sentences once; None where nothing comes for a while.

    It never raises for what an LLM does: see `use`.
    """

    def __init__(
        self,
        llm: Llm,
        prompt: Prompt,
        question: str,
        style: Style,
        saying: Prose | Quotes,
        support_check: str,
        context: Context,
        judging: Judging | None,
        within: float | None,
        clock: Callable[[], float],
    ) -> None:
        self.question = question
        self.confidence: float | None = None
        """How far the answer can be believed, 0…1; None where it wasn't judged."""
        self.features: AnswerFeatures | None = None
        """What that was told by."""
        self.refused = False
        """Whether articles say it and it still can't be believed to answer, so that nothing is said."""
        self.pointed: list[Candidate] = []
        """Of a fact the sentences of the articles that say it, each with the words that answer."""
        self._llm = llm
        self._prompt = prompt
        self._style = style
        self._saying = saying
        self._support_check = support_check
        self._context = context
        self._judging = judging
        self._within = within
        self._clock = clock
        self._completion = llm.stream(prompt, within)
        self._written = WrittenSentences(self._completion, len(context.excerpts), prompt.system)
        self._asked = 0.0
        self._first_sentence: float | None = None
        self._said = 0
        self._fault: str | None = None

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """What was not said."""
        return (*self._saying.dropped, *self._written.dropped)

    @property
    def use(self) -> LlmUse:
        """For the receipt; final once the sentences have been iterated over."""
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

    def __iter__(self) -> Generator[Sentence | None, None, None]:
        with closing(self._sentences()) as sentences:
            for sentence in sentences:
                self._said += sentence is not None
                yield sentence
        if not self._said and not self.refused:
            self._fault = "none of its sentences passed" if self.dropped else "an empty completion"

    def _sentences(self) -> Generator[Sentence | None, None, None]:
        held: list[MarkedSentence] = []
        self._asked = self._clock()
        with closing(iter(self._written)) as written:
            for sentence in written:
                if sentence is None:
                    yield None
                    continue
                if self._first_sentence is None:
                    self._first_sentence = round((self._clock() - self._asked) * 1000, 3)
                held.append(sentence)
                if self._judging is None or (not self._judging.confidence.confirmed and self._believed(held)):
                    self._judging = None
                    for one in held:
                        yield from self._saying.say(one)
                    held = []
        if held and self._written.fault is None:
            if not self._believed(held):
                self.refused = bool(self.pointed)
                reason = "can't be believed to answer" if self.refused else "no sentence of the articles says it"
                self._saying.dropped += [Dropped(one.text, reason) for one in held]
                return
            for one in held:
                yield from self._saying.say(one)
        if not held or self._written.fault is None:
            yield from self._saying.rest()

    def _believed(self, held: Sequence[MarkedSentence]) -> bool:
        """Whether what was written so far answers the question, as far as can be told."""
        assert self._judging is not None
        text = " ".join(as_written(sentence.text) for sentence in held)
        self.features = self._judging.features(text, self._confirmed(text))
        self.confidence = self._judging.confidence.of(self.features)
        self.pointed = self._judging.pointed(text)
        return self.confidence >= self._judging.confidence.threshold

    def _confirmed(self, text: str) -> float | None:
        """The log-odds of the model's yes; None where it isn't asked, need not be, or doesn't say."""
        assert self._judging is not None
        confidence = self._judging.confidence
        if not confidence.confirmed:
            return None
        if not UNDECIDED[0] < confidence.of(self._judging.features(text, None)) < UNDECIDED[1]:
            return None
        prompt = confirmation_prompt(self.question, text, self._judging.nearest(text))
        options = CompletionOptions(max_tokens=1, top_logprobs=10)
        within = self._llm.server.timeout if self._within is None else self._within
        answer = self._llm.stream(prompt, within - (self._clock() - self._asked), options)
        try:
            for _ in answer:
                pass
        except LlmError:
            return None
        return yes_log_odds(answer.first_token)
