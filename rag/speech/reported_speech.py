"""Reported speech: the speaker of a sentence in an article, and whether it is a denial.

By the sentence's own words first; coreference and continued quotations are resolved from the sentences before it. If
that is ambiguous there is no speaker: a quotation is never attributed to the wrong one. English only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from dateline.index.article import Span
from dateline.index.sentences import split_sentences, trimmed
from dateline.rag.speech.coreference import Mentions, opening_subject
from dateline.rag.speech.quoted_spans import QuotedSpan, quotations_in
from dateline.rag.speech.reporting_clauses import ReportingClause, reporting_clauses
from dateline.rag.speech.reporting_verbs import QUOTED
from dateline.rag.speech.speaker import Speaker, SpeakerPhrase

_LONGEST = 3000
"""Most code points of a sentence; longer ones are skipped."""
CACHED = 32
"""Articles whose quotations are cached: an answer asks for several sentences of each."""
_COORDINATED = re.compile(r"(?:,|;| [—–-]) (?:while|but|and|although|though|whereas|as)\b|;")
_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying|ial|ials)|refut\w+|disput(?:e|es|ed|ing)|disavow\w*|debunk\w*|contradict\w*"
    r"|reject(?:s|ed|ing)?\s+(?:[\w’'-]+\s+){0,4}?(?:claim|report|allegation|accusation|suggestion|charge|rumou?r|idea|notion)s?"
    r"|dismiss(?:es|ed|ing)?\s+(?:[\w’'-]+\s+){0,4}?(?:claim|report|allegation|accusation|suggestion|rumou?r|idea|notion)s?"
    r"|never|no\s+(?:truth|evidence|basis)|(?:false|untrue|baseless|unfounded|fabricated)\b"
    r"|(?:is|are|was|were|has|have|had|do|does|did|will|would|could|can)\s+(?:\w+ly\s+)?not"
    r"|cannot|(?:is|are|was|were|has|have|had|do|does|did|wo|would|could|ca)n[’']t"
    r"|still\s+(?:\w+\s+)?(?:fighting|defending|holding|held|hold|holds|controlled|controls|control|resisting|resist)"
    r"|(?:fighting|fought|battling)\s+(?:on\s+)?to\s+defend"
    r"|(?:remain|remains|remained|still)\s+(?:\w+\s+)?(?:in|under)\s+(?:[\w’'-]+\s+){0,3}?(?:control|hands))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Read:
    """The result for an earlier sentence."""

    span: Span
    speaker: Speaker | None
    attributed: bool
    """Whether its own words, or the quotation that it continues, name that speaker."""


def is_denial(sentence: str) -> bool:
    """Whether a sentence is a denial or a negation: "denied", "has not fallen", "no truth"."""
    return _DENIES.search(sentence) is not None


@lru_cache(maxsize=16 * CACHED)
def speaker_of(text: str, span: Span) -> Speaker | None:
    """The speaker of the sentence `text[span.start : span.end]`; `text` is the whole article.

    None if the outlet speaks itself, or if unknown. The text after the sentence is ignored, except to find the end of a
    quotation.
    """
    start, end = max(0, min(span.start, len(text))), max(0, min(span.end, len(text)))
    wanted = trimmed(text, start, end)
    if wanted.end <= wanted.start or wanted.end - wanted.start > _LONGEST:
        return None
    quoted, blanked = _with_quotations(text)
    own = blanked[wanted.start : wanted.end]
    if QUOTED not in own and not _attributed(own):
        return None  # as most sentences; saves reading those before it
    mentions = Mentions(text)
    before: list[_Read] = []
    speaker: Speaker | None = None
    for sentence in (*split_sentences(text[: wanted.start]), wanted):
        if sentence.end - sentence.start > _LONGEST:
            before.append(_Read(sentence, None, False))
            continue
        words = blanked[sentence.start : sentence.end]
        found = _attributed(words)
        speaker = None
        if found:
            who = _outermost(words, found)
            if who is not None:
                phrase = _unblanked(who.phrase, words, sentence.of(text))
                speaker = mentions.resolve(phrase, sentence, words[: who.start])
        else:
            speaker = _goes_on(text, sentence, words, quoted, before)
        mentions.note(sentence, speaker, opening_subject(words) if not found else None)
        before.append(_Read(sentence, speaker, speaker is not None))
    return speaker


def _attributed(words: str) -> list[ReportingClause]:
    return reporting_clauses(words.replace("\u00a0", " ").replace("\t", " "))


@lru_cache(maxsize=CACHED)
def _with_quotations(text: str) -> tuple[list[QuotedSpan], str]:
    """An article's quotations, and its text with them blanked out."""
    quoted = quotations_in(text)
    return quoted, _blanked(text, quoted)


def _blanked(text: str, quoted: list[QuotedSpan]) -> str:
    """The text with quoted words blanked out; its length stays the same."""
    pieces: list[str] = []
    at = 0
    for quotation in quoted:
        end = quotation.span.end
        end -= text[end - 1] in ",.?!…—"  # Final punctuation shows whether a reporting clause follows.
        pieces += text[at : quotation.span.start], QUOTED * (end - quotation.span.start)
        at = end
    return "".join((*pieces, text[at:]))


def _unblanked(phrase: SpeakerPhrase, words: str, written: str) -> SpeakerPhrase:
    """The phrase with quoted words in its name or role restored: "Ada “The Hammer” Lorne"."""

    def unblank(value: str) -> str:
        at = words.find(value[1:])  # the first letter may have been lowered
        return value[0] + written[at : at + len(value) - 1] if QUOTED in value and at > 0 else value

    return replace(phrase, name=unblank(phrase.name), role=phrase.role and unblank(phrase.role))


def _outermost(words: str, found: list[ReportingClause]) -> ReportingClause | None:
    """The reporting clause of the whole sentence; None if it has two speakers: "X said …, but Y said …"."""
    first, last = found[0], found[-1]
    # "Retailers warned of it, Gold said.": the speaker is Gold.
    if last is not first and words[: last.start].endswith(", ") and not re.search(r"\w", words[last.end :]):
        return last
    for other in found[1:]:
        same = other.phrase.name == first.phrase.name or other.phrase.kind == "pronoun" != first.phrase.kind
        if not same and _COORDINATED.search(words, first.end, max(first.end, other.start + 1)):
            return None
        if not same and QUOTED in words[first.end : other.end] and QUOTED in words[: first.start]:
            return None
    return first


def _goes_on(text: str, sentence: Span, words: str, quoted: list[QuotedSpan], before: list[_Read]) -> Speaker | None:
    """The speaker of a sentence that is all quotation and continues an attributed one."""
    if not before or re.search(r"\w", words.replace(QUOTED, "")) or QUOTED not in words:
        return None
    inside = [one for one in quoted if one.span.start < sentence.end and one.span.end > sentence.start]
    last = before[-1]
    first = inside[0]
    if len(inside) > 1 or not last.attributed or _attributed_later(text, first, sentence):
        return None
    between = text[last.span.end : sentence.start]
    if first.span.start < sentence.start:  # The quotation began in the previous sentence.
        return last.speaker if last.span.end > first.span.start else None
    if "\n" not in between:
        return last.speaker
    if first.continues and any(
        not one.closed and last.span.start < one.span.end <= last.span.end + 1 for one in quoted
    ):
        return last.speaker
    return None


def _attributed_later(text: str, quotation: QuotedSpan, sentence: Span) -> bool:
    """Whether a reporting clause follows the closing mark: "“…,” said Y"."""
    if not quotation.closed:
        return False
    if text[quotation.span.end - 1] == ",":
        return True
    after = text[quotation.span.end + 1 : quotation.span.end + 40]
    return sentence.end <= quotation.span.end + 1 and re.match(r",? ?[a-z]", after) is not None
