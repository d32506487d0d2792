"""Appositions of a speaker: "of the Corvane Institute", ", a lawmaker from Kunduz,".

Works on sentences with quotations blanked out. Knows nothing of verbs.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dateline.rag.speech.speaker import SpeakerPhrase, read_phrase
from dateline.rag.speech.speaker_lexicon import DETERMINERS, is_person_noun, is_plural

DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
ABOUT = (
    r"(?: (?:of|for|from|in|at|with|on|near|under|to|who|whom|whose|that|and|inside|outside|here|there|across|around"
    r"|behind|within|by|aboard|against|between|quoted|called|named|per|as|monitoring|overseeing|representing|studying"
    r"|(?:based|familiar|close|working|living|involved|briefed|contacted|interviewed|reached|surveyed)"
    r"(?: (?:in|at|near|to|with|on|by|for|as))?)\b[^,;:“”\"—]{0,110}?)"
)
_ABOUT_ENDS = rf"(?= who\b| (?:on |late |in a |in an |said|told)|[,;:.“”\"—(]|$| {DAY})"
_BY_MEDIUM = re.compile(
    r" (?:in|on|via|through) (?:an?|the|his|her|its|their) (?:\w+ )?(?:statement|interview|post|letter|email|tweet"
    rf"|video|press|news|phone|speech|report|call|message|conference)\b| {DAY}"
)
_ROLE_ENDS = re.compile(r",? (?:who|whose|which|that|where|when|as|after|while|adding|saying|told|said)\b|[;:]")
_ASIDE_ENDS = re.compile(
    r", (?:\w+ing|in|on|at|but|and (?:he|she|they|that|the)|referring)\b|,? (?:on|late|early) (?:\w+day)\b"
)
_OFFICES = ("ceo", "cfo", "cto", "mp")


def with_tail(sentence: str, phrase: SpeakerPhrase) -> SpeakerPhrase:
    """The phrase extended by what follows: "a lawmaker|from Kunduz", "X|, a lawmaker from Kunduz"."""
    after = sentence[phrase.end :]
    about = re.match(ABOUT + _ABOUT_ENDS, after)
    if about is not None and not about.group().lstrip().startswith(
        ("who", "that", "whose", "whom", "as ", "by ", "and ")
    ):
        phrase = with_about(sentence, phrase, about.group())
    at = phrase.end
    while at < len(sentence) and sentence[at] == " ":
        at += 1
    aside = re.match(r"(?:,| [—–-]) ([^,;:“”\"—.]+(?:\.(?=[\w ]+[,.])[^,;:“”\"—.]*)?)", sentence[at:])
    if aside is not None:
        return with_aside(phrase, aside.group())
    return phrase


def with_about(sentence: str, phrase: SpeakerPhrase, about: str) -> SpeakerPhrase:
    """The phrase extended by "of the Corvane Institute", "from Ghazni" or "based in Kandahar"."""
    about = re.split(
        r" (?:who|whose|whom|that)\b|,? (?:on|late|earlier|last) (?:\w+day|week|month|year)\b|\d{1,2} \w+$", about
    )[0]
    about = _BY_MEDIUM.split(about)[0].rstrip()
    if not about:
        return phrase
    end = phrase.end + len(about)
    if not sentence[: phrase.end].lower().endswith(phrase.name.lower()):
        return phrase  # "the ministry’s statement": the name is already complete
    if phrase.kind == "described":
        name = phrase.name + about
        return replace(phrase, name=name, end=end, definite=False)
    if phrase.kind == "person" and phrase.role is None and re.match(r" (?:of|from|at|with) (?:the )?[A-Z]", about):
        return replace(phrase, role=about.strip(), end=end)
    if phrase.kind == "person" and phrase.role is not None and re.match(r" (?:of|from) ", about):
        return replace(phrase, end=end)
    if phrase.kind == "body" and phrase.name[0].islower() and re.match(r" (?:of|for|in) ", about):
        return replace(phrase, name=phrase.name + about, end=end, definite=False)
    return phrase


def with_aside(phrase: SpeakerPhrase, asides: str) -> SpeakerPhrase:
    """The phrase with an apposition as its role (", a lawmaker,") or name (", Ajmal Omar Shinwari,")."""
    body = re.sub(r"^(?:,| [—–-]) |(?:,| [—–-])$", "", asides)
    body = re.sub(r"^\d{1,3}, ", "", body)
    if not body.strip():
        return phrase
    if phrase.kind == "described" and not phrase.plural:
        named = read_phrase(body, 0)
        if (
            named is not None
            and named.kind == "person"
            and named.role is None
            and not re.match(r"[’']", body[named.end :])
        ):
            return replace(named, role=phrase.name, end=phrase.end)
        return phrase
    if phrase.kind in ("person", "word") and is_role(body):
        role = _ROLE_ENDS.split(body)[0]
        role = _BY_MEDIUM.split(_ASIDE_ENDS.split(role)[0].strip(" ,"))[0]
        if role:
            return replace(phrase, role=role)
    return phrase


def is_role(words: str) -> bool:
    """Whether an apposition is a role: "a lawmaker from Kunduz", "deputy governor of Ghazni"."""
    words = re.split(r"\b(?:who|whose|which|where|when|adding|saying)\b|,", words)[0].strip()
    tokens = re.findall(r"[\w’'&-]+", words)
    if not tokens or re.match(r"\w+ing\b|(?:in|on|at|by|with|after|before|as|from|for|to|of|and|but|or)\b", words):
        return False
    head = re.split(r" (?:of|for|from|in|at|with|on|to|and|based)\b", words)[0]
    nouns = re.findall(r"[\w’'-]+", head)
    if nouns and is_plural(nouns[-1]) and " and " not in words:
        return False
    return any(is_person_noun(noun) or noun.lower() in (*_OFFICES, "vice") for noun in nouns) and (
        tokens[0].lower() in DETERMINERS or is_person_noun(nouns[-1]) or nouns[-1].lower() in _OFFICES
    )
