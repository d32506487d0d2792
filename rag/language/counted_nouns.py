"""Counted nouns: what a number counts, or whose age it is, by the parse.

That is the noun it modifies, the noun after "of", or the subject of a verb such as "rose to". Knows nothing of units or
of how numbers are read.
"""

from __future__ import annotations

from dateline.rag.language.clauses import subject_of
from dateline.rag.language.parse import Parse
from dateline.rag.language.word_set import word_set

_CHANGE = word_set(
    "rise climb grow increase jump reach hit stand exceed pass top fall drop decline be remain total number swell "
    "shrink "
    "surpass"
)
"""Verbs whose subject is counted: "the toll rose to 22"."""
_PREPOSED = frozenset({"compound", "nmod"})


def counted_by(parse: Parse, first: int, last: int, *, measured: bool) -> tuple[int, int] | None:
    """The first and last token of the noun counted by the number from token `first` to `last`; None if not stated.

    `measured`: the number ends with a unit, so that what is measured follows "of" ("20 percent of voters") or is the
    modified noun ("a seven-kilogram melon").
    """
    end = _of(parse, last)
    if end is not None:
        return _with_compounds(parse, end)
    outer = _outermost(parse, first, last)
    token = parse.tokens[outer]
    head = token.head
    if head > last and token.dep in ("nummod", "compound", "amod", "nmod", "npadvmod", "quantmod", "det", "predet"):
        if parse.tokens[head].pos in ("NOUN", "PROPN", "PRON") or parse.tokens[head].tag.startswith("N"):
            return _with_compounds(parse, head)
        if parse.tokens[head].pos == "ADJ" and parse.tokens[head].dep in ("amod", "compound"):
            return _with_compounds(parse, parse.tokens[head].head)
    if not measured and parse.tokens[last].pos in ("NOUN", "PROPN") and last > first:
        return _with_compounds(parse, last)
    adjacent = last + 1
    if not measured and adjacent < len(parse.tokens) and parse.tokens[adjacent].tag in ("NNS", "NN", "NNPS"):
        return _with_compounds(parse, _phrase_end(parse, adjacent))
    if token.dep == "pobj" and parse.lower[head] == "of" and parse.tokens[parse.tokens[head].head].pos == "NOUN":
        return _with_compounds(parse, parse.tokens[head].head)  # "a crew of five"
    return _by_subject(parse, outer)


def whose_age(parse: Parse, first: int, last: int, *, bare: bool) -> tuple[int, int] | None:
    """The person whose age is the number from token `first` to `last`: "Okoro, 16,", "a 44-year-old", "aged 61".

    None if it is not an age. `bare`: there is no unit, so that only unambiguous forms count.
    """
    before = parse.lower[first - 1] if first else ""
    after = parse.lower[last + 1] if last + 1 < len(parse.lower) else ""
    outer = _outermost(parse, first, last)
    if before in ("aged", "age") or parse.lower[max(0, first - 2) : first] == ("age", "of"):
        return _person_before(parse, first)
    digits = parse.words(first, last)
    if bare and first == last and digits.isdigit() and 0 < int(digits) < 120:
        if before in (",", "(") and after in (",", ")", ".", ";", "") and first > 1 and _is_person(parse, first - 2):
            return _with_compounds(parse, first - 2)
        token = parse.tokens[first]
        if token.dep in ("attr", "acomp") and parse.tokens[token.head].lemma == "be" and not _noun_after(parse, last):
            subject = subject_of(parse, token.head)
            if subject is not None and (_is_person(parse, subject) or parse.lower[subject] in ("he", "she", "who")):
                return _with_compounds(parse, subject)
        return None
    if bare or parse.lower[last] not in ("old", "olds", "age"):
        return None
    token = parse.tokens[outer]
    if token.head > last and parse.tokens[token.head].pos in ("NOUN", "PROPN"):
        return _with_compounds(parse, token.head)
    if after and last + 1 < len(parse.tokens) and parse.tokens[last + 1].pos in ("NOUN", "PROPN"):
        return _with_compounds(parse, _phrase_end(parse, last + 1))
    if parse.child(last, "det") is None:  # "The 45-year-old" is a person.
        subject = subject_of(parse, parse.clause_of(outer))
        if subject is not None and subject < first:
            return _with_compounds(parse, subject)
    return (last, last)


def _outermost(parse: Parse, first: int, last: int) -> int:
    """The last token of a range whose head is outside it."""
    return next((n for n in range(last, first - 1, -1) if not first <= parse.tokens[n].head <= last), last)


def _of(parse: Parse, last: int) -> int | None:
    """The noun after "of", or after "out of" for a number without a noun: "dozens of homes", "five of them"."""
    at = last + 1
    words = parse.lower
    if words[at : at + 2] == ("out", "of"):
        at += 1
    if words[at : at + 1] == ("of",):
        noun = parse.child(at, "pobj")
        return noun if noun is not None and parse.tokens[noun].pos != "NUM" else None
    if words[at : at + 1] in (("the",), ("all",), ("its",), ("their",)) and parse.tokens[last].dep in ("predet", "det"):
        return parse.tokens[last].head
    return None


def _phrase_end(parse: Parse, at: int) -> int:
    """The last noun of a run of nouns."""
    while at + 1 < len(parse.tokens) and parse.tokens[at].dep in _PREPOSED and parse.tokens[at].head > at:
        at = parse.tokens[at].head
    return at


def _with_compounds(parse: Parse, noun: int) -> tuple[int, int]:
    """A noun with its compound modifiers."""
    first = noun
    while first and parse.tokens[first - 1].dep in _PREPOSED and parse.tokens[first - 1].head in range(first, noun + 1):
        first -= 1
    return first, noun


def _by_subject(parse: Parse, outer: int) -> tuple[int, int] | None:
    """The counted subject: "the toll rose to 22", "the population is 40,000"."""
    token = parse.tokens[outer]
    verb = parse.tokens[token.head].head if token.dep == "pobj" else token.head
    if token.dep == "pobj" and parse.lower[token.head] not in ("to", "at", "of", "by"):
        return None
    if token.dep not in ("pobj", "attr", "dobj", "npadvmod", "nummod") or parse.tokens[verb].lemma not in _CHANGE:
        return None
    subject = subject_of(parse, verb)
    return None if subject is None or subject > outer else _with_compounds(parse, subject)


def _noun_after(parse: Parse, last: int) -> bool:
    return last + 1 < len(parse.tokens) and parse.tokens[last + 1].pos in ("NOUN", "PROPN", "ADJ")


def _is_person(parse: Parse, at: int) -> bool:
    span = parse.tokens[at].span
    return parse.tokens[at].pos == "PROPN" and not any(
        entity.span.start <= span.start < entity.span.end and entity.label in ("DATE", "FAC", "LAW")
        for entity in parse.entities
    )


def _person_before(parse: Parse, first: int) -> tuple[int, int] | None:
    """The person before an age: the subject of the clause, or the noun before "aged 61"."""
    at = first - 1
    while at and parse.lower[at - 1] in ("at", "the", ",", "of", "age"):
        at -= 1
    if at and parse.tokens[at - 1].pos in ("PROPN", "NOUN") and parse.lower[at] == ",":
        return _with_compounds(parse, at - 1)
    verb = parse.clause_of(first)
    patient = parse.child(verb, "dobj")
    subject = patient if patient is not None and parse.lower[patient] in ("him", "her") else subject_of(parse, verb)
    return (first - 1, first - 1) if subject is None else _with_compounds(parse, subject)
