"""The parts of a verb's attribution: tokens of its source, cue and content."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dateline.index.article import Span
from dateline.rag.language.cues import NAMING, SAYING, SAYING_OF, THINKING, WITH_OBJECT, WITH_QUOTATION
from dateline.rag.language.parse import Parse
from dateline.rag.language.quotations import Quotation

_BEHIND_SOURCE = frozenset({"relcl", "advcl", "parataxis", "case"})
_MARKS = frozenset("“”\"'‘")


def source_of_verb(parse: Parse, verb: int) -> int | None:
    """The token of the source."""
    token = parse.tokens[verb]
    passive = parse.child(verb, "auxpass", "nsubjpass") is not None
    agent = parse.child(verb, "agent")
    if passive and agent is not None:
        return parse.child(agent, "pobj")
    subject = parse.child(verb, "nsubj")
    if passive:
        # "Was quoted as saying", "was reported to have said": the source is the subject.
        return parse.child(verb, "nsubjpass") if token.lemma in ("quote", "cite") else None
    if subject is not None:
        if parse.tokens[subject].tag in ("WDT", "WP"):
            return token.head if token.dep == "relcl" else subject
        return subject
    if token.dep == "conj" and parse.tokens[token.head].pos in ("VERB", "AUX"):
        source = source_of_verb(parse, token.head)
        return source if source is not None else parse.child(token.head, "nsubjpass")
    if token.dep in ("advcl", "xcomp", "acl", "pcomp") and token.tag in ("VBG", "VB"):
        if token.dep == "acl":
            return token.head
        governor = parse.clause_of(token.head)
        if governor == verb:
            return None
        subject = parse.child(governor, "nsubj", "nsubjpass")
        return subject if subject is not None else source_of_verb(parse, governor)
    return None


def cue_of_verb(parse: Parse, verb: int) -> list[int]:
    """The verb with adjacent auxiliaries, negation and particle."""
    cue = [verb]
    for child in reversed([one for one in parse.children[verb] if one < verb]):
        if parse.tokens[child].dep in ("aux", "auxpass", "neg") and child == cue[0] - 1:
            cue.insert(0, child)
    particle = parse.child(verb, "prt")
    if particle is not None and particle == cue[-1] + 1:
        cue.append(particle)
    return cue


def content_of_verb(
    parse: Parse, verb: int, lemma: str, source: int | None, quoted: Sequence[Quotation]
) -> list[list[int]]:
    """The tokens of the content, in one or more runs; empty if the verb reports nothing."""
    around = _cue_and_source(parse, verb, source)
    clause = _clause(parse, verb, lemma)
    direct = _direct(parse, verb, source, quoted) if lemma in SAYING else []
    if clause and (direct or lemma not in WITH_QUOTATION or _has_that(parse, verb)):
        return runs_of(parse, {*clause, *direct} - around)
    if direct:
        # "Called it “a disgrace”": the object is part of the content.
        spoken_of = parse.child(verb, "dobj") if lemma in NAMING else None
        return runs_of(parse, {*direct, *(parse.subtree(spoken_of) if spoken_of is not None else ())} - around)
    if lemma in SAYING - WITH_QUOTATION and (fronted := _fronted(parse, verb, source)):
        return runs_of(parse, set(fronted) - around)
    if lemma in WITH_OBJECT:
        noun = parse.child(verb, "dobj", "attr", "oprd")
        if noun is not None and parse.tokens[noun].pos != "PRON":
            rest = [one for child in parse.with_dep(verb, "prep", "oprd", "xcomp") if child > noun
                    for one in parse.subtree(child)] if lemma in NAMING else []  # fmt: skip
            return runs_of(parse, {*parse.subtree(noun), *rest} - around)
    if lemma in SAYING_OF:
        for preposition in parse.with_dep(verb, "prep"):
            if parse.lower[preposition] in ("of", "against", "about", "for") and preposition > verb:
                return runs_of(parse, set(parse.subtree(preposition)) - around)
    return []


def _clause(parse: Parse, verb: int, lemma: str) -> list[int]:
    """The clausal complement of a verb: "said that …", "plans to …"."""
    found: list[int] = []
    for child in parse.with_dep(verb, "ccomp", "xcomp", "csubj", "parataxis"):
        token = parse.tokens[child]
        if token.dep == "xcomp" and lemma not in THINKING and token.tag not in ("VB", "VBN"):
            continue
        found += parse.subtree(child)
    if not found and parse.tokens[verb].dep in ("parataxis", "ccomp") and lemma in SAYING:
        # "The bridge, officials said, is shut": the parser may attach the cue to the content.
        head = parse.tokens[verb].head
        inner = set(parse.subtree(verb))
        if parse.tokens[head].pos in ("VERB", "AUX") and parse.tokens[verb].dep == "parataxis":
            found = [one for one in parse.subtree(head) if one not in inner]
    return found


def _has_that(parse: Parse, verb: int) -> bool:
    """Whether a clause with "that" is the complement: "replied that", but not "continued to"."""
    return any(
        parse.lower[mark] == "that"
        for clause in parse.with_dep(verb, "ccomp")
        for mark in parse.with_dep(clause, "mark")
    )


def _direct(parse: Parse, verb: int, source: int | None, quoted: Sequence[Quotation]) -> list[int]:
    """The tokens of quotations that belong to a verb of saying: those not separated from it by another one."""
    if not quoted:
        return []
    position = parse.tokens[verb].span.start
    others = [
        parse.tokens[one].span.start
        for one in range(len(parse.tokens))
        if one != verb and parse.tokens[one].pos == "VERB" and parse.tokens[one].lemma in SAYING
        and not is_quoted(parse, one, quoted) and source_of_verb(parse, one) is not None
    ]  # fmt: skip
    found: list[int] = []
    for quotation in quoted:
        nearest = min([position, *others], key=lambda at: _distance(at, quotation.span))
        if nearest == position and len(quotation.span.of(parse.text).split()) > 1:
            found += parse.at(quotation.span)
    clause = {one for one in found if one in parse.subtree(source)} if source is not None else set()
    return [one for one in found if one not in clause]


def _distance(at: int, span: Span) -> int:
    return max(span.start - at, at - span.end, 0)


def _fronted(parse: Parse, verb: int, source: int | None) -> list[int]:
    """The text before ", officials said" or ", said X", if the parser did not make a clause of it."""
    first = min(_cue_and_source(parse, verb, source))
    if first == 0 or parse.lower[first - 1] not in (",", "”", '"', "—", "–"):
        return []
    return list(range(first - 1)) if parse.tokens[verb].dep in ("ROOT", "parataxis", "ccomp") else []


def _cue_and_source(parse: Parse, verb: int, source: int | None) -> set[int]:
    """Tokens that can't be content: the cue, its adverbs, and the source with its appositions."""
    own = {verb, *parse.with_dep(verb, "aux", "auxpass", "neg", "prt")}
    if source is not None:
        own |= set(source_tokens(parse, source))
    return own


def source_tokens(parse: Parse, source: int) -> list[int]:
    """The source with its modifiers and appositions; a relative clause ends it."""
    return parse.subtree(
        source,
        without=_BEHIND_SOURCE | {"acl", "punct"} if parse.child(source, "appos") is None else _BEHIND_SOURCE,
    )


def is_quoted(parse: Parse, at: int, quoted: Sequence[Quotation]) -> bool:
    """Whether a token is inside a quotation."""
    span = parse.tokens[at].span
    return any(one.span.start <= span.start and span.end <= one.span.end for one in quoted)


def runs_of(parse: Parse, indices: Collection[int]) -> list[list[int]]:
    """Tokens in runs of neighbours, each with at least one word; a quotation mark does not end a run."""
    runs: list[list[int]] = []
    for index in sorted(indices):
        if runs and all(parse.lower[one] in _MARKS for one in range(runs[-1][-1] + 1, index)):
            runs[-1] += range(runs[-1][-1] + 1, index + 1)
        else:
            runs.append([index])
    return [run for run in runs if any(parse.tokens[one].pos not in ("PUNCT", "SPACE") for one in run)]
