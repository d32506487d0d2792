"""A follow-up question → the question that stands by itself, as far as rules can tell what it leans on.

"And in 2015?" takes the question before with its time replaced; "who told them that?" gets the names that its words
stand for. A question that stands by itself stays word for word: to spoil a good question is worse than to leave a
poor one. Knows the turns before it, nothing of articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from rag.answer import Dropped
from rag.conversation.fragments import filled_in
from rag.conversation.grammar import bare, finished, shape_of
from rag.conversation.guard import MOST_CHARS, why_rejected
from rag.conversation.implied import completed
from rag.conversation.naming import mentions_in
from rag.conversation.otherwise import asked_otherwise
from rag.conversation.referring import resolved
from rag.conversation.turn import Rewrite, Turn

_FAR = 4
"""How many turns back a word may refer to."""
_SHORT = 6
"""Words of an answer that is what was asked for, and stays in mind."""
_LEAD = re.compile(
    r"^(?:(?:(?:and|but|so|or|ok(?:ay)?|also|well|yes|no|right|thanks|thank you|i see|interesting|great)\b"
    r"|(?:then|now)\b(?=\W+\w))[\s,.!;:…–—-]*)+",
    re.IGNORECASE,
)
"""What links a question to the turn before and says nothing."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is looked for, and what the reader of the answer should know about that."""

    question: str
    notes: tuple[str, ...] = ()
    rewritten: bool = False
    """Whether it is not the rules that made it stand by itself."""
    dropped: tuple[Dropped, ...] = ()
    """A rewritten question that was not taken, and why."""


def standalone(question: str, turns: Sequence[Turn]) -> str:
    """`question` standing by itself, by rules; word for word as it is where it does already, or where it can't be told.

    `turns`: those before it, in their order.
    """
    return understand(question, turns).question


def understand(question: str, turns: Sequence[Turn], rewrite: Rewrite | None = None) -> Understood:
    """`question` standing by itself, with a note where it isn't clear what it leans on.

    `rewrite` is asked only where the rules find that the question leans on `turns`, and comes before them if what it
    gives back passes `rag.conversation.guard`.
    """
    if not turns or len(question) > MOST_CHARS:
        return Understood(question)
    by_rules = _by_rules(question, turns)
    if rewrite is None or by_rules == Understood(question):
        return by_rules
    rewritten = rewrite(turns, question).strip()
    if not rewritten:
        return by_rules
    reason = why_rejected(rewritten, question, turns)
    if reason is not None:
        return replace(by_rules, dropped=(Dropped(rewritten[:MOST_CHARS], reason),))
    return Understood(rewritten, rewritten=True)


def _by_rules(question: str, turns: Sequence[Turn]) -> Understood:
    """The rules until nothing changes any more, so that the result stands by itself; else the question as it was."""
    found = _once(question, turns)
    again = _once(found.question, turns)
    if again.question != found.question:
        found, again = again, _once(again.question, turns)
    if again.question != found.question or len(found.question) > MOST_CHARS:
        return Understood(question)
    return found


def _once(question: str, turns: Sequence[Turn]) -> Understood:
    lead = _LEAD.match(question.strip())
    led = lead is not None
    body = bare(question.strip()[lead.end() if lead else 0 :])
    if not body:
        return Understood(question)
    former = _former(turns)
    if former is None:
        return _unclear(question, body) if filled_in(body, "", led=led) is not None else Understood(question)
    for elliptic in (asked_otherwise(body, former), filled_in(body, former.question, led=led)):
        if elliptic is not None:
            return Understood(elliptic) if elliptic else _unclear(question, body)
    implied = completed(body, former)
    if implied is not None:
        return Understood(implied)
    found = resolved(body, _remembered(turns))
    if found.question == body:
        return _unclear(question, *found.unclear) if found.unclear else Understood(question)
    notes = _unclear("", *found.unclear).notes if found.unclear else ()
    return Understood(finished(found.question), notes)


def _former(turns: Sequence[Turn]) -> Turn | None:
    """The latest turn that an elliptic question can be completed by: a question, or else words that name something."""
    latest = turns[::-1]
    asked = (turn for turn in latest if shape_of(turn.question) is not None)
    naming = (turn for turn in latest if any(one.named for one in mentions_in(turn.question)))
    return next(chain(asked, naming), None)


def _remembered(turns: Sequence[Turn]) -> list[Turn]:
    """What words may refer to: the last turns, of those before the very last only what was asked and short answers."""
    older = [one if len(one.answer.split()) <= _SHORT else Turn(one.question) for one in turns[-_FAR:-1]]
    return [*older, *turns[-1:]]


def _unclear(question: str, *said: str) -> Understood:
    quoted = " and ".join(f"“{one}”" for one in dict.fromkeys(said))
    return Understood(question, (f"It wasn't clear what {quoted} refers to in the conversation.",))
