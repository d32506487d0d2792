"""Claim detection: the sentences of a draft (plain text or Markdown), and which of them can be checked.

Knows nothing of archives.
"""

from __future__ import annotations

import re
from typing import Literal

from dateline.index.article import Span
from dateline.index.sentences import split_sentences, trimmed
from dateline.rag.verification.stems import stems

LEAST_WORDS = 3
LEAST_WRAPPED = 40
"""Least characters of a line that an editor may have wrapped."""
MOST_HEADING = 15
"""Most words of a heading: a line without an end mark."""

Unchecked = Literal["heading", "question", "too_short", "about_itself", "table"]

_MARK = re.compile(r"(?P<heading>#+\s)|(?:[-*•>]|\d{1,2}[.)])\s+")
_FOOTNOTE = re.compile(r"(?<=\S)(?:\[\^[^\s\]]{1,30}\]|\[\d{1,3}\](?![(:]))|^[ \t]*\[\^[^\s\]]{1,30}\]:", re.MULTILINE)
"""A mark in the text, `[^1]` or `[1]`, or in front of a note."""
_RULE = re.compile(r"[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)+(?:[ \t]*:?-{2,}:?)?[ \t]*")
"""The line between the head and the rows of a table."""
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
"""A stated length, or a repeated question."""


def unwrapped(text: str) -> str:
    """The text with line breaks inside wrapped paragraphs replaced by spaces; its length stays the same.

    A paragraph is wrapped if a line of at least `LEAST_WRAPPED` characters has no end mark and the next one begins in
    lower case. Breaks after shorter lines, such as headings, stay.
    """
    parts = _BLANK.split(text)
    return "".join(_BREAK.sub(r"\g<line> ", part) if _WRAPPED.search(part) else part for part in parts)


def without_footnotes(text: str) -> str:
    """The text with spaces for its footnote marks, which end no sentence; its length stays the same."""
    return _FOOTNOTE.sub(lambda mark: " " * len(mark[0]), text)


def without_gaps(claim: str) -> str:
    """A sentence without the spaces of its footnote marks."""
    return re.sub(r" {2,}(?=[.,;:!?])", "", re.sub(r" {3,}", "  ", claim)).replace("  ", " ")


def draft_sentences(text: str) -> list[Span]:
    """The sentences of a draft, without list and heading marks; of a table its rows."""
    found = table_rows(text)
    for span in split_sentences(text):
        if _RULE.fullmatch(span.of(text)) or any(row.start <= span.start < row.end for row in found):
            continue
        mark = _MARK.match(text, span.start, span.end)
        start = span.start if mark is None or mark["heading"] else min(mark.end(), span.end)
        if not _MARK.fullmatch(text[start : span.end] + " "):  # the number of a list item
            found.append(Span(start, span.end))
    return sorted(found, key=lambda span: span.start)


def table_rows(text: str) -> list[Span]:
    """The lines of Markdown tables but for their rules (`|---|---|`): those beside a rule, and any between two bars."""
    rows: list[Span] = []
    inside, before = False, None
    for line in re.finditer(r"[^\n]*\n?", text):
        span = trimmed(text, line.start(), line.end())
        words = span.of(text)
        barred = "|" in words
        if _RULE.fullmatch(words):
            rows += [before] if before is not None and before not in rows else []
            inside, before = True, None
        else:
            inside = inside and barred
            rows += [span] if inside or (barred and words[0] == words[-1] == "|") else []
            before = span if barred else None
    return rows


def why_unchecked(text: str, span: Span) -> Unchecked | None:
    """Why a sentence can't be checked; None if it can."""
    words = span.of(text)
    if words.startswith("#"):
        return "heading"
    if span in table_rows(text):
        return "table"
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
    """Whether a sentence only announces what follows ("Based on the passages, here are the steps:"), or says that the
    passages don't answer.

    A sentence with a figure, or with a name after its first word, makes a claim whatever it begins with.
    """
    plain = _UNCLAIMED.sub("", sentence)
    return _ABOUT_ITSELF.fullmatch(plain) is not None and not re.search(r"\d|(?<=\w )[A-Z]", plain)


def without_lead(sentence: str) -> str:
    """The sentence without a leading "Based on the passages, ", which claims nothing."""
    lead = _LEAD.match(sentence)
    return sentence[lead.end()].upper() + sentence[lead.end() + 1 :] if lead else sentence
