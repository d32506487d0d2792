"""One answer by a language model, sentence by sentence, and what the receipt says of it.

A fact is said only where it is likely to be right. Knows nothing of claims and sources.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from dateline.index.errors import LlmError
from dateline.rag.answer import Dropped, LlmUse
from dateline.rag.citation import Sentence
from dateline.rag.generation.alignment import saying_most
from dateline.rag.generation.answer_confidence import AnswerConfidence, AnswerFeatures, features_of
from dateline.rag.generation.context import Context, ShownSentence
from dateline.rag.generation.llm import CompletionOptions, Llm
from dateline.rag.generation.markers import MarkedSentence
from dateline.rag.generation.prompts import Prompt, as_written, confirmation_prompt
from dateline.rag.generation.prose import Prose
from dateline.rag.generation.quotes import Quotes, pointed_at
from dateline.rag.generation.written import WrittenSentences
from dateline.rag.generation.yes_no import yes_log_odds
from dateline.rag.reading import Candidate, Reading

Style = Literal["quotes", "prose"]

CONFIRMING = 2
"""Sentences that a model is asked about, whether they state its answer."""


@dataclass(frozen=True, slots=True)
class AnswerJudge:
    """What it takes to tell how likely an answer to a question for a fact is right."""

    question: str
    reading: Reading
    sentences: Sequence[ShownSentence]
    """That the answer may be found in."""
    confidence: AnswerConfidence

    def features(self, written: str, confirmed: float | None) -> AnswerFeatures:
        """See `AnswerFeatures`."""
        return features_of(self.question, written, self.reading, self.sentences, confirmed)

    def undecided(self, written: str) -> bool:
        """Whether the model's own yes or no can change the verdict."""
        least, most = self.confidence.undecided
        return self.confidence.confirmed and least < self.confidence.of(self.features(written, None)) < most

    def confirmation(self, written: str) -> Prompt:
        """What the model is asked then: about the `CONFIRMING` sentences that say most of it."""
        nearest = saying_most(written, self.question, self.sentences)[:CONFIRMING]
        return confirmation_prompt(self.question, written, nearest)

    def aligned(self, written: str) -> list[Candidate]:
        """See `Draft.aligned`."""
        return pointed_at(written, self.question, self.sentences, self.reading)


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
        renderer: Prose | Quotes,
        support_check: str,
        context: Context,
        within: float | None,
        clock: Callable[[], float],
        judge: AnswerJudge | None = None,
        answers: Callable[[str], bool] | None = None,
    ) -> None:
        """`judge`: nothing is said before it has accepted the whole of what was written. `answers`: nothing is said
        before a sentence that passes it. None: every sentence is said as it comes.
        """
        self.question = question
        self.confidence: float | None = None
        """The probability that the answer is right, 0…1; None where it wasn't judged."""
        self.features: AnswerFeatures | None = None
        """What the confidence is made of."""
        self.refused = False
        """Whether its answer stands in the articles and is too unlikely to be right, so that nothing is said."""
        self.aligned: list[Candidate] = []
        """Of a fact the sentences of the articles that say it, each with the words that answer."""
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
        self._written = WrittenSentences(self._completion, len(context.excerpts), prompt.system)
        self._asked = 0.0
        self._first_sentence: float | None = None
        self._said = 0
        self._fault: str | None = None

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """What was not said."""
        return (*self._renderer.dropped, *self._written.dropped)

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
        if not self._said and not self.refused and self._fault is None:
            self._fault = "none of its sentences passed" if self.dropped else "an empty completion"

    def _sentences(self) -> Generator[Sentence | None, None, None]:
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
        if pending and not (yield from self._accepted(pending)):
            return
        for one in pending:
            yield from self._renderer.render(one)
        yield from self._renderer.remaining()

    def _may_answer(self, sentence: MarkedSentence) -> bool:
        """Whether it could be the answer, where that is in doubt; behind the first such one every sentence goes out."""
        if self._answers is not None and self._answers(as_written(sentence.text)):
            self._answers = None
        return self._answers is None

    def _accepted(self, pending: Sequence[MarkedSentence]) -> Generator[None, None, bool]:
        """Whether what waits for it is likely enough to be right; None while the model is asked to confirm it."""
        text = " ".join(as_written(sentence.text) for sentence in pending)
        if self._judge is None:
            self._fault = "none of its sentences answers the question"
            self._renderer.dropped += [Dropped(one.text, "does not answer the question") for one in pending]
            return False
        confirmed = None
        if self._written.fault is None and self._judge.undecided(text):
            confirmed = yield from self._confirmed(self._judge.confirmation(text))
        self.features = self._judge.features(text, confirmed)
        self.confidence = self._judge.confidence.of(self.features)
        self.aligned = self._judge.aligned(text)
        if self.confidence >= self._judge.confidence.threshold:
            return True
        self.refused = bool(self.aligned) and self._written.fault is None
        reason = "too unlikely to be the answer" if self.aligned else "no sentence of the articles says it"
        self._renderer.dropped += [Dropped(one.text, reason) for one in pending]
        return False

    def _confirmed(self, prompt: Prompt) -> Generator[None, None, float | None]:
        """The log-odds of the model's yes; None where it doesn't say, or there is no time left."""
        options = CompletionOptions(max_tokens=1, top_logprobs=10)
        within = self._llm.server.timeout if self._within is None else self._within
        answer = self._llm.stream(prompt, within - (self._clock() - self._asked), options)
        try:
            with closing(iter(answer)) as pieces:
                for piece in pieces:
                    if not piece:
                        yield None
        except LlmError:
            return None
        return yes_log_odds(answer.first_token)
