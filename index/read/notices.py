"""Detects pages that are only a notice: registration, consent, paywall, access check, or a survey about adverts.

By the share of sentences about the reader's data, account or advert. Knows nothing of furniture within an article,
which index/clean.py removes.
"""

from __future__ import annotations

import re

from dateline.index.read.news_sentences import is_news_sentence

LONGEST_NOTICE = 400
"""In words; a longer page is taken for an article."""
LEAST_SHARE = 0.6
"""Least share of sentences of a notice."""

_ABOUT_YOU = r"\b(?:you|your|you're|you’re|we|our|us)\b"
_MATTERS = re.compile(
    r"\b(?:privacy (?:policy|notice|statement)|cookies?"
    r"|(?:your|personal|these|the) (?:personal )?(?:data|details|information)"
    r"|newsletters?|subscri(?:be|bed|ber|bers|ption|ptions)|regist(?:er|ered|ration)"
    r"|sign(?:ed)?[ -]?(?:up|in)|log(?:ged)?[ -]?in"
    r"|terms (?:of (?:use|service)|and conditions)|consent|legitimate (?:interests?|case)|opt[ -]?out|unsubscribe"
    r"|(?:tick|check|untick) (?:here|the box|this box)"
    r"|your (?:account|subscription|browser|e-?mail|inbox|device|password|choices)"
    r"|ad ?blocker"
    r"|free articles?|paywall|javascript|captcha|not a robot|partners|third parties"
    r"|(?:use|processing|storage) of (?:your|this) (?:data|information))\b",
    re.IGNORECASE,
)
_AD = r"(?:ads?|adverts?|advertisements?|commercials?|videos?(?: player| content)?)"
_SURVEY = re.compile(
    rf"\b{_AD}\b[^.?!\n]{{0,25}}?\b(?:relevant|useful|interesting|slow|load(?:ed|ing)?|froze|freeze|frozen|loud|start(?:ed)?"
    rf"|play(?:ed|ing)?|distracting|repetitive|inappropriate|offensive|misleading|finish(?:ed)?)\b"
    rf"|\b(?:relevant|useful|interesting|audio|sound|volume)\b[^.?!\n]{{0,15}}?\b{_AD}\b"
    r"|\bother (?:issues?|problems?|reasons?)\b",
    re.IGNORECASE,
)
FEWEST_COMPLAINTS = 3
"""Least number of complaints about an advert in a survey."""
_STANDALONE = re.compile(
    r"\b(?:enable javascript|javascript is (?:disabled|required)|are you a robot|not a robot|access to this page"
    r"(?: has been| is)? denied|page (?:you (?:are looking|requested)|not found)|404 (?:error|not found)"
    r"|disable your ad ?blocker|checking your browser|unusual (?:traffic|activity) (?:from|on) your)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]?")
_SENTENCE_END = re.compile(r"(?<=[.!?])[”’\"')]*\s+|\n+")


def is_notice(text: str) -> bool:
    """Whether `text`, the whole text of a page, is only a notice or a survey.

    News about notices is not: sentences of news never count as those of a notice.
    """
    if len(text) > 8 * LONGEST_NOTICE or len(text.split()) > LONGEST_NOTICE:
        return False
    sentences = [part for part in _SENTENCE_END.split(text) if len(part.split()) > 1]
    if not sentences:
        return False
    lengths = [len(sentence.split()) for sentence in sentences]
    if len(sentences) <= 6 and _STANDALONE.search(text) and sum(lengths) <= 120:
        return not any(map(is_news_sentence, sentences))
    if len(_SURVEY.findall(text)) < FEWEST_COMPLAINTS:
        about = [_is_about_reader(sentence) for sentence in sentences]
    else:
        about = [_is_about_reader(sentence) or bool(_SURVEY.search(sentence)) for sentence in sentences]
    return sum(n for n, marked in zip(lengths, about, strict=True) if marked) >= LEAST_SHARE * sum(lengths)


def _is_about_reader(sentence: str) -> bool:
    """Whether a sentence addresses the reader about account, data or subscription; short ones need no "you"."""
    if not _MATTERS.search(_QUOTED.sub(" ", sentence)) or is_news_sentence(sentence):
        return False
    return len(sentence.split()) <= 6 or re.search(_ABOUT_YOU, sentence, re.IGNORECASE) is not None
