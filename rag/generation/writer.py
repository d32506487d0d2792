"""Answers by a language model: what it is shown, what it is asked, and in which style its completion is said.

Two styles over one completion: `quotes` says the sentences of the articles that the model points at, `prose` its own
sentences as far as they are supported. Knows nothing of the reader's answer, which stands in where nothing is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial

from dateline.index.archive import Archive
from dateline.rag.answer import Kind
from dateline.rag.asked import could_answer
from dateline.rag.disagreement import Contest, contested
from dateline.rag.generation.answer_confidence import AnswerConfidence
from dateline.rag.generation.answer_draft import AnswerJudge, Draft, Style
from dateline.rag.generation.context import Context, select_context, sentences_around
from dateline.rag.generation.llm import Llm
from dateline.rag.generation.manner import HOSTED, Manner
from dateline.rag.generation.prompts import about, answer_prompt
from dateline.rag.generation.prose import Prose
from dateline.rag.generation.quotes import Quotes
from dateline.rag.question import Question
from dateline.rag.reading import Reading
from dateline.rag.support import SupportCheck

NO_LIMIT: AbstractContextManager[object] = nullcontext()
"""Every answer may be at work."""
LEAST_CONTEXT = 120
"""Tokens that are shown however slow the model is: a few sentences."""
PROMPT_TOKENS = 150
"""What a prompt takes beside the excerpts, where its beginning has to be read."""
INSTRUCTION_TOKENS = 100
"""What instructions and the marks of turns take, as far as they are not among those."""
TOKENS_PER_WORD = 1.5
"""Of English that a model writes, names and figures included."""
MOST_WORDS_TO_POINT = 90
"""Words that a model is asked for in the style `quotes`: enough to point at what is said at greater length."""
CAUTION = 0.8
"""The share of its usual speed that is counted on."""


class LlmWriter:
    """Answers by an LLM over excerpts of articles. Safe for threads."""

    def __init__(
        self,
        llm: Llm,
        support: SupportCheck,
        *,
        manner: Manner = HOSTED,
        confidence: AnswerConfidence | None = None,
        at_work: AbstractContextManager[object] = NO_LIMIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`confidence`: how far answers are believed; None: as fitted.

        `at_work`: held while sentences are checked or looked for, as `Answerer` holds it. `clock`: seconds.
        """
        self.llm = llm
        self.support = support
        self.manner = manner
        self._confidence = confidence or AnswerConfidence(confirmed=manner.confirms)
        self._at_work = at_work
        self._clock = clock

    def context(
        self, reading: Reading, contests: Sequence[Contest], words: int = 0, within: float | None = None
    ) -> Context:
        """The excerpts to answer from: those of contested sentences, then those of the best ones.

        `words`: how many the model may write; `within`: seconds that the answer may take. Where the model is known to
        be too slow to read the usual number of tokens in that time, it is shown fewer.
        """
        by_score = sorted(reading.candidates, key=lambda candidate: candidate.score, reverse=True)
        candidates = list({one.place: one for one in (*contested(contests), *by_score)}.values())
        most = self._most_tokens(words)
        affordable = self._affordable_tokens(words, within)
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
        doubted: bool = False,
    ) -> Draft:
        """An answer in at most `words` words; the LLM is asked when it is iterated over.

        `within`: seconds that it may take; None: as long as the LLM's server may. `doubted`: the reader finds that what
        is shown doesn't answer. Where there are no means to tell how likely an answer is, no sentence goes out then
        before there is one that could be an answer.
        """
        instructions = self.manner.instructions
        prompt = answer_prompt(
            question, context.excerpts, kind=kind, words=written_words(words, style), instructions=instructions
        )
        renderer: Prose | Quotes
        if style == "prose":
            renderer = Prose(self.support, context.excerpts, words, self._at_work)
        else:
            renderer = Quotes(
                question.text, kind, reading, context.excerpts, archive, words, self._at_work, contested(contests)
            )
        judge = answers = None
        if kind == "fact" and self.manner.confirms:
            judge = AnswerJudge(question.text, reading, sentences_around(context.excerpts), self._confidence)
        elif doubted:
            answers = partial(could_answer, question.text)
        return Draft(
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

    def _most_tokens(self, words: int) -> int:
        """Tokens that excerpts may take: as many as the manner says, and as fit beside the rest of a prompt."""
        room = self.llm.context
        if room is None:
            return self.manner.context_tokens
        rest = INSTRUCTION_TOKENS + PROMPT_TOKENS + round(words * TOKENS_PER_WORD)
        return max(LEAST_CONTEXT, min(self.manner.context_tokens, room - rest))

    def _affordable_tokens(self, words: int, within: float | None) -> int | None:
        """Tokens of excerpts that can be read in the time; None: as many as there are, as far as is known."""
        speed = self.llm.speed
        if speed is None or within is None:
            return None
        left = within - speed.seconds(PROMPT_TOKENS, round(words * TOKENS_PER_WORD))
        return int(left * speed.prompt * CAUTION)


def written_words(words: int, style: Style) -> int:
    """How many words a model is asked for where an answer may have `words`."""
    return words if style == "prose" else min(words, MOST_WORDS_TO_POINT)
