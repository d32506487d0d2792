"""Earlier turns of a conversation, as a follow-up question is understood by them. They are never evidence.

Knows the Answer's wire form, since stored answers are read again; nothing of where they are stored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what was said to it."""

    question: str
    """In its standalone form."""
    answer: str = ""
    """The short answer, or the first claim's words; empty where there was no answer."""
    names: tuple[str, ...] = ()
    """Who else was named: the speakers of the claims, as the answer calls them."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a question follows on."""

    id: str | None
    """None: whoever asks keeps it."""
    turns: tuple[Turn, ...] = ()
    """The latest ones, in their order; none for a conversation that begins."""


Rewrite = Callable[[Sequence[Turn], str], str]
"""Turns and a follow-up question → the same question standing by itself; empty where it can't tell."""


def turn_of(standalone_question: str, answer: str) -> Turn:
    """A turn from a stored answer's JSON; what isn't an Answer counts as no answer."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        said = None
    claims = [claim for claim in _list(said, "claims") if isinstance(claim, dict)]
    short = said.get("short_answer") if isinstance(said, dict) else None
    texts = [holder.get("text") for holder in (short, *claims) if isinstance(holder, dict)]
    speakers = [claim.get("speaker") for claim in claims]
    return Turn(
        standalone_question,
        next((text for text in texts if isinstance(text, str)), ""),
        tuple(dict.fromkeys(name for name in speakers if isinstance(name, str) and name[:1].isupper())),
    )


def _list(holder: Any, name: str) -> list[Any]:
    found = holder.get(name) if isinstance(holder, dict) else None
    return found if isinstance(found, list) else []
