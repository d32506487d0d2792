"""The question as it was asked, checked; and what kind of question it is.

Knows nothing of the archive. Which time the words of a question mean, `rag/time/window.py` reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dateline.index.errors import QuestionError
from dateline.index.filters import NO_FILTERS, Filters
from dateline.index.languages import language_of
from dateline.rag.answer import Kind
from dateline.rag.conversation.turn import Conversation

MAX_QUESTION_CHARS = 2_000
"""Longer than any question; a text that long is an article, or a mistake."""

Length = Literal["short", "medium", "long"]
LlmStyle = Literal["off", "quotes", "prose"]
"""Whether a language model answers, and in whose words: see `rag.generation.writer`."""

FACTS: frozenset[Kind] = frozenset({"fact", "yes_no"})
"""Kinds of question that one sentence can answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, when, and of which articles. Raises `QuestionError` if it can't be a question."""

    text: str
    asked_at: datetime
    """Aware; what "today" is relative to."""
    filters: Filters = field(default=NO_FILTERS)
    length: Length = "medium"
    conversation: Conversation | None = None
    """What the question follows on; None: it is asked by itself."""
    llm: LlmStyle | None = None
    """None: as the settings say."""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise QuestionError("the question is empty", hint="Ask something, e.g. “Who is the mayor?”")
        if len(self.text) > MAX_QUESTION_CHARS:
            raise QuestionError(
                f"the question has {len(self.text):,} characters, more than {MAX_QUESTION_CHARS:,}",
                hint="Ask a shorter question, or several.",
            )
        if not re.search(r"\w", self.text):
            raise QuestionError("the question has no words in it", hint="Ask in words.")
        if self.asked_at.tzinfo is None:
            raise QuestionError("asked_at has no time zone", hint="Add one, e.g. 2021-08-09T12:00:00Z.")


_KINDS: tuple[tuple[Kind, str], ...] = (
    ("why", r"^why\b|\bfor what reasons?\b|\breasons? (?:for|why)\b|^what (?:caused|led|prompted|drove|made)\b"),
    ("fact", r"^how (?:many|much|old|long|far|big|large|tall|high|often|close|near|fast|wide|deep|strong)\b"),
    ("how", r"^how\b"),
    ("what_happened", r"^what (?:happened|is happening|has happened|did .+ say|do .+ say)\b"),
    (
        "list",
        r"^(?:name|list)\b|^(?:(?:in|to|from|on|at|for)\s+)?(?:which|what)\s+(?:(?!percent|share|number|kind|type|united|(?:one|of|did|do|does|is|are|was|were|has|have|had|can|will|would|should)\b)"
        r"[\w’'-]+\s+){0,2}(?:capitals|cities|provinces|countries|towns|districts|groups|minorities|names|members|places"
        r"|states|officials|companies|leaders|reasons|regions|villages)\b",
    ),
    ("yes_no", r"^(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|should)\b"),
)


_ENGLISH_OPENING = re.compile(
    r"\s*(?:wh(?:o|om|ose|at|ich|en|ere|y)|how|did|does|do|were|are|has|have|should)\b", re.IGNORECASE
)


def language_of_question(question: str) -> str | None:
    """ISO 639-1, or None if so few words don't tell."""
    # Most questions tell by their first word; the model that tells otherwise takes a third of a second to load.
    return "en" if _ENGLISH_OPENING.match(question) else language_of(question)


def kind_of(question: str) -> Kind:
    """What kind of answer the question's first words call for; `fact` where they don't tell."""
    words = question.strip()
    return next((kind for kind, pattern in _KINDS if re.search(pattern, words, re.IGNORECASE)), "fact")
