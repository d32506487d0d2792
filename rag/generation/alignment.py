"""Which sentences of the articles say what a language model wrote, and which of their words it is that answer.

By shared words: those that the question lacks count most, for they are the answer. Nothing that the model made up can
pass, since only places in the articles come out. Knows nothing of prompts or servers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dateline.index.article import Span
from dateline.rag.generation.context import ShownSentence
from dateline.rag.support_words import stems

NEW_WORD = 3.0
"""What a word that the question lacks counts, against 1 for one that it has."""
OTHER_WORD = -0.5
"""What a word of a sentence that isn't the model's costs a short answer that spans it."""
LEAST_STEM = 4
"""Letters of a word that another one may begin with and still be the same."""
LEAST_SAID = 0.5
"""The share of what was written that a sentence must say."""
LEAST_FURTHER = 0.3
"""The share of the new words that a further sentence must add."""
MOST_SENTENCES = 3
"""Of the articles, for one that was written."""
MOST_SHORT_WORDS = 10
"""A short answer is at most so long; a longer one is none."""

_YES = re.compile(r"^\s*yes\b[,.:;]?\s*", re.IGNORECASE)
_NAME_BEFORE = re.compile(r"(?<=\s)([A-Z]\w?\.?) \Z")
"""A short capitalised word or an initial, not the first of a sentence."""
_WORD = re.compile(r"[$€£¥]?\w+(?:[.,:/’'-]\w+)*%?")


def covering_sentences(written: str, question: str, sentences: Sequence[ShownSentence]) -> list[ShownSentence]:
    """The sentences that say what was written: the one that says most of it, then those that say what is still missing.

    At most `MOST_SENTENCES`; none if even the best says less than `LEAST_SAID`.
    """
    words, asked = words_of(written), stems(question)
    new = words - asked or words
    has = [found_in(words, sentence.text) for sentence in sentences]
    scores = [said(words, asked, found) for found in has]
    best = max(range(len(sentences)), key=scores.__getitem__, default=None)  # the first of equal ones
    if best is None or scores[best] < LEAST_SAID:
        return []
    chosen, missing = [best], new - has[best]
    while missing and len(chosen) < MOST_SENTENCES:
        further = max(range(len(sentences)), key=lambda i: (len(missing & has[i]), scores[i]))
        if len(missing & has[further]) < LEAST_FURTHER * len(new):
            break
        chosen.append(further)
        missing -= has[further]
    return [sentences[i] for i in chosen]


def saying_most(written: str, question: str, sentences: Sequence[ShownSentence]) -> list[ShownSentence]:
    """The sentences by how much of what was written they say, best first; equal ones stay in the order given."""
    words, asked = words_of(written), stems(question)
    return sorted(sentences, key=lambda one: -said(words, asked, found_in(words, one.text)))


def words_of(written: str) -> frozenset[str]:
    """The stems of what was written; "Yes, " before it is the model's word and no article's."""
    return stems(_YES.sub("", written))


def found_in(words: frozenset[str], text: str) -> frozenset[str]:
    """Those of `words`, as `stems` gives them, that a text has; "Chile" is found in "Chilean"."""
    there = stems(text)
    return frozenset(
        word
        for word in words
        if word in there
        or (len(word) >= LEAST_STEM and word.isalpha() and any(_same_beginning(word, one) for one in there))
    )


def _same_beginning(word: str, other: str) -> bool:
    return len(other) >= LEAST_STEM and (other.startswith(word) or word.startswith(other))


def said(words: frozenset[str], asked: frozenset[str], found: frozenset[str]) -> float:
    """The share of `words` that was found, 0…1, those that are not `asked` counted `NEW_WORD` times."""
    weights = {word: 1.0 if word in asked else NEW_WORD for word in words}
    return sum(weights[word] for word in words & found) / (sum(weights.values()) or 1.0)


def short_answer_span(written: str, question: str, sentence: ShownSentence) -> Span | None:
    """Where in the article's text the few words stand that are new in `written`; None if the sentence has none.

    The segment with the greatest sum, where a new word counts 1 and any other `OTHER_WORD` (Bentley 1984, "maximum
    subarray").
    """
    new = words_of(written) - stems(question)
    best, best_sum, best_count = None, 0.0, 0
    start, total, count = 0, 0.0, 0
    for word in _WORD.finditer(sentence.text):
        value = 1.0 if stems(word[0]) & new else OTHER_WORD
        if total <= 0:
            start, total, count = word.start(), 0.0, 0
        total += value
        count += 1
        if total > best_sum and value > 0:
            best, best_sum, best_count = Span(start, word.end()), total, count
    if best is None or best_count > MOST_SHORT_WORDS:  # a part of it would be another answer
        return None
    start = _start_of_name(sentence.text, best.start)
    return Span(sentence.span.start + start, sentence.span.start + best.end)


def _start_of_name(text: str, start: int) -> int:
    """Where a name begins whose later words start at `start`: the "Al" of "Al Gore" is too short for a stem."""
    while text[start].isupper() and (before := _NAME_BEFORE.search(text[:start])) is not None:
        start = before.start(1)
    return start
