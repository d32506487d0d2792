"""Reporting verbs, and when they report speech.

Works on sentences with quotations blanked out. Knows nothing of subjects.
"""

from __future__ import annotations

import re

QUOTED = "\ue000"
"""Replaces each character of a quotation; quotation marks are kept."""
MARK = rf"(?:[”\"]|(?<=[,.?!…—{QUOTED}])[’'])"
"""A closing quotation mark, not an apostrophe."""

_SAY = r"said|says|say|told|tells|tell|(?:was|were|is|are|been) (?:also )?quoted (?:[^,;]{0,40} )?as saying"
_SAYS_MORE = r"(?:went|goes|go) on to (?:say|explain|claim)|continued to (?:say|insist|claim|deny)"
_ANYHOW = (
    "warned|announced|insisted|argued|argues|argue|acknowledged|acknowledges|acknowledge|admitted|admits|admit"
    "|confirmed|confirms|confirm|predicted|predicts|predict|alleged|alleges|allege|asserted|asserts|assert|contended"
    "|contends|contend|conceded|concedes|concede|denied|denies|deny|accused|blamed|insists|insist|warns|warn|testified"
    "|complained|complains|complain|cautioned|cautions|estimated|stressed|emphasi[sz]ed|reiterated|claimed|denounced"
    "|vowed|pledged|described|describes|pointed out|points out|refuted|accuse|accuses|blame|predicts|noted"
)
# These have other meanings as well: added 20 points, explained itself, recalled a car, wrote a book.
_WITH_WORDS = (
    "added|adds|add|explained|explains|explain|notes|note|wrote|writes|write|tweeted|posted|recalled|recalls"
    "|replied|replies|reported|reports|report|stated|states|state|maintained|maintains|maintain|suggested|suggests"
    "|declared|declares|remarked|commented|joked|jokes|observed|observes|responded|responds|continued|continues"
    "|revealed|claims|claim|announces|announce|concluded|concludes|asked|asks|mused|quipped|recounted|stresses"
    "|emphasi[sz]es|estimates|estimate|tweets|agreed|agrees|agree|disclosed|speculated|speculates|shared|reflected"
    "|reveals|wondered|countered|shouted|cried|texted|lamented|indicated|indicates|called|calls"
)
THOUGHT = re.compile(rf"\b(?:{_SAY}|{_ANYHOW}|{_WITH_WORDS}|believed|believes|thought|thinks|according)\b")
_EXPERTS_DO = "believe|think|fear|expect|suspect|worry|hope"
VERB = re.compile(
    rf"\b(?:(?P<say>{_SAY})|(?P<more>{_SAYS_MORE})|(?P<any>{_ANYHOW})|(?P<words>{_WITH_WORDS})"
    rf"|(?P<think>{_EXPERTS_DO}))\b"
)
"""`say` and `more` always report speech, `any` nearly always, `words` next to a statement, `think` with a plural
subject."""
SPEECH_WORD = re.compile(rf"\b(?:{_SAY}|according|warned|denied|announced|insisted|argued)\b")
# After a verb of the second kind: "that", a quotation, or the end of the statement.
_WORDS_FOLLOW = re.compile(
    rf"(?: (?:(?:on|in|at|to|via|for) [^,;]{{1,50}}|\w+day|\w+ly|online))?"
    rf"(?:,? (?:that|how|why|whether|if)\b|[,:]? ?[“\"‘'—-]? ?{QUOTED}|: |[,:]? [“\"‘'])"
)
_CLAUSE_FOLLOWS = re.compile(
    r" (?:that|the|it|he|she|they|there|his|her|its|their|a|an|no|some|many|about|more|responsibility|to|at least)\b"
)
_IS_NOT_SPEECH = re.compile(r" (?:to be|to have|yes to|no to|goodbye|hello|apart)\b")
_END = re.compile(r"[,;]? ?(?:[.,;:?!—–]|$)")


def says(sentence: str, verb: re.Match[str]) -> bool:
    """Whether a match of `VERB` reports speech, by what follows: not "said to be", "added 20 points"."""
    after = sentence[verb.end() :]
    if verb["say"] or verb["more"]:
        return _IS_NOT_SPEECH.match(after) is None and not (verb.group().startswith("t") and after.startswith(" of "))
    if verb["think"]:
        return True
    if verb["any"]:
        return re.match(r" (?:charges|by)\b", after) is None
    if _WORDS_FOLLOW.match(after) is not None:
        return True
    if verb.group().startswith("call"):
        return re.match(r" [^,.;]{2,60} (?:an? |the |[“\"‘'])", after) is not None and not re.match(
            r" (?:for|on|off|in|up|back)\b", after
        )
    return (
        verb.group() in ("claims", "claim", "announces", "announce", "declared", "agree")
        and _CLAUSE_FOLLOWS.match(after) is not None
    )


def ends_what_is_said(sentence: str, verb: re.Match[str]) -> bool:
    """Whether the statement precedes the verb: "“…,” he added"."""
    if _END.match(sentence, verb.end()) is None and not re.match(r" (?:on |in |late )", sentence[verb.end() :]):
        return False
    return re.search(rf"[,?!.…—]{MARK} [^“”\"]{{1,200}}$|, [^,“”\"]{{1,80}}$", sentence[: verb.start()]) is not None
