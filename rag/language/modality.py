"""Factuality of a predicate: negation, modality and hedging.

By the dependents of the verb and of its governing verbs: "did not", "may have", "plans to", "is believed to",
"reportedly", "if". Reported speech counts as asserted by its source; see `attributions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from dateline.index.article import Span
from dateline.rag.language.clauses import is_to_infinitive
from dateline.rag.language.parse import Parse
from dateline.rag.language.word_set import word_set

Modality = Literal["asserted", "possible", "planned", "required", "hypothetical", "reported", "future", "asked"]
"""`possible`: may, might, could, likely, feared. `planned`: plans to, wants to, is set to. `required`: must, should,
ordered to. `hypothetical`: would, if, unless. `reported`: reportedly, is said to. `future`: will. `asked`: a question.
The first that holds, in the order hypothetical, reported, planned, required, possible, asked, future."""


_NEGATIONS = word_set("not n't never neither nor nowhere hardly scarcely barely no")
_NEGATIVE_SUBJECTS = word_set("nobody none nothing neither no-one")
_POSSIBLE = word_set("may might could can")
_REQUIRED = word_set("must should ought shall")
_HYPOTHETICAL = word_set("would 'd")
_FUTURE = word_set("will 'll wo shall")
_REPORTED_ADVERBS = word_set("reportedly allegedly purportedly supposedly ostensibly apparently")
_POSSIBLE_ADVERBS = word_set("possibly perhaps maybe probably likely presumably potentially seemingly conceivably")
_PLANS = word_set(
    "plan intend want hope aim seek try attempt mean expect prepare propose vow pledge promise threaten agree decide "
    "set schedule due consider wish refuse decline offer urge ready "
    "effort bid way move proposal decision chance threat"
)
_REQUIRES = word_set("require need have order ask tell urge force oblige supposed call demand")
_REPORTS = word_set("say believe think report allege rumor rumour claim consider understand suspect know")
_FEARS = word_set("fear likely unlikely able seem appear suspect presume suppose doubt risk")
_HOPES = word_set("hope expect anticipate predict forecast")
_FAILS = word_set("fail refuse decline neglect forget cease avoid prevent deny stop")
"""Verbs whose complement did not happen: "failed to break", "denied opening"."""
_PARTICIPANTS = frozenset({"nsubj", "nsubjpass", "dobj", "attr"})
_CONDITIONS = word_set("if unless whether lest provided")


def is_negated(parse: Parse, verb: int) -> bool:
    """Whether a predicate is negated: by "not", "never", a negative subject or object, or a verb such as "fail to"."""
    negations = 0
    for child in parse.children[verb]:
        token = parse.tokens[child]
        if token.dep == "neg" or (token.dep in ("advmod", "cc", "preconj") and parse.lower[child] in _NEGATIONS):
            # "No longer" negates, "not only" doesn't.
            negations += parse.lower[child + 1 : child + 2] != ("only",)
        elif _is_no_longer(parse, child) or (token.dep in _PARTICIPANTS and _is_negative(parse, child)):
            negations += 1
        elif token.dep == "acomp" or token.dep == "attr":
            negations += any(parse.tokens[one].dep == "neg" for one in parse.children[child])
    token = parse.tokens[verb]
    if token.dep == "pcomp" and parse.lower[token.head] == "without":
        negations += 1
    elif token.dep in ("xcomp", "pcomp") and parse.tokens[token.head].lemma in _FAILS:
        negations += not is_negated(parse, token.head)
    elif token.dep == "xcomp" and parse.tokens[token.head].pos in ("VERB", "AUX") and token.tag == "VB":
        # "Did not manage to break": the complement did not happen.
        negations += is_negated(parse, token.head)
    elif token.dep == "conj" and not negations and _shares_negation(parse, verb):
        negations += is_negated(parse, token.head)
    return negations % 2 == 1


def _is_no_longer(parse: Parse, at: int) -> bool:
    return parse.lower[max(0, at - 1) : at + 1] == ("no", "longer")


def _is_negative(parse: Parse, noun: int) -> bool:
    """Whether a noun is negative: "nobody", "no surveyor", "none of them"."""
    if parse.lower[noun] in _NEGATIVE_SUBJECTS or parse.lower[max(0, noun - 1) : noun + 1] == ("no", "one"):
        return True
    return any(
        parse.tokens[one].dep in ("det", "neg") and parse.lower[one] in ("no", "neither")
        for one in parse.children[noun]
    )


def _shares_negation(parse: Parse, verb: int) -> bool:
    """Whether a verb coordinated by "or" or "nor", without subject or auxiliary, shares the other's negation."""
    token = parse.tokens[verb]
    joined_by = {parse.lower[one] for one in parse.with_dep(token.head, "cc")}
    own = {"nsubj", "nsubjpass", "aux", "auxpass"} & {parse.tokens[one].dep for one in parse.children[verb]}
    return bool(joined_by & {"or", "nor"}) and not own


def modality_of(parse: Parse, verb: int) -> Modality:
    """The modality of a predicate; `Modality` gives the order of precedence."""
    found = {modality for modality, _ in _cues(parse, verb)}
    order: tuple[Modality, ...] = ("hypothetical", "reported", "planned", "required", "possible", "asked", "future")
    return next((one for one in order if one in found), "asserted")


def hedges_of(parse: Parse, verb: int) -> tuple[Span, ...]:
    """The hedges of a predicate, in order; words for the future and for questions are not hedges."""
    indices = {at for modality, at in _cues(parse, verb) if modality not in ("future", "asked")}
    return tuple(parse.tokens[at].span for at in sorted(indices))


def _cues(parse: Parse, verb: int) -> Iterator[tuple[Modality, int]]:
    """The modality cues of a predicate, each with its modality."""
    yield from _own_cues(parse, verb)
    token = parse.tokens[verb]
    joined = token.dep == "conj" and token.tag in ("VB", "VBN", "VBG") and token.tag == parse.tokens[token.head].tag
    if joined and not _has_own_helper(parse, verb):
        yield from _cues(parse, token.head)
        return
    if token.dep == "xcomp" or (token.dep in ("ccomp", "acl", "advcl") and is_to_infinitive(parse, verb)):
        yield from _governing_cues(parse, verb, token.head)
    if token.dep == "ccomp" and parse.tokens[token.head].lemma in _FEARS | _HOPES:
        yield "possible", token.head
    if token.dep == "advcl":
        for mark in parse.with_dep(verb, "mark"):
            if parse.lower[mark] in _CONDITIONS:
                yield "hypothetical", mark
    for clause in parse.with_dep(verb, "advcl"):
        for mark in parse.with_dep(clause, "mark"):
            if parse.lower[mark] in ("if", "unless"):
                yield "hypothetical", mark
    if token.dep == "ccomp" and any(parse.lower[mark] in ("if", "whether") for mark in parse.with_dep(verb, "mark")):
        yield "asked", verb
    if token.dep == "ROOT" and parse.text.rstrip(" ”\"'’").endswith("?"):
        yield "asked", verb


def _own_cues(parse: Parse, verb: int) -> Iterator[tuple[Modality, int]]:
    helped = parse.with_dep(verb, "aux", "auxpass")
    for child in helped:
        word = parse.lower[child]
        if word in _FUTURE:
            yield "future", child
        elif word in _POSSIBLE and not (word in ("could", "can") and _is_ability(parse, verb)):
            yield "possible", child
        elif word in _REQUIRED:
            yield "required", child
        elif word in _HYPOTHETICAL and parse.tokens[child].tag == "MD":
            yield "hypothetical", child
    for child in parse.children[verb]:
        if parse.tokens[child].dep in ("advmod", "acomp"):
            if parse.lower[child] in _REPORTED_ADVERBS:
                yield "reported", child
            elif parse.lower[child] in _POSSIBLE_ADVERBS:
                yield "possible", child


def _is_ability(parse: Parse, verb: int) -> bool:
    """Whether "could not break" means that it did not happen."""
    return any(parse.tokens[child].dep == "neg" for child in parse.children[verb])


def _has_own_helper(parse: Parse, verb: int) -> bool:
    return bool(parse.with_dep(verb, "aux", "auxpass", "nsubj", "nsubjpass"))


def _governing_cues(parse: Parse, verb: int, head: int) -> Iterator[tuple[Modality, int]]:
    """Cues from the verb, adjective or noun that governs an infinitive: "plans to", "is likely to", "the threat to"."""
    lemma = parse.tokens[head].lemma
    passive = parse.child(head, "auxpass", "nsubjpass") is not None
    infinitive = is_to_infinitive(parse, verb)
    if lemma in _FEARS:
        yield "possible", head
    elif passive and lemma in _REPORTS:
        yield "reported", head
    elif infinitive and lemma in _PLANS:
        yield "planned", head
    elif infinitive and lemma in _REQUIRES and not (lemma == "have" and parse.tokens[head].tag == "VBD"):
        yield "required", head
    if parse.tokens[head].dep in ("xcomp", "conj", "ROOT", "ccomp", "advcl", "relcl"):
        yield from _own_cues(parse, head)
        if parse.tokens[head].dep == "xcomp" and parse.tokens[head].head != head:
            yield from _governing_cues(parse, head, parse.tokens[head].head)
