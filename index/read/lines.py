"""Classification of single lines: page furniture by wording or shape, byline, headline, prose.

Knows nothing of a line's position, which index/clean.py considers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dateline.index.dates import dates_in
from dateline.index.read.furniture import RULES
from dateline.index.read.furniture_rule import Rule
from dateline.index.read.news_sentences import attributes, is_news_sentence

LONGEST = 900
"""In characters; a longer line is always a paragraph."""

_LIST = re.compile(
    r"(?:read (?:more|next|also|on)(?: (?:on|about|from|in)\b.{0,50})?"
    r"|more (?:on this(?: story)?|from .{2,40}|stories|coverage|news.{0,20}|to (?:read|explore|know)"
    r"|reading|like this)"
    r"|related(?: (?:stories|articles|content|coverage|topics|links|news|posts|reading|items|tags))?"
    r"|see also|check also|also (?:read|see)|also (?:on|in) (?:the news|.{2,30}\.com)"
    r"|you (?:may|might) (?:also )?(?:like|be interested in|have missed)"
    r"|recommended(?: (?:for you|reading|stories|articles))?"
    r"|(?:top|latest|trending|popular|other|featured|must[- ]read) (?:stories|articles|posts|reads)"
    r"|most (?:read|popular|viewed|shared|watched)|trending(?: now)?|don['’]?t miss(?: out)?"
    r"|in case you missed it|what to (?:read|watch) next|keep reading|further reading"
    r"|editor['’]?s?['’]? picks|up next|next (?:up|article|story)|previous (?:article|story|post)"
    r"|today['’]?s talkers|around the web|from the web|explore more|a break from the news"
    r"|(?:promoted|sponsored|paid|partner) (?:content|stories|links|posts?))\s*[:.…>»]*$",
    re.IGNORECASE,
)
# A credit ends a caption, whatever the caption says.
_AGENCY = (
    r"(?:AFP|AP|EPA|EFE|Reuters|REUTERS|Getty(?: Images)?|GETTY|Shutterstock|Alamy|PA|DPA|dpa|ANSA|TASS"
    r"|Xinhua|Anadolu(?: Agency)?|ZUMA|Bloomberg|UPI|Imagn|[\w.& -]{2,30} (?:Images?|Photos?|Pictures?"
    r"|Press|Archive|Network|Sports|Post|Times|News|Agency))"
)
_CREDIT = re.compile(
    rf"(?:\((?:[^()]{{0,60}}\b)?(?:[Pp]hoto(?:graph)?s?|[Pp]icture|[Ii]mage|PHOTO)(?: [Cc]redit)?"
    rf"(?: by|:| courtesy| from|/)[^()]{{1,90}}\)|\((?:[Pp]hotos?|[Cc]redit|[Ii]mage|[Cc]ourtesy)\b[^()]{{0,80}}\)"
    rf"|\([^()/]{{2,60}}/\s*[^()]{{0,20}}(?:{_AGENCY})[^()]{{0,30}}\)|\((?:AP Photo|Getty|Reuters|AFP)[^()]{{0,60}}\)"
    rf"|[^\w](?:[Pp]hoto(?:graph)?|[Pp]icture|[Ii]mage)s?(?: [Cc]redit)?(?: by|:| courtesy of)\s[A-Z][^.()!?]{{1,70}}"
    rf"|(?:[A-Z][\w.'’-]+ ){{1,3}}?[A-Z][\w.'’-]+/\s?(?:[\w. -]{{2,30}}/)*(?:[\w ]{{0,30}}via )?{_AGENCY}"
    rf"|[|/]\s?{_AGENCY}|[.!?]\s(?:{_AGENCY}))\s*$"
)
_CRUMBS = re.compile(r"[^\W\d_][\w&'’ .-]{0,40}(?:\s*[/›»>|→]\s*[\w&'’ ,.-]{2,60}){1,5}$")
_ALONE = re.compile(
    r"(?:[A-Z][\w.,'’ ]{0,60}\s)?[—–-]$|\(?(?:AP|CNN|Reuters|REUTERS|AFP|UPI|BBC News|USA TODAY|USATODAY"
    r"|(?:The )?Associated Press)\)?(?: [—–-])?$"
)
_STAFF = re.compile(
    r"(?:staff (?:reports?|writers?|reporter|correspondent)|(?:special|exclusive) (?:to|for) .{2,50}"
    r"|opinion (?:columnist|contributor)|.{2,30} (?:network|staff|news service)|\d{1,3} min(?:ute)?s?(?: read)?)$",
    re.IGNORECASE,
)
_PLATFORM = re.compile(
    r"\b(?:roku|apple tv|fire tv|android tv|smart tv|app store|google play|spotify|apple podcasts"
    r"|google news|(?:whatsapp|telegram) channel|(?:our|mobile) app)\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:by|written by|words by|story by)[ :]\s*(.{2,120})$", re.IGNORECASE)
_FOREIGN_BYLINE = re.compile(
    r"(?:por|par|von|di|da|de|door|av|af|przez|autor(?:a|in)?:?)\s+"
    r"((?-i:(?:[A-ZÀ-ÖØ-Þ][\w.'’-]*|de|del|la|van|von|der|den|y|e|et|und|i|en|och|og)(?:,?\s+(?:[A-ZÀ-ÖØ-Þ][\w.'’-]*|de|del|la|van"
    r"|von|der|den|y|e|et|und|i|en|och|og)){1,9}))$",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][^\d|·•@]{1,80}$")
_NO_NAME = re.compile(
    r"\b(?:the|then|a|an|this|that|when|while|after|before|now|far|tomorrow|next|last)\b", re.IGNORECASE
)
SENTENCE_END = (".", "!", "?", ".”", '."', "?”", "!”", '?"', '!"', ".’", ".'", ".)")
_ELLIPSIS = ("…", "...", "[…]", "[...]")


def reason_for(line: str) -> str | None:
    """The reason why `line` is furniture at any position, or None."""
    return reason_among(line.strip(), rules_for(line)) if line.strip() else None


def is_list_header(line: str) -> bool:
    """Whether `line` announces other articles ("Read more:", "Related stories")."""
    return _LIST.match(line) is not None


def byline_in(line: str) -> str | None:
    """The names in a byline ("By Ada Poole and Tom Ray · 3 March 2020") without what follows; or None."""
    match = _BYLINE.match(line.strip())
    if match is None:
        return None
    names = match[1]
    if dates := dates_in(names):
        names = names[: dates[0][1]]
    cut = r"\s*[|·•]\s*|\s+[–—-]\s+|\s*\b(?:published|updated|posted)\b"
    names = re.split(cut, names, maxsplit=1, flags=re.IGNORECASE)[0]
    weekday = r"(?:,?\s*(?:mon|tues|wednes|thurs|fri|satur|sun)day)?[\s,]*$"
    names = re.sub(weekday, "", names, flags=re.IGNORECASE).strip()
    if not names[:1].isupper() or names.endswith((".", "!", "?")) or len(names.split()) > 14:
        return None
    return names if _NAME.match(names) and not _NO_NAME.search(names) else None


def foreign_byline_in(line: str) -> str | None:
    """The names in a byline of another language, "Por Inés Roldán"; only for lines that are marked as bylines."""
    match = _FOREIGN_BYLINE.match(line)
    return match[1] if match else None


def is_prose(line: str) -> bool:
    """Whether `line` is a paragraph: at least a dozen words, and the end of a sentence."""
    return line.endswith(SENTENCE_END) and len(line.split()) >= 12


def is_crumbs(line: str) -> bool:
    """Whether `line` is a breadcrumb path ("News / Asia")."""
    return len(line) <= 120 and _CRUMBS.match(line) is not None and not line.endswith(SENTENCE_END)


def is_staff_credit(line: str) -> bool:
    """Whether `line` is only a staff credit or a reading time ("Staff report", "4 min read")."""
    return _STAFF.match(line) is not None


def names_platform(line: str) -> bool:
    """Whether `line` is a short phrase that names a platform of the outlet ("… on Roku")."""
    short = len(line.split()) <= 8 and not line.endswith((*SENTENCE_END, ")", "+"))
    return short and _PLATFORM.search(line) is not None


def is_headline(line: str) -> bool:
    """Whether `line` has the shape of a headline or of a truncated teaser."""
    if line.endswith(_ELLIPSIS):
        return True
    return len(line.split()) <= 22 and not line.endswith((".", "!", ".”", '."', "!”", ":"))


def rules_for(text: str) -> list[tuple[Rule, list[str]]]:
    """The rules that can match a line of `text`, with their cues that occur in it."""
    lower = text.lower()
    present = [(rule, [cue for cue in rule.cues if cue in lower]) for rule in RULES]
    return [(rule, cues) for rule, cues in present if cues or not rule.cues]


def reason_among(line: str, rules: Sequence[tuple[Rule, list[str]]]) -> str | None:
    """As `reason_for`, with the rules that `rules_for` found for the whole text, in a tenth of the time."""
    length = len(line)
    if length > LONGEST:
        return None
    lower = line.lower()
    for rule, cues in rules:
        if length > rule.longest:
            continue
        for cue in cues:
            if cue in lower:
                break
        else:
            if cues:
                continue
        if rule.pattern.match(line) and not _is_spared(line, rule):
            return rule.reason
    if line[-1] not in '.!?”"':
        if _CREDIT.search(line, max(length - 160, 0)):
            return "caption"
        if length <= 80 and _ALONE.match(line):
            return "dateline alone"
    return None


def _is_spared(line: str, rule: Rule) -> bool:
    if rule.spares == "nothing":
        return False
    return attributes(line) if rule.spares == "attributions" else is_news_sentence(line)
