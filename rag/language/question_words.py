"""Question lexicon: question types and answer types with their nouns (lemmas) and set phrases."""

from __future__ import annotations

import re
from typing import Literal

from dateline.rag.language.word_set import word_set

QuestionType = Literal[
    "fact", "why", "how", "yes_no", "list", "comparison", "timeline", "summary", "definition", "quotation",
    "small_talk", "task",
]  # fmt: skip
AnswerType = Literal["person", "organisation", "place"]


ANSWER_NOUNS: tuple[tuple[AnswerType, frozenset[str]], ...] = (
    ("person", word_set("""
        person man woman boy girl child mayor minister president premier chief chairman chairwoman head captain
        candidate
        spokesman spokeswoman spokesperson member chancellor king queen prince princess champion victim hero pope
        witness suspect editor mp lawmaker politician official officer coach executive ceo judge expert analyst author
        star boss deputy pilot goalkeeper engineer governor secretary director leader player manager owner actor
        actress singer writer
        reporter teacher doctor driver scientist commander general lawyer winner nominee
     """)),
    ("organisation", word_set("""
        company firm organisation organization newspaper outlet agency party charity bank university school college
        club team union ministry department group institution institute court publisher airline broadcaster station
        manufacturer carmaker church council committee commission regulator army
     """)),
    ("place", word_set("""
        place city town country nation province village state district region capital street road island port airport
        county continent location area neighbourhood neighborhood stadium venue border crossing river hospital prison
        building hotel
     """)),
)  # fmt: skip
"""Answer types with the nouns that ask for them: "which company", "mayor of"."""
HOW = word_set("""
    many old long often soon far high tall deep wide heavy big large close near fast hot cold strong low thick loud
    small
""")
"""Words after "how" that ask for a figure."""
QUESTION_WORDS = word_set("who whom whose what which when where whereabouts why how who's what's when's where's")
AUXILIARIES = word_set("""
    is are was were am do does did has have had can could will would shall should may might must isn't aren't wasn't
    weren't don't doesn't didn't hasn't haven't hadn't can't couldn't won't wouldn't shouldn't
""")
SPEECH_VERBS = word_set("""
    say tell claim think believe argue announce warn promise explain suggest describe react respond comment call state
    predict admit deny allege accuse demand propose recommend report write insist estimate expect view
""")
"""Verbs that ask for someone's words: "what did she say"."""
_PREAMBLE = re.compile(
    r"(?:(?:hi|hello|hey|so|and|but|well|ok|okay|please|also|now|then)\b[,!.]?\s+"
    r"|(?:can|could|would|will) you (?:please |kindly )?(?:tell|give|explain to|show|remind) (?:me"
    r"|us)(?: please)?,?\s+(?=\w)"
    r"|(?:can|could|would|will) you (?:please )?(?=explain|list|name|sum|summari|compare|describe|define|give|tell"
    r"|walk|trace)"
    r"|(?:please )?(?:tell|let) (?:me|us)(?: know)?,?\s+(?=who|what|when|where|why|how|which|whether|if)"
    r"|(?:do you (?:happen to )?know|does anyone know|any idea|i(?:'d| would) like to know|i want to know|i wonder"
    r"|i was wondering|i need to know),?\s+(?:(?=who|what|when|where|why|how|which|whether|if)|about\s+)"
    r"|(?:about|regarding|concerning|on|as for) [^,:?]{3,60}[:,]\s+(?=(?:when|who|what|where|why|how|which|is|did"
    r"|was)\b))+",
    re.IGNORECASE,
)


def without_preamble(text: str) -> str:
    """A question without a preamble: "Could you tell me who …", "So, about the inquiry: when …"."""
    return text[match.end() :] if (match := _PREAMBLE.match(text)) else text


SMALL_TALK = re.compile(
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|thanks?|thank you|cheers|ok(?:ay)?|great|bye|goodbye|sorry"
    r"|cool|nice|well done|how are you|how's it going|who are you|what are you|what can you do|what is your name"
    r"|what's your name|are you (?:there|a bot|human|real)|can you help(?: me)?|help)"
    r"(?:[ ,.!]+(?:there|you|all|me|mate|again|so much|a lot|very much|for .{1,30}|that was .{1,20}|that's .{1,20}"
    r"|great"
    r"|thanks"
    r"|are you there|today|doing|very helpful))*[\s.!?]*",
    re.IGNORECASE,
)
TASK = re.compile(
    r"(?:please )?(?:write|translate|remind|draft|book|open|play|send|set|calculate|convert|compose|generate|code"
    r"|draw|paint|call|email|e-mail|order|buy|schedule|delete|print|download|rewrite|proofread|sing|solve|turn|make)"
    r"\s+(?:me|us|a|an|the|this|that|these|my|our|some|it|\d[\d.,]*)\b"
    r"|(?:what(?:'s| is)\s+)?\d[\d.,]*\s*(?:times|plus|minus|divided by|[-+*/x×])\s*\d",
    re.IGNORECASE,
)
"""An order to do something else than answer; not a headline such as "book bans in Texas" or "draft law on forests"."""
_KIND_PATTERNS: tuple[tuple[QuestionType, str], ...] = (
    ("timeline", r"\btimelines?\b|\bchronolog\w+|\bday[- ]by[- ]day\b|\bin (?:what|which) order\b"
                 r"|\bsequence of events\b"
                 r"|\b(?:events?|steps) (?:that )?(?:leading|led) (?:up )?to\b|^trace\b|\bstep by step\b"
                 r"|\bin (?:chronological order|order of time)\b"
                 r"|\bover time\b"),
    ("comparison", r"^compar(?:e|ing)\b|\bcompar(?:e|es|ison)\b|\bdifferences? between\b|\bvs\b|\bversus\b"
                   r"|\bdiffers? (?:from|between)\b|\bhow (?:do|does|did) .{3,60} differ\b|\bchanged? (?:between"
                   r"|from)\b|\bsimilarit\w+ between\b"),
    ("summary", r"\bsummar(?:y|ise|ize|ies)\b|\bsum(?:med)? up\b|\btl;?dr\b|\boverview\b|\bbrief (?:me|us)\b"
                r"|^(?:what(?:'s| is| are) )?(?:the )?latest (?:on|about|from|in|with|news)\b"
                r"|^what(?:'s| is| are) the latest\b(?! \w+ (?:of|in|to|by)\b)"
                r"|\bwhat do we know\b|^what(?:'s| is| has been)? (?:happen\w*|going on)\b"
                r"|^what(?:'s| is| has been) new\b|^what happened\b"
                r"|^tell me (?:about|more)\b|^what(?:'s| is) the (?:news|story)\b|\brecap\b|\bcatch me up\b"
                r"|\bmain points\b(?! of)|^what (?:exactly |really )?happened\b|^anything new\b"
                r"|^what went wrong\b"),
    ("why", r"\bwhy\b|\bhow come\b|\b(?:for|on) what (?:reasons?|grounds)\b|\bwhat(?:'s| is| was| were"
            r"| are)? the reasons?\b"
            r"|^reasons? (?:for|why|behind)\b|^what (?:caused|explains?|led|prompted|drove|sparked|triggered"
            r"|made)\b"
            r"|^what(?:'s| is| was| lies) (?:behind|to blame)\b|^what reasons?\b|^(?:the )?causes? of\b"
            r"|^is there (?:a|any) reason\b|\bwhat makes\b"),
    ("definition", r"^define\b|\bstands? for\b|\b(?:is|are) meant by\b|^(?:what does|what do) .{1,60} mean\b"
                   r"|^meaning of\b"
                   r"|^definition of\b"),
    ("quotation", r"^according to\b|\bin [^,?]{2,40}(?:'s|’s|s’|s') (?:own )?(?:words|opinion|view|account)\b"
                  r"|^quote\b"
                  r"|^what (?:words|reasons?) did\b"),
    ("how", r"\bin what (?:way|manner)\b|\bby what means\b|^what (?:is|was|are) being done\b|^explain how\b"
            r"|^(?:by |with |in )?what (?:method|means|way)s?\b|^how to\b"),
)  # fmt: skip
KINDS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KIND_PATTERNS)
"""Set phrases of question types; the first match decides."""
LISTING = re.compile(
    r"^(?:please )?(?:list|enumerate)\b|^(?:name|give (?:me )?|show (?:me )?) ?(?:all\b|the names of|\s*(?:a )?list of"
    r"|two|three|four|five"
    r"|some|several)|^lists? of\b",
    re.IGNORECASE,
)
TAGGED = re.compile(
    r"(?:,\s*(?:right|correct|is(?:n['’]t)? (?:it|that|he|she)|are(?:n['’]t)? they|did(?:n['’]t)? (?:it|he|she|they))"
    r"|\bis (?:that|this) (?:so|true|right|correct))\W*$|^(?:is it true|whether|if)\b",
    re.IGNORECASE,
)
"""A statement to be confirmed: "…, right?", "Is that so?"."""
SECOND = re.compile(
    r"[,;]?\s+(?:and|or)\s+(?:also\s+)?(?:if so,?\s+)?"
    r"(?=(?:(?:by|in|to|from|at|on|for)\s+)?(?:who|whom|whose|what|when|where|why|how)\b)",
    re.IGNORECASE,
)
"""Where a second question begins in a sentence."""
