"""Clauses of a parse: the grammatical subject of a verb, explicit, shared or implied; and passive voice."""

from __future__ import annotations

from dateline.rag.language.parse import Parse

_SUBJECTS = ("nsubj", "csubj", "nsubjpass", "csubjpass")


def is_passive(parse: Parse, verb: int) -> bool:
    """Whether the verb is passive, including postmodifying participles ("land claimed by both")."""
    if parse.child(verb, "auxpass", "nsubjpass", "csubjpass") is not None:
        return True
    token = parse.tokens[verb]
    if token.tag != "VBN" or parse.child(verb, "aux") is not None:
        return False
    # "Men trained abroad", and "sold" in "was built and sold".
    return token.dep == "acl" or (token.dep == "conj" and is_passive(parse, token.head))


def is_to_infinitive(parse: Parse, verb: int) -> bool:
    """Whether the verb is a to-infinitive."""
    return any(parse.lower[child] == "to" for child in parse.with_dep(verb, "aux"))


def subject_of(parse: Parse, verb: int) -> int | None:
    """The grammatical subject, including shared and implied ones; None if there is none."""
    own = parse.child(verb, *_SUBJECTS)
    token = parse.tokens[verb]
    if own is not None:
        if parse.tokens[own].tag in ("WDT", "WP") and token.dep == "relcl":
            return token.head  # "surveyors who inspected her"
        return own
    if parse.child(verb, "expl") is not None:
        return parse.child(verb, "attr")
    if token.dep == "conj" and parse.tokens[token.head].pos in ("VERB", "AUX"):
        return subject_of(parse, token.head)
    if token.dep in ("xcomp", "advcl") and parse.tokens[token.head].pos in ("VERB", "AUX"):
        if token.dep == "xcomp":
            # "She asked him to leave": object control; "she promised to leave": subject control.
            return next(iter(parse.with_dep(token.head, "dobj", "dative")), subject_of(parse, token.head))
        return (
            subject_of(parse, token.head)
            if parse.child(verb, "mark") is None and token.tag in ("VBG", "VB", "VBN")
            else None
        )
    if token.dep == "pcomp":
        return subject_of(parse, parse.clause_of(token.head)) if parse.clause_of(token.head) != verb else None
    if token.dep == "acl":
        return token.head
    return None
