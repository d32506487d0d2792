"""Does a sentence of an article say the same thing as a claim, but with another figure, date or name, or a "not"?

By the rules of the support check and by shared words: what breaks a rule must have its counterpart in a sentence that
has most of the claim's other words. Knows nothing of which of the two is right.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.support_rules import Broken, Evidence, broken_rules, date_words
from rag.support_words import stems
from rag.time.period import MONTHS
from rag.values.figures import values_in
from rag.values.names import names_in, same_name
from rag.values.value import Value

ABOUT_IT = 0.6
"""The share of a claim's other words that a sentence, with its article's title, must have to be about the same."""
LEAST_SHARED = 2
"""Words that the sentence itself must have."""
MOST_BROKEN = 2
"""What differs in more than that is about something else."""


@dataclass(frozen=True, slots=True)
class Instead:
    """What a sentence says in the place of what a claim says."""

    reason: str
    """E.g. `374,000, not 270,000`."""
    in_place: bool
    """Whether each thing stands beside the same word as in the claim, or counts the same: it is hardly a chance."""
    of_figures: bool = False
    """Whether a figure differs: an article may give several, of several things."""
    denies: bool = False
    """Whether nothing but a "not" differs."""


def contradiction(claim: str, sentence: Evidence) -> Instead | None:
    """What the sentence says instead; None if it doesn't contradict the claim as far as can be told.

    `sentence`: one sentence with its article's header.
    """
    broken = broken_rules(claim, [sentence])
    if not broken or len(broken) > MOST_BROKEN:
        return None
    differing = {stem for one in broken if one.rule != "negation" for stem in stems(one.words)}
    asked = stems(claim) - differing
    if len(asked & stems(sentence.text)) < LEAST_SHARED:
        return None
    if len(asked & stems(f"{sentence.header} {sentence.text}")) < ABOUT_IT * len(asked):
        return None
    found = [_instead(claim, sentence.text, one) for one in broken]
    said = [one for one in found if one is not None]
    if len(said) < len(found):
        return None
    figures = any(one.rule == "number" for one in broken)
    denies = all(one.rule == "negation" for one in broken)
    return Instead("; ".join(one.reason for one in said), all(one.in_place for one in said), figures, denies)


def _instead(claim: str, sentence: str, broken: Broken) -> Instead | None:
    """What stands in the sentence in the place of what breaks a rule; None where nothing does."""
    words = broken.words
    match broken.rule:
        case "negation":
            return Instead("only one of the two says “not”", in_place=True)
        case "number":
            values = values_in(claim)
            claimed = next(value for value in values if value.text == words)
            for value in values_in(sentence):
                if _counts_the_same(claimed, value) and all(value.number != one.number for one in values):
                    same = value.of is not None and value.of == claimed.of
                    return _put(claim, words, sentence, value.text, same_count=same)
        case "date":
            said = date_words(claim)
            for word in date_words(sentence):
                if _part(word) == _part(words) and word not in said:
                    return _put(claim, words, sentence, word)
        case "name":
            names = [name for name, _ in names_in(claim)]
            for name, _ in names_in(sentence):
                if not any(same_name(name, one) for one in names):
                    found = _put(claim, words, sentence, name)
                    if found.in_place:  # one sentence may name many
                        return found
        case _:
            pass
    return None


def _counts_the_same(one: Value, other: Value) -> bool:
    return one.unit == other.unit and (one.of == other.of or None in (one.of, other.of))


def _part(word: str) -> str:
    """Which part of a date it is."""
    if word[0].isdigit():
        return "decade" if word.endswith("s") else "year" if len(word) == 4 else "day"
    return "month" if word in MONTHS else "weekday"


def _put(claim: str, words: str, sentence: str, other: str, *, same_count: bool = False) -> Instead:
    in_place = same_count or bool(_beside(claim, words) & _beside(sentence, other))
    return Instead(f"{other}, not {words}", in_place)


def _beside(text: str, words: str) -> set[str]:
    """The stems of the nearest words before and after `words` that say something, figures and dates left out."""
    before, _, after = text.partition(words)
    sides = (reversed(before.split()), iter(after.split()))
    return {
        next(iter(found))
        for side in sides
        if (found := next((stems(w) for w in side if stems(w) and not date_words(w) and not w[0].isdigit()), None))
    }
