"""The question: its validation, language and kind.

Knows nothing of the archive. Time windows are read by `rag/time/window.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dateline.index.errors import QuestionError
from dateline.index.filters import NO_FILTERS, Filters
from dateline.index.languages import language_of
from dateline.rag.answer import QuestionKind
from dateline.rag.conversation.turn import Conversation
from dateline.rag.language.question_type import question_type
from dateline.rag.language.question_words import QuestionType

MAX_QUESTION_CHARS = 2_000
"""A longer text is not a question but an article, or a mistake."""

Length = Literal["short", "medium", "long"]
LlmStyle = Literal["off", "quotes", "prose"]
"""Whether a language model answers, and in whose words; see `rag.generation.writer`."""

FACTS: frozenset[QuestionKind] = frozenset({"fact", "yes_no"})
"""Kinds of questions that one sentence can answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, when, and about which articles. Raises `QuestionError` if it is not valid."""

    text: str
    asked_at: datetime
    """With a time zone; "today" is relative to it."""
    filters: Filters = field(default=NO_FILTERS)
    length: Length = "medium"
    conversation: Conversation | None = None
    """The earlier turns; None for a question on its own."""
    llm: LlmStyle | None = None
    """None for the style in the settings."""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise QuestionError("the question is empty", hint="Ask something, e.g. “Who is the mayor?”")
        if any("\ud800" <= char <= "\udfff" for char in self.text):
            raise QuestionError(
                "the question has bytes that are not UTF-8", hint="Type it again, or convert it to UTF-8."
            )
        if len(self.text) > MAX_QUESTION_CHARS:
            raise QuestionError(
                f"the question has {len(self.text):,} characters, more than {MAX_QUESTION_CHARS:,}",
                hint="Ask a shorter question, or several.",
            )
        if not re.search(r"\w", self.text):
            raise QuestionError("the question has no words in it", hint="Ask in words.")
        if self.asked_at.tzinfo is None:
            raise QuestionError("asked_at has no time zone", hint="Add one, e.g. 2021-08-09T12:00:00Z.")


_KINDS: dict[QuestionType, QuestionKind] = {
    "why": "why",
    "how": "how",
    "list": "list",
    "yes_no": "yes_no",
    "summary": "what_happened",
    "timeline": "what_happened",
    "comparison": "what_happened",
}
"""The kinds that types of questions are answered as, if not as `fact`."""
_SAY = re.compile(r"\bwhat (?:did|does|do)\b.+\bsay\b", re.IGNORECASE)

_ENGLISH_OPENING = re.compile(
    r"\s*(?:wh(?:o|om|ose|at|ich|en|ere|y)|how|did|does|do|were|are|has|have|should)\b", re.IGNORECASE
)


def language_of_question(question: str) -> str | None:
    """ISO 639-1, or None if the words are too few to tell."""
    # The first word settles most questions; the language model takes a third of a second to load.
    return "en" if _ENGLISH_OPENING.match(question) else language_of(question)


def question_kind(question: str) -> QuestionKind:
    """The kind of a question, by its words; `fact` if they don't say."""
    kind = question_type(question)
    if kind == "quotation" and _SAY.search(question):
        return "what_happened"  # what is said takes several sentences; "according to Beg, when …" takes one
    return _KINDS.get(kind, "fact")
