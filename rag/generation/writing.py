"""The LLM's half of an answer: passages are offered, and of the completion only supported sentences are let out.

A sentence that fails for its citation alone is checked once more against all passages; any other goes into the receipt.
Knows nothing of the reader's answer, which stands in where nothing is left.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from datetime import date

from index.archive import StoredPassage
from index.errors import LlmError
from rag.answer import Claim, Dropped, Kind, LlmUse, ShortAnswer, Support
from rag.asked import could_answer
from rag.citation import CitedText, Citing, Quoted
from rag.disagreement import Contest
from rag.draft import speaks_of_itself, without_lead
from rag.events import ClaimVerified, DisagreementFound, Event, Waiting
from rag.grouping import day_told, headings_in_order
from rag.generation.llm import Completion, Llm
from rag.generation.markers import MarkedSentence, SentenceStream
from rag.generation.prompts import NOT_IN_PASSAGES, answer_prompt, as_written
from rag.question import Question
from rag.quoting import misquoted
from rag.reading import Reading
from rag.support import SupportCheck, Verdict

MOST_OFFERED = 10
"""Passages that are offered."""
OFFERED_TOKENS = 2_600
"""What they may take; with the instructions and the completion it fits in the 4,096 that small servers have."""
CHARS_PER_TOKEN = 4
"""Of English, roughly, in all vocabularies of today."""
SHORT_ANSWERS = 3
"""Of the reader's best sentences, those whose direct answer may be that of the LLM's."""
ENDS = (".", "!", "?", "…", "”", '"')
NO_LIMIT: AbstractContextManager[object] = nullcontext()
"""Every answer may be at work."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that has passed."""

    text: str
    quoted: tuple[Quoted, ...]
    support: Support


class LlmWriter:
    """Answers by an LLM over numbered passages. Safe for threads."""

    def __init__(
        self,
        llm: Llm,
        support: SupportCheck,
        *,
        new_nonce: Callable[[], str] = lambda: secrets.token_hex(8),
        at_work: AbstractContextManager[object] = NO_LIMIT,
    ) -> None:
        """`new_nonce`: what delimiters carry, fresh for each question and not to be guessed.

        `at_work`: held while a sentence is checked, as `Answerer` holds it.
        """
        self.llm = llm
        self.support = support
        self._new_nonce = new_nonce
        self._at_work = at_work

    def draft(
        self,
        question: Question,
        passages: Sequence[StoredPassage],
        words: int,
        *,
        within: float | None = None,
        doubted: bool = False,
    ) -> Draft:
        """An answer in at most `words` words over `passages`; the LLM is asked when it is iterated over.

        `within`: seconds that it may take; None: as long as the LLM's server may. `doubted`: the reader finds that the
        passages don't answer. No sentence goes out then before there is one that could be an answer.
        """
        prompt = answer_prompt(question, passages, words=words, nonce=(nonce := self._new_nonce()))
        return Draft(
            self.llm.name,
            self.llm.stream(prompt, within),
            self.support,
            passages,
            words,
            nonce,
            (lambda sentence: could_answer(question.text, sentence)) if doubted else None,
            self._at_work,
        )


class Draft:
    """One answer by an LLM: iterate over its sentences once; None where nothing comes for a while.

    It never raises for what an LLM does: see `use`.
    """

    def __init__(
        self,
        model: str,
        completion: Completion,
        support: SupportCheck,
        passages: Sequence[StoredPassage],
        words: int,
        nonce: str,
        answering: Callable[[str], bool] | None = None,
        at_work: AbstractContextManager[object] = NO_LIMIT,
    ) -> None:
        """`answering`: without a sentence that passes it nothing goes out; None: every sentence may.

        `at_work`: held while a sentence is checked.
        """
        self.dropped: list[Dropped] = []
        """What was not let out, so far."""
        self._model = model
        self._completion = completion
        self._support = support
        self._passages = passages
        self._words = words
        self._nonce = nonce
        self._answering = answering
        self._at_work = at_work
        self._held: list[Sentence] = []
        self._said: dict[str, int] = {}
        self._fault: str | None = None

    @property
    def use(self) -> LlmUse:
        """For the receipt; final once the sentences have been iterated over."""
        return LlmUse(
            model=self._model,
            support_check=self._support.name,
            passages=tuple(passage.id for passage in self._passages),
            finish_reason=self._completion.finish_reason,
            fault=self._fault,
            prompt_tokens=self._completion.prompt_tokens,
            completion_tokens=self._completion.completion_tokens,
        )

    def __iter__(self) -> Generator[Sentence | None, None, None]:
        with closing(self._sentences()) as sentences:
            for sentence in sentences:
                if sentence is None:
                    yield None
                    continue
                if self._nonce in sentence.text:
                    self._fault = "it repeats its prompt"
                    break
                if NOT_IN_PASSAGES in sentence.text:
                    self._fault = "it says that the passages do not answer"
                    break
                if self._completion.late:  # checking takes time, too
                    from rag.generation.llm_faults import too_slow

                    self._fault = self._fault or too_slow().message
                    break
                with self._at_work:
                    checked = self._checked(sentence)
                if isinstance(checked, Dropped):
                    self.dropped.append(checked)
                else:
                    self._said[checked.text] = len(checked.text.split())
                    yield from self._released(checked)
        if self._held:
            self.dropped += [Dropped(sentence.text, "does not answer the question") for sentence in self._held]
            self._fault = self._fault or "none of its sentences answers the question"
        if self._fault is None and not self._said:
            self._fault = "none of its sentences passed" if self.dropped else "an empty completion"

    def _released(self, sentence: Sentence) -> Iterator[Sentence]:
        """The sentence, and those that were held back before it, unless none of them could be the answer."""
        self._held.append(sentence)
        if self._answering is None or self._answering(sentence.text):
            self._answering = None
            held, self._held = self._held, []
            yield from held

    def _sentences(self) -> Generator[MarkedSentence | None, None, None]:
        """The completion's whole sentences; one that was cut short is dropped."""
        stream = SentenceStream(len(self._passages))
        try:
            with closing(iter(self._completion)) as pieces:
                for piece in pieces:
                    if not piece:
                        yield None
                    yield from stream.feed(piece)
        except LlmError as error:
            self._fault = error.message
        whole = self._completion.finish_reason == "stop"
        for sentence in stream.finish():
            if whole or sentence.text.endswith(ENDS):
                yield sentence
            else:
                self.dropped.append(Dropped(sentence.text, "it was not finished"))

    def _checked(self, sentence: MarkedSentence) -> Sentence | Dropped:
        """The sentence with what bears it out, or why it is not let out."""
        text = without_lead(as_written(sentence.text))  # "passage 2" is the model's number, nobody else's
        self.dropped += [Dropped(f"[{number}]", "no such passage was offered") for number in sentence.unknown]
        if text in self._said:
            return Dropped(text, "says what is already said")
        if self._said and sum(self._said.values()) + len(text.split()) > self._words:
            return Dropped(text, "more than was asked for")
        if speaks_of_itself(text) or text.endswith("?"):
            return Dropped(text, "claims nothing")
        cited: Sequence[StoredPassage] = [self._passages[number - 1] for number in sentence.numbers]
        verdict = self._support.check(text, cited) if cited else None
        if verdict is None or not _holds(verdict):
            repaired = self._support.check(text, self._passages)
            if not _holds(repaired):
                reason = (verdict or repaired).reason or (verdict or repaired).label
                return Dropped(text, reason)
            self.dropped += [Dropped(f"[{number}]", f"does not bear out: {text}") for number in sentence.numbers]
            cited, verdict = self._passages, repaired
        words = misquoted(text, [cited[span.passage].text for span in verdict.spans])
        if words is not None:
            return Dropped(text, f"not quoted word for word: {words}")
        quoted = tuple(Quoted(cited[span.passage], span.span) for span in verdict.spans)
        return Sentence(text, quoted, Support(verdict.label, round(verdict.score, 4), verdict.method))


def _holds(verdict: Verdict) -> bool:
    return verdict.label == "supported" and bool(verdict.spans)


def offered(reading: Reading, contests: Sequence[Contest]) -> list[StoredPassage]:
    """The passages to write from: those of contested sentences, then those of the best sentences, within the budget."""
    contested = [stand.sentences[0] for contest in contests for stand in contest.stands]
    best = sorted(reading.candidates, key=lambda candidate: candidate.score, reverse=True)
    chosen: list[StoredPassage] = []
    left = OFFERED_TOKENS * CHARS_PER_TOKEN
    for passage in {one.passage.id: one.passage for one in (*contested, *best)}.values():
        if len(chosen) < MOST_OFFERED and len(passage.text) <= left:
            chosen.append(passage)
            left -= len(passage.text)
    return chosen


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
    return citing.cited(_short_answer(reading, claims) if kind == "fact" else None)


def _short_answer(reading: Reading, claims: Sequence[Claim]) -> ShortAnswer | None:
    """The reader's direct answer, if a claim has its words and cites the place where they stand."""
    for candidate in reading.candidates[:SHORT_ANSWERS]:
        if candidate.answer is None:
            continue
        article, place = candidate.passage.article, candidate.answer
        words = place.of(article.text)
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
