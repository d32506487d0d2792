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
from rag.generation.answer_confidence import AnswerConfidence, features_of, yes_log_odds
from rag.generation.context import Context, Excerpt, sentences_around
from rag.generation.llm import CompletionOptions, Llm
from rag.generation.markers import MarkedSentence
from rag.generation.prompts import Prompt, as_written, confirmation_prompt
from rag.generation.prose import Prose
from rag.generation.quotes import Quotes, pointed_at
from rag.generation.written import WrittenSentences
from rag.reading import Candidate, Reading

Style = Literal["quotes", "prose"]


@dataclass(frozen=True, slots=True)
class Judging:
    """What it takes to say how far an answer to a question for a fact can be believed."""

    question: str
    reading: Reading
    excerpts: tuple[Excerpt, ...]
    confidence: AnswerConfidence

    def pointed(self, written: str) -> list[Candidate]:
        """See `Draft.pointed`."""
        return pointed_at(written, self.question, sentences_around(self.excerpts), self.reading)

    def of(self, written: str, confirmed: float | None) -> float:
        """The probability that what was written answers the question, 0…1. `confirmed`: see `AnswerFeatures`."""
        features = features_of(self.question, written, self.reading, sentences_around(self.excerpts), confirmed)
        return self.confidence.of(features)


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
        self.refused = False
        """Whether it can't be believed, so that nothing is said."""
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
        asked = self._clock()
        with closing(iter(self._written)) as written:
            for sentence in written:
                if sentence is None:
                    yield None
                    continue
                if self._first_sentence is None:
                    self._first_sentence = round((self._clock() - asked) * 1000, 3)
                held.append(sentence)
                if self._judging is None or (not self._judging.confidence.confirmed and self._believed(held)):
                    self._judging = None
                    for one in held:
                        yield from self._saying.say(one)
                    held = []
        if held and self._written.fault is None:
            if not self._believed(held):
                self.refused = True
                self._saying.dropped += [Dropped(one.text, "can't be believed to answer") for one in held]
                return
            for one in held:
                yield from self._saying.say(one)
        if not held or self._written.fault is None:
            yield from self._saying.rest()

    def _believed(self, held: Sequence[MarkedSentence]) -> bool:
        """Whether what was written so far answers the question, as far as can be told."""
        assert self._judging is not None
        text = " ".join(as_written(sentence.text) for sentence in held)
        confirmed = self._confirmed(" ".join(sentence.text for sentence in held))
        self.confidence = self._judging.of(text, confirmed)
        self.pointed = self._judging.pointed(text)
        return self.confidence >= self._judging.confidence.threshold

    def _confirmed(self, completion: str) -> float | None:
        """The log-odds of the model's yes; None where it isn't asked, or doesn't say."""
        assert self._judging is not None
        if not self._judging.confidence.confirmed:
            return None
        options = CompletionOptions(max_tokens=1, top_logprobs=10)
        answer = self._llm.stream(confirmation_prompt(self._prompt, completion), self._within, options)
        try:
            for _ in answer:
                pass
        except LlmError:
            return None
        return yes_log_odds(answer.first_token)
