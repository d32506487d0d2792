"""Mentions: noun phrases and names that a later question may refer to, with type and number, from spaCy's parse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dateline.index.article import Span
from dateline.rag.language.entities import named_entities
from dateline.rag.language.parse import Entity, Parse
from dateline.rag.language.question_words import ANSWER_NOUNS

MentionType = Literal["person", "organisation", "place", "event", "thing", "name"]
"""`name`: a name of unknown type."""

WH_TAGS = frozenset({"WP", "WP$", "WDT", "WRB"})
_KINDS: dict[str, MentionType] = {
    "PERSON": "person", "ORG": "organisation", "NORP": "organisation", "GPE": "place", "LOC": "place", "EVENT": "event",
    "NAME": "name",
}  # fmt: skip
_INDEFINITE = frozenset({"any", "some", "no", "other", "another", "more", "each", "every", "all", "many", "much"})
_DEICTIC = frozenset({"the", "this", "that", "these", "those"})
_STORMS = frozenset({"hurricane", "storm", "typhoon", "cyclone"})
_PARTS = frozenset({"compound", "nmod", "amod", "npadvmod", "nummod", "quantmod", "det", "predet", "punct", "dep"})
_BESIDE = frozenset({"relcl", "acl", "advcl", "appos", "parataxis", "cc", "conj", "preconj", "case"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase with a noun or a name for its head."""

    text: str
    """Worded for use in a question: "the Taliban", "the market fire in Derna"."""
    lemma: str
    """Of its head, in lower case."""
    head: int
    """Index of its head among the tokens."""
    span: Span
    kind: MentionType
    plural: bool
    named: bool
    subject: bool
    """Whether it is the subject of a clause."""
    asked: bool
    """Whether it is asked for, or indefinite: "which team", "any other team"."""
    bare: bool
    """Whether the noun has only a determiner: "the fire"."""


def mentions_in(parse: Parse) -> list[Mention]:
    """The noun phrases of a text in the order of their heads, without time expressions."""
    names = named_entities(parse)
    times = [one.span for one in parse.entities if one.label in ("DATE", "TIME", "CARDINAL", "ORDINAL")]
    found = []
    verb = misread_verb(parse)
    for head, token in enumerate(parse.tokens):
        noun = token.pos in ("NOUN", "PROPN") or (token.dep == "nsubj" and parse.child(head, "det") is not None)
        if head == verb or not noun:
            continue
        do = next((at for at in range(head) if parse.lower[at] in ("did", "does", "do")), None)
        misread = verb is not None and token.head == verb and head < verb and do is not None
        if token.dep in _PARTS and not misread and token.dep != "dep" and token.head != head:
            continue
        if any(one.start <= token.span.start < one.end for one in times):
            continue
        phrase = parse.subtree(head, without=_BESIDE)
        if misread and do is not None:
            phrase = list(range(do + 1, head + 1))
        lower = {parse.lower[one] for one in phrase}
        name = next((one for one in names if one.span.start <= token.span.start < one.span.end), None)
        span = parse.span(phrase)
        kind = type_of_noun(token.lemma.lower())
        if name is not None:  # The parser cuts "Talking Heads".
            kind = _kind_of_name(parse, name)
            span = Span(min(span.start, name.span.start), max(span.end, name.span.end))
            if kind in ("person", "name"):
                span = _without_role(parse, name.span)
        words = span.of(parse.text).split()
        found.append(
            Mention(
                _definite(span.of(parse.text)),
                token.lemma.lower(),
                head,
                span,
                kind,
                token.tag in ("NNS", "NNPS"),
                name is not None or token.tag == "NNP",
                token.dep in ("nsubj", "nsubjpass") or misread,
                bool(lower & _INDEFINITE or {parse.tokens[one].tag for one in phrase} & WH_TAGS),
                name is None and len(words) == 2 and words[0].lower() in _DEICTIC and not _goes_on(parse, head, verb),
            )
        )
    return found


def _kind_of_name(parse: Parse, name: Entity) -> MentionType:
    """The type by the entity's label; `name` for two or three words not labelled as a person or place."""
    words = name.span.of(parse.text).split()
    if words[0].lower() in _STORMS:
        return "event"  # The pipeline labels Hurricane Ian as a place.
    kind = _KINDS.get(name.label, "thing")
    partly = not any(one.span.start <= name.span.start < one.span.end for one in parse.entities)
    article = parse.text[: name.span.start].lower().endswith("the ")
    return "name" if partly or (kind in ("organisation", "thing") and 2 <= len(words) <= 3 and not article) else kind


def misread_verb(parse: Parse) -> int | None:
    """The verb of a question that was parsed as a noun: "cost" in "did the new stadium cost"; else None."""
    do = next((at for at, word in enumerate(parse.lower) if word in ("did", "does", "do")), None)
    if do is None:
        return None
    verbs = [at for at in range(do + 1, len(parse.tokens)) if parse.tokens[at].tag in ("VB", "VBP")]
    if verbs:
        return verbs[0] if parse.tokens[verbs[0]].dep == "nsubj" else None
    found = None
    for at in range(do + 1, len(parse.tokens)):
        if parse.tokens[at].pos not in ("DET", "ADJ", "NOUN", "PROPN", "NUM", "PART") and parse.lower[at] != "of":
            break
        found = at if parse.tokens[at].tag in ("NN", "NNS") and at > do + 1 else found
    return found


def _goes_on(parse: Parse, head: int, verb: int | None) -> bool:
    """Whether another noun follows: "the border police"."""
    following = head + 1
    return following < len(parse.tokens) and following != verb and parse.tokens[following].pos in ("NOUN", "PROPN")


def _without_role(parse: Parse, name: Span) -> Span:
    """The span of a name without a role: "Jo Brand" of "Analyst Jo Brand"."""
    inside = parse.at(name)
    while len(inside) > 1 and type_of_noun(parse.lower[inside[0]]) == "person":
        del inside[0]
    return parse.span(inside)


def _definite(text: str) -> str:
    """With "the" instead of "a", and without a sentence's initial capital."""
    first, _, rest = text.partition(" ")
    return f"the {rest}" if first.lower() in ("a", "an", "the", "this", "that") and rest else text


def type_of_noun(lemma: str) -> MentionType:
    """The type of a common noun."""
    return next((kind for kind, nouns in ANSWER_NOUNS if lemma in nouns), "thing")


def names_with_kind(parse: Parse) -> list[tuple[Span, MentionType]]:
    """The names of a text without articles, including those inside a noun phrase ("Kunduz province")."""
    return [(one.span, _KINDS.get(one.label, "thing")) for one in named_entities(parse)]
