"""Makes a follow-up question standalone: completes ellipsis, then resolves anaphora, on spaCy's parses.

A question that is already standalone is not changed: spoiling a good question is worse than leaving an unclear one.
Knows the earlier turns, nothing of articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from dateline.rag.answer import Dropped
from dateline.rag.conversation.anaphora import ParsedTurn, Resolved, resolved
from dateline.rag.conversation.ellipsis import completed
from dateline.rag.conversation.mentions import mentions_in
from dateline.rag.conversation.rewrite_check import MOST_CHARS, why_rejected
from dateline.rag.conversation.turn import Rewrite, Turn
from dateline.rag.language.parse import Parse
from dateline.rag.language.pipeline import SpacyParser
from dateline.rag.language.question_words import SMALL_TALK

_FAR = 8
"""How many turns back a word may refer."""
_LEAD = re.compile(
    r"^(?:(?:(?:and|but|so|or|ok(?:ay)?|also|well|yes|no|right|thanks|thank you|i see|interesting|great)\b"
    r"|(?:then|now)\b(?=\W+\w))[\s,.!;:…–—-]*)+",
    re.IGNORECASE,
)
"""Words that only link a question to the previous turn."""
_ABOUT = re.compile(r"^(?:what|how)\s+(?:about|of)\s+(?=[^?]{1,40}\W*$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Understood:
    """A standalone question, with notes for the user."""

    question: str
    notes: tuple[str, ...] = ()
    rewritten: bool = False
    """Whether it was rewritten by `rewrite`, not by rules."""
    dropped: tuple[Dropped, ...] = ()
    """A rewritten question that was rejected, with the reason."""


def standalone(question: str, turns: Sequence[Turn]) -> str:
    """`question` made standalone by rules; unchanged if it already is, or if its references are unknown.

    `turns`: the earlier turns, oldest first.
    """
    return understand(question, turns).question


def understand(question: str, turns: Sequence[Turn], rewrite: Rewrite | None = None) -> Understood:
    """`question` made standalone, with a note if its references are unclear.

    `rewrite` is called only if the rules find that the question depends on `turns`; its result takes precedence if it
    passes `rag.conversation.rewrite_check`. Without turns nothing is parsed.
    """
    if not turns or len(question) > MOST_CHARS or _is_small_talk(question):
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
    body = _LEAD.sub("", question.strip())
    fragment = _ABOUT.sub("", body).rstrip(" ?!.")
    latest = [turn for turn in turns[-_FAR:] if not _is_small_talk(turn.question)]
    if not re.search(r"\w", fragment) or not latest:
        return Understood(question)
    texts = [body.rstrip(" ?!.") + "?", fragment, *(text for turn in latest for text in (turn.question, turn.answer))]
    whole, part, *parses = SpacyParser().parse([text[:MOST_CHARS] for text in texts])
    parsed = [
        ParsedTurn(asked, answered, turn.names)
        for turn, asked, answered in zip(latest, parses[::2], parses[1::2], strict=True)
    ]
    former = _former(parsed)
    led = fragment != question.strip().rstrip(" ?!.")
    elliptic = None if former is None else completed(part, former.question, former.answer, led=led)
    if elliptic is not None and not elliptic.strip():
        return _unclear(question, question)
    found = resolved(whole, parsed) if elliptic is None else Resolved(elliptic)
    made = _finished(found.question)
    notes = _unclear("", *found.unclear).notes if found.unclear else ()
    if found.question == whole.text and not found.unclear and former is not None and body != question.strip():
        topical = _about(whole, former.question)
        return Understood(topical if topical is not None and len(topical) <= MOST_CHARS else question)
    if found.question == whole.text or len(made) > MOST_CHARS:
        return Understood(question, notes)
    return Understood(made, notes)


def _about(question: Parse, former: Parse) -> str | None:
    """A linked question that names nothing, with the former question's topic; None if that has none.

    "And how many died?" → "Regarding the ferry, how many died?"
    """
    if any(not mention.asked for mention in mentions_in(question)):
        return None
    topics = [mention.text for mention in mentions_in(former) if not mention.asked]
    if not topics:
        return None
    return f"Regarding {max(topics, key=len)}, {question.text[:1].lower()}{question.text[1:]}"


def _former(turns: Sequence[ParsedTurn]) -> ParsedTurn | None:
    """The latest turn that can complete an elliptical question: one with a clause, else one that names something."""
    asked = (turn for turn in reversed(turns) if _is_clause(turn.question))
    naming = (turn for turn in reversed(turns) if mentions_in(turn.question))
    return next(chain(asked, naming), None)


def _is_small_talk(text: str) -> bool:
    return SMALL_TALK.fullmatch(text.strip().replace("’", "'")) is not None


def _is_clause(parse: Parse) -> bool:
    return any(token.tag in ("VBD", "VBZ", "VBP", "MD") for token in parse.tokens) and bool(mentions_in(parse))


def _finished(words: str) -> str:
    """Format words as a question: a capital, single spaces, a question mark."""
    text = re.sub(r"\s+([,;:?])", r"\1", " ".join(words.strip().rstrip("?!. ").split()))
    return f"{text[:1].upper()}{text[1:]}?"


def _unclear(question: str, *said: str) -> Understood:
    quoted = " and ".join(f"“{one}”" for one in dict.fromkeys(said))
    return Understood(question, (f"It wasn't clear what {quoted} refers to in the conversation.",))
