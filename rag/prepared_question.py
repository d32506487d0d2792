"""Prepares a question for the search: standalone, without what is said before it, one at a time, with its time window.

Knows nothing of passages beyond how near they are, nor of how answers are made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dateline.index.filters import Filters
from dateline.index.search import Searcher
from dateline.rag.answer import Dropped, Understanding
from dateline.rag.conversation.standalone import understand
from dateline.rag.conversation.turn import Rewrite
from dateline.rag.language.question_type import question_parts
from dateline.rag.question import Question, language_of_question, question_kind
from dateline.rag.retrieval import searched_text
from dateline.rag.time.window import window_of
from dateline.rag.time.window_filters import as_time_window, with_window


@dataclass(frozen=True, slots=True)
class PreparedQuestion:
    """A question as it is searched for."""

    question: Question
    understanding: Understanding
    filters: Filters | None
    """The question's filters with its time window; None if they exclude each other."""
    gaps: tuple[str, ...]
    """Further questions of the same text, which are not answered."""
    rewritten: bool
    """Whether a language model completed it from earlier turns."""
    dropped: tuple[Dropped, ...]


def prepare_question(
    question: Question, searcher: Searcher, rewrite: Rewrite | None, *, one_at_a_time: bool
) -> PreparedQuestion:
    """The question that is searched for.

    `rewrite`: completes follow-up questions before rules do. `one_at_a_time`: leave only the first of several
    questions, which is what the reader can answer; a language model can answer all.
    """
    turns = question.conversation.turns if question.conversation else ()
    understood = understand(question.text, turns, rewrite)
    question = replace(question, text=understood.question)
    question = replace(question, text=searched_text(searcher, question))
    first, *others = question_parts(question.text) if one_at_a_time else (question.text,)
    question = replace(question, text=first)
    window = window_of(question.text, question.asked_at)
    language = language_of_question(question.text)
    understanding = Understanding(
        standalone_question=question.text,
        kind=question_kind(question.text),
        time_window=as_time_window(window),
        language=language,
        notes=understood.notes + _unread(language, searcher),
    )
    return PreparedQuestion(
        question,
        understanding,
        with_window(question.filters, window),
        tuple(others),
        understood.rewritten,
        understood.dropped,
    )


def _unread(language: str | None, searcher: Searcher) -> tuple[str, ...]:
    """The note for a language that the encoder does not read."""
    readable = searcher.encoder.languages
    if not language or not readable or language in readable:
        return ()
    return (
        f"The question seems to be in the language {language!r}, which the encoder does not read: "
        "articles were found by their words alone.",
    )
