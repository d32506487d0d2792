"""Anaphora resolution: replaces pronouns, "there", "then", "that" and nouns such as "the company" by their antecedents.

A word whose antecedent is in its own question is left alone. Otherwise the most salient mention in earlier turns that
agrees in type and number is taken; salience is the sum of weights for role and recency (after Lappin and Leass 1994).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dateline.index.article import Span
from dateline.rag.conversation.ellipsis import clause_in
from dateline.rag.conversation.mentions import WH_TAGS, Mention, MentionType, mentions_in, names_with_kind, type_of_noun
from dateline.rag.language.parse import Parse
from dateline.rag.language.question_words import SPEECH_VERBS
from dateline.rag.language.quotations import sentence_quotations
from dateline.rag.language.time_expressions import time_expressions

DECAY = 0.6
"""The factor by which a mention's weight decreases each turn."""
_PERSON = frozenset({"he", "him", "his", "she", "her", "hers"})
_PLURAL = frozenset({"they", "them", "their", "theirs"})
_THING = frozenset({"it", "its"})
_GROUPS = (_PERSON, _PLURAL, _THING)
_INSTITUTIONS = frozenset({"army", "ministry", "department", "court", "council", "church", "committee", "regulator"})
"""Bodies that need no antecedent."""
_TERRITORIES = frozenset(
    ["city", "town", "country", "nation", "province", "village", "state", "district", "region", "capital"]
)
"""Nouns that may refer to a named place."""
_EVENTS = frozenset({"storm", "hurricane", "war", "battle", "tournament", "games", "election", "operation", "disaster"})
"""Nouns that may refer to a named event."""
_SHORT = 8
"""Most tokens of an answer that gives only what was asked for."""


@dataclass(frozen=True, slots=True)
class ParsedTurn:
    """A turn's question and answer, parsed."""

    question: Parse
    answer: Parse
    names: tuple[str, ...] = ()
    """Other people named in the turn."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question with its anaphors replaced, and those without an antecedent."""

    question: str
    unclear: tuple[str, ...] = ()


def resolved(question: Parse, turns: Sequence[ParsedTurn]) -> Resolved:
    """`question` with anaphors replaced by what they refer to in `turns`."""
    resolver = _Resolver(question, turns)
    found = list(resolver.edits())
    text = question.text
    for edit in sorted((one for one in found if one.words is not None), key=lambda one: -one.start):
        text = f"{text[: edit.start]}{edit.words}{text[edit.end :]}"
    return Resolved(text, tuple(question.text[one.start : one.end] for one in found if one.words is None))


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    words: str | None
    """None if no antecedent was found."""


class _Resolver:
    def __init__(self, question: Parse, turns: Sequence[ParsedTurn]) -> None:
        self.question, self.turns = question, turns
        self.own = mentions_in(question)
        self.names = {key(question.text[span.start : span.end]) for span, _ in names_with_kind(question)}
        self.weights: dict[str, float] = {}
        self.mentions: dict[str, Mention] = {}
        for age, turn in enumerate(reversed(turns)):
            for mention, weight in _weighted(turn):
                name = key(mention.text)
                self.weights[name] = self.weights.get(name, 0) + weight * DECAY**age
                self.mentions.setdefault(name, mention)

    def edits(self) -> Iterator[_Edit]:
        """The replacements to make."""
        done: set[frozenset[str]] = set()
        quoted = [one.span for one in sentence_quotations(self.question.text)]
        for at, token in enumerate(self.question.tokens):
            word = self.question.lower[at]
            if any(span.start <= token.span.start < span.end for span in quoted):
                continue
            group = next((one for one in _GROUPS if word in one), None)
            if group is not None and group not in done and token.pos in ("PRON", "DET"):
                if not _is_expletive(self.question, at) and not self._is_bound(at, group):
                    done.add(group)
                    counted = self._counted() if word == "them" and self.question.lower[at - 1] == "of" else None
                    if counted is not None:
                        yield _Edit(token.span.start, token.span.end, counted)
                        continue
                    yield self._edit(at, self.best(group), owner=token.tag == "PRP$" or word in ("hers", "theirs"))
            elif word == "there" and token.dep != "expl" and at > 1 and not self._is_existential(at):
                yield from self._there(at)
            elif word in ("then", "that") and token.dep in ("advmod", "pobj", "pcomp", "npadvmod") and at > 1:
                yield from self._then(at)
            said = word == "so" and self.question.tokens[token.head].lemma in SPEECH_VERBS
            if said or (word == "that" and token.dep in ("nsubj", "dobj", "pobj") and token.tag == "DT"):
                yield from self._that(at)
        for mention in self.own:
            yield from self._definite(mention)
            yield from self._full_name(mention)

    def best(self, group: frozenset[str]) -> Mention | None:
        """The likeliest antecedent of a pronoun, outside its own question."""
        out = {key(one.text) for one in self.own} | self.names
        fit = [
            (weight * _fitness(group, self.mentions[name]), name)
            for name, weight in self.weights.items()
            if name not in out and agrees(group, self.mentions[name])
        ]
        return self.mentions[max(fit, key=lambda one: one[0])[1]] if fit else None

    def _edit(self, at: int, found: Mention | None, *, owner: bool = False, lead: str = "") -> _Edit:
        span = self.question.tokens[at].span
        if found is None:
            return _Edit(span.start, span.end, None)
        end = "'" if found.plural and found.text.endswith("s") else "'s"
        return _Edit(span.start, span.end, f"{lead}{found.text}{end if owner else ''}")

    def _counted(self) -> str | None:
        """What was counted: "the people who died in the fire", after "How many people died in the fire?"."""
        clause = clause_in(self.turns[-1].question, self.turns[-1].answer)
        if clause is None or not clause.asks_subject or not clause.wh.startswith(("how many", "which")):
            return None
        noun = clause.wh.removeprefix("how many ").removeprefix("which ")
        who = "who" if noun == "people" or noun.split()[-1].endswith("men") else "that"
        return f"the {noun} {who} {clause.embedded().removeprefix(clause.wh).strip()}"

    def _is_bound(self, at: int, group: frozenset[str]) -> bool:
        """Whether it may refer to something earlier in its own question that is not an argument of the same verb."""
        parse, owner = self.question, self.question.tokens[at].tag == "PRP$"
        before = [one for one in self.own if one.head < at]
        asking = next((n for n, token in enumerate(parse.tokens) if token.tag in WH_TAGS), 0)
        if parse.lower[at + 1 : at + 2] == ("own",) or (asking > max(3, at) and self.own):
            return True
        if owner and any(token.pos == "PROPN" for token in parse.tokens[:at]):
            return True
        for one in before:
            verb = parse.clause_of(one.head)
            person = group is _PERSON and not one.plural and (one.named or verb != parse.clause_of(at))
            if one.head in parse.ancestors(at) or not (person or agrees(group, one)):
                continue
            if verb != parse.clause_of(at) or {"and", ","} & set(parse.lower[one.head : at]):
                return True
            if owner and (one.named or one.kind != "thing" or parse.tokens[verb].lemma not in ("be", "have")):
                return True
        return False

    def _is_existential(self, at: int) -> bool:
        """Whether "there" is existential: in "how many were there?", but not in "who is there?"."""
        return self.question.tokens[at - 1].lemma == "be" and self.question.lower[0] != "who"

    def _there(self, at: int) -> Iterator[_Edit]:
        if any(one.kind == "place" for one in self.own):
            return
        head = self.question.tokens[self.question.tokens[at].head]
        lead = "" if head.pos == "ADP" else "to " if head.lemma in ("go", "get", "move", "travel", "fly") else "in "
        yield self._edit(at, self._place(), lead=lead)

    def _place(self) -> Mention | None:
        places = [name for name, one in self.mentions.items() if one.kind == "place"]
        others = [name for name, one in self.mentions.items() if one.kind == "name" or one.named]
        found = max(places or others, key=lambda name: self.weights[name], default=None)
        return self.mentions[found] if found else None

    def _then(self, at: int) -> Iterator[_Edit]:
        before = self.question.lower[at - 1]
        if any(one.kind == "date" for one in time_expressions(self.question)):
            return
        if self.question.lower[at] == "that" and before not in ("before", "after", "since", "until"):
            return
        for turn in reversed(self.turns):
            for parse in (turn.question, turn.answer):
                times = [one for one in time_expressions(parse) if one.kind == "date" and one.value is not None]
                if times:
                    led = before in ("before", "after", "since", "until", "by")
                    lead = "" if led else f"{times[-1].relation or 'in'} "
                    span = self.question.tokens[at].span
                    yield _Edit(span.start, span.end, f"{lead}{times[-1].span.of(parse.text)}")
                    return

    def _that(self, at: int) -> Iterator[_Edit]:
        parse, former = self.question, self.turns[-1]
        span, verb = parse.tokens[at].span, parse.tokens[parse.clause_of(at)].lemma
        clause = clause_in(former.question, former.answer)
        if verb in SPEECH_VERBS and clause is not None and (parse.lower[at] == "so" or not self._says(former)):
            said = clause.embedded() if clause.wh or parse.tokens[at].dep != "pobj" else f"whether {clause.statement()}"
            yield _Edit(span.start, span.end, said)
            return
        things = [
            one for one in mentions_in(former.question) if one.kind == "thing" and not one.plural and not one.asked
        ]
        if things and not self._says(former):
            yield _Edit(span.start, span.end, things[0].text)
        elif verb not in SPEECH_VERBS:
            yield _Edit(span.start, span.end, None)

    def _says(self, turn: ParsedTurn) -> bool:
        """Whether a turn is about what someone said."""
        return any(one.dep == "ROOT" and one.lemma in SPEECH_VERBS for one in turn.question.tokens)

    def _definite(self, mention: Mention) -> Iterator[_Edit]:
        """Replace "the fire" by its fuller mention; "the city" and "the company" by a name."""
        parse = self.question
        if (
            not mention.bare
            or parse.with_dep(mention.head, "relcl", "acl", "prep", "appos")
            or parse.tokens[mention.head].dep == "attr"
        ):
            return
        found = self._explained(mention)
        if found is not None and key(found.text) not in self.names and key(found.text) != key(mention.text):
            yield _Edit(mention.span.start, mention.span.end, found.text)

    def _explained(self, mention: Mention) -> Mention | None:
        kind, noun = type_of_noun(mention.lemma), mention.lemma
        others = [one for one in self.own if one is not mention and one.named]
        for turn in reversed(self.turns):
            found = [*mentions_in(turn.question), *mentions_in(turn.answer)]
            same = [one for one in found if one.lemma == noun and not one.named and one.plural == mention.plural]
            who = [one for one in mentions_in(turn.answer) if one.named and one.kind in ("person", "name")]
            if kind == "person" and same and who and len(turn.answer.tokens) <= _SHORT:
                return who[0]  # "the mayor", after "Who is the mayor of Leeds?"
            if kind == "person":
                for parse in (turn.question, turn.answer):
                    for one in mentions_in(parse):
                        before = parse.text[: one.span.start].rstrip(" .").rpartition(" ")[2].lower()
                        if one.named and len(before) > 2 and noun.startswith(before):
                            return one  # "Gen. Sayed Rahim"
            if same:
                return next((one for one in same if _tells(one)), None)
        kinds: set[MentionType] = {kind} if kind == "organisation" or noun in _TERRITORIES else set()
        kinds |= {"event"} if noun in _EVENTS else set()
        if noun in _INSTITUTIONS or mention.plural or any(one.kind in {*kinds, "name"} for one in others):
            return None
        kinds |= {"name"} if kinds - {"event"} else set()
        fit = [name for name, one in self.mentions.items() if one.kind in kinds and one.named]
        return self.mentions[max(fit, key=lambda name: self.weights[name])] if fit else None

    def _full_name(self, mention: Mention) -> Iterator[_Edit]:
        """Replace a person's last or first name by the full name from an earlier turn."""
        text = mention.text
        if not mention.named or " " in text or key(text) in self.mentions:
            return
        full = [one.text for one in self.mentions.values() if one.kind == "person" and text in one.text.split()]
        if len(set(full)) == 1 and re.fullmatch(r"\w+(?: \w+){1,2}", full[0]):
            yield _Edit(mention.span.start, mention.span.end, full[0])


def _tells(mention: Mention) -> bool:
    """Whether a noun phrase is specific: "the market fire", "the fire in Derna", but not "the army of abuses"."""
    before, _, after = mention.text.partition(mention.lemma)
    name = re.match(r"\w*\s+\w+\s+(?:the\s+)?[A-Z]", after)
    return len(before.split()) > 1 or name is not None


def key(name: str) -> str:
    """A name without its article, for comparison."""
    return name.lower().removeprefix("the ")


def agrees(group: frozenset[str], mention: Mention) -> bool:
    """Whether a pronoun of `group` can refer to a mention."""
    if group is _PERSON:
        return mention.kind in ("person", "name") and not mention.plural
    if group is _PLURAL:
        return mention.plural or mention.kind in ("organisation", "name")
    return not mention.plural and mention.kind != "person"


def _fitness(group: frozenset[str], mention: Mention) -> float:
    """How well a mention fits a pronoun that it agrees with."""
    if group is _PERSON:
        return 1.5 if mention.kind == "person" and mention.named else 1
    if group is _THING:
        return 0.7 if mention.kind == "place" else 0.8 if mention.kind == "name" else 1.3
    return 1.5 if mention.named or mention.kind == "person" else 1


def _is_expletive(parse: Parse, at: int) -> bool:
    """Whether "it" is expletive: "is it true that", "how long does it take to"."""
    if parse.lower[at] != "it":
        return False
    verb = parse.tokens[at].head
    if {"is", "was", "be", "been"} & set(parse.lower[max(0, at - 1) : at + 2]):
        cleft = any(parse.tokens[one].tag in ("WP", "WDT") for one in range(at, len(parse.tokens)))
        if cleft or {"time", "date", "day"} & set(parse.lower[:at]):
            return True
    following = parse.lower[at + 1 : at + 2]
    if at and parse.tokens[at - 1].lemma in ("make", "call") and following in (("to",), ("in",), ("quits",)):
        return True
    if parse.tokens[at].dep not in ("nsubj", "expl", "nsubjpass"):
        return False
    clauses = [verb, *parse.with_dep(verb, "acomp", "attr")]
    return any(parse.with_dep(one, "ccomp", "xcomp", "advcl", "csubj", "relcl") for one in clauses)


def _weighted(turn: ParsedTurn) -> Iterator[tuple[Mention, float]]:
    short = len(turn.answer.tokens) <= _SHORT
    kind = _asked_kind(turn.question) if short else None
    asked = mentions_in(turn.question)
    for one in asked:
        if not one.asked:
            within = any(other.span.start <= one.span.start < one.span.end < other.span.end for other in asked)
            within |= any(other.span.start < one.span.start < one.span.end <= other.span.end for other in asked)
            yield one, (0.5 if within else 1) * (1 + 0.5 * one.subject + 0.5 * one.named)
    for one in mentions_in(turn.answer):
        if not one.asked:
            weight = (0.8 if short else 0.4) + 0.6 * one.subject + 0.4 * one.named
            answers = 0.5 if kind == "place" and turn.question.lower[:1] == ("where",) else 2 * bool(kind)
            yield replace(one, kind=kind) if kind and one.named else one, weight + answers
    for name in turn.names:
        whole = Span(0, len(name))
        yield (
            Mention(name, name.lower(), 0, whole, "name", False, named=True, subject=False, asked=False, bare=False),
            0.3,
        )


def _asked_kind(question: Parse) -> MentionType | None:
    """The type that a question asks for by "who", "where" or "which team"."""
    words = question.lower
    if words[:1] == ("who",):
        return "person"
    if words[:1] == ("where",):
        return "place"
    kind = type_of_noun(words[1]) if words[:1] in (("which",), ("what",)) and len(words) > 1 else "thing"
    return None if kind == "thing" else kind
