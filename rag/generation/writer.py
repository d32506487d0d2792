"""Answers by a language model: selects its context, makes its prompt and renders its completion in a style.

The style `quotes` gives the articles' sentences that the model's output points to; `prose` gives the model's own
sentences that are supported. Knows nothing of the reader's answer, which is the fallback.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial

from dateline.index.archive import Archive
from dateline.rag.answer import QuestionKind
from dateline.rag.disagreements.disagreement import ValueDisagreement, disagreeing_sentences
from dateline.rag.generation.answer_confidence import AnswerConfidence
from dateline.rag.generation.answer_draft import AnswerDraft, AnswerJudge, Style
from dateline.rag.generation.context import Context, select_context, sentences_around
from dateline.rag.generation.llm import Llm
from dateline.rag.generation.llm_profile import HOSTED, LlmProfile
from dateline.rag.generation.prompts import about, answer_prompt
from dateline.rag.generation.prose import Prose
from dateline.rag.generation.quotes import Quotes
from dateline.rag.question import Question
from dateline.rag.reading.passages import Reading
from dateline.rag.reading.question_features import could_answer
from dateline.rag.verification.support import SupportCheck

NO_LIMIT: AbstractContextManager[object] = nullcontext()
"""No limit on concurrent work."""
LEAST_CONTEXT = 120
"""Least tokens of excerpts, however slow the model is: a few sentences."""
PROMPT_TOKENS = 150
"""Tokens of a prompt other than its excerpts, if its beginning is not cached."""
INSTRUCTION_TOKENS = 100
"""Tokens of instructions and turn markers not included there."""
TOKENS_PER_WORD = 1.5
"""Average for English that a model writes, with names and figures."""
MOST_WORDS_TO_POINT = 90
"""Most words asked for in the style `quotes`: enough to point to a longer answer."""
SHORT_ANSWER_WORDS = 12
"""The same where only the words that answer are asked for: usually two or three, at times a whole sentence."""
CAUTION = 0.8
"""The share of the measured speed that is relied on."""


class LlmWriter:
    """Answers by an LLM from excerpts of articles. Thread-safe."""

    def __init__(
        self,
        llm: Llm,
        support: SupportCheck,
        *,
        profile: LlmProfile = HOSTED,
        confidence: AnswerConfidence | None = None,
        at_work: AbstractContextManager[object] = NO_LIMIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`confidence`: None for the fitted one.

        `at_work`: held while sentences are checked or aligned, as in `Answerer`. `clock`: seconds.
        """
        self.llm = llm
        self.support = support
        self.profile = profile
        self._confidence = confidence or AnswerConfidence()
        self._at_work = at_work
        self._clock = clock

    def context(
        self, reading: Reading, disagreements: Sequence[ValueDisagreement], words: int = 0, within: float | None = None
    ) -> Context:
        """The excerpts to answer from: those of disagreeing sentences, then those of the best ones.

        `words`: most words of the answer. `within`: most seconds. A model that is too slow to read the usual number of
        tokens in that time is shown fewer.
        """
        by_score = sorted(reading.candidates, key=lambda candidate: candidate.score, reverse=True)
        candidates = list({one.place: one for one in (*disagreeing_sentences(disagreements), *by_score)}.values())
        most = self._most_tokens(words)
        affordable = self._affordable_tokens(words, within)
        tokens = most if affordable is None else max(LEAST_CONTEXT, min(most, affordable))
        excerpts = select_context(candidates, tokens, self.llm.count_all, header=about, beside=self.profile.beside)
        return Context(excerpts, shortened_to=tokens if tokens < most else None)

    def draft(
        self,
        question: Question,
        context: Context,
        *,
        kind: QuestionKind,
        words: int,
        reading: Reading,
        archive: Archive,
        style: Style,
        disagreements: Sequence[ValueDisagreement] = (),
        within: float | None = None,
        require_answer_evidence: bool = False,
    ) -> AnswerDraft:
        """An answer in at most `words` words; the LLM is asked when it is iterated over.

        `within`: most seconds; None for the server's timeout. `require_answer_evidence`: the reader found no answer in
        the excerpts, so unless a judge decides, no sentence is emitted before one that could be an answer.
        """
        instructions = self.profile.instructions
        prompt = answer_prompt(
            question,
            context.excerpts,
            form="short_answer" if self._is_short(style, kind) else kind,
            words=self.written_words(words, style, kind),
            instructions=instructions,
        )
        renderer: Prose | Quotes
        if style == "prose":
            renderer = Prose(self.support, context.excerpts, words, self._at_work)
        else:
            renderer = Quotes(
                question.text,
                kind,
                reading,
                context.excerpts,
                archive,
                words,
                self._at_work,
                disagreeing_sentences(disagreements),
            )
        judge = answers = None
        if kind == "fact" and self.profile.judged:
            judge = AnswerJudge(question.text, reading, sentences_around(context.excerpts), self._confidence)
        elif require_answer_evidence:
            answers = partial(could_answer, question.text)
        return AnswerDraft(
            self.llm,
            prompt,
            question.text,
            style,
            renderer,
            self.support.name,
            context,
            within,
            self._clock,
            judge,
            answers,
        )

    def written_words(self, words: int, style: Style, kind: QuestionKind) -> int:
        """The number of words to expect of the model, if the answer may have `words`."""
        if self._is_short(style, kind):
            return SHORT_ANSWER_WORDS
        return words if style == "prose" else min(words, MOST_WORDS_TO_POINT)

    def _is_short(self, style: Style, kind: QuestionKind) -> bool:
        """Whether only the words that answer are asked for: a judge must then decide whether they do."""
        return style == "quotes" and kind == "fact" and self.profile.judged

    def _most_tokens(self, words: int) -> int:
        """Most tokens of excerpts, by the profile and by the room left in the context."""
        room = self.llm.context
        if room is None:
            return self.profile.context_tokens
        rest = INSTRUCTION_TOKENS + PROMPT_TOKENS + round(words * TOKENS_PER_WORD)
        return max(LEAST_CONTEXT, min(self.profile.context_tokens, room - rest))

    def _affordable_tokens(self, words: int, within: float | None) -> int | None:
        """Tokens of excerpts that can be read in time; None for no known limit."""
        speed = self.llm.speed
        if speed is None or within is None:
            return None
        left = within - speed.seconds(PROMPT_TOKENS, round(words * TOKENS_PER_WORD))
        return int(left * speed.prompt * CAUTION)
