"""Questions that give only what is different: "and in 2015?", "what about Kabul?", "the year before?", "and injured?".

The former question is taken with the matching part replaced: time for time, place for place, name for name, noun for
noun; a time or a place that has no match is added at the end.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rag.conversation.grammar import (
    AUXILIARIES,
    PREPOSITIONS,
    bare,
    base_of,
    finished,
    is_noun,
    is_participle,
    is_past,
    is_plural_noun,
    is_verb_only,
    shape_of,
    words,
)
from rag.conversation.naming import Mention, kind_of_name, mentions_in
from rag.conversation.times import BESIDE, FROM_THEN, counted_from, shifted, with_time
from rag.speech.words import is_person_noun
from rag.time.phrases import phrases_in

_ABOUT = re.compile(r"^(?:what|how)\s+(?:about|of)\s+", re.IGNORECASE)
_IN_PLACE = re.compile(r"\b(?:in|at|near|from|of|to|inside|outside|across)\s+(?:the\s+)?$", re.IGNORECASE)
_MOST_WORDS = 6


def filled_in(body: str, former: str, *, led: bool) -> str | None:
    """The question `former` with what `body` gives in the place of its match; None if `body` is no such fragment.

    `led`: an "and" or the like stood before it, which leaves less doubt. An empty text: it is one, but nothing matches.
    """
    fragment = _ABOUT.sub("", body).strip()
    led = led or fragment != body
    found = words(fragment)
    if not found or len(found) > _MOST_WORDS:
        return None
    question = bare(former)
    beside = BESIDE.match(fragment)
    from_then = FROM_THEN.match(fragment)
    if beside is not None:
        return shifted(question, beside)
    if from_then is not None:
        return counted_from(question, (from_then["lead"] or "after").lower())
    if any(one[0].lower() in AUXILIARIES or (is_verb_only(one[0]) and not is_participle(one[0])) for one in found):
        return None
    if re.match(r"(?:who|what|which|when|where|why|how|if|that|because|there)\b", fragment, re.IGNORECASE):
        return None
    times = [one for one in phrases_in(fragment, None) if one.kind != "unclear"]
    for time in reversed(times):
        lead = re.search(rf"\b{time.lead}\s+(?:the\s+)?$", fragment[: time.start], re.IGNORECASE) if time.lead else None
        start = lead.start() if lead else time.start
        question = with_time(question, fragment[start : time.end], time)
        fragment = f"{fragment[:start]} {fragment[time.end :]}".strip()
    if not fragment:
        return finished(question)
    filled = _with_thing(question, fragment, led=led)
    return filled and finished(filled)


def _with_thing(question: str, fragment: str, *, led: bool) -> str | None:
    """With a place, a name or a noun replaced; None if it is no such fragment, empty if nothing matches."""
    prepared = re.match(r"(?P<lead>[a-z]+)\s+(?=\S)", fragment, re.IGNORECASE)
    lead = prepared["lead"].lower() if prepared and prepared["lead"].lower() in PREPOSITIONS else ""
    thing = fragment[len(lead) :].strip() if lead else fragment
    owner = re.search(r"(?:[’']s|(?<=s)[’'])$", thing)
    thing = thing[: owner.start()] if owner else thing
    names = [one for one in mentions_in(thing) if one.named]
    name = names[0] if len(names) == 1 else None
    pure = name is not None and re.fullmatch(
        rf"(?:the\s+)?{re.escape(name.text.removeprefix('the '))}", thing, re.IGNORECASE
    )
    if name is None and len(thing.split()) <= 3 and thing[:1].isupper() and led and not is_noun(thing.lower()):
        name, pure = Mention(thing, 0, len(thing), "unknown", False, named=True), re.match(".*", thing)
    if not (led or lead or pure):
        return None
    if name is not None and not lead and not pure:
        same = _with_same_noun(question, thing)
        if same is not None or not thing.removeprefix("the ").startswith(name.text.removeprefix("the ")):
            return same or ""
    if name is None:
        return _with_noun(question, lead, thing, led=led)
    kind = name.kind if not lead else kind_of_name(name.text.removeprefix("the "), f"{lead} ")
    return _with_name(question, lead, thing, replace(name, kind=kind))


def _with_same_noun(question: str, thing: str) -> str | None:
    """ "The battle of Ghazni" in the place of "the battle of Kunduz"; None where the question has no such phrase."""
    phrase = re.match(r"(?:the\s+)?(?P<noun>[a-z][\w-]*)\s+(?P<lead>of|in|at|on|for|against)\s", thing)
    if phrase is None:
        return None
    name = r"(?:the\s+)?[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*"
    former = re.search(rf"(?:\bthe\s+)?\b{phrase['noun']}\s+{phrase['lead']}\s+{name}", question)
    return f"{question[: former.start()]}{thing}{question[former.end() :]}" if former else None


def _with_name(question: str, lead: str, thing: str, name: Mention) -> str:
    """With a name in the place of the one that matches it best by its kind."""
    former = [one for one in mentions_in(question) if (one.named and one.kind != "event") or one.kind == name.kind]
    if lead:
        same = [one for one in former if re.search(rf"\b{lead}\s+(?:the\s+)?$", question[: one.start], re.IGNORECASE)]
        if name.kind == "place":
            same = same or [one for one in former if one.kind == "place" and _IN_PLACE.search(question[: one.start])]
        if not same:
            return f"{question} {lead} {thing}"
        return _replaced(question, same[-1], thing)
    if name.kind == "place":
        places = [one for one in former if one.kind == "place"] or [one for one in former if one.kind == "unknown"]
        if not places and len(former) == 1 and former[0].kind == "person" and not question.lower().startswith("who"):
            return f"{question} in {thing}"
        return _replaced(question, places[-1], thing) if places else f"{question} in {thing}"
    orders = {
        "person": ("person", "unknown"),
        "body": ("body", "unknown", "person", "place"),
        "event": ("event",),
        "unknown": ("unknown", "place", "body", "person"),
    }[name.kind if name.kind != "thing" else "unknown"]
    for kind in orders:
        same = [one for one in former if one.kind == kind and not (name.kind == "unknown" and _is_group(one))]
        if same:
            return _replaced(question, same[-1], thing)
    # A single word that is no "the Taliban" either is likelier a place than anything else.
    return f"{question} in {thing}" if name.kind == "unknown" and any(map(_is_group, former)) else ""


def _is_group(mention: Mention) -> bool:
    """Whether it is of a body that has an article: "the Taliban"."""
    return mention.kind == "body" and mention.text.startswith("the ")


def _replaced(question: str, old: Mention, new: str) -> str:
    """With every occurrence of a name replaced, its article too where the new one has its own or none."""
    name = old.text.removeprefix("the ")
    if question[old.start : old.end].lower().startswith("the "):
        return f"{question[: old.start]}{new}{question[old.end :]}"
    article = r"(?:\bthe\s+)?" if not re.match(r"the\s", question[old.start :], re.IGNORECASE) else ""
    return re.sub(rf"{article}(?<![\w-]){re.escape(name)}(?![\w-])", lambda _: new, question)


def _with_noun(question: str, lead: str, thing: str, *, led: bool) -> str | None:
    """With "men" for "women", "schools" for the houses that are counted, "injured" for "died"."""
    found = words(thing)
    if not found:
        return None
    head = found[-1][0].lower()
    article = r"(?:the|a|an|some|any|more|other)\s+"
    if lead:
        former = re.search(rf"\b{lead}\s+(?:{article})?(?:[a-z][\w-]*\s+){{0,2}}?[a-z][\w-]*(?=\s|$)", question)
        ends = former is not None and is_noun(former[0].split()[-1])
        if former is not None and ends and not phrases_in(former[0], None):
            return f"{question[: former.start()]}{lead} {thing}{question[former.end() :]}"
        return f"{question} {lead} {thing}" if led else None
    if not led:
        return None
    shape = shape_of(question)
    participle = (is_participle(head) and len(found) == 1) or (len(found) == 2 and found[0][0].lower() == "the")
    if participle and (is_participle(head) or head.endswith("ed")) and shape is not None:
        return _with_verb(question, head)
    counted = re.match(r"(how (?:many|much)|which|what)\s+", question, re.IGNORECASE)
    nouns = [one for one in words(question) if one[0].islower() and is_noun(one[0].lower())]
    person = is_person_noun(head)
    for one in nouns:
        if person and is_person_noun(one[0]) and is_plural_noun(head) == is_plural_noun(one[0]):
            return f"{question[: one.start()]}{thing}{question[one.end() :]}"
    if counted is not None and shape is not None and is_plural_noun(head):
        noun = shape.wh[counted.end() :].strip() if shape.aux or shape.wh else ""
        if noun and is_plural_noun(noun.split()[-1].lower()):
            return f"{counted[1]} {thing}{question[len(shape.wh) :]}"
    of = re.search(r"\bof\s+(?:the\s+)?([a-z][\w-]*)$|\bof\s+([a-z][\w-]*)(?=\s(?:rise|fall|go)\b)", question)
    if of is not None and is_noun(head):
        return f"{question[: of.start()]}of {thing}{question[of.end() :]}"
    return ""


def _with_verb(question: str, participle: str) -> str:
    """ "How many people died in Derna" and "injured" make "How many people were injured in Derna"."""
    for one in words(question):
        low = one[0]
        if (
            low.islower()
            and is_participle(low)
            and re.search(r"\b(?:was|were|been|are|is)\s+$", question[: one.start()])
        ):
            return f"{question[: one.start()]}{participle}{question[one.end() :]}"
    shape = shape_of(question)
    if shape is None or shape.aux or not is_past(shape.rest.split()[0]) or base_of(participle) is None:
        return ""
    rest = shape.rest.partition(" ")[2]
    return f"{shape.wh} were {participle} {rest}".strip()
