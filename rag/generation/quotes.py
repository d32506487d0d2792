"""Answers in the articles' own words, chosen by what a language model wrote.

The model points, the archive speaks: what it wrote is looked for in the articles that it was shown, and the sentences
that say it are the answer. What no sentence says is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from dateline.index.archive import Archive
from dateline.rag.answer import Dropped, Kind
from dateline.rag.citation import Sentence, verbatim_sentence
from dateline.rag.draft import speaks_of_itself, without_lead
from dateline.rag.generation.alignment import covering_sentences, short_answer_span
from dateline.rag.generation.context import Excerpt, ShownSentence, sentences_around
from dateline.rag.generation.markers import MarkedSentence
from dateline.rag.generation.prompts import as_written
from dateline.rag.question import FACTS
from dateline.rag.reading import Candidate, Reading, is_whole
from dateline.rag.sentence_choice import choose_sentences, same_fact, with_antecedents


def pointed_at(written: str, question: str, sentences: Sequence[ShownSentence], reading: Reading) -> list[Candidate]:
    """The sentences that say what a model wrote, each with the words of it that answer; see `covering_sentences`.

    One that the reader did not read scores as low as the worst that it did.
    """
    candidates = {candidate.place: candidate for candidate in reading.candidates}
    least = min((one.score for one in reading.candidates), default=0.0)
    found = []
    for sentence in covering_sentences(written, question, [one for one in sentences if is_whole(one.text)]):
        unread = Candidate(sentence.passage, sentence.span, None, least, least, least)
        candidate = candidates.get(sentence.place, unread)
        found.append(replace(candidate, answer=short_answer_span(written, question, sentence)))
    return found


class Quotes:
    """What is said of a completion in the style `quotes`; for one answer."""

    def __init__(
        self,
        question: str,
        kind: Kind,
        reading: Reading,
        excerpts: Sequence[Excerpt],
        archive: Archive,
        words: int,
        at_work: AbstractContextManager[object],
        contested: Sequence[Candidate] = (),
    ) -> None:
        """`words`: the most that are said. `contested`: sentences that give different answers, which are said, too."""
        self.dropped: list[Dropped] = []
        """What was not said, so far."""
        self._question = question
        self._kind = kind
        self._reading = reading
        self._sentences = sentences_around(excerpts)
        self._archive = archive
        self._left = words
        self._at_work = at_work
        self._contested = contested
        self._picked: list[Candidate] = []
        self._said: list[Candidate] = []

    def render(self, written: MarkedSentence) -> Iterator[Sentence]:
        """The sentences of the articles that say it, each behind those that it leans on; of a fact only in the end."""
        text = without_lead(as_written(written.text))
        if speaks_of_itself(text):
            self.dropped.append(Dropped(text, "claims nothing"))
            return
        with self._at_work:
            found = pointed_at(text, self._question, self._sentences, self._reading)
        if not found:
            self.dropped.append(Dropped(text, "no sentence of the articles says it"))
        for candidate in found:
            if any(candidate.place == other.place or same_fact(candidate, other) for other in self._picked):
                continue
            self._picked.append(candidate)
            if self._kind not in FACTS:
                yield from self._with_antecedents(candidate)

    def remaining(self) -> Iterator[Sentence]:
        """A fact's sentences; and what the reader would say beside them, in the words that are left.

        Nothing where the model pointed at nothing.
        """
        if not self._picked or self._left <= 0:
            return
        with self._at_work:
            picked = self._picked if self._kind in FACTS else []
            taken = [*picked, *self._said]
            sides = [one for one in self._contested if not any(same_fact(one, other) for other in taken)]
            choice = choose_sentences(
                self._reading, self._kind, self._left, self._archive, sides, first=picked, already=self._said
            )
        self.dropped += choice.dropped
        for sentence in choice.sentences:
            yield verbatim_sentence(sentence, choice.agreeing.get(sentence.place, ()))

    def _with_antecedents(self, candidate: Candidate) -> Iterator[Sentence]:
        places = {one.place for one in self._said}
        new = [one for one in with_antecedents(candidate, self._archive) if one.place not in places]
        length = sum(len(one.text.split()) + 1 for one in new)  # with the marker
        if self._said and length > self._left:
            self.dropped.append(Dropped(candidate.text, "more than was asked for"))
            return
        self._left -= length
        self._said += new
        for one in new:
            yield verbatim_sentence(one)
