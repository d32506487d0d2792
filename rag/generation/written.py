"""The whole sentences of one completion, as they are finished.

Knows nothing of whether they are true, nor of what becomes of them.
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
"""Words of its instructions in a row, a whole sentence of a completion, that are no answer."""
ENDS = (".", "!", "?", "…", "”", '"')


class WrittenSentences:
    """Iterate once: a sentence, or None where nothing has come for a while. Never raises for what a server does."""

    def __init__(self, completion: Completion, offered: int, instructions: str) -> None:
        """`offered`: how many numbered excerpts the model was shown. `instructions`: what it was told to do."""
        self.completion = completion
        self.fault: str | None = None
        """Why it came to no good end; None: it did, so far."""
        self.dropped: list[Dropped] = []
        """What was cut short."""
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
                if self.completion.late:  # what is done with a sentence takes time, too
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
