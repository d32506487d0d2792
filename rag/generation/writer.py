"""Answers by a language model: what it is shown, what it is asked, and what of its completion is said.

Two styles over one completion: `quotes` says the sentences of the articles that the model points at, `prose` its own
sentences as far as they are borne out. A fact is said only where the answer can be believed. Knows nothing of the
reader's answer, which stands in where nothing is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.archive import Archive
from index.errors import LlmError
from rag.answer import Claim, Dropped, Kind, LlmUse, ShortAnswer
from rag.asked import has_what_is_wanted
from rag.citation import CitedText, Citing, Sentence
from rag.disagreement import Contest, contested
from rag.events import ClaimVerified, DisagreementFound, Event, Waiting
from rag.generation.answer_confidence import AnswerConfidence, features_of, yes_log_odds
from rag.generation.context import BESIDE, Excerpt, select_context, sentences_around
from rag.generation.llm import CompletionOptions, Llm
from rag.generation.markers import MarkedSentence
from rag.generation.prompts import Instructions, Prompt, about, answer_prompt, as_written, confirmation_prompt
from rag.generation.prose import Prose
from rag.generation.quotes import Quotes, pointed_at
from rag.generation.written import WrittenSentences
from rag.grouping import day_told, headings_in_order
from rag.question import LlmStyle, Question
from rag.reading import Candidate, Reading
from rag.support import SupportCheck

Style = Literal["quotes", "prose"]

SHORT_ANSWERS = 3
"""Of the reader's best sentences, those whose direct answer may be that of the LLM's."""
NO_LIMIT: AbstractContextManager[object] = nullcontext()
"""Every answer may be at work."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind of model is asked: chosen by measuring (docs/decisions.md, 2026-11-30)."""

    style: LlmStyle
    """Of answers to questions that ask for none."""
    instructions: Instructions
    context_tokens: int
    """The most that the excerpts may take of a prompt."""
    beside: int
    """See `rag.generation.context.select_context`."""
    confirms: bool
    """Whether the model is asked whether the excerpts state its answer. Takes token probabilities, and is cheap only
    where the server keeps what it has read."""


HOSTED = Manner("prose", "cited", context_tokens=2_600, beside=1_000, confirms=False)
"""Of a model behind an address: whole passages; with the instructions and the completion they fit in 4,096 tokens."""
LOCAL = Manner("quotes", "brief", context_tokens=450, beside=BESIDE, confirms=True)
"""Of a small model on this machine, which reads some 90 tokens a second."""


LEAST_CONTEXT = 120
"""Tokens that are shown however slow the model is: a few sentences."""
PROMPT_TOKENS, COMPLETION_TOKENS = 150, 60
"""What a prompt takes beside the excerpts, where its beginning has to be read, and an answer of a sentence or two."""
CAUTION = 0.8
"""The share of its usual speed that is counted on."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a model is shown."""

    excerpts: tuple[Excerpt, ...]
    shortened_to: int | None = None
    """Tokens that there was time for; None: as many as usual."""

    @property
    def passages(self) -> tuple[str, ...]:
        """Ids of the passages that something is shown of, in order."""
        return tuple(passage.id for excerpt in self.excerpts for passage in excerpt.passages)


class LlmWriter:
    """Answers by an LLM over excerpts of articles. Safe for threads."""

    def __init__(
        self,
        llm: Llm,
        support: SupportCheck,
        *,
        manner: Manner = HOSTED,
        at_work: AbstractContextManager[object] = NO_LIMIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`at_work`: held while sentences are checked or looked for, as `Answerer` holds it. `clock`: seconds."""
        self.llm = llm
        self.support = support
        self.manner = manner
        self._confidence = AnswerConfidence(confirmed=manner.confirms)
        self._at_work = at_work
        self._clock = clock

    def context(self, reading: Reading, contests: Sequence[Contest], within: float | None = None) -> Context:
        """The excerpts to answer from: those of contested sentences, then those of the best ones.

        `within`: seconds that the answer may take. Where the model is known to be too slow to read the usual number of
        tokens in that time, it is shown fewer.
        """
        by_score = sorted(reading.candidates, key=lambda candidate: candidate.score, reverse=True)
        candidates = list({one.place: one for one in (*contested(contests), *by_score)}.values())
        most = self.manner.context_tokens
        affordable = self._affordable_tokens(within)
        tokens = most if affordable is None else max(LEAST_CONTEXT, min(most, affordable))
        excerpts = select_context(candidates, tokens, self.llm.count_all, header=about, beside=self.manner.beside)
        return Context(excerpts, shortened_to=tokens if tokens < most else None)

    def draft(
        self,
        question: Question,
        context: Context,
        *,
        kind: Kind,
        words: int,
        reading: Reading,
        archive: Archive,
        style: Style,
        contests: Sequence[Contest] = (),
        within: float | None = None,
    ) -> Draft:
        """An answer in at most `words` words; the LLM is asked when it is iterated over.

        `within`: seconds that it may take; None: as long as the LLM's server may.
        """
        prompt = answer_prompt(
            question, context.excerpts, kind=kind, words=words, instructions=self.manner.instructions
        )
        saying: Prose | Quotes
        if style == "prose":
            saying = Prose(self.support, context.excerpts, words, self._at_work)
        else:
            saying = Quotes(
                question.text, kind, reading, context.excerpts, archive, words, self._at_work, contested(contests)
            )
        judging = Judging(question.text, reading, context.excerpts, self._confidence) if kind == "fact" else None
        return Draft(
            self.llm, prompt, question.text, style, saying, self.support.name, context, judging, within,
            self._clock,
        )

    def _affordable_tokens(self, within: float | None) -> int | None:
        """Tokens of excerpts that can be read in the time; None: as many as there are, as far as is known."""
        speed = self.llm.speed
        if speed is None or within is None:
            return None
        return int((within - speed.seconds(PROMPT_TOKENS, COMPLETION_TOKENS)) * speed.prompt * CAUTION)


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
        self._written = WrittenSentences(self._completion, len(context.excerpts))
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
            prompt_tokens_per_second=timings and round(timings.prompt_per_second, 1),
            completion_tokens_per_second=timings and round(timings.completion_per_second, 1),
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


def written(
    draft: Draft, contests: Sequence[Contest], kind: Kind, reading: Reading
) -> Generator[Event, None, CitedText]:
    """The draft's sentences as claims, then the disagreements; returns all of it. Without a claim there is nothing.

    Whether claims are of several periods is known behind the last one: headings are only on those that are returned.
    """
    citing = Citing()
    days: list[list[date | None]] = []
    with closing(iter(draft)) as sentences:
        for sentence in sentences:
            if sentence is None:
                yield Waiting()
                continue
            claim = citing.claim(sentence.text, sentence.quoted, sentence.support)
            days.append([day_told(each.text, each.passage.article) for each in sentence.quoted])
            yield ClaimVerified(claim, citing.new_sources())
    claims = citing.cited(None).claims
    for contest in contests if claims else ():
        disagreement = citing.disagreement(contest)
        yield DisagreementFound(disagreement, citing.new_sources())
    citing.put_headings(headings_in_order(days))
    return citing.cited(_short_answer(draft, reading, claims) if kind == "fact" else None)


def _short_answer(draft: Draft, reading: Reading, claims: Sequence[Claim]) -> ShortAnswer | None:
    """The words that answer, of the kind asked for, if a claim has them and cites the place where they stand.

    They are those that the model points at, else those that the reader finds.
    """
    for candidate in (*draft.pointed, *reading.candidates[:SHORT_ANSWERS]):
        if candidate.answer is None:
            continue
        article, place = candidate.passage.article, candidate.answer
        words = place.of(article.text)
        if not has_what_is_wanted(draft.question, words):
            continue
        for claim in claims:
            cited = any(
                citation.article_id == article.id
                and citation.source_span.start <= place.start
                and place.end <= citation.source_span.end
                for citation in claim.citations
            )
            if cited and words.casefold() in claim.text.casefold():
                return ShortAnswer(words, claim.id, place)
    return None
