"""Predicates of a sentence: one for each verb, with subject, object, tense, negation and modality.

Subject and object are the logical ones: in "the ferry was inspected by surveyors" the subject is "surveyors". Shared
subjects ("came and went", "promised to leave") are included. Event nouns ("the withdrawal") are not predicates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dateline.index.article import Span
from dateline.rag.language.clauses import is_passive, is_to_infinitive, subject_of
from dateline.rag.language.modality import Modality, hedges_of, is_negated, modality_of
from dateline.rag.language.parse import Parse

Tense = Literal["past", "present", "future"]
Aspect = Literal["simple", "perfect", "progressive", "perfect progressive"]
Relation = Literal["main", "conjunct", "complement", "adverbial", "relative", "subject"]


@dataclass(frozen=True, slots=True)
class Argument:
    """A prepositional argument of a predicate: "in Kunduz", "with eight men"."""

    preposition: str
    """In lower case."""
    span: Span
    """The noun phrase, without the preposition."""
    head: Span
    """Its noun."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A subject or an object."""

    span: Span
    """The noun phrase with its modifiers, without clauses and appositions; for a clause, its verb."""
    head: Span
    """Its noun."""
    lemma: str
    """Lemma of its noun."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """A verb, or a copula with its complement, and its arguments."""

    span: Span
    """The verb, or the complement of a copula: "open" in "was open"."""
    lemma: str
    """Lemma of the verb with its particle ("carry out"), or of the complement ("open", "mayor")."""
    copular: bool
    """Whether the verb is a copula, such as "be", "become", "remain" or "seem"."""
    verb: str
    """Lemma of the verb itself: "carry", "be"."""
    verb_span: Span
    """The verb itself, without auxiliaries."""
    subject: Participant | None
    object: Participant | None
    recipient: Participant | None
    """The recipient: "gave her a key", "was told"."""
    arguments: tuple[Argument, ...]
    tense: Tense | None
    """None for infinitives and participles without an auxiliary."""
    aspect: Aspect
    passive: bool
    negated: bool
    modality: Modality
    hedges: tuple[Span, ...]
    """Hedges: "reportedly", "may", "plans to", "is believed to"."""
    relation: Relation
    """Relation to the predicate at `governor`; "complement" is its content, as of saying or wanting."""
    governor: int | None
    """Index of the governing predicate in the sentence; None for a main one."""


_COPULAS = frozenset({"be", "become", "remain", "seem", "appear", "stay", "look", "feel", "prove", "get", "turn"})
_RELATIONS: dict[str, Relation] = {
    "ROOT": "main", "parataxis": "main", "conj": "conjunct", "ccomp": "complement", "xcomp": "complement",
    "pcomp": "adverbial", "advcl": "adverbial", "acl": "relative", "relcl": "relative", "csubj": "subject",
    "csubjpass": "subject",
}  # fmt: skip
_NO_PREDICATE = frozenset({"aux", "auxpass", "amod", "compound", "nmod", "case", "punct", "det", "prep", "mark"})


def predicates(parse: Parse) -> tuple[Predicate, ...]:
    """The predicates of a sentence, ordered by verb."""
    verbs = [index for index in range(len(parse.tokens)) if _is_predicate(parse, index)]
    place = {verb: number for number, verb in enumerate(verbs)}
    return tuple(_predicate(parse, verb, place) for verb in verbs)


def _is_predicate(parse: Parse, index: int) -> bool:
    token = parse.tokens[index]
    if token.pos not in ("VERB", "AUX") or token.dep in _NO_PREDICATE:
        return False
    # Prepositions in the form of verbs.
    return parse.lower[index] not in ("according", "including", "following", "regarding")


def _predicate(parse: Parse, verb: int, place: dict[int, int]) -> Predicate:
    token = parse.tokens[verb]
    passive = is_passive(parse, verb)
    existential = parse.child(verb, "expl") is not None  # "There were 71 people": the people are the subject.
    complement = None
    if token.lemma in _COPULAS and not existential:
        complement = parse.child(verb, "attr", "acomp", "oprd")
    if complement is None and not existential and token.lemma == "be" and parse.child(verb, "dobj") is None:
        complement = parse.child(verb, "advmod") if parse.child(verb, "prep") is None else None
        complement = complement if complement is not None and complement > verb else None
    copular = complement is not None
    subject, patient, recipient = subject_of(parse, verb), parse.child(verb, "dobj"), parse.child(verb, "dative")
    if recipient is not None and parse.tokens[recipient].pos == "ADP":
        recipient = parse.child(recipient, "pobj")
    if passive:
        if token.lemma in _TELLS or (token.lemma in _GIVES and patient is not None):
            recipient = subject
        else:
            patient = subject
        agent = parse.child(verb, "agent")
        subject = parse.child(agent, "pobj") if agent is not None else None
    named = complement if complement is not None else verb
    particle = parse.child(verb, "prt")
    lemma = parse.tokens[named].lemma
    if particle is not None and not copular:
        lemma = f"{lemma} {parse.lower[particle]}"
    governor = _governor(parse, verb, place)
    tense, aspect = _tense(parse, verb)
    return Predicate(
        parse.tokens[named].span, lemma, copular, token.lemma, token.span,
        _participant(parse, subject), _participant(parse, patient), _participant(parse, recipient),
        _arguments(parse, verb, complement), tense, aspect, passive,
        is_negated(parse, verb), modality_of(parse, verb), hedges_of(parse, verb),
        "main" if governor is None else _RELATIONS.get(token.dep, "main"), governor,
    )  # fmt: skip


_TELLS = frozenset({"tell", "ask", "teach"})
"""Verbs whose passive subject is the recipient: "was told"."""
_GIVES = frozenset({"give", "offer", "show", "send", "promise", "hand", "pay", "grant", "deny"})
"""Verbs whose passive subject is the recipient if an object follows: "was given two days"."""


def _governor(parse: Parse, verb: int, place: dict[int, int]) -> int | None:
    return next((place[one] for one in parse.ancestors(verb) if one in place), None)


def _participant(parse: Parse, head: int | None) -> Participant | None:
    if head is None:
        return None
    token = parse.tokens[head]
    whole = token.span if token.pos in ("VERB", "AUX") else parse.span(parse.noun_phrase(head))
    return Participant(whole, token.span, token.lemma)


def _arguments(parse: Parse, verb: int, complement: int | None) -> tuple[Argument, ...]:
    found = []
    for head in (verb,) if complement is None else (verb, complement):
        for preposition in parse.with_dep(head, "prep"):
            noun = parse.child(preposition, "pobj")
            if noun is None:  # "out of the prison"
                deeper = parse.child(preposition, "prep")
                noun = parse.child(deeper, "pobj") if deeper is not None else None
            if noun is not None:
                words = parse.lower[preposition]
                found.append(Argument(words, parse.span(parse.noun_phrase(noun)), parse.tokens[noun].span))
    return tuple(sorted(found, key=lambda one: one.span.start))


def _tense(parse: Parse, verb: int) -> tuple[Tense | None, Aspect]:
    """Tense and aspect by the auxiliaries; a coordinated verb without them has those of the first."""
    token = parse.tokens[verb]
    helpers = parse.with_dep(verb, "aux", "auxpass")
    lemmas = [parse.tokens[one].lemma for one in helpers]
    tags = [parse.tokens[one].tag for one in helpers]
    words = [parse.lower[one] for one in helpers]
    perfect = "have" in lemmas and token.tag in ("VBN", "VBD", "VBG")
    progressive = token.tag == "VBG" and "be" in lemmas
    aspect: Aspect = (
        "perfect progressive" if perfect and progressive else "perfect" if perfect
        else "progressive" if progressive else "simple"
    )  # fmt: skip
    if any(word in ("will", "shall", "'ll", "wo") for word in words) or _is_going_to(parse, verb):
        return "future", aspect
    first = tags[0] if tags and words[0] != "to" else token.tag if not tags else ""
    untagged = first == "VBN" and not helpers and parse.child(verb, "nsubj") is not None
    tense: Tense | None = "past" if first == "VBD" or untagged else "present" if first in ("VBZ", "VBP", "MD") else None
    if words[:1] == ["to"] and perfect:
        return "past", aspect  # "is said to have left"
    if tense is None and not helpers and token.dep == "conj" and parse.tokens[token.head].pos in ("VERB", "AUX"):
        return _tense(parse, token.head) if token.tag == parse.tokens[token.head].tag else (tense, aspect)
    return tense, aspect


def _is_going_to(parse: Parse, verb: int) -> bool:
    token = parse.tokens[verb]
    return token.dep == "xcomp" and parse.lower[token.head] == "going" and is_to_infinitive(parse, verb)
