"""A draft, plain text or Markdown → its sentences, and which of them claim something that could be checked.

Knows nothing of archives.
"""

from __future__ import annotations

import re
from typing import Literal

from dateline.index.article import Span
from dateline.index.sentences import split_sentences
from dateline.rag.support_words import stems

LEAST_WORDS = 3
LEAST_WRAPPED = 40
"""Characters of a line that may have been wrapped."""
MOST_HEADING = 15
"""Words of a line without an end mark that is still a heading, and no sentence."""

Unchecked = Literal["heading", "question", "too_short", "about_itself"]

_MARK = re.compile(r"(?P<heading>#+\s)|(?:[-*•>]|\d{1,2}[.)])\s+")
_BLANK = re.compile(r"(\n[ \t\r]*\n)")
_WRAPPED = re.compile(rf"^[^\n]{{{LEAST_WRAPPED - 1},}}[^\s.!?…:;|][ \t\r]*\n[ \t]*[a-z]", re.MULTILINE)
_BREAK = re.compile(
    rf"^(?P<line>(?![ \t]*[#|=]|-+\s*$)[^\n]{{{LEAST_WRAPPED},}})\n(?![ \t]*(?:[-*•>#|=]|\d{{1,2}}[.)]\s))",
    re.MULTILINE,
)
_CLOSING = r"[\"”’')\]]*"
_BY_THEM = (
    r"(?:based (?:up)?on|according to|from|in) (?:(?:(?:the|these|given|provided|above) )+"
    r"(?:passages?|texts?|articles?|information)(?: (?:provided|given|above))?(?: in the passages?)?"
    r"|passages? \d+(?:(?:,| and|, and) \d+)*)"
)
_ABOUT_ITSELF = re.compile(
    rf"(?:(?:sure|certainly|of course|okay|therefore|in conclusion)[,!.]? )?(?:{_BY_THEM},? )?"
    rf"(?:{_BY_THEM}:|(?:here(?:[’']s| is| are)|below (?:is|are)) [^.;!?]*:"
    r"|[^.;!?]*\b(?:as follows|the following(?: [a-z]+){0,4}|these(?: [a-z]+){1,3}|is|are|was|were):"
    rf"|(?:(?:i|we) (?:am|are) |i[’']m |it is )?(?:unable|not able|(?:not |im)possible) to [^,;:.!?]*{_BY_THEM}\.?"
    r"|(?:please )?(?:let me know|feel free to ask|do(?: not|n[’']t) hesitate to ask)\b[^.!?]*[.!]?"
    r"|(?:so,? |now )?(?:let me|let[’']s) (?:see|think|start|begin|look|check|break|go)\b[^.!?]*[.!]?"
    r"|(?:i )?hope (?:this|that|it) helps\b[^.!?]*[.!]?|so,? the question is\b[^.!?]*[.!]?)",
    re.IGNORECASE,
)
_LEAD = re.compile(rf"{_BY_THEM}, (?=\S)", re.IGNORECASE)
_UNCLAIMED = re.compile(
    r" (?:in|within|of)(?: about)? \d+ words(?: or (?:less|fewer))?|(?<=question )(?:\"[^\"]*\"|“[^”]*”)"
)
"""A length, and a question that is repeated."""


def unwrapped(text: str) -> str:
    """The text, of the same length, with spaces for the line breaks within paragraphs that an editor has wrapped.

    Told by a line of `LEAST_WRAPPED` characters or more without an end mark, behind which the next one goes on in small
    letters. Behind a shorter line, as a heading is, a break stays.
    """
    parts = _BLANK.split(text)
    return "".join(_BREAK.sub(r"\g<line> ", part) if _WRAPPED.search(part) else part for part in parts)


def sentences_of(text: str) -> list[Span]:
    """The sentences of a text without the marks of lists and headings before them."""
    found = []
    for span in split_sentences(text):
        mark = _MARK.match(text, span.start, span.end)
        start = span.start if mark is None or mark["heading"] else min(mark.end(), span.end)
        if not _MARK.fullmatch(text[start : span.end] + " "):  # the number of a list's item, split off
            found.append(Span(start, span.end))
    return found


def why_unchecked(text: str, span: Span) -> Unchecked | None:
    """Why a sentence claims nothing that could be checked; None: it does."""
    words = span.of(text)
    if words.startswith("#"):
        return "heading"
    if re.search(rf"\?{_CLOSING}$", words):
        return "question"
    count = len(re.findall(r"\w+", words))
    if count < LEAST_WORDS or not stems(words):
        return "too_short"
    if speaks_of_itself(words):
        return "about_itself"
    before, after = text[: span.start].rpartition("\n")[2], text[span.end :].partition("\n")[0]
    a_line = not before.strip() and not after.strip() and words != text.strip()
    if a_line and count <= MOST_HEADING and not re.search(rf"[.!…:;]{_CLOSING}$", words):
        return "heading"
    return None


def speaks_of_itself(sentence: str) -> bool:
    """Whether a sentence only announces what follows ("Based on the passages, here are the steps:"), or says that its
    passages don't answer.

    One with a figure, or with a name behind its first word, claims something, whatever it begins with.
    """
    plain = _UNCLAIMED.sub("", sentence)
    return _ABOUT_ITSELF.fullmatch(plain) is not None and not re.search(r"\d|(?<=\w )[A-Z]", plain)


def without_lead(sentence: str) -> str:
    """The sentence without a "Based on the passages, " before it: words that no passage has, and that claim nothing."""
    lead = _LEAD.match(sentence)
    return sentence[lead.end()].upper() + sentence[lead.end() + 1 :] if lead else sentence
