"""Speakers: reads a noun phrase into name and role: "provincial council member Abdul Aziz Beg".

Phrases are read word by word, by the lists in `rag.speech.speaker_lexicon` and by capitals. Knows nothing of verbs or
of earlier sentences: "Beg" and "the commander" are not resolved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from dateline.rag.language.word_set import word_set
from dateline.rag.speech.noun_phrase import HEADED, Word, is_title, run_of, words_at
from dateline.rag.speech.speaker_lexicon import (
    BODY_NAMES,
    DETERMINERS,
    DOCUMENTS,
    HONORIFICS,
    NOT_IN_PHRASE,
    PARTICLES,
    is_body,
    is_person_noun,
    is_plural,
    singular_person,
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """The source of a statement."""

    name: str
    """As written, in the fullest form used in the article so far; a description for a source without a name."""
    role: str | None
    """As in the article: "a lawmaker from Kunduz"; None if not stated."""
    anonymous: bool
    """Whether the article gives no name: "officials", "a Taliban commander based in Kandahar"."""


PhraseKind = Literal["person", "word", "body", "described", "pronoun"]
"""`person`: a full name. `word`: one capitalised word, a surname or an organisation. `body`: an organisation.
`described`: people without a name."""


@dataclass(frozen=True, slots=True)
class SpeakerPhrase:
    """A noun phrase that may be a speaker, unresolved."""

    kind: PhraseKind
    name: str
    role: str | None
    end: int
    """Its end offset in the text."""
    head: str
    """The noun of a description, in the singular and lower case; the last word of a name; or the pronoun."""
    definite: bool = False
    """Whether it is definite: "the commander"."""
    plural: bool = False


_PRONOUNS = word_set("he she they it i we you")
_AFTER_NAME = re.compile(r",? (?:Jr|Sr)\.|,? (?:II|III|IV)\b")


def read_phrase(text: str, start: int, *, opens_sentence: bool = False) -> SpeakerPhrase | None:
    """The noun phrase at `start`, if it may be a speaker; up to its noun and name.

    `opens_sentence`: whether the first word is capitalised because it begins a sentence.
    """
    words = words_at(text, start)
    if not words:
        return None
    first = words[0]
    if first.low in _PRONOUNS and (first.text != "IT"):
        return SpeakerPhrase("pronoun", first.text, None, first.end, first.low, plural=first.low == "they")
    if opens_sentence and re.match(r"\w{4,}ly,", text[first.start :]):  # "Typically, …"
        return None
    if (first.low in NOT_IN_PHRASE and not _is_first_name(words)) or (
        _is_participle(first) and (opens_sentence or not first.capital)
    ):
        return None
    if len(words) > 2 and first.low in DETERMINERS and words[1].low == "of":
        return _one_of(text, first, words[2].start, opens_sentence)
    run = run_of(words)
    # The longest prefix that is a phrase: "officials" of "officials blame", "Ortaq" of "Ortaq denies".
    for length in range(len(run), 0, -1):
        phrase = _read(text, run[:length], opens_sentence)
        if phrase is not None:
            return _with_others(text, phrase)
    return None


def _with_others(text: str, phrase: SpeakerPhrase) -> SpeakerPhrase:
    """The phrase extended by a coordinated one: "government officials" by " and residents"."""
    if phrase.kind != "described" or not phrase.plural or text[phrase.end : phrase.end + 5] != " and ":
        return phrase
    other = read_phrase(text, phrase.end + 5)
    if other is None or other.kind != "described" or not other.plural:
        return phrase
    return replace(phrase, name=phrase.name + text[phrase.end : other.end], end=other.end)


def _is_participle(word: Word) -> bool:
    return word.low.endswith("ing") and word.low not in _LIKE_ADJECTIVES


_LIKE_ADJECTIVES = word_set("leading acting ruling governing outgoing incoming existing visiting opposing king")


def _is_first_name(words: list[Word]) -> bool:
    """Whether a word that usually ends phrases is a first name: "Will Lorne", "April Lorne"."""
    return (
        words[0].low in ("will", "may", "april", "june", "august")
        and words[0].capital
        and len(words) > 1
        and words[1].capital
    )


def _one_of(text: str, first: Word, start: int, opens_sentence: bool) -> SpeakerPhrase | None:
    inner = read_phrase(text, start)
    if inner is None or inner.kind != "described":
        return None
    name = _as_written(text[first.start : inner.end], opens_sentence)
    return SpeakerPhrase("described", name, None, inner.end, inner.head, plural=first.low != "one")


def _read(text: str, run: list[Word], opens_sentence: bool) -> SpeakerPhrase | None:
    last = run[-1]
    if last.low in PARTICLES or last.low in DETERMINERS:
        return None
    name_start = len(run)
    while name_start and (run[name_start - 1].capital or _joins(run, name_start - 1)):
        name_start -= 1
    if (
        opens_sentence
        and name_start == 0
        and (run[0].low in DETERMINERS or (_common(run[0]) and not (len(run) > 1 and run[1].capital)))
    ):
        name_start = 1
    if name_start == len(run):
        return _described(text, run, opens_sentence)
    if name_start == 1 and run[0].low in DETERMINERS:
        return _the_name(text, run, opens_sentence)
    return _named(text, run[:name_start], run[name_start:], opens_sentence)


def _joins(run: list[Word], at: int) -> bool:
    return run[at].low in PARTICLES and 0 < at < len(run) - 1 and (run[at - 1].capital or run[at - 1].low in PARTICLES)


def _common(word: Word) -> bool:
    """Whether the first word of a sentence is certainly a common noun: "Officials", "Police"."""
    return is_plural(word.low) or word.low == "police" or (word.low.endswith("s") and is_body(word.low))


def _described(text: str, run: list[Word], opens_sentence: bool) -> SpeakerPhrase | None:
    """Read a description without a name: "a Taliban commander", "local officials", "the group’s statement"."""
    of = next((i for i, word in enumerate(run) if i and word.low == "of"), len(run))
    head = run[of - 1]
    genitive = next((i for i, word in enumerate(run) if re.search(r"[’']s$|s[’']$", word.text)), None)
    end = run[-1].end
    name = _as_written(text[run[0].start : end], opens_sentence)
    if head.low in DOCUMENTS and genitive is not None:
        owner = Word(re.sub(r"[’']s$|[’']$", "", run[genitive].text), run[genitive].start, 0)
        owner = Word(owner.text, owner.start, owner.start + len(owner.text))
        phrase = _read(text, [*run[:genitive], owner], opens_sentence)
        if phrase is None:
            return None
        return SpeakerPhrase(phrase.kind, phrase.name, phrase.role, end, phrase.head, phrase.definite, phrase.plural)
    definite = run[0].low in ("the", "his", "her", "its", "their") and genitive is None
    if is_person_noun(head.low):
        if not (is_plural(head.low) or run[0].low in DETERMINERS or genitive is not None or head.low == "staff"):
            return None  # "retailer said": the rest of an unreadable name
        noun = singular_person(head.low) or head.low
        return SpeakerPhrase("described", name, None, end, noun, definite, is_plural(head.low) or head.low == "staff")
    if is_body(head.low) and (run[0].low in DETERMINERS or run[0].capital or head.low == "police"):
        return SpeakerPhrase("body", name, None, end, head.low, definite, head.low.endswith("s"))
    return None


def _the_name(text: str, run: list[Word], opens_sentence: bool) -> SpeakerPhrase | None:
    """Read a name with an article: "the Defense Ministry", "the Taliban"; not "the Ortaq"."""
    if run[0].low != "the" or re.search(r"[’']s?$", run[-1].text):
        return None
    name = _as_written(text[run[0].start : run[-1].end], opens_sentence)
    if is_person_noun(run[-1].low) and not any(word.low in BODY_NAMES or word.low == "department" for word in run[:-1]):
        return SpeakerPhrase("described", name, None, run[-1].end, run[-1].low, True, is_plural(run[-1].low))
    return SpeakerPhrase("body", name, None, run[-1].end, run[-1].text)


def _named(text: str, before: list[Word], named: list[Word], opens_sentence: bool) -> SpeakerPhrase | None:
    """Read a name, with the words before it as its role if they are one."""
    if re.search(r"[’']s$|s[’']$", named[-1].text) or named[0].text[0] in "“\"‘'":
        return None
    if (holder := _of_what_is_named(text, before, named, opens_sentence)) is not None:
        return holder
    titles = 0
    while titles < len(named) - 1 and (is_title(named[titles].text) or named[titles].low in ("of", "and", "for")):
        titles += 1
    for i in range(len(named) - 2, titles - 1, -1):
        if is_title(named[i].text) and named[i + 1].capital:
            titles = i + 1
            break
        if named[i].text.endswith(("’s", "'s")) and not any(word.low in BODY_NAMES for word in named[i:]):
            titles = i + 1
            break
    if len(own := named[titles:]) == 1 and not before and own[0].low in ("mp", "mps", "ceo"):
        return SpeakerPhrase("described", own[0].text, None, own[0].end, "mp", plural=own[0].low == "mps")
    if before and not (
        is_person_noun(before[-1].low)
        or before[-1].low in HEADED
        or before[-1].low.endswith("-year-old")
        or is_body(before[-1].low)
        or before[-1].low in _ONCE
        or any(word.low == "of" for word in before)
        or (before[-1].low == "and" and titles)
    ):
        return None
    if before and before[-1].low in _ONCE and not titles:
        return None
    if titles and own[-1].low == "officer":  # "Chief Marketing Officer": an office without a name
        name = text[(before or named)[0].start : own[-1].end]
        return SpeakerPhrase("described", name, None, own[-1].end, own[-1].low)
    while titles and named[titles].low in PARTICLES:
        titles += 1
    role_words = [word for word in (*before, *named[:titles]) if word.low not in HONORIFICS]
    own = named[titles:]
    role = _as_written(text[role_words[0].start : role_words[-1].end], opens_sentence) if role_words else None
    if role is not None and re.search(r"[’']s$|-year-old$", role):
        role = None
    of = next((i for i, word in enumerate(own) if word.low == "of"), len(own))
    if of in (2, 3) and not any(_of_a_body(word) for word in own[:of]):
        own = own[:of]
    end = own[-1].end
    if (suffix := _AFTER_NAME.match(text, end)) is not None:
        end = suffix.end()
    honorific = bool(titles) and named[titles - 1].low in HONORIFICS and len(own) == 1
    name = text[named[titles - 1].start if honorific else own[0].start : end]
    return SpeakerPhrase(
        _kind(own, bool(role_words) or bool(titles)), name, role, end, own[-1].text, plural=_several(own)
    )


def _of_what_is_named(text: str, before: list[Word], named: list[Word], opens_sentence: bool) -> SpeakerPhrase | None:
    """Read "the lawyer of the Ellery Line", where the name is not the speaker's."""
    bare = before[:-1] if before and before[-1].low in DETERMINERS else before
    if len(bare) < 2 or bare[-1].low not in ("of", "for", "at", "from") or not is_person_noun(bare[-2].low):
        return None
    noun = bare[-2].low
    name = _as_written(text[before[0].start : named[-1].end], opens_sentence)
    definite = before[0].low in ("the", "his", "her", "its", "their")
    return SpeakerPhrase(
        "described", name, None, named[-1].end, singular_person(noun) or noun, definite, is_plural(noun)
    )


_ONCE = word_set("former then ex then-president outgoing acting incoming late")


def _of_a_body(word: Word) -> bool:
    """Whether a word may precede "of" in the name of an organisation: "Bank", "Institutes"."""
    return any(
        form in BODY_NAMES or form in PARTICLES or is_body(form) for form in (word.low, word.low.removesuffix("s"))
    )


def _several(own: list[Word]) -> bool:
    return any(word.low == "and" for word in own) and not any(word.low in ("of", "for") for word in own)


def _kind(own: list[Word], has_role: bool) -> PhraseKind:
    """The kind of a name, by its own words."""
    if not has_role and (
        any(word.bare in BODY_NAMES or word.low in ("of", "for", "and", "&") for word in own)
        or (own[-1].text.isupper() and len(own[-1].text) > 1)
    ):
        return "body"
    return "word" if len(own) == 1 else "person"


def _as_written(words: str, opens_sentence: bool) -> str:
    """The words without a capital that is due only to the start of a sentence."""
    first = re.match(r"\w[\w’'-]*", words)
    if not opens_sentence or first is None or (first.group().isupper() and len(first.group()) > 1):
        return words
    low = first.group().lower()
    if low not in DETERMINERS and words[first.end() + 1 : first.end() + 2].isupper():
        return words
    if low in DETERMINERS or is_person_noun(low) or is_body(low) or low in _ADJECTIVES:
        return words[0].lower() + words[1:]
    return words


_ADJECTIVES = word_set("""
    local health senior former security provincial military intelligence federal regional national international foreign
    medical human rights law enforcement fire election emergency aid industry independent retired top high-ranking
    unnamed anonymous government opposition political legal scientific public private police militant community
    business financial consumer environmental climate defense defence tribal village city county district current
    existing young older prominent leading veteran parliamentary deputy acting outgoing rescue relief court
    """)
