"""What a count counts: a class such as the dead or the inhabitants, or a noun; by nearby words, without a parse.

Knows nothing of units.
"""

from __future__ import annotations

import re

from dateline.rag.language.word_set import word_set
from dateline.rag.values.number_spans import NUMBER_WORD
from dateline.rag.values.value import Value

_NEVER = r"(?!)"
# fmt: off
_WORDS_OF: dict[str, tuple[str, str, str]] = {
    # class: its nouns and adjectives, predicates after them, verbs before them
    "dead": (r"dead|deaths?|fatalit(?:y|ies)|bod(?:y|ies)|corpses?|lives",
             r"killed|dead|died|die|perished|drowned|slain|executed|massacred|murdered|lost their lives|shot dead",
             r"killed|killing|kills?|claim(?:ed|ing) the lives of|executed|murdered|massacred"),
    "injured": (r"injured|wounded|hurt|injur(?:y|ies)",
                r"injured|wounded|hurt|hospitali[sz]ed", r"injured|injuring|wounded|wounding|hurting|injures?|wounds?"),
    "missing": (r"missing", r"missing|unaccounted for", _NEVER),
    "arrested": (r"arrests|detainees",
                 r"arrested|detained|in custody|taken into custody", r"arrest(?:ed|ing|s)?|detain(?:ed|ing|s)?"),
    "displaced": (r"displaced|homeless|evictions",
                  r"displaced|homeless|(?:have|had|has) fled", r"displaced|displacing|displaces?"),
    "evacuated": (r"evacuees", r"evacuated", r"evacuat(?:ed|ing|es?)"),
    "hostages": (r"hostages?|captives",
                 r"abducted|kidnapped|taken hostage|held hostage", r"abduct(?:ed|ing)|kidnap(?:ped|ping)"),
    "rescued": (_NEVER, r"rescued", r"rescu(?:ed|ing)"),
    "inhabitants": (r"inhabitants|residents",
                    r"live in|lived in|living in|live there", r"home to|(?:city|town|village|area) of"),
    "fighters": (r"fighters?|militants?|insurgents?|rebels|gunmen|jihadists", _NEVER, _NEVER),
    "soldiers": (r"soldiers?|troops|service ?members|servicemen", _NEVER, _NEVER),
}
# fmt: on
GROUPED = frozenset({"dead", "injured", "missing", "arrested", "displaced", "evacuated", "hostages", "rescued"})
"""Classes of what happened to people; who they are is kept in `Value.group`."""

_SUBJECT = re.compile(
    r"\b(?:(?P<dead>(?:death )?toll|deaths|fatalities|number of (?:the )?(?:dead|deaths|fatalities|people killed))"
    r"|(?P<injured>number of (?:the )?(?:injured|wounded|injuries))|(?P<inhabitants>population)"
    r"|number of (?P<noun>(?:[a-z-]+ )?[a-z]+s))\b[^.;]{0,60}\b(?:to|at|of|is|was|were|are|reach(?:ed|ing|es)|hits?"
    r"|stood|be|from|above|past|passe[sd]|exceed(?:s|ed)?|topp?(?:s|ed))[ ,]*(?:now |already |currently )?$",
    re.IGNORECASE,
)
"""A subject followed by its number: "the death toll rose to"."""
_MORE = r"(?:\s(?:more|other|others|further|additional|new|another))*"
_AUX = (
    r"(?:was|were|are|is|been|being|be|got|left|reported|confirmed|feared|presumed|believed|found|remain(?:ed|s)?"
    r"|declared)"
)
_BREAK = re.compile(
    r"[;:.!?](?:\s|$)|,(?! (?:including|among|mostly|most|many|were|was|are|have|has|had|died)\b)"
    r"| (?:but|while|whereas|after|when|as) "
)
_NO_OBJECT = (
    r"(?! (?:\d|the |a |an |at least|more than|about|some |several |dozens|hundreds|them|him|her|his|their|[A-Z]"
    rf"|{NUMBER_WORD}))"
)
"""No object follows: those who "killed 37 people" were not killed."""
_NEAR = {
    name: re.compile(
        rf"{_MORE}(?: (?!(?:and|or|by|who|were|was)\b)[\w’'-]+){{0,8}}?(?: (?:have|has|had))?(?: {_AUX})*"
        rf"(?: \w+ly| also| so far)? (?:{predicates})\b{_NO_OBJECT}"
    )
    for name, (_, predicates, _) in _WORDS_OF.items()
}
_FAR = {
    name: re.compile(rf"\b{_AUX}(?: \w+ly| also| either| all)? (?:{predicates})\b")
    for name, (_, predicates, _) in _WORDS_OF.items()
} | {"": re.compile(r"\b(?:died|perished|lost their lives)\b")}
_NOUN = {name: re.compile(rf"{_MORE}[ -](?:{nouns})\b", re.IGNORECASE) for name, (nouns, _, _) in _WORDS_OF.items()}
_VERB = {
    name: re.compile(rf"\b(?:{verbs})(?: (?:a|an|the|another|all|total of|a total of|more))*(?: of)? ?$", re.IGNORECASE)
    for name, (_, _, verbs) in _WORDS_OF.items()
}
_PERSON = frozenset({"person", "other", "life", "victim", "individual", "death", "fatality", "body", "resident"})
# fmt: off
_IRREGULAR = {
    "people": "person", "persons": "person", "men": "man", "women": "woman", "children": "child", "lives": "life",
    "police": "police", "policemen": "police", "personnel": "personnel", "troops": "soldier", "cattle": "cattle",
    "sheep": "sheep", "feet": "foot", "wives": "wife", "gunmen": "fighter", "fishermen": "fisherman",
    "servicemen": "soldier", "staff": "staff", "others": "other",
}
_CLASS_OF = {
    "death": "dead", "fatality": "dead", "injury": "injured", "hostage": "hostages", "inhabitant": "inhabitants",
    "fighter": "fighters", "militant": "fighters", "insurgent": "fighters", "soldier": "soldiers", "arrest": "arrested",
}
# fmt: on
_STOP = word_set("""
    of in on at by from to for with who whom that which were was are is be been have had has and or but as after before
    when while during including near across over since a an the said says say killed died dead wounded injured missing
    hurt arrested not will would could may might can did do does than then so if into out up
""")
_PART = re.compile(
    r" (?:out )?of (?:(?P<them>them|whom|those|these)\b"
    rf"|(?:the |its |their |his |her )?(?:{NUMBER_WORD}|\d[\d,]*)(?= )|(?:the|its|their|his|her)(?= ))"
)
_WORDS_AFTER = re.compile(r"[\s-]+([\w’'-]+)|([^\w\s])")


def _singular(noun: str) -> str:
    noun = noun.lower()
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if re.search(r"(?:sh|ch|ss|x|z)es$", noun):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun


def counted_noun(after: str, *, plural: bool) -> str | None:
    """The noun after a count: the first plural one, or else, unless it must be plural, the last word of the phrase."""
    words: list[str] = []
    for match in _WORDS_AFTER.finditer(after[:80]):
        word = match[1]
        if not words and match[0].startswith("-") and re.fullmatch("[a-z]{2,}", word or ""):
            return _singular(word)
        if word is None or word.lower() in _STOP or len(words) == 5:
            break
        words.append(word)
        if word.lower() in _IRREGULAR or (word.endswith("s") and not word.endswith(("ss", "us", "is", "’s", "'s"))):
            officers = re.match(r"\s+(officers|recruits|chiefs)\b", after[match.end() :])
            return _singular(officers[1] if officers else word)
    return _singular(words[-1]) if words and words[-1].islower() and not plural else None


def counted(
    sentence: str, start: int, end: int, limit: int, number: float, earlier: list[Value]
) -> tuple[str | None, str | None]:
    """The class or noun of the count between `start` and `end`, and who they are; the next figure begins at `limit`."""
    before, after = sentence[max(0, start - 120) : start], sentence[end : end + 160]
    own = after[: limit - end]
    if _GOES_ON.search(own):
        own = after
    clause = own[: cut.start()] if (cut := _BREAK.search(own)) else own
    part = _PART.match(after)
    head = counted_noun(after[part.end() :] if part else after, plural=number != 1)
    who = "part" if part and part["them"] else "person" if head in _PERSON else head
    named = next((name for name, pattern in _NOUN.items() if pattern.match(after)), _CLASS_OF.get(head or ""))
    if named == "dead" and head == "life" and _SAVED.search(before):
        named = "rescued"
    if named is not None and named in GROUPED:
        of: str | None = named
        who = None
        if attribute := re.match(rf"{_MORE}[ -](?:{_WORDS_OF[named][0]}) ([a-z]+s|people|children|women|men)\b", after):
            who = "person" if _singular(attribute[1]) in _PERSON else _singular(attribute[1])
    elif number != int(number):
        of = None  # a fraction of a person: a quake's magnitude, a rate
    else:
        of = _befell(before, clause, after, sentence[earlier[-1].span.end : start] if earlier else "", earlier)
    more = _MORE_BEFORE.search(before) or _MORE_AFTER.match(after)
    if of in GROUPED:
        return (f"more {of}" if more else of), who
    if (head is None or head in _PERSON) and (subject := _SUBJECT.search(before)):
        noun = subject["noun"]
        classes = ("dead", "injured", "inhabitants")
        return (_singular(noun.split()[-1]) if noun else next(name for name in classes if subject[name])), None
    found = of or named or head
    return (f"more {found}" if more and found else found), None


_MORE_BEFORE = re.compile(r"\b(?:another|add(?:ed|ing)) (?:about |some |nearly )?$", re.IGNORECASE)
_MORE_AFTER = re.compile(r"\s(?:more|additional|further)\b|(?: [\w’'-]+){1,3} (?:was|were|been) added\b")
"""Words that mark a count as additional to others."""
_SAVED = re.compile(r"\bsav(?:e|es|ed|ing) (?:[\w’'-]+ ){0,3}$", re.IGNORECASE)
_GOES_ON = re.compile(r",? (?:including|among them)(?: at least| about| some)? $|^ [\w’'-]+(?: [\w’'-]+)? and $")
"""Words between two figures that share the predicate after them: "two men and three women were hurt"."""
_SHARED = re.compile(
    r"(?: (?!(?:in|at|was|were|are|is|have|has|had|died|killed|dead)\b)[\w’'-]+){0,4}(?:,? and|,? including) "
)
"""Words between two figures that share the verb before them: "killed 22 people and 3 dogs"."""


def _befell(before: str, clause: str, after: str, between: str, earlier: list[Value]) -> str | None:
    """The class given by a verb before or after the count, or shared with the previous figure."""
    for name, pattern in _VERB.items():
        if pattern.search(before):
            return name
    for name, pattern in _NEAR.items():
        if (match := pattern.match(after)) and match.end() <= len(clause.split(" and ")[0]):
            return name
    for name, pattern in _FAR.items():
        if pattern.search(clause):
            return name or "dead"
    shares = earlier and earlier[-1].of in GROUPED and _SHARED.fullmatch(between)
    return earlier[-1].of if shares else None
