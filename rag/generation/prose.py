"""The style `prose`: a language model's own sentences, each emitted only if the articles support it.

A sentence that fails for its citation alone is checked once more against everything that was shown, and one that leaves
out who says so is completed and checked again; any other goes into the receipt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager

from dateline.index.archive import StoredPassage
from dateline.rag.answer import Dropped, Support
from dateline.rag.citation import CitedSentence, Quoted
from dateline.rag.generation.context import Excerpt
from dateline.rag.generation.markers import MarkedSentence
from dateline.rag.generation.prompts import as_written
from dateline.rag.verification.claim_detection import speaks_of_itself, without_lead
from dateline.rag.verification.quote_check import misquoted
from dateline.rag.verification.support import SupportCheck, Verdict


class Prose:
    """Renders one completion in the style `prose`."""

    def __init__(
        self,
        support: SupportCheck,
        excerpts: Sequence[Excerpt],
        words: int,
        at_work: AbstractContextManager[object],
    ) -> None:
        """`words`: most words of the answer. `at_work`: held while a sentence is checked."""
        self.dropped: list[Dropped] = []
        """Sentences and markers dropped so far."""
        self._support = support
        self._excerpts = [excerpt.passages for excerpt in excerpts]
        self._passages = [passage for passages in self._excerpts for passage in passages]
        self._words = words
        self._at_work = at_work
        self._said: dict[str, int] = {}

    def render(self, written: MarkedSentence) -> Iterator[CitedSentence]:
        """The sentence with its evidence, or nothing."""
        with self._at_work:
            checked = self._checked(written)
        if isinstance(checked, Dropped):
            self.dropped.append(checked)
        else:
            self._said[checked.text] = len(checked.text.split())
            yield checked

    def remaining(self) -> Iterator[CitedSentence]:
        """Nothing: prose consists only of the model's sentences."""
        return iter(())

    def _checked(self, sentence: MarkedSentence) -> CitedSentence | Dropped:
        text = without_lead(as_written(sentence.text))  # "passage 2" is a number of the prompt, which users don't see
        self.dropped += [Dropped(f"[{number}]", "no such passage was offered") for number in sentence.unknown]
        if text in self._said:
            return Dropped(text, "says what is already said")
        if self._said and sum(self._said.values()) + len(text.split()) > self._words:
            return Dropped(text, "more than was asked for")
        if speaks_of_itself(text) or text.endswith("?"):
            return Dropped(text, "claims nothing")
        cited = [passage for number in sentence.numbers for passage in self._excerpts[number - 1]]
        checked, verdict = self._checked_against(text, cited) if cited else (text, None)
        if verdict is None or not _holds(verdict):
            checked, everywhere = self._checked_against(text, self._passages)
            if not _holds(everywhere):
                reason = (verdict or everywhere).reason or (verdict or everywhere).label
                return Dropped(text, reason)
            self.dropped += [Dropped(f"[{number}]", f"doesn't support: {text}") for number in sentence.numbers]
            cited, verdict = self._passages, everywhere
        text = checked
        words = misquoted(text, [cited[span.passage].text for span in verdict.spans])
        if words is not None:
            return Dropped(text, f"not quoted word for word: {words}")
        return CitedSentence(
            text, _quoted(verdict, cited), Support(verdict.label, round(verdict.score, 4), verdict.method)
        )

    def _checked_against(self, text: str, passages: Sequence[StoredPassage]) -> tuple[str, Verdict]:
        """The sentence, completed where it leaves out who says so, and the verdict on it."""
        verdict = self._support.check(text, passages)
        if (
            verdict.label == "partial"
            and verdict.completed is not None
            and _holds(completed := self._support.check(verdict.completed, passages))
        ):
            return verdict.completed, completed
        return text, verdict


def _holds(verdict: Verdict) -> bool:
    return verdict.label == "supported" and bool(verdict.spans)


def _quoted(verdict: Verdict, passages: Sequence[StoredPassage]) -> tuple[Quoted, ...]:
    return tuple(Quoted(passages[span.passage], span.span) for span in verdict.spans)
