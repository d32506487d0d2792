"""Event time: the days on which the event of a sentence happened, by the sentence's own words.

Precision before recall: times of nouns ("the 2015 deal"), of subordinate clauses ("who was jailed in 2001"), in
quotations, or rounded ("nearly a year ago") don't count, and two different times give None. By word patterns, without a
parse: knows one sentence and its article's day.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from dateline.rag.time.period import Period
from dateline.rag.time.phrases import TimePhrase, phrases_in

LONGEST = 2_000
"""Most characters; a longer sentence is really a list or a table."""

_SET_APART = re.compile(
    r"^[A-Z][A-Z.]{2,}[^–—]{0,50}?(?:[–—]|\s-\s)"
    r"|[“\"][^”\"]*(?:[”\"]|$)|(?<!\w)‘[^’]*’(?!\w)|\([^)]*\)|\[[^\]]*\]"
)
"""Quotations, parentheses, and the dateline of an agency report."""
_SAYING = re.compile(
    r"\b(?:said|says?|saying|told|tells|announc(?:ed|es|ing)|report(?:ed|s|ing)|warn(?:ed|s|ing)|wrote"
    r"|claim(?:ed|s|ing)|den(?:ied|ies)|tweeted|posted|stat(?:ed|es)|explain(?:ed|s)|confirm(?:ed|s)|according\s+to"
    r"|acknowledged|noted|testified|argued|insisted|vowed|estimate[ds]|allege[ds]|statement|interview|briefing"
    r"|(?:press|news)\s+conference)\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:will|won[’']t|would(?!\s+(?:not\s+)?have)|shall|going\s+to|(?:is|are|was|were|be|been)\s+(?:\w+\s+)?to"
    r"|expected|scheduled|slated|due|set\s+(?:for|to)|likely|upcoming|plan(?:s|ned|ning)?\s+to|hop(?:es?|ing)\s+to"
    r"|aims?\s+to|intends?\s+to|could|can|may(?=\s[a-z])|might|should|must|deadline|planned\s+for"
    r"|begins?|starts?|opens?|kicks\s+off|takes\s+place|airs|premieres|returns|meets)\b"
)
_PAST = re.compile(
    rf"{_SAYING.pattern}|\b(?:\w+ed|had|was|were|did|made|took|held|met|came|went|began|gave|got|won|lost|left|sent)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\b(?:since|after|before|until|till|who|whom|whose|which|where|when|while"
    r"|as(?!\s+(?:an?|many|much|well|part|his|her|its|their)\b)|by\s+the\s+time|because|if|although|though|than|once"
    r"|compared|following|including|despite|unlike|versus|amid|ahead\s+of|prior\s+to|whether|ever"
    r"|(?<!is\s)(?<!are\s)(?<!was\s)(?<!were\s)due\s+to)\b",
    re.IGNORECASE,
)
"""Words that begin a clause other than the main one."""
_APPOSED = re.compile(
    r"^\W*(?:(?:(?:first|last|once|\w+ly)\s+)?(?!said|told|killed|led)\w+(?:ed|ing)|born|built|known|made|begun|held"
    r"|taken|written|shot|the|an?|his|her|its|their|one|both|most)\b",
    re.IGNORECASE,
)
_BEFORE_SUBJECT = re.compile(
    r"^[\W\x01]*(?:(?:In|On|At|By|During|After|Before|As|When|While|With|Since|For|From|Despite|Following|But|And"
    r"|Meanwhile|However|Later|Separately|Also|\w+ing|\w+ly)\b[^,;:—–]*)?$",
    re.IGNORECASE,
)
"""An opening phrase before the subject: "In Kabul, the group …"."""
_OPENING = re.compile(
    r"^\W*(?:With|Given|(?:\w+ed|Born|Built|Known|Made|Begun|Held)\s*(?:$|(?:as|by|to|with|in|at)\b))"
)
_RECORD = re.compile(r"\b(?:\w{2,}est|most|worst|best|first|only|fewest|not|never|more|less)\b", re.IGNORECASE)
_PARTICIPLE_END = re.compile(
    r"\b(?:\w+ed|born|built|held|set|made|led|won|begun|taken|written|shot)\s*$", re.IGNORECASE
)
_AUXILIARY_END = re.compile(r"\b(?:was|were|is|are|been|be|being|had|has|have|got)\s+(?:\w+\s+)?\w+\s*$", re.IGNORECASE)
_EVENT_NOUN_END = re.compile(
    r"\b(?:\w+(?:tion|sion|ment|ance|shooting|killing)|death|attack|war|vote|deal|fall|collapse|murder|coup|strikes?"
    r"|crash|trial|visit|victory|defeat|birth|takeover|arrest|assault|run|win|loss|debut|peak|launch|release)"
    r"(?:\s+of\s+(?:[\w’'-]+\s*){1,4})?\s*$",
    re.IGNORECASE,
)
_VERB_NEXT = re.compile(
    r"^\s*(?:was|were|is|are|has|have|had|will|would|could|can|may|led|left|came|began|did|does|\w+ed|\w+[^s\W]s)\b"
)
_PLACE_NEXT = re.compile(
    r"^(?:\s*(?:$|[.,;:!?—–\x00]|--)|\s+(?:in|on|at|by|to|for|from|of|with|after|before|when|as|while|that|and|but|or"
    r"|over|against|during|near|outside|inside|following|amid|despite|because|about|under|through|into|off|if|until"
    r"|it|he|she|they|the|an?|his|her|their|its|who|where|which|between|among|across|around|along|alongside|due"
    r"|also|then|again|early|late|shortly|\w+(?:ed|ing)|was|were|is|are|has|had|have|will|would"
    r"|killed|left|hit|won|said|told|took|began)\b)"
)
_NO_DAY_OF_NEWS = re.compile(
    r"\b(?:black|good|super|ash|bloody|cyber|easter|palm|fat|shrove|holy|giving|maundy|every|each|most|all|some|other"
    r"|any|per|an?|alternate|come|USA|Psychology|the)\s+$",
    re.IGNORECASE,
)
_TITLE_NEXT = re.compile(r"\s+(?:Night|Times|Telegraph|Post|Mail|Mirror|Express|Football|Herald|School|[Ss]how)\b")
_NAMES_A_NOUN = frozenset(
    {"after", "before", "through", "until", "till", "up to", "as of", "than", "of", "to", "with", "about", "around"}
    | {"toward", "towards"}
)
_IN = frozenset({"in", "since", "by", "during", "throughout", "between", "from", "within", "over"})
_FAR = {"month": timedelta(days=240), "day": timedelta(days=180), "span": timedelta(days=180)}
"""Beyond this distance a date recurs soon, and may be past or future without a future verb."""


def event_time(sentence: str, published: date | None) -> Period | None:
    """The days on which the event happened, or None if the sentence does not say so clearly.

    `published` is the article's day, which "on Wednesday" and "last month" are relative to; without it only full dates,
    months and years count. The time of a statement counts only if the sentence has no other.
    """
    if len(sentence) > LONGEST:
        return None
    text = _SET_APART.sub(lambda apart: "\x00" * len(apart.group()), sentence)
    phrases = [one for one in phrases_in(text, published) if one.kind != "now"]
    masked = text
    for one in phrases:
        masked = masked[: one.start] + "\x01" * (one.end - one.start) + masked[one.end :]
    ranked: dict[int, list[Period | None]] = {}
    for one in phrases:
        rank = _rank(text, masked, one)
        if rank is not None:
            ranked.setdefault(rank, []).append(_period(text, masked, one, published))
    return _common(ranked[min(ranked)]) if ranked else None


def _common(periods: list[Period | None]) -> Period | None:
    """The period inside all others ("in 2021, … on 8 August 2021"); None if one is unknown."""
    known = [period for period in periods if period is not None]
    inner = min(known, key=lambda period: period.end - period.start, default=None)
    if inner is None or len(known) < len(periods):
        return None
    return inner if all(one.start <= inner.start and inner.end <= one.end for one in known) else None


def _rank(text: str, masked: str, phrase: TimePhrase) -> int | None:
    """0 for a time of the main clause, 1 for "since May", 2 for the time of a statement; None if it doesn't count."""
    if not _is_adverbial(text, phrase):
        return None
    before, after = _before(masked, phrase), masked[phrase.end :]
    boundary = max((match.end() for match in re.finditer(r"[,;:—–]|\s-\s", before)), default=0)
    clause = before[boundary:]
    apposed = boundary and not _BEFORE_SUBJECT.match(before[: boundary - 1])
    saying = list(_SAYING.finditer(clause))
    unsaid = clause[saying[-1].end() :] if saying else clause
    if _BESIDE.search(clause) or (re.search(r"\bthat\b", clause) and not saying):
        return None
    if phrase.lead == "since" and _RECORD.search(clause):
        return None
    if (apposed and _APPOSED.match(clause)) or _OPENING.match(clause):
        return None
    if _belongs_to_noun(unsaid, after, phrase):
        return None
    said_after = re.match(r"\s*(?:\w+\s+)?", after)
    if (saying and not re.search(r"\b(?:that|it|they|he|she|had|has|was|were|will|would|\w+ed)\b", unsaid)) or (
        said_after and _SAYING.match(after, said_after.end())
    ):
        return 2
    return 1 if phrase.lead == "since" else 0


def _before(masked: str, phrase: TimePhrase) -> str:
    """The text before the phrase and its preposition."""
    before = masked[: phrase.start]
    return before[: before.lower().rindex(phrase.lead.split()[0])] if phrase.lead else before


def _is_adverbial(text: str, phrase: TimePhrase) -> bool:
    """Whether the phrase is adverbial, and does not modify a noun ("Sunday's vote")."""
    before, words, after = text[: phrase.start], text[phrase.start : phrase.end].lower(), text[phrase.end :]
    if phrase.lead in _NAMES_A_NOUN or re.match(r"[’']s?\b|s[’']?\b|-\w", after) or words == "latest":
        return False
    if _TITLE_NEXT.match(after) or (phrase.kind in ("weekday", "today") and _NO_DAY_OF_NEWS.search(before)):
        return False
    if phrase.kind == "day" and phrase.lead == "in" and "yesterday" not in words:
        return False  # "The people involved in Jan. 6"
    worded = phrase.kind in ("day", "weekday", "month", "year")
    if worded and words.startswith("the ") and " of " not in words:
        return False
    if worded and re.search(r"\b(?:the|an?|this|his|her|its|their|[’']s)\s+$", before, re.IGNORECASE):
        return False
    if phrase.kind == "weekday" and re.match(r"\s+of\b", after):
        return False  # "The second Monday of October"
    if phrase.kind == "today" and text[phrase.start] == "T" and before.strip():
        return False  # the name of a newspaper or programme
    if words == "weekend" and phrase.lead not in ("over", "at", "on", "during", "by"):
        return False
    if phrase.lead == "for":
        return _FUTURE.search(before) is not None and phrase.kind in ("day", "weekday")
    if phrase.lead == "from":
        return re.search(r"\b(?:to|until|through)\b|[-–]", words) is not None
    opens = not _before(text, phrase).strip()
    if phrase.kind in ("month", "year"):
        relative = re.match(r"last|next|this", words) is not None
        apart = opens or (_PLACE_NEXT.match(after) is not None)
        return (phrase.lead in _IN or relative) and apart
    if phrase.kind in ("day", "weekday") and not phrase.lead:
        return not opens and _PLACE_NEXT.match(after) is not None
    # A bare "1990s" or "summer 2021" modifies the noun after it.
    return bool(phrase.lead) or re.search(r"\d{4}", words) is None or phrase.kind != "span"


def _belongs_to_noun(clause: str, after: str, phrase: TimePhrase) -> bool:
    """Whether the time modifies the noun before it: "the deal signed in 2015 was", "his death in 2013"."""
    verb_next = _VERB_NEXT.match(after) is not None
    # "… are regulated under a law passed in 2017": next to another verb, a participle modifies a noun.
    participle = _PARTICIPLE_END.search(clause) is not None and _AUXILIARY_END.search(clause) is None
    if participle and (verb_next or re.search(r"\b(?:was|were|is|are|has|have|had|will|would|can)\b", clause)):
        return True
    if re.search(r"\bfrom\b", clause) and re.match(r"\s+to\b", after):
        return True  # "Rose from nine in 2019 to ten"
    if phrase.kind not in ("month", "year", "span"):
        return False
    if not phrase.lead and re.match(r"\s*(?:was|were|is|are|has|have)\b", after) and clause.strip():
        return True  # "The capture of the town two weeks ago was a blow"
    return phrase.lead in ("in", "from") and (
        _EVENT_NOUN_END.search(clause) is not None or (verb_next and bool(clause.strip()))
    )


def _period(text: str, masked: str, phrase: TimePhrase, published: date | None) -> Period | None:
    words = text[phrase.start : phrase.end].lower()
    back, ahead = phrase.back, phrase.ahead
    period = back
    if back != ahead:
        if _looks_ahead(masked, phrase):
            period = ahead
        elif back and published and published - back.end > _FAR.get(phrase.kind, timedelta.max):
            period = None
    if period is None or (published and period.start > published and not _looks_ahead(masked, phrase)):
        return None
    if phrase.lead == "since":
        return Period(period.start, published) if published and period.start <= published else None
    if phrase.lead == "by" and re.search(r"\bend of\b", words):
        return Period(period.end, period.end)
    if re.search(r"\band\b", words) and phrase.lead != "between":
        # Two days or months, with nothing about those in between.
        together = 62 if phrase.kind == "month" else 2
        return period if (period.end - period.start).days < together else None
    return period


def _looks_ahead(masked: str, phrase: TimePhrase) -> bool:
    before = _before(masked, phrase)
    start = max((match.end() for match in re.finditer(rf"\x01|{_SAYING.pattern}", before, re.IGNORECASE)), default=0)
    if _FUTURE.search(before, start):
        return True
    if re.search(r"[^\W\x01]", before):
        return False
    following = masked[phrase.end :].split("\x01")[0]
    future, past = _FUTURE.search(following), _PAST.search(following)
    return future is not None and (past is None or future.start() <= past.start())
