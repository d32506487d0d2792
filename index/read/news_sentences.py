"""Whether a line is a sentence of news: an attribution, or a third person who does something.

Used to keep lines that only begin like page furniture ("Research by Oxford University found that …"). Looks at verbs
and at who is addressed. English only; knows nothing of a line's position on a page.
"""

from __future__ import annotations

import re

FEWEST_WORDS = 6
"""A shorter line is never a sentence of news."""

_ATTRIBUTION = re.compile(
    r"\b(?:sa(?:id|ys?)|told|tells?|wrote|warn(?:ed|s)?|announced|announces|ruled|rules that|confirm(?:ed|s)"
    r"|claim(?:ed|s)"
    r"|argue[ds]|urge[ds]|believes?|estimate[ds]|testified|alleged?s?|found that|(?<!be )found|finds that"
    r"|show(?:ed|s) that"
    r"|conceded|insist(?:ed|s)|admit(?:ted|s)|denie[ds]|acknowledge[ds]|replied|asked|asks|reported that|reports that"
    r"|according to|promise[ds]|vow(?:ed|s)|fear(?:ed|s)?)\b",
    re.IGNORECASE,
)
_ATTRIBUTION_TO_US = re.compile(
    r"\b(?:we|us|you|i)(?:['’]ve|['’]re| have| are| can| will)? (?:found|believe|promise|confirm|asked|told|say|tell)\b"
    r"|\b(?:tell|ask|show|say) (?:us|me|your)\b|\b(?:can|may|to|will|could|should|please) (?:tell|say|warn)\b",
    re.IGNORECASE,
)
_TO_READER = re.compile(
    r"\b(?:you|your|yours|you['’](?:re|ve|ll)|we|our|ours|us|we['’](?:re|ve|ll)|click|subscribers?-only|inbox"
    r"|this (?:\w+ )?(?:story|article|report|piece|page|post|column|review|site|web ?site|newsletter|transcript"
    r"|translation|material|content|text|form|video|link|feature|browser)"
    r"|following (?:\w+ )?(?:addresses|links|pages|sites|web ?sites)"
    r"|all rights reserved|©|copyright|comments? (?:are|is|have been|section)"
    r"|sign up here|log in|read more|newsletters? (?:here|now|today))\b",
    re.IGNORECASE,
)
_AUXILIARY = (
    r"is|are|was|were|has|have|had|will|would|could|should|may|might|must|did|does|can|cannot"
    r"|(?:is|are|was|were|has|have|had|wo|would|could|should|did|does|ca)n['’]t"
)
_IRREGULAR_PAST = (
    r"became|began|bought|broke|brought|built|burnt|came|caught|chose|cost|cut|dealt|drew|drove|ate|fell|felt|fled"
    r"|flew|forgot|fought|froze|gave|got|grew|held|hid|hit|hurt|kept|knew|laid|led|left|lent|lost|made|meant|met"
    r"|paid|put|quit|ran|rang|read|rode|rose|sank|sat|saw|sent|set|shook|shot|shut|slept|sold|sought|spent|split"
    r"|spoke|spread|stole|stood|struck|sued|swam|swore|taught|thought|threw|took|tore|understood|went|withdrew|won"
    r"|wore|wound"
)
_FINITE = re.compile(rf"\b(?:{_AUXILIARY}|{_IRREGULAR_PAST})\b", re.IGNORECASE)
# A past tense in -ed has its subject before it and something other than its agent behind it.
_PAST = re.compile(r"[\w)%”\"] (?!(?:need|speed|feed|indeed|hundred|united|related|promoted|sponsored)\b)[a-z]{3,}ed\b"
                   r"(?! (?:by|stories|articles|content|posts|links|here)\b)")  # fmt: skip


def is_news_sentence(line: str) -> bool:
    """Whether `line` has an attribution, or says what a third person or thing does or did.

    A line that addresses the reader or is about the page ("your inbox", "this article") needs an attribution.
    """
    if len(line.split()) < FEWEST_WORDS:
        return False
    if attributes(line):
        return True
    return _TO_READER.search(line) is None and bool(_FINITE.search(line) or _PAST.search(line))


def attributes(line: str) -> bool:
    """Whether `line` attributes something to somebody other than the outlet or the reader."""
    return _ATTRIBUTION.search(_ATTRIBUTION_TO_US.sub(" ", line)) is not None
