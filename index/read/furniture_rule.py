"""The type of a rule for page furniture, and patterns that several rules share.

Knows single lines, not their positions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rule:
    reason: str
    longest: int
    """Characters."""
    cues: tuple[str, ...]
    """The pattern is only tried if one of these is in the lower-case line; none: always."""
    pattern: re.Pattern[str]
    """Matched at the beginning of the line, after brackets and bullets, ignoring case."""
    spares: Literal["news", "attributions", "nothing"]
    """Which matching lines are kept: sentences of news, only those with an attribution, or none."""


def rule(
    reason: str, longest: int, cues: str, *patterns: str, spares: Literal["news", "attributions", "nothing"] = "news"
) -> Rule:
    """A rule of one or more patterns. `longest`: characters; `cues`: separated by |; the rest as in `Rule`."""
    words = re.compile(rf"[\s(\[•*·>►▶_—–-]*(?:{'|'.join(patterns)})", re.IGNORECASE)
    return Rule(reason, longest, tuple(cues.split("|")) if cues else (), words, spares)


MEDIA = (
    r"(?:twitter|x|facebook|instagram|threads|tiktok|bluesky|linkedin|mastodon|youtube|telegram"
    r"|whatsapp|reddit|pinterest|messenger|flipboard|snapchat)"
)
STORY = (
    r"(?:story|article|report|post|piece|page|review|column|fact[ -]check|obituary|analysis"
    r"|dispatch|coverage|transcript)"
)
ROLE = r"(?:reporter|correspondent|editor|columnist|writer|journalist|producer|intern|covers|writes)"
ADDRESS = rf"(?:\S+@\S+\.\w|@\w{{2}}|\bon {MEDIA}\b)"
NAMES = r"(?-i:[A-Z])[^.!?:;]{1,200}?"
# A credit has names, and the few words that join them; any other word makes it a sentence.
CREDIT_WORD = (
    r"(?:(?-i:[A-Z0-9])[\w.'’-]*|(?:and|in|for|of|the|with|by|from|at|to|de|der|den|van|von|la|al|el|bin|da|dos|du|also"
    r"|additional|reporting|report|reports|editing|writing|translation|translated|graphics|research|produced|edited"
    r"|compiled|written|photography|photos?|video|illustrations?|design|data|staff|agencies|agency|wire|files|inputs?"
    r"|material|contributors?|contributed|reporters?|writers?|editors?|correspondents?|bureau|newsroom|desk|special)\b)"
)
CREDITED = rf"{CREDIT_WORD}(?:[\s,;:&/()|—–+]+(?:-\s+)?{CREDIT_WORD})*[\s.)\]]*$"
PUBLIC_APPEAL = (
    r"(?!.*\b(?:police|detectives?|officers?|investigators?|sheriff|witness(?:es)?|hotline|helpline|crimestoppers"
    r"|(?:anyone|anybody) with|if you (?:saw|see|know|have seen|were)|missing|ministry|embassy|consulate"
    r"|council|county)\b)"
)
TOKEN = (
    rf"(?:shares?|tweet|retweet|post|pin(?: it| this)?|print|e-?mail(?: a friend)?|save(?: for later)?"
    rf"|copy (?:the )?link|listen(?: \(.{{1,12}}\))?|bookmark|comments?|like|follow|link|close|a[+-]"
    rf"|text size|{MEDIA})"
)
