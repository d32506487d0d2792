"""The complete sentences of a streamed completion.

Knows nothing of whether they are true, nor of how they are used.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

from dateline.index.errors import LlmError
from dateline.rag.answer import Dropped
from dateline.rag.generation.llm import Completion
from dateline.rag.generation.llm_faults import too_slow
from dateline.rag.generation.markers import MarkedSentence, SentenceStream
from dateline.rag.generation.prompts import NOT_IN_PASSAGES

LEAST_REPEATED = 5
"""A sentence of at least this many words that repeats the instructions is not an answer."""
ENDS = (".", "!", "?", "…", "”", '"')


class CompletionSentences:
    """Iterate once: yields sentences, or None if nothing comes for a while. Server faults don't raise; see `fault`."""

    def __init__(self, completion: Completion, offered: int, instructions: str) -> None:
        """`offered`: number of excerpts that the model was shown. `instructions`: its system prompt."""
        self.completion = completion
        self.fault: str | None = None
        """Why the completion failed; None if it has not."""
        self.dropped: list[Dropped] = []
        """Unfinished sentences."""
        self._offered = offered
        self._instructions = " ".join(instructions.split())

    def __iter__(self) -> Generator[MarkedSentence | None, None, None]:
        with closing(self._sentences()) as sentences:
            for sentence in sentences:
                if sentence is not None and NOT_IN_PASSAGES in sentence.text:
                    self.fault = "it says that the passages do not answer"
                    return
                if sentence is not None and self._repeats(sentence.text):
                    self.fault = "it repeats its prompt"
                    return
                yield sentence
                if self.completion.late:  # processing a sentence takes time, too
                    self.fault = self.fault or too_slow().message
                    return

    def _repeats(self, sentence: str) -> bool:
        words = sentence.split()
        return len(words) >= LEAST_REPEATED and " ".join(words) in self._instructions

    def _sentences(self) -> Generator[MarkedSentence | None, None, None]:
        stream = SentenceStream(self._offered)
        try:
            with closing(iter(self.completion)) as pieces:
                for piece in pieces:
                    if not piece:
                        yield None
                    yield from stream.feed(piece)
        except LlmError as error:
            self.fault = error.message
        whole = self.completion.finish_reason == "stop"
        for sentence in stream.finish():
            if whole or sentence.text.endswith(ENDS):
                yield sentence
            else:
                self.dropped.append(Dropped(sentence.text, "it was not finished"))
