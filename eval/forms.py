"""Accepted forms of gold questions, and whether a text contains one of them.

A form is plain words, found as whole words whatever their case, punctuation, articles and possessive “’s”; or, between
slashes, a regular expression, found whatever its case: `/twenty-?two|22/`. Knows nothing of questions or answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field

from dateline.eval.words import contains_answer, normalise_answer

_POSSESSIVE = re.compile(r"['’]s\b")


def says(form: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts has the form. One by one: joined, a form could be found across the seam."""
    pattern = _pattern(form)
    if pattern is None:
        return any(contains_answer(_plain(text), _plain(form)) for text in texts)
    return any(pattern.search(text) for text in texts)


def says_any(forms: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether one of the texts has one of the forms."""
    given = tuple(texts)
    return any(says(form, given) for form in forms)


def is_plain(form: str) -> bool:
    """Whether the form is words, not a regular expression."""
    return _pattern(form) is None


def _plain(text: str) -> str:
    return _POSSESSIVE.sub("", text)


def _checked(form: str) -> str:
    try:
        if _pattern(form) is None and not normalise_answer(form):
            raise ValueError(f"{form!r} has no word that could be found")
    except re.error as error:
        raise ValueError(f"{form!r} is no regular expression: {error}") from None
    return form


@lru_cache(maxsize=4_096)
def _pattern(form: str) -> re.Pattern[str] | None:
    if len(form) > 2 and form.startswith("/") and form.endswith("/"):
        return re.compile(form[1:-1], re.IGNORECASE)
    return None


Form = Annotated[str, Field(min_length=1, pattern=r"\S"), AfterValidator(_checked)]
"""A form in a gold file, checked when it is read."""
