"""Alignment: finds the articles' sentences that say what a language model wrote, and the answer span in them.

By the whole phrase, else by shared words; words that are not in the question count most, since they are the answer.
Invented content can't pass: the result consists of spans of articles. Knows nothing of prompts or servers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dateline.index.article import Span
from dateline.rag.generation.context import ShownSentence
from dateline.rag.reading.short_answer import whole_names
from dateline.rag.verification.stems import stems

NEW_WORD = 3.0
"""Weight of a word that is not in the question; 1 for one that is."""
OTHER_WORD = -0.5
"""Weight of a word in a short answer that the model did not write."""
LEAST_STEM = 4
"""Least letters of a common prefix for two words to match."""
LEAST_SAID = 0.5
"""The least share of what was written that a sentence must have."""
LEAST_FURTHER = 0.3
"""The least share of new words that another sentence must add."""
MOST_SENTENCES = 3
"""Most sentences of the articles for one sentence of the model."""
MOST_SHORT_WORDS = 10
"""Most words of a short answer."""

_YES = re.compile(r"^\s*yes\b[,.:;]?\s*", re.IGNORECASE)
_WORD = re.compile(r"[$€£¥]?\w+(?:[.,:/’'-]\w+)*%?")
_PLAIN_WORD = re.compile(r"[$€£¥]?[^\W_]+(?:[.,]\d+)*%?")
_ARTICLES = frozenset({"a", "an", "the"})


def covering_sentences(written: str, question: str, sentences: Sequence[ShownSentence]) -> list[ShownSentence]:
    """The sentences that cover what was written: the one with most of it, then those that add what is missing.

    At most `MOST_SENTENCES`; none if the best one has less than `LEAST_SAID`.
    """
    words, asked = written_stems(written), stems(question)
    new = words - asked or words
    has = [found_in(words, sentence.text) for sentence in sentences]
    scores = [said(words, asked, found) for found in has]
    best = max(range(len(sentences)), key=scores.__getitem__, default=None)  # ties: the first
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


def phrase_span(written: str, text: str) -> Span | None:
    """Where `text` has the words that were written, in their order and with nothing but punctuation between; or None.

    Case, punctuation and an article at the beginning don't count: "The US Steel" is in "US-Steel".
    """
    words = [word[0].lower() for word in _PLAIN_WORD.finditer(written)]
    while words and words[0] in _ARTICLES:
        words.pop(0)
    there = list(_PLAIN_WORD.finditer(text))
    for at in range(len(there) - len(words) + 1) if words else ():
        if all(word == one[0].lower() for word, one in zip(words, there[at:], strict=False)):
            return Span(there[at].start(), there[at + len(words) - 1].end())
    return None


def written_stems(written: str) -> frozenset[str]:
    """The stems of what was written, without an initial "Yes, "."""
    return stems(_YES.sub("", written))


def found_in(words: frozenset[str], text: str) -> frozenset[str]:
    """The `words`, as stems, that are in a text; "Chile" is in "Chilean"."""
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
    """The weighted share of `words` that was found, 0…1; those not in `asked` weigh `NEW_WORD`."""
    weights = {word: 1.0 if word in asked else NEW_WORD for word in words}
    return sum(weights[word] for word in words & found) / (sum(weights.values()) or 1.0)


def short_answer_span(written: str, question: str, sentence: ShownSentence) -> Span | None:
    """The span in the article's text of the words that are new in `written`, with all of a name; None without any.

    The segment with the greatest sum, where a new word counts 1 and any other `OTHER_WORD` (Bentley 1984, "maximum
    subarray"). If nothing is new, as in an answer that the question offers, the phrase as it was written.
    """
    new = written_stems(written) - stems(question)
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
    if not new:
        best = phrase_span(written, sentence.text)
    if best is None or best_count > MOST_SHORT_WORDS:  # a part of it would be a different answer
        return None
    best = whole_names(sentence.text, best)
    return Span(sentence.span.start + best.start, sentence.span.start + best.end)
