"""Reporting clauses of a sentence: "X said", "“…,” said X", "according to X".

Works on a sentence with quotations blanked out, so that verbs inside them don't count. Knows one sentence: pronouns and
descriptions such as "the commander" are not resolved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dateline.rag.news_dateline import after_dateline
from dateline.rag.speech.appositions import ABOUT, DAY, is_role, with_about, with_aside, with_tail
from dateline.rag.speech.reporting_verbs import MARK, QUOTED, SPEECH_WORD, THOUGHT, VERB, ends_what_is_said, says
from dateline.rag.speech.speaker import SpeakerPhrase, read_phrase


@dataclass(frozen=True, slots=True)
class ReportingClause:
    """A speaker's phrase, and the span of its reporting verb in the sentence."""

    phrase: SpeakerPhrase
    start: int
    end: int


_PREPOSED = (
    r"(?:in|on|at|during|after|before|via|through|by|to|earlier in|later in|earlier on|later on) [^,;:“”\"]{1,70}?"
)
_ADVERB = (
    rf"(?:(?:on|late|early|late on|early on|last|this|by|earlier|earlier on|later|later on) )?{DAY}"
    r"(?: (?:morning|afternoon|evening|night))?"
    r"|(?:earlier |later )?(?:this|last|that) (?:week|month|year|day|night|summer|spring|fall|autumn|winter)"
    r"|today|yesterday|also|later|earlier|once|now|then|too|still|often|always|again|even|first|further|both|all|each"
    r"|himself|herself|themselves|just|already|has|have|had|would|will|could|can|may|might|must|did|do|does|(?!family|assembly|supply)[a-z]{3,}ly"
)
_WHEN = rf"(?:,? (?:{_ADVERB})(?=[ ,]))*(?:,? (?:{_PREPOSED})(?=[ ,]))?(?:,? (?:{_ADVERB})(?=[ ,]))*"
_PARENS = r"(?: \([^()]{1,60}\))"
_ASIDES = r"(?P<asides>(?:(?:,| [—–-]) [^;:“”\"]{1,220}?)(?:,| [—–-]))"
_BETWEEN = re.compile(rf"(?P<about>{ABOUT})?{_PARENS}?{_ASIDES}?{_WHEN},? ?$")
_LOOSE_ASIDE = re.compile(rf"(?P<about>{ABOUT})?(?P<asides>, (?:an? |the )?[^,;:“”\"—]{{1,120}}?){_WHEN} ?$")
_DID_AND = re.compile(
    r"(?:,[^;“”\"]{1,120},)? (?!and\b|but\b)[a-z]+[^;:“”\"]{0,140}?,? (?:and|but|then)"
    r"(?: (?:[a-z]+ly|also|later|then|has|had))* ?$"
)
_SAYING = re.compile(
    r", (?:while |but |and )?(?:saying|adding|claiming|insisting|arguing|warning|noting|stating|alleging|explaining"
    r"|telling \w+)\b"
)
# "were told", "a movement that says": the verb's subject is not a speaker.
_PASSIVE = re.compile(r"\b(?:is|are|was|were|been|be|being|get|got|not|never|to|who|that|which)(?: \w+ly)? ?$")
_CLAUSE_STARTS = re.compile(
    rf"^(?:By|In|At|On|After) (?!an? |the )[^ ,]+(?: [A-Z][^ ,]*){{0,2}} (?=an? |the )"
    rf"|^[\s“\"‘'—–-]*|[,;:] |{MARK} ?| [—–-] |—|\b(?:but|and|while|although|though|yet|so) |[,.] (?:and|but) "
    rf"|{DAY} |\b(?:today|yesterday|week|month|year|earlier|later|Meanwhile|Still|However|But|And|Yet|Separately"
    r"|Now|Then|Also|Instead|So|For) |[.!?] |\) |\*+ ?"
)
_SUBORDINATE = re.compile(
    r"\b(?:when|after|before|if|because|since|who|whom|which|that|whether|than|what|how|where|why|as|until|unless|once"
    r"|although|though|while|whereas)$",
    re.IGNORECASE,
)
_FARTHEST = 420
"""Most code points between a subject and its verb."""
# "scientists from Lorne, Harbor, and |Vance University said": the last item of a list.
_LISTED = re.compile(r", [A-Z][^,]{0,40}, and $")
_ACCORDING = re.compile(r"\b[Aa]ccording to (?:both )?|\bin the words of ")
# "according to Labor Department figures": the source is the figures.
_GOES_ON_AS_NAME = re.compile(
    r"[’'/]| [A-Z][^,.; ]*[’']s? | (?!(?:of|for|from|in|at|with|on|who|whose|and|as|based|by|but|the|that|or|near|here"
    r"|there|while|when|said|familiar|close|last|this|late|early|earlier|he|she|they|it)\b)[a-z]"
)
_ATTRIBUTES_AFTER = re.compile(rf"(?:,|[.?!…,]{MARK}|{MARK}) ?$|[,—–] $")


def reporting_clauses(sentence: str) -> list[ReportingClause]:
    """The reporting clauses of a sentence with quotations blanked out, in order; without subordinate ones."""
    found: list[ReportingClause] = []
    for verb in VERB.finditer(sentence):
        if any(one.start <= verb.start() < one.end for one in found):
            continue
        one = _before_verb(sentence, verb) or _after_verb(sentence, verb)
        if one is not None:
            found.append(one)
    if not found:
        found += _according(sentence)
    if not found:
        found += _saying(sentence)
    found.sort(key=lambda one: one.start)
    # "A lawmaker believed …, and the spokesman said …": two speakers.
    if found and re.search(r"(?:and|but|while|;) $", sentence[: found[0].start]):
        before = sentence[: found[0].start]
        if THOUGHT.search(before) is not None and found[0].phrase.kind != "pronoun":
            return []
    return found


def _before_verb(sentence: str, verb: re.Match[str]) -> ReportingClause | None:
    """Match "X, a lawmaker, said": the subject begins a clause; only appositions and adverbs precede the verb."""
    if not says(sentence, verb) and not ends_what_is_said(sentence, verb):
        return None
    starts = [
        start.end()
        for start in _CLAUSE_STARTS.finditer(sentence, 0, verb.start())
        if not _SUBORDINATE.search(
            sentence[: start.start()] if start.group().isspace() else sentence[: start.end()].rstrip(" ,")
        )
    ]
    begin = after_dateline(sentence)
    starts = sorted(
        start
        for start in {begin, *starts}
        if start >= begin and verb.start() - start < _FARTHEST and not _LISTED.search(sentence[begin:start])
    )
    for patterns in ((_BETWEEN, _LOOSE_ASIDE), (_DID_AND,)):
        for start, pattern in ((start, pattern) for start in starts for pattern in patterns):
            phrase = read_phrase(sentence, start, opens_sentence=_opens(sentence, start))
            if phrase is None or phrase.end >= verb.start() or not _agrees(phrase, verb):
                continue
            between = sentence[phrase.end : verb.start()]
            match = pattern.match(between)
            if match is None or SPEECH_WORD.search(between) or _PASSIVE.search(between):
                continue
            groups = match.groupdict()
            if pattern is _LOOSE_ASIDE and not (
                phrase.kind == "person" and is_role(groups["asides"].strip(" ,")) and sentence[verb.end() :][:1] == " "
            ):
                continue
            if pattern is _DID_AND and not (start == starts[0] and phrase.kind in ("person", "pronoun", "word")):
                continue
            phrase = with_about(sentence, phrase, groups.get("about") or "")
            phrase = with_aside(phrase, groups.get("asides") or "")
            return ReportingClause(phrase, start, verb.end())
    return None


def _opens(sentence: str, start: int) -> bool:
    """Whether the capital at `start` may be due only to the start of a sentence or quotation."""
    if start == after_dateline(sentence):
        return True
    before = sentence[:start].rstrip(" “\"‘'—–-*")
    return not before or before[-1] in ".:!?" or before.endswith(("—", "–"))


def _agrees(phrase: SpeakerPhrase, verb: re.Match[str]) -> bool:
    if verb["think"]:
        return phrase.kind == "described" and phrase.plural
    return True


def _after_verb(sentence: str, verb: re.Match[str]) -> ReportingClause | None:
    """Match "“…,” said X": the verb follows a quotation or a comma."""
    if not (verb["say"] or verb["words"] or verb["any"]) or _ATTRIBUTES_AFTER.search(sentence[: verb.start()]) is None:
        return None
    if sentence[verb.end() : verb.end() + 1] != " " or not re.fullmatch(r"said|says|\w+ed|\w+s|wrote", verb.group()):
        return None
    start = verb.end() + 1
    phrase = read_phrase(sentence, start)
    if phrase is None or (re.match(r" [a-z]|[’'/]", sentence[phrase.end :]) and phrase.kind == "pronoun"):
        return None
    if re.match(r"[’'/]", sentence[phrase.end :]):
        return None
    if not verb["say"] and (phrase.kind == "pronoun" or QUOTED not in sentence[: verb.start()]):
        return None
    return ReportingClause(with_tail(sentence, phrase), verb.start(), phrase.end)


def _according(sentence: str) -> Iterator[ReportingClause]:
    for match in _ACCORDING.finditer(sentence):
        phrase = read_phrase(sentence, match.end())
        if phrase is None or phrase.kind == "pronoun":
            continue
        after = sentence[phrase.end :]
        if _GOES_ON_AS_NAME.match(after):
            continue
        yield ReportingClause(with_tail(sentence, phrase), match.start(), phrase.end)


def _saying(sentence: str) -> Iterator[ReportingClause]:
    """Match "A commander played down the criticism, saying that …": the sentence's subject is the speaker."""
    match = _SAYING.search(sentence)
    if match is None:
        return
    for start in _CLAUSE_STARTS.finditer(sentence, 0, match.start()):
        phrase = read_phrase(sentence, start.end(), opens_sentence=_opens(sentence, start.end()))
        if phrase is None or phrase.kind == "word":
            continue
        if re.match(r"[’']|, ", sentence[phrase.end :]) is None and not re.search(
            rf"{QUOTED}|\b(?:that|which|who)\b.*\b(?:and|but)\b|, (?:but|and|while|as|which|who)\b",
            sentence[phrase.end : match.start()],
        ):
            yield ReportingClause(phrase, start.end(), match.end())
        return
