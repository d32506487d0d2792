"""The style `quotes`: the articles' own sentences, chosen by what a language model wrote.

The model's output is aligned with the articles that it was shown, and the matching sentences are the answer. Output
without a matching sentence is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from dateline.index.archive import Archive
from dateline.rag.answer import Dropped, QuestionKind
from dateline.rag.citation import CitedSentence, verbatim_sentence
from dateline.rag.generation.alignment import covering_sentences, phrase_span, short_answer_span, written_stems
from dateline.rag.generation.context import Excerpt, ShownSentence, sentences_around
from dateline.rag.generation.markers import MarkedSentence
from dateline.rag.generation.prompts import as_written
from dateline.rag.question import FACTS
from dateline.rag.reading.passages import Candidate, Reading, is_whole
from dateline.rag.reading.sentence_choice import choose_sentences, same_fact, with_antecedents
from dateline.rag.verification.claim_detection import speaks_of_itself, without_lead
from dateline.rag.verification.stems import stems


def aligned_candidates(
    written: str, question: str, sentences: Sequence[ShownSentence], reading: Reading
) -> list[Candidate]:
    """The sentences that say what a model wrote, each with its answer span.

    Of the sentences that have it as a phrase, the one that the reader scores highest; if none has, those that cover its
    words, see `covering_sentences`. Their answer is the reader's span if the model wrote its words: a model that
    repeats a sentence doesn't say which part of it answers. A sentence that the reader did not read gets the lowest
    score of those it did.
    """
    candidates = {candidate.place: candidate for candidate in reading.candidates}
    least = min((one.score for one in reading.candidates), default=0.0)

    def candidate_of(sentence: ShownSentence) -> Candidate:
        unread = Candidate(sentence.passage, sentence.span, None, least, least, least)
        candidate = candidates.get(sentence.place, unread)
        if _has_answer(written, question, candidate):
            return candidate
        return replace(candidate, answer=short_answer_span(written, question, sentence))

    whole = [sentence for sentence in sentences if is_whole(sentence.text)]
    with_phrase = [candidate_of(sentence) for sentence in whole if phrase_span(written, sentence.text) is not None]
    if with_phrase:
        return [max(with_phrase, key=lambda candidate: candidate.backed)]
    return [candidate_of(sentence) for sentence in covering_sentences(written, question, whole)]


def _has_answer(written: str, question: str, candidate: Candidate) -> bool:
    """Whether the words of a candidate's answer span were written, and are not all the question's."""
    if candidate.answer is None:
        return False
    words = stems(candidate.answer.of(candidate.passage.article.text))
    return words <= written_stems(written) and not words <= stems(question)


class Quotes:
    """Renders one completion in the style `quotes`."""

    def __init__(
        self,
        question: str,
        kind: QuestionKind,
        reading: Reading,
        excerpts: Sequence[Excerpt],
        archive: Archive,
        words: int,
        at_work: AbstractContextManager[object],
        disagreeing: Sequence[Candidate] = (),
    ) -> None:
        """`words`: most words of the answer. `disagreeing`: sentences with different answers, which are included."""
        self.dropped: list[Dropped] = []
        """Sentences dropped so far."""
        self._question = question
        self._kind = kind
        self._reading = reading
        self._sentences = sentences_around(excerpts)
        self._archive = archive
        self._left = words
        self._at_work = at_work
        self._disagreeing = disagreeing
        self._picked: list[Candidate] = []
        self._said: list[Candidate] = []

    def render(self, written: MarkedSentence) -> Iterator[CitedSentence]:
        """The articles' sentences that say it, each after those that it depends on; for a fact, only at the end."""
        text = without_lead(as_written(written.text))
        if speaks_of_itself(text):
            self.dropped.append(Dropped(text, "claims nothing"))
            return
        with self._at_work:
            found = aligned_candidates(text, self._question, self._sentences, self._reading)
        if not found:
            self.dropped.append(Dropped(text, "no sentence of the articles says it"))
        for candidate in found:
            if any(candidate.place == other.place or same_fact(candidate, other) for other in self._picked):
                continue
            self._picked.append(candidate)
            if self._kind not in FACTS:
                yield from self._with_antecedents(candidate)

    def remaining(self) -> Iterator[CitedSentence]:
        """A fact's sentences, then further ones chosen by the reader, within the words left.

        Nothing if no sentence matched the model's output.
        """
        if not self._picked or self._left <= 0:
            return
        with self._at_work:
            picked = self._picked if self._kind in FACTS else []
            taken = [*picked, *self._said]
            sides = [one for one in self._disagreeing if not any(same_fact(one, other) for other in taken)]
            choice = choose_sentences(
                self._reading, self._kind, self._left, self._archive, sides, first=picked, already=self._said
            )
        self.dropped += choice.dropped
        for sentence in choice.sentences:
            yield verbatim_sentence(sentence, choice.agreeing.get(sentence.place, ()))

    def _with_antecedents(self, candidate: Candidate) -> Iterator[CitedSentence]:
        places = {one.place for one in self._said}
        new = [one for one in with_antecedents(candidate, self._archive) if one.place not in places]
        length = sum(len(one.text.split()) + 1 for one in new)  # including the marker
        if self._said and length > self._left:
            self.dropped.append(Dropped(candidate.text, "more than was asked for"))
            return
        self._left -= length
        self._said += new
        for one in new:
            yield verbatim_sentence(one)
