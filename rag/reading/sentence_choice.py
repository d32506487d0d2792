"""Sentence selection: the best sentences for an answer, without repetition, understandable, within a length.

A question for a fact gets the sentence that answers it, then those that contradict it; any other question gets
sentences ordered by period and article. Sentences of other origins that agree are kept as further evidence. Scores
are from `rag/reading/passages.py`. Knows nothing of citations, sources or refusals.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dateline.index.archive import Archive
from dateline.index.article import Span
from dateline.rag.answer import Dropped, QuestionKind
from dateline.rag.question import FACTS, Length
from dateline.rag.reading.context_dependence import depends_on_context
from dateline.rag.reading.grouping import by_period
from dateline.rag.reading.passages import Candidate, Reading, is_whole
from dateline.rag.reasons import reasons_first

FACT_WORDS: dict[Length, int] = {"short": 30, "medium": 60, "long": 120}
"""Most words of an answer to a question for a fact, markers included."""
OTHER_WORDS = 180
"""The default for a medium-length answer to any other question."""
OTHER_SHARE: dict[Length, float] = {"short": 0.4, "medium": 1.0, "long": 2.0}
MARGIN: dict[bool, float] = {True: 7.0, False: 9.0}
"""How far below the best sentence another may score, in log-odds; True for facts, False for other questions."""
PER_ARTICLE = 4
"""Most sentences of one article, antecedents not counted: several sources are better than one."""
SAME_FACT_WORDS = 0.7
"""The share of the shorter sentence's words at which two sentences say the same."""
MAX_ANTECEDENTS = 2
"""Most sentences put before one that depends on them."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Choice:
    """The sentences of an answer, in order, and those that were dropped."""

    sentences: tuple[Candidate, ...]
    headings: tuple[str | None, ...]
    """The period of each sentence and its neighbours; None if all are of one."""
    agreeing: Mapping[tuple[str, Span], tuple[Candidate, ...]]
    """Sentences of other origins that say the same, by the place of the chosen one."""
    direct: Candidate | None
    """The sentence with the short answer, if any."""
    dropped: tuple[Dropped, ...]


def most_words(kind: QuestionKind, length: Length, other_words: int = OTHER_WORDS) -> int:
    """Most words of an answer, markers included."""
    return FACT_WORDS[length] if kind in FACTS else round(other_words * OTHER_SHARE[length])


def choose_sentences(
    reading: Reading,
    kind: QuestionKind,
    words: int,
    archive: Archive,
    disagreeing: Sequence[Candidate] = (),
    *,
    first: Sequence[Candidate] = (),
    already: Sequence[Candidate] = (),
) -> Choice:
    """The best sentences, in at most `words` words, except that the first one or two opposing ones may exceed it.

    `disagreeing`: candidates with different answers, which come first in this order whatever their score; the first
    two whatever their length. `first`: candidates that come before all others, whatever their score. `already`:
    sentences of the answer so far, which are not repeated.
    """
    fact = kind in FACTS
    by_answer = kind == "fact"

    def worth(candidate: Candidate) -> float:
        return candidate.backed if by_answer else candidate.score

    candidates = sorted(reading.candidates, key=worth, reverse=True)  # stable: ties keep the reading's order
    if kind == "why":
        candidates = reasons_first(candidates)
    least = worth(candidates[0]) - MARGIN[fact] if candidates else 0.0
    sides: dict[tuple[str, Span | None], Candidate] = {candidate.place: candidate for candidate in disagreeing}
    wanted = {candidate.place: candidate for candidate in (*first, *disagreeing)}
    candidates = [*wanted.values(), *(candidate for candidate in candidates if candidate.place not in wanted)]
    chosen: Counter[str] = Counter()  # sentences of each article, antecedents not counted
    said: list[Candidate] = [*already]
    groups: list[list[Candidate]] = []
    agreeing: dict[tuple[str, Span], tuple[Candidate, ...]] = {}
    dropped: list[Dropped] = []
    answers: set[str] = set()
    left = words
    for candidate in candidates:
        disagrees = candidate.place in sides
        if worth(candidate) < least and candidate.place not in wanted:
            continue
        places = {one.place for one in said}
        if candidate.place in places or chosen[candidate.passage.article.id] == PER_ARTICLE:
            continue
        same = None if disagrees else next((other for other in said if same_fact(candidate, other)), None)
        if same is not None and _backs(candidate, same, agreeing.get(same.place, ())):
            agreeing[same.place] = (*agreeing.get(same.place, ()), candidate)
            continue
        if same is not None or (by_answer and candidate.answer_key in answers and not disagrees):
            dropped.append(Dropped(candidate.text, "says what is already said"))
            continue
        a_side = candidate in disagreeing[:2]
        brought = with_antecedents(candidate, archive)
        if a_side and any(one.passage.article.id == candidate.passage.article.id for one in said):
            brought = [candidate]  # its article has just given the other position
        elif len(brought) == 1 and _before(candidate) in sides:
            brought.insert(0, sides[_before(candidate)])  # "The number now given is 42" follows the one first given
        elif said and depends_on_context(brought[0].text) and not any(one.place in places for one in brought[:-1]):
            # After another article's sentence it would refer to someone else.
            dropped.append(Dropped(candidate.text, "depends on a sentence that is not in the answer"))
            continue
        group = _affordable(brought, said, left) or ([candidate] if a_side else None)
        if group is None or any(same_fact(one, other) for one in group[:-1] for other in said):
            continue
        chosen[candidate.passage.article.id] += 1
        answers |= {candidate.answer_key} - {""}
        groups.append(group)
        # Directly after what it depends on, if that was already chosen.
        needed = {one.place for one in brought[:-1]}
        at = max((i for i, one in enumerate(said, start=1) if one.place in needed), default=len(said))
        at = max(at, len(already))
        said[at:at] = group
        left -= sum(map(_length, group))
    said = said[len(already) :]
    headings: Sequence[str | None] = [None] * len(said)
    if not fact:
        said, headings = by_period(groups)
    direct = groups[0][-1] if groups and kind == "fact" and groups[0][-1].answer else None
    return Choice(tuple(said), tuple(headings), agreeing, direct, tuple(dropped))


def _before(candidate: Candidate) -> tuple[str, Span | None]:
    """The place of the sentence before it in its passage, if any."""
    sentences = candidate.passage.sentences
    at = sentences.index(candidate.span)
    return candidate.passage.article.id, sentences[at - 1] if at else None


def _length(candidate: Candidate) -> int:
    """Number of words, marker included."""
    return len(candidate.text.split()) + 1


def _affordable(group: list[Candidate], said: Sequence[Candidate], left: int) -> list[Candidate] | None:
    """The new part of a sentence with its antecedents, if it fits; else None.

    The first sentence of an answer is chosen even if it is too long, then without antecedents.
    """
    places = {one.place for one in said}
    new = [one for one in group if one.place not in places]
    if sum(map(_length, new)) <= left:
        return new
    return None if said else group[-1:]


def _backs(candidate: Candidate, said: Candidate, others: Sequence[Candidate]) -> bool:
    """Whether it says no less than a chosen sentence, and is of another origin than those that agree so far."""
    words, needed = (set(_WORD.findall(one.text.lower())) for one in (candidate, said))
    numbers = {word for word in needed if word[0].isdigit()}
    stories = {one.passage.story_id for one in (said, *others)}
    whole = len(words & needed) / len(needed) >= SAME_FACT_WORDS and numbers <= words
    return whole and candidate.passage.story_id not in stories and not depends_on_context(candidate.text)


def same_fact(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences say the same, by their words; not if each has a number that the other lacks."""
    words, others = (set(_WORD.findall(candidate.text.lower())) for candidate in (one, other))
    numbers, other_numbers = ({word for word in found if word[0].isdigit()} for found in (words, others))
    if not (numbers <= other_numbers or other_numbers <= numbers):
        return False  # 22 dead in one, 42 in the other
    return len(words & others) / min(len(words), len(others)) >= SAME_FACT_WORDS


def with_antecedents(candidate: Candidate, archive: Archive) -> list[Candidate]:
    """The sentence preceded by those that it depends on, as far as they exist."""
    group = [candidate]
    if not depends_on_context(candidate.text):
        return group
    passage = candidate.passage
    near = [before for before in (archive.preceding(passage), passage) if before is not None]
    before = [(other, span) for other in near for span in other.sentences if span.end <= candidate.span.start]
    for other, span in before[: -MAX_ANTECEDENTS - 1 : -1]:
        earlier = replace(candidate, passage=other, span=span, answer=None)
        if not is_whole(earlier.text):
            break
        group.insert(0, earlier)
        if not depends_on_context(earlier.text):
            break
    return group
