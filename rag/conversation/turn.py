"""Earlier turns of a conversation, as context for follow-up questions, never as evidence.

Reads the JSON of stored answers; knows nothing of where they are stored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer, in short."""

    question: str
    """The standalone form."""
    answer: str = ""
    """The short answer, or the first claim's text; empty for a refusal."""
    names: tuple[str, ...] = ()
    """Speakers of the claims, as the answer names them."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The conversation that a question belongs to."""

    id: str | None
    """None if the client keeps the conversation."""
    turns: tuple[Turn, ...] = ()
    """The latest turns, oldest first; empty at the beginning."""


Rewrite = Callable[[Sequence[Turn], str], str]
"""Maps turns and a follow-up question to a standalone question, or to an empty text if it can't."""


def turn_of(standalone_question: str, answer: str) -> Turn:
    """A turn from a stored answer's JSON; anything but an Answer counts as no answer."""
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
