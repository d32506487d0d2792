"""Attributions of a sentence: source (who says, thinks or wants something), cue and content.

The parts follow the PARC and PolNeAR corpora. A source may be missing ("reportedly", "is said to"), and pronouns are
not resolved. Covers direct, indirect and mixed speech; cues are verbs, nouns ("the claim that"), "according to",
adverbs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dateline.index.article import Span
from dateline.rag.language.attribution_parts import (
    content_of_verb,
    cue_of_verb,
    is_quoted,
    runs_of,
    source_of_verb,
    source_tokens,
)
from dateline.rag.language.cues import (
    CUE_ADVERBS,
    CUE_NOUNS,
    SAYING,
    THINKING,
    WITH_CLAUSE,
    WITH_OBJECT,
    WITH_QUOTATION,
    denies,
)
from dateline.rag.language.modality import is_negated
from dateline.rag.language.parse import Parse
from dateline.rag.language.quotations import Quotation

_FIRST_AND_SECOND = frozenset({"i", "we", "you"})
Speech = Literal["direct", "indirect", "mixed"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """An attribution."""

    source: Span | None
    """The noun phrase with its appositions: "Magnus Thorne, the company's chief executive"."""
    source_head: Span | None
    """Its head noun, or the whole name."""
    cue: Span
    """The verb with its auxiliaries, "according to", a noun or an adverb."""
    cue_lemma: str
    content: tuple[Span, ...]
    """The content, in order: two spans around a cue in the middle, none if the content is in an adjacent sentence
    ("“…” Rubio said." split after the quotation)."""
    speech: Speech
    """`direct`: all of the content is quoted; `mixed`: a part of it."""
    denied: bool
    """Whether the source denies the content: "denied that"."""


def attributions(parse: Parse, quoted: Sequence[Quotation]) -> tuple[Attribution, ...]:
    """The attributions of a sentence, ordered by cue."""
    found: list[Attribution] = []
    for at in range(len(parse.tokens)):
        if parse.lower[at : at + 2] == ("according", "to"):
            found += _according(parse, at, quoted)
        else:
            found += _of_verb(parse, at, quoted) if parse.tokens[at].pos == "VERB" else _of_other(parse, at, quoted)
    found += _of_colon(parse, quoted) if not found else ()
    return tuple(sorted(found, key=lambda one: (one.cue.start, one.cue.end)))


def _of_verb(parse: Parse, verb: int, quoted: Sequence[Quotation]) -> Iterator[Attribution]:
    lemma = parse.tokens[verb].lemma
    if lemma not in WITH_CLAUSE and lemma not in WITH_OBJECT:
        return
    inside = is_quoted(parse, verb, quoted)
    source = source_of_verb(parse, verb)
    content = content_of_verb(parse, verb, lemma, source, () if inside else quoted)
    if not content and not _stands_apart(parse, verb, source, quoted):
        return
    if source is None and not _is_sourceless(parse, verb):
        return
    own = source is not None and parse.lower[source] in _FIRST_AND_SECOND
    if (own and inside) or (lemma in THINKING and (own or inside)):
        return  # "I think": the speaker's own words, not reported speech
    found = _attribution(parse, source, cue_of_verb(parse, verb), lemma, content, quoted)
    yield replace(found, denied=found.denied and not is_negated(parse, verb))  # "did not deny"


def _stands_apart(parse: Parse, verb: int, source: int | None, quoted: Sequence[Quotation]) -> bool:
    """Whether the sentence is only source and cue, with the content next to it: "Rubio said.", "He went on to say:"."""
    if quoted or source is None or parse.tokens[verb].lemma not in SAYING - WITH_QUOTATION:
        return False
    outside = set(range(len(parse.tokens))) - set(source_tokens(parse, source)) - set(cue_of_verb(parse, verb))
    rest = [one for one in outside if parse.tokens[one].pos not in ("PUNCT", "SPACE", "ADV")]
    return not rest or (parse.text.rstrip().endswith(":") and parse.tokens[verb].dep == "ROOT")


def _is_sourceless(parse: Parse, verb: int) -> bool:
    """Whether a verb reports without a source: "is said to", "it is believed that"."""
    return parse.child(verb, "auxpass") is not None and parse.tokens[verb].lemma in SAYING | THINKING


def _of_other(parse: Parse, at: int, quoted: Sequence[Quotation]) -> Iterator[Attribution]:
    token, word = parse.tokens[at], parse.lower[at]
    if token.pos == "NOUN" and token.lemma in CUE_NOUNS:
        clause = parse.child(at, "acl", "ccomp", "relcl")
        if clause is None or not (_has_that(parse, clause) or parse.tokens[clause].tag == "VB"):
            return
        source = parse.child(at, "poss")
        if source is None:
            by = next((one for one in parse.with_dep(at, "prep") if parse.lower[one] in ("by", "from", "of")), None)
            source = parse.child(by, "pobj") if by is not None else None
        if (
            source is None
            and token.dep == "dobj"
            and parse.tokens[parse.tokens[at].head].lemma
            in ("make", "issue", "give", "express", "have", "deny", "reject", "dismiss")
        ):
            source = source_of_verb(parse, token.head)
        yield _attribution(parse, source, [at], token.lemma, [parse.subtree(clause)], quoted)
    elif word in CUE_ADVERBS and token.dep == "advmod":
        content = [one for one in parse.subtree(parse.clause_of(at)) if one != at]
        yield _attribution(parse, None, [at], token.lemma, runs_of(parse, set(content)), quoted)


def _has_that(parse: Parse, clause: int) -> bool:
    return any(parse.lower[mark] in ("that", "whether") for mark in parse.with_dep(clause, "mark"))


def _according(parse: Parse, first: int, quoted: Sequence[Quotation]) -> Iterator[Attribution]:
    """Attributions of the form "according to X", whose content is the rest of the clause."""
    last = first + 1
    source = next((noun for one in (last, first) if (noun := parse.child(one, "pobj")) is not None), None)
    if source is None:
        return
    head = parse.tokens[first].head
    top = parse.clause_of(head) if head != first else head
    own = set(parse.subtree(first)) | set(source_tokens(parse, source)) | {first, last}
    content = runs_of(parse, set(parse.subtree(top)) - own)
    if content:
        yield _attribution(parse, source, [first, last], "according", content, quoted)


def _of_colon(parse: Parse, quoted: Sequence[Quotation]) -> Iterator[Attribution]:
    """Attributions of the form "Thorne: “I would.”": a name and a colon before a quotation."""
    for quotation in quoted:
        tokens = parse.at(quotation.span)
        colon = next((one for one in range(min(tokens), -1, -1) if parse.lower[one] == ":"), None) if tokens else None
        if colon is None or not 1 <= colon <= 6 or min(tokens) - colon > 2:
            continue
        if parse.tokens[colon - 1].pos == "PROPN":
            yield _attribution(parse, colon - 1, [colon], ":", [tokens], quoted)


def _attribution(
    parse: Parse, source: int | None, cue: Sequence[int], lemma: str, content: Sequence[Collection[int]],
    quoted: Sequence[Quotation],
) -> Attribution:  # fmt: skip
    spans = tuple(_widened(parse, parse.span(run), quoted) for run in content)
    words = [parse.tokens[one] for run in content for one in run if parse.tokens[one].pos not in ("PUNCT", "SPACE")]
    covered = [any(one.span.start <= word.span.start < one.span.end for one in quoted) for word in words]
    speech: Speech = "direct" if words and all(covered) else "mixed" if any(covered) else "indirect"
    whole = parse.span(source_tokens(parse, source)) if source is not None else None
    head = _name_or_noun(parse, source) if source is not None else None
    return Attribution(whole, head, parse.span(cue), lemma, spans, speech, denies(lemma))


def _widened(parse: Parse, span: Span, quoted: Sequence[Quotation]) -> Span:
    """A span extended by the marks of a quotation at its ends."""
    start, end = span.start, span.end
    for one in quoted:
        if start == one.span.start and start and not parse.text[start - 1].isspace():
            start -= 1
        if one.span.end - 2 <= end <= one.span.end and one.closes:
            end = min(one.span.end + 1, len(parse.text))
    return Span(start, end)


def _name_or_noun(parse: Parse, source: int) -> Span:
    span = parse.tokens[source].span
    return next((one.span for one in parse.entities if one.span.start <= span.start and span.end <= one.span.end), span)
