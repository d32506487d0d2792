"""Causal sentences for "why" questions: which sentences state a reason, and their order.

By word patterns. They find that a sentence states a reason, not that it is the one asked for; the score of its article
stands for that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dateline.rag.reading.passages import Candidate
from dateline.rag.speech.reported_speech import speaker_of

STATED = 6.0
"""Log-odds added for stating a reason."""
ABOUT = 0.7
"""Share of its article's best score that a reason gains: an article about the question gives its reasons."""
COMPARED = 20
"""Best reasons that are ordered by speaker."""

_REASON = re.compile(
    r"""\b(?:
      because(?:\s+of)? | due\s+to | owing\s+to | thanks\s+to | on\s+account\s+of | as\s+a\s+result\s+of
    | in\s+response\s+to | in\s+retaliation | in\s+revenge | in\s+return\s+for | in\s+exchange\s+for | in\s+protest
    | in\s+(?:an?\s+)?(?:attempt|bid|effort)\s+to | in\s+order\s+to | so\s+(?:that|as\s+to) | for\s+fear
    | out\s+of\s+(?:fear|concern|anger|frustration)
    | reasons? | motives? | motivat(?:ed|ion) | rationale | explanations?
    | (?:driv(?:en|ing)|drove|prompted|triggered|caused?|sparked|fuell?ed|spurred|enabled|blam(?:ed?|ing)|forced
       |compelled|encouraged|emboldened)\b
    | (?:led|leading|owed|attributed|allowed)\b(?:\s+[\w’'-]+){0,4}?\s+(?:to|for)
    | paved\s+the\s+way | contributed\s+to | stems?\s+from | stemmed\s+from | resulted\s+from
    | made\s+it\s+(?:possible|easier)
    | (?:aim(?:s|ed|ing)?|goals?|purpose|objectives?|intention|strategy|hope)\b(?:\s+[\w’'-]+){0,5}?
      \s+(?:was|is|were|are|to|at)
    | (?:want|wants|wanted|hop(?:es?|ed|ing)|seek|seeks|sought|seeking|intend(?:s|ed)?|meant|designed|trying|tried)\b
      (?:\s+[\w’'-]+){0,3}?\s+to
    | as\s+a\s+(?:way|means)\s+(?:to|of|for) | way\s+for\b | in\s+the\s+hope | what\s+they\s+want
    | failed\s+to | without\s+(?:the\s+)?(?:support|help|reinforcements) | unable\s+to | lack(?:ed|s|ing)?\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def states_reason(sentence: str) -> bool:
    """Whether a sentence states a cause, a purpose or a response.

    "The road closed because of ice" and "They want to win time" do; "The road closed at noon" doesn't.
    """
    return bool(_REASON.search(sentence))


def reasons_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, best first, with reasons ranked higher; one for each speaker before others."""
    best: dict[str, float] = {}
    for one in candidates:
        best[one.passage.article.id] = max(one.score, best.get(one.passage.article.id, one.score))
    scored = [
        replace(one, score=one.score + STATED * states_reason(one.text) + ABOUT * best[one.passage.article.id])
        for one in candidates
    ]
    scored.sort(key=lambda one: one.score, reverse=True)  # stable: ties stay in the reading's order
    first: list[Candidate] = []
    further: list[Candidate] = []
    given: set[tuple[str, str]] = set()
    for one in scored[:COMPARED]:
        speaker = speaker_of(one.passage.article.text, one.span)
        who = (one.passage.article.id, speaker.name if speaker else str(one.span))
        (further if who in given else first).append(one)
        given.add(who)
    return [*first, *further, *scored[COMPARED:]]
