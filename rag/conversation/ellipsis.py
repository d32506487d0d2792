"""Elliptical questions: completes "why?", "who said that?", "and in 2015?" and "and Herat?" from the previous question.

The previous question gets another question word, or its matching time, name, noun or verb is replaced. Questions that
are not elliptical give None; a fragment that matches nothing in the previous question gives an empty text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dateline.index.article import Span
from dateline.rag.conversation.mentions import WH_TAGS, MentionType, mentions_in, misread_verb, names_with_kind
from dateline.rag.conversation.time_ellipsis import with_times, without_time
from dateline.rag.language.parse import Parse
from dateline.rag.language.question_words import SPEECH_VERBS
from dateline.rag.question_grammar import inflected

_MOST_WORDS = 6
_POINTING = frozenset({"that", "this", "it", "so"})
_GENERAL = frozenset({"be", "do", "happen", "occur"})
"""Verbs without a meaning of their own in "why did that happen?"."""


@dataclass(frozen=True, slots=True)
class Clause:
    """The parts of a question: "how many people", "did", "people", "die in the fire"."""

    wh: str
    """The question word with its noun; empty for a yes-or-no question."""
    aux: str
    """The auxiliary, or the form of "do" that would be used."""
    subject: str
    """The subject; if the question asks for it, its noun or the short answer."""
    rest: str
    """The verb, in its base form after "do", and what follows."""
    passive: bool
    asks_subject: bool

    def embedded(self) -> str:
        """As an embedded clause: "how many people died in the fire", "why they left", "that they left"."""
        if not self.asks_subject:
            return f"{self.wh or 'that'} {self.statement()}"
        return f"{self.wh} {self.statement().removeprefix(self.subject).strip()}"

    def statement(self) -> str:
        """As a statement: "people died in the fire"."""
        if self.aux not in ("did", "does", "do"):
            return f"{self.subject} {self.aux} {self.rest}".strip()
        verb, _, rest = self.rest.partition(" ")
        return f"{self.subject} {_inflected(verb, self.aux)} {rest}".strip()


def clause_in(question: Parse, answer: Parse) -> Clause | None:
    """The parts of a question; a subject that it asks for is taken from the answer, if that is short."""
    tokens = question.tokens
    words = [at for at, token in enumerate(tokens) if token.pos not in ("PUNCT", "SPACE")]
    if not words:
        return None
    last = words[-1]
    yes_no = tokens[words[0]].tag in ("MD", "VBD", "VBZ", "VBP")
    wh = None if yes_no else next((at for at in words[:4] if tokens[at].tag in WH_TAGS), None)
    after = -1 if wh is None else wh
    verb = next((at for at in words if at > after and tokens[at].tag in ("MD", "VBD", "VBZ", "VBP")), None)
    if verb is None or (wh is None and not yes_no):
        return None
    asked = "" if wh is None else _lowered(question, words[0], verb - 1)
    main = tokens[verb].head if tokens[verb].dep in ("aux", "auxpass") else verb
    if main == verb and question.lower[verb] in ("did", "does", "do"):
        main = next((at for at in words if at > verb and tokens[at].tag == "VB"), verb)
    subjects = question.with_dep(main, "nsubj", "nsubjpass", "expl")
    subject = next((one for one in subjects if one > verb), subjects[0] if subjects else None)
    misread = misread_verb(question)
    if misread is not None:
        taken, rest = question.words(verb + 1, misread - 1), question.words(misread, last)
        return Clause(asked, question.lower[verb], taken, rest, passive=False, asks_subject=False)
    passive = question.child(main, "auxpass") is not None
    aux = question.lower[verb]
    if subject is not None and subject > verb:
        end = max(one for one in question.noun_phrase(subject) if tokens[one].pos != "PUNCT")
        rest = question.words(end + 1, last) if end < last else ""
        if rest or yes_no or not asked.startswith(("who", "what", "which")):
            return Clause(asked, aux, question.words(verb + 1, end), rest, passive, False)
    rest = question.words(verb + 1, last) if verb < last else ""
    if not asked:
        return None
    taken = _asked_subject(question, words[0], verb, answer)
    if main == verb and tokens[verb].lemma not in ("be", "have") and tokens[verb].tag != "MD":
        aux = {"VBD": "did", "VBZ": "does"}.get(tokens[verb].tag, "do")
        rest = f"{tokens[verb].lemma} {rest}".strip()
    return Clause(asked, aux, taken, rest, passive, True)


def _asked_subject(question: Parse, first: int, verb: int, answer: Parse) -> str:
    """A phrase for the subject that a question asks for: "people" of "how many people", or the short answer."""
    start = first + 2 if question.lower[first] == "how" else first + 1
    noun = question.words(start, verb - 1) if start < verb else ""
    if question.lower[first] == "how" and noun:
        return noun
    words = [token for token in answer.tokens if token.pos not in ("PUNCT", "SPACE")]
    if words and len(words) <= _MOST_WORDS and not any(token.pos in ("VERB", "AUX") for token in words):
        people = [one.text for one in mentions_in(answer) if one.named and one.kind in ("person", "name")]
        text = people[0] if len(people) == 1 else answer.text.strip().rstrip(".")
        return text if words[0].pos == "PROPN" else f"{text[:1].lower()}{text[1:]}"
    if noun:
        return f"{'those' if question.tokens[verb - 1].tag == 'NNS' else 'that'} {noun}"
    named = next((one for one in mentions_in(answer) if one.named and one.subject), None)
    return named.text if named else "someone" if question.lower[first] == "who" else "something"


def _lowered(parse: Parse, first: int, last: int) -> str:
    text = parse.words(first, last)
    return text if parse.tokens[first].pos == "PROPN" else f"{text[:1].lower()}{text[1:]}"


def _inflected(verb: str, aux: str) -> str:
    return inflected(verb, {"did": "VBD", "does": "VBZ"}.get(aux, "VBP"))


def completed(fragment: Parse, former: Parse, answer: Parse, *, led: bool) -> str | None:
    """The complete question for `fragment` after `former`; `led`: whether "and" or "what about" preceded it."""
    clause = clause_in(former, answer)
    for made in (_asked_otherwise(fragment, clause), _without_event(fragment, former, clause)):
        if made is not None:
            return made
    return _filled_in(fragment, former, led=led)


def _asked_otherwise(fragment: Parse, clause: Clause | None) -> str | None:
    words = [at for at, token in enumerate(fragment.tokens) if token.pos not in ("PUNCT", "SPACE")]
    verbs = [at for at in words if fragment.tokens[at].pos in ("VERB", "AUX")]
    lower = [fragment.lower[at] for at in words]
    if not words or len(words) > _MOST_WORDS:
        return None
    if verbs and lower[0] in ("is", "was") and set(lower[1:]) <= {*_POINTING, "true", "right", "correct"}:
        return "" if clause is None else f"is it true that {clause.statement()}"
    wh = next((at for at in words[:2] if fragment.tokens[at].tag in WH_TAGS), None)
    if lower[:2] == ["according", "to"] and len(lower) == 3:
        return _reported("who said", clause)
    if wh is None:
        return None
    says = bool(verbs) and fragment.tokens[verbs[0]].lemma in SPEECH_VERBS
    if says and lower[0] == "who" and set(lower[words.index(verbs[0]) + 1 :]) <= _POINTING - {"it"}:
        return _reported(fragment.words(words[0], verbs[0]), clause)
    if not verbs:
        return _with_word(" ".join(lower), clause)
    rest = [at for at in words if at >= verbs[0]]
    points = {fragment.lower[at] for at in rest} & _POINTING
    kinds = ("VERB", "AUX", "PRON", "DET", "ADV")
    pronouns = all(fragment.tokens[at].pos in kinds or fragment.lower[at] in _POINTING for at in rest)
    said = clause is not None and clause.rest.partition(" ")[0] == fragment.tokens[verbs[-1]].lemma
    general = all(fragment.tokens[at].lemma in _GENERAL for at in (verbs[:-1] if said else verbs))
    if not (pronouns and general and points) or lower[0] in ("who", "what", "which"):
        return None
    if points == {"it"} and fragment.tokens[verbs[-1]].lemma in ("be", "do"):
        return None
    return _with_word(_lowered(fragment, words[0], verbs[0] - 1), clause)


def _reported(lead: str, clause: Clause | None) -> str:
    return f"{lead} {clause.embedded()}" if clause is not None else ""


def _with_word(asked: str, clause: Clause | None) -> str:
    """The clause with another question word."""
    if clause is None:
        return ""
    rest, aux = clause.rest, clause.aux
    if clause.wh == "what" and not clause.asks_subject:  # "What did the court rule?", "why?"
        verb, _, after = rest.partition(" ")
        rest = f"{verb} that {after}".strip()
    asking = clause.embedded() if clause.asks_subject else f"{clause.wh} {aux} {clause.subject} {clause.rest}"
    quantity = re.match(r"(?:how many|how much|which|what)\s+(?=\w)", clause.wh)
    if asked.endswith("else"):
        return asking.replace(asked.split()[0], asked, 1) if asking.startswith(asked.split()[0]) else ""
    if asked in ("how many", "how much", "which", "which ones", "which one"):
        return f"{asked.split(' one')[0]} {asking[quantity.end() :]}" if quantity else ""
    if asked in ("who", "by whom"):
        return f"by whom {aux} {clause.subject} {rest}" if clause.passive else ""
    if asked in ("when", "since when") or asked.endswith("year"):
        rest = without_time(rest)
    if asked in ("since when", "how long") and aux in ("is", "are"):
        aux, rest = "has" if aux == "is" else "have", f"been {rest}"
    return f"{asked} {aux} {clause.subject} {rest}"


def _without_event(fragment: Parse, former: Parse, clause: Clause | None) -> str | None:
    """Complete "how many were injured?" or "who won?", which name no event, by the previous question's event."""
    root = next((at for at, token in enumerate(fragment.tokens) if token.dep == "ROOT"), None)
    if root is None or clause is None or fragment.tokens[root].pos != "VERB":
        return None
    tags = {fragment.tokens[at].tag for at in (root, *fragment.with_dep(root, "aux", "auxpass"))}
    beside = {fragment.tokens[at].dep for at in fragment.children[root]} - {
        "aux", "auxpass", "nsubj", "nsubjpass", "punct", "cc", "advmod",
    }  # fmt: skip
    subject = fragment.child(root, "nsubj", "nsubjpass")
    indefinite = subject is not None and (
        fragment.lower[subject] in ("who", "many", "people", "anyone", "anybody", "someone", "everyone")
    )
    if beside or "VBD" not in tags or not indefinite or {"there", "then"} & set(fragment.lower):
        return None
    body = fragment.text.rstrip(" ?.!")
    phrases = [
        at
        for at, token in enumerate(former.tokens)
        if token.dep == "prep" and former.lower[at] in ("in", "at", "during") and _place_or_event(former, at)
    ]
    if phrases:
        outer = [at for at in phrases if not any(one in phrases for one in former.ancestors(at))][-1]
        return f"{body} {former.span(former.subtree(outer)).of(former.text)}"
    named = [one for one in mentions_in(former) if one.subject and one.named and one.kind not in ("person", "name")]
    return f"{body} {named[0].text}" if named and fragment.lower[subject or 0] == "who" else None


def _place_or_event(parse: Parse, preposition: int) -> bool:
    noun = parse.child(preposition, "pobj")
    return noun is not None and any(one.head == noun for one in mentions_in(parse))


def _filled_in(fragment: Parse, former: Parse, *, led: bool) -> str | None:
    """The previous question with its time, then its name, noun or verb, replaced by the fragment's."""
    words = [at for at, token in enumerate(fragment.tokens) if token.pos not in ("PUNCT", "SPACE")]
    participle = [fragment.tokens[at].tag for at in words] in (["VBN"], ["VBD"])
    if not words or len(words) > _MOST_WORDS or any(fragment.tokens[at].tag in WH_TAGS for at in words):
        return None
    verbs = [at for at in words if fragment.tokens[at].pos in ("VERB", "AUX") and fragment.words(at, at).islower()]
    if verbs and not participle and re.search(r"[a-z]", fragment.text):
        return None
    question, left = with_times(former.text.rstrip(" ?.!"), fragment.text.rstrip(" ?.!"))
    if not left:
        return question
    if participle:
        return _with_verb(former, fragment.lower[words[0]]) if led else None
    return _with_thing(question, left, fragment, former, led=led)


def _with_verb(former: Parse, participle: str) -> str:
    root = next((at for at, token in enumerate(former.tokens) if token.dep == "ROOT"), None)
    if root is None:
        return ""
    token = former.tokens[root]
    helper = "" if former.child(root, "auxpass", "aux") is not None else "were "
    return f"{former.text[: token.span.start]}{helper}{participle}{former.text[token.span.end :]}"


@dataclass(frozen=True, slots=True)
class Slot:
    """A name or a noun that can be replaced."""

    span: Span
    kind: MentionType
    named: bool
    article: bool
    plural: bool
    lemma: str
    whole: Span
    """The span with its modifiers."""


def _slots(parse: Parse) -> Iterator[Slot]:
    names = names_with_kind(parse)
    for span, kind in names:
        start = re.search(r"\bthe\s+$", parse.text[: span.start], re.IGNORECASE)
        whole = Span(start.start() if start else span.start, span.end)
        yield Slot(whole, kind, True, start is not None, False, "", whole)
    for one in mentions_in(parse):
        noun = parse.tokens[one.head].span
        if any(span.start <= noun.start < span.end for span, _ in names):
            continue
        start = re.search(r"\b(?:the|an?)\s+$", parse.text[: noun.start], re.IGNORECASE)
        span = Span(start.start() if start else noun.start, noun.end)
        yield Slot(span, one.kind, False, start is not None, one.plural, one.lemma, one.span)


def _with_thing(question: str, left: str, fragment: Parse, former: Parse, *, led: bool) -> str | None:
    prepared = re.match(r"([a-z]+)\s+(?=\S)", left) if fragment.tokens[0].pos in ("ADP", "SCONJ") else None
    lead = prepared[1].lower() if prepared else ""
    thing = re.sub(r"[’']s?$", "", left[prepared.end() :] if prepared else left)
    bare = thing.removeprefix("the ")
    if not bare.strip():
        return None
    named = bare[:1].isupper()
    slots = list(_slots(fragment))
    wanted = next((one for one in slots if thing in (one.whole.of(fragment.text), one.span.of(fragment.text))), None)
    if wanted is None or (named and not wanted.named and not wanted.lemma):
        whole = Span(0, len(thing))
        wanted = Slot(whole, "name", named, bare != thing, not named and bare.endswith("s"), bare.split()[-1], whole)
    elif named and not wanted.named:
        wanted = replace(wanted, named=True, kind="name", plural=False)
    if not (led or lead or (named and len(bare.split()) <= 3)):
        return None
    best: tuple[int, Slot] | None = None
    for slot in _slots(former):
        if slot.whole.end > len(question) or former.text[: slot.whole.end] != question[: slot.whole.end]:
            continue
        before = former.text[: slot.span.start]
        if lead and not re.search(rf"\b{lead}\s+(?:the\s+)?$", before, re.IGNORECASE):
            continue
        if slot.lemma and slot.lemma == wanted.lemma:
            return f"{question[: slot.whole.start]}{thing}{question[slot.whole.end :]}"
        score = (
            (slot.kind == wanted.kind and slot.kind not in ("name", "thing"))
            + (2 if slot.named else 0) * (1 if wanted.named else -1)
            - 2 * (wanted.named and not slot.named)
            + (1 + wanted.named) * (slot.article == wanted.article)
            + (slot.plural == wanted.plural and not wanted.named)
            + 2 * bool(lead)
        )
        if best is None or score >= best[0]:
            best = score, slot
    least = 4 if wanted.named and not wanted.article and not lead else 2
    if best is not None and best[0] >= least:
        return f"{question[: best[1].span.start]}{thing}{question[best[1].span.end :]}"
    if lead:
        return f"{question} {lead} {thing}"
    return f"{question} in {thing}" if wanted.named and not wanted.article and " " not in thing else ""
