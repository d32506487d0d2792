"""Event lexicon: classes of words for the same kind of event, each with its opposites.

Covers common events that a question may presuppose. Classes are broad, so that a missing one is telling; an ambiguous
word ("fell": a city, a price) is in several. Knows nothing of who did what.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NEGATED = re.compile(
    r"(?:(?:\b(?:not|never|nor|without|refus(?:e[sd]?|ing)|fail(?:s|ed)? to|rather than|no plans? to)|n[’']t)\b"
    r"(?:\W+\w+){0,4}"
    r"|\b(?:den(?:y|ies|ied|ying)|rul(?:e[sd]?|ing) out)\b(?:\s+[\w’'-]+){0,10})\W+$",
    re.IGNORECASE,
)
"""Words before an event word that negate it."""

_MEANT = re.compile(
    r"\b(?:(?:focus(?:ed|ing)?|concentrat(?:ed|ing)|intent|bent) on"
    r"|(?:aim|plan|want|threaten|try|tried|attempt|hope|seek|sought|vow|promise|prepare?|intend|order|bid|eager|ready)"
    r"(?:s|es|d|ed|ing|ning)? (?:to|at)) (?:\w+ly )?$",
    re.IGNORECASE,
)
"""Words before an event word that make it a plan or an attempt."""


@dataclass(frozen=True, slots=True)
class EventClass:
    """Words for one kind of event."""

    name: str
    opposites: tuple[str, ...]
    """Names of the opposite classes, if any."""
    question_pattern: re.Pattern[str]
    """Matches at the start of a question's predicate if the question presupposes the event."""
    sentence_pattern: re.Pattern[str]
    """Finds the event, or nearly the same one, in a sentence."""

    def asserted_in(self, sentence: str) -> bool:
        """Whether a sentence says that the event happened, not that it didn't or was only planned."""
        return any(
            not follows_negation(sentence, found.start()) and not _MEANT.search(sentence[: found.start()])
            for found in self.sentence_pattern.finditer(sentence)
        )

    def denied_in(self, sentence: str) -> bool:
        """Whether a sentence says that the event did not happen."""
        return any(follows_negation(sentence, found.start()) for found in self.sentence_pattern.finditer(sentence))


def follows_negation(sentence: str, at: int) -> bool:
    """Whether the word at offset `at` of a sentence is negated."""
    return _NEGATED.search(sentence[:at]) is not None


# fmt: off
_FAMILIES: dict[str, tuple[str, str, str]] = {
    # class: opposites; predicates of questions; words of sentences
    "leave": ("stay appoint",
        r"resign(?:ed)?|(?:step(?:ped)?|st[ao]n?d|stood) (?:down|aside)|quit|retired?|abdicated?"
        r"|(?:give|gave|given) up (?:\w+ ){1,3}(?:post|job|office|seat|role)"
        r"|(?:leave|left) (?:\w+ ){0,2}(?:office|post)",
        r"resign\w*|(?:step|st[ao]nd|stood)\w* (?:down|aside)|quit\w*|oust\w*|sack(?:ed|s|ing)|fir(?:ed|es|ing)"
        r"|dismiss\w*|remov(?:e[ds]?|al|ing)|toppl\w+|deposed?|impeach\w*|retir\w+|suspend\w*|abdicat\w+"
        r"|(?:g[ai]v\w+) up|left|leav(?:e|es|ing)|depart\w*|abandon\w*|desert(?:ed|ion|s|ing)?|forced out"
        r"|voted out|replac\w+|succe(?:eded|eds|ssor)|predecessor|former|no longer"),
    "stay": ("leave",
        r"(?:stay|remain|cling|clung)(?:ed)? (?:on|as|at the head|in (?:office|power|his|her|their)"
        r"|to (?:office|power))"
        r"|(?:keep|kept) (?:\w+ ){1,2}(?:post|job|office|seat|role)|refused? to (?:resign|step|go|leave)",
        r"stay\w*|remain\w*|still|cling\w*|clung|refus\w+ to (?:go|resign|leave|step)|survive[sd]?"
        r"|ke(?:ep|pt)\w* (?:his|her|their|its|the) (?:post|job|office|seat|role)"),
    "appoint": ("leave",
        r"appoint(?:ed)?|nominated?|hired?",
        r"appoint\w*|nam(?:ed|es|ing)|(?:re-?)?elect(?:ed|s|ion|ing)?|nominat\w+|hir(?:ed|es|ing)|promot\w+"
        r"|sworn in|inaugurat\w+|takes? office|took office|chosen|bec[ao]mes?"),
    "win": ("lose",
        r"w[io]n|beat(?:en)?|defeat(?:ed)?|triumph(?:ed)?|knock(?:ed)? (?:\w+ ){1,5}out",
        r"w[io]n(?:s|ning|ners?)?|victor\w*|triumph\w*|beat(?:s|en|ing)?|defeat\w*|knock\w* (?:\w+ ){0,4}out"
        r"|champions?|titles?|medals?|award\w*|prizes?|elected|prevail\w*|overcame|edged|eliminat\w+|reached"),
    "lose": ("win",
        r"(?:lose|lost) (?:to|against|(?:\w+ ){0,5}(?:election|race|match|game|final|vote|title|cup|case|war|battle))"
        r"|fail(?:ed)? to (?:win|beat|qualify)",
        r"los(?:e[rs]?|t|ing|s)|defeat\w*|beaten|knocked out|eliminat\w+|crash\w* out|conced\w+|beat|fail\w*"
        r"|short of|runner-?up|second"),
    "capture": ("repel",
        r"captured?|seized?|h[eo]ld|conquer(?:ed)?|overr[ua]n|f[ae]ll(?:en)?|occup(?:y|ied)|annex(?:ed)?"
        r"|t[ao]ke? control",
        r"captur\w+|seiz\w+|f[ae]ll(?:s|en|ing)?|(?:tak(?:e|es|en|ing)|took)(?! (?:place|part|steps|note|advantage)\b)"
        r"|overr[ua]n\w*|conquer\w*"
        r"|occup(?:y|ied|ation|ying)|control\w*|los(?:t|s|e|ing)|annex\w*|h[eo]ld(?:s|ing)?|surrender\w*"
        r"|d(?:rop|eclin|ecreas|ip)\w*|collaps\w+|down|plung\w+|plummet\w*|slump\w*"),
    "repel": ("capture",
        r"repel(?:led)?|repulsed?|(?:drive|drove|driven|push(?:ed)?) (?:\w+ ){1,5}(?:out|back|off|from)"
        r"|ret[ao]ken?|retook|recaptured?|(?:fend|fight|fought|fended) off|liberated?|expel(?:led)?",
        r"repel\w*|repuls\w+|(?:thrown|beaten|turned) back"
        r"|(?:driv\w*|drove|push\w*|pull\w*) (?:\w+ ){0,5}(?:out|back|off|from)|retak\w+|retook|recaptur\w+"
        r"|recover\w*|regain\w*|f(?:ought|end\w*) off|expel\w*|liberat\w+|h[eo]ld (?:on|out|off)|defend\w*|saved?"
        r"|withdr\w+|retreat\w*"),
    "rise": ("drop",
        r"r[io]sen?|increased?|climb(?:ed)?|soar(?:ed)?|jump(?:ed)?|surged?|gr[eo]wn?|(?:go|went|gone) up",
        r"r[io]s(?:e|es|en|ing)|increas\w+|climb\w*|gr[eo]w\w*|gain\w*|soar\w*|jump\w*|surg\w+|spik\w+|higher"
        r"|hik\w+|up|doubl\w+|tripl\w+|rall(?:y|ied)\w*|dearer|expensive|record|rais\w+|more|boost\w*|swell\w*"
        r"|accelerat\w+|times"),
    "drop": ("rise",
        r"drop(?:ped)?|declined?|decreased?|plunged?|plummet(?:ed)?|slump(?:ed)?|tumbled?|shr[iau]nk"
        r"|f[ae]ll(?:en)?|(?:go|went|gone) down",
        r"drop\w*|f[ae]ll(?:s|en|ing)?|declin\w+|decreas\w+|lower\w*|plung\w+|plummet\w*|slump\w*|slip\w*|tumbl\w+"
        r"|s[iau]nk\w*|down|cut(?:s|ting)?|reduc\w+|slash\w*|cheap\w*|shr[iau]nk\w*|dip(?:s|ped)?|less|fewer"
        r"|eas(?:ed|es|ing)|slow\w*|los(?:t|s|es|ing)|reced\w+|against|halv\w+|weak\w*|captur\w+|seiz\w+|take[ns]?"
        r"|took|overr[ua]n"),
    "open": ("close",
        r"(?:re-?)?open(?:ed)?",
        r"(?:re-?)?open(?:s|ed|ing)?|inaugurat\w+|launch\w*|unveil\w*|start\w*|beg[aiu]n\w*|unlock\w*"),
    "close": ("open",
        r"closed?|shut",
        r"clos(?:e[ds]?|ing|ures?)|shut\w*|locked|sealed|block\w*|barred|bolted"),
    "stop": ("continue",
        r"stop(?:ped)?|halt(?:ed)?|end(?:ed)?|suspend(?:ed)?|ceased?|cancel(?:l?ed)?|scrap(?:ped)?|discontinued?"
        r"|call(?:ed)? off",
        r"stop\w*|halt\w*|end(?:ed|s|ing)?|suspen[ds]\w*|ceas\w+|cancel\w*|scrap\w*|paus\w+|abandon\w*|call\w* off"
        r"|drop(?:ped|s|ping)?|quit\w*|freez\w+|froze\w*|discontinu\w+|axed|no longer|cut(?:s|ting)? off|withdr\w+"
        r"|pull\w* out|interrupt\w*|shut\w*|clos(?:e[ds]?|ing|ures?)|block\w*|until"),
    "continue": ("stop",
        r"continued?|resumed?|(?:go|went|gone) (?:ahead|on)",
        r"continu\w+|resum\w+|(?:go(?:es|ing)?|went) (?:ahead|on)|ke(?:ep|pt)\w*|extend\w*|maintain\w*|more"
        r"|increas\w+|step\w* up|restart\w*|renew\w*|remain\w*|still"),
    "die": ("survive",
        r"died?|kill(?:ed)?|murder(?:ed)?|assassinated?|executed?|drown(?:ed)?|behead(?:ed)?",
        r"d(?:ie[ds]?|ying|ead|eaths?|eadly)|kill\w*|murder\w*|assassinat\w+|execut\w+|drown\w*|perish\w*|shot"
        r"|slain|fatal\w*|bod(?:y|ies)|victims?|toll|passed away|los\w+ (?:\w+ ){0,2}li[fv]\w+|martyr\w*"
        r"|massacr\w+|suicide|funeral|buried|late|behead\w*|hanged|corpses?|mourn\w*|casualt\w+|condolences"
        r"|obituary"),
    "survive": ("die",
        r"survived?",
        r"surviv\w+|alive|unhurt|unharmed|rescu\w+|saved|escap\w+|recover\w*|lives|injured"),
    "arrest": ("release",
        r"arrest(?:ed)?|detain(?:ed)?|jail(?:ed)?|imprison(?:ed)?|indict(?:ed)?",
        r"arrest\w*|det(?:ain|ent)\w*|jail\w*|(?:im)?prison\w*|custody|indict\w*|charg\w+|captur\w+|seiz\w+|caught"
        r"|held|handcuff\w*|abduct\w*|kidnap\w*|sentenc\w+|convict\w*"),
    "release": ("arrest",
        r"released?|freed?|pardon(?:ed)?",
        r"releas\w+|freed?|frees|freeing|let go|walked free|bail|pardon\w*|escap\w+|acquit\w*|publish\w*|launch\w*"
        r"|out"),
    "convict": ("acquit",
        r"convict(?:ed)?",
        r"convict\w*|guilty|sentenc\w+|jail\w*|condemn\w*|verdict"),
    "acquit": ("convict",
        r"acquit(?:ted)?|exonerated?",
        r"acquit\w*|not guilty|clear\w*|exonerat\w+|overturn\w*|dropped|dismiss\w*|innocen\w+"),
    "approve": ("reject",
        r"approved?|adopt(?:ed)?|endorsed?|rat(?:ify|ified)|sign(?:ed)?|accept(?:ed)?|agreed?",
        r"approv\w+|pass(?:ed|es|ing)|adopt\w*|agree\w*|accept\w*|back(?:ed|s|ing)|endors\w+|sign\w*|ratif\w+"
        r"|vot(?:ed|es|ing|e)|authori[sz]\w+|welcom\w+|support\w*|deal"),
    "reject": ("approve",
        r"reject(?:ed)?|refused?|veto(?:ed)?|turn(?:ed)? down",
        r"reject\w*|refus\w+|veto\w*|oppos\w+|turn\w* down|declin\w+|den(?:y|ied|ies)|block\w*"
        r"|vot\w+ (?:down|against)|rebuff\w*|spurn\w*|dismiss\w*|defeat\w*|against|object\w*|not|never|n[’']t|no"),
    "ban": ("allow",
        r"bann?(?:ed)?|prohibit(?:ed)?|outlaw(?:ed)?|forb[ia]de?(?:den)?",
        r"bann?\w*|prohibit\w*|outlaw\w*|forb[ia]d\w*|bar(?:red|s|ring)|restrict\w*|block\w*|suspen[ds]\w*"
        r"|illegal\w*|criminali[sz]\w+|not allowed"),
    "allow": ("ban",
        r"allow(?:ed)?|legali[sz]ed?|permit(?:ted)?",
        r"allow\w*|permi[ts]\w*|legali[sz]\w+|lift\w*|authori[sz]\w+|approv\w+|can|may|let"),
    "withdraw": ("deploy",
        r"withdr[ae]wn?|pull(?:ed)? (?:\w+ ){0,3}out|retreat(?:ed)?|flee|fled",
        r"withdr\w+|pull\w* (?:\w+ ){0,3}(?:out|back)|pull-?out|retreat\w*|le(?:ft|av\w+)|depart\w*|exit\w*"
        r"|fle[ed]\w*|abandon\w*|quit\w*|gone|go"),
    "deploy": ("withdraw",
        r"deploy(?:ed)?",
        r"deploy\w*|sen[dt]\w*|dispatch\w*|station\w*|arriv\w+|enter\w*|reinforc\w+|mov\w+"),
    "early": ("late",
        r"(?:\w+ ){0,3}ahead of (?:schedule|time)",
        r"ahead of (?:schedule|time)|early|earlier|sooner|before (?:the )?(?:deadline|schedule)"),
    "late": ("early",
        r"(?:\w+ ){0,3}behind schedule",
        r"behind schedule|late|later|delay\w*|overdue|postpon\w*|longer"),
    "marry": ("divorce",
        r"marr(?:y|ied)|wed",
        r"marr\w+|wed(?:ding|s)?|wife|husband|spouse|bride|groom"),
    "divorce": ("marry",
        r"divorced?",
        r"divorc\w+|separat\w+|split\w*|ex-?(?:wife|husband)|broke up"),
    "surrender": ("",
        r"surrender(?:ed)?|capitulated?",
        r"surrender\w*|la(?:y|id) down|capitulat\w+|g[ai]v\w+ (?:\w+ )?up|defect\w*|yield\w*|handed over"
        r"|without a (?:fight|shot)"),
    "bomb": ("",
        r"bomb(?:ed)?|(?:blow|blew|blown) up|plant(?:ed)? (?:a|the) (?:bomb|device)",
        r"bomb\w*|explo\w+|blast\w*|air ?strikes?|air ?raids?|detonat\w+|shell\w*|missiles?|drones?|grenades?"
        r"|mines?|str[iu]kes?|struck|hit"),
    "apologise": ("",
        r"apologi[sz]ed?",
        r"apolog\w+|sorry|regret\w*|forgive\w*"),
    "crash": ("",
        r"crash(?:ed)?|collided?",
        r"crash\w*|colli\w+|wreck\w*|derail\w*|accident\w*|plunged|slammed|hit|struck"),
    "sink": ("",
        r"s[iau]nk|capsized?",
        r"s[iau]nk\w*|capsiz\w+|go(?:es|ne)? down|went down|founder\w*|drown\w*|wreck\w*"),
    "sue": ("",
        r"sued?",
        r"su(?:e[ds]?|ing)|lawsuits?|suit|litigat\w+|court|legal action|claim\w*|complaint"),
    "sell": ("",
        r"sell|sold|auction(?:ed)?",
        r"s[eo]l(?:d|l|ls|ling)|sales?|auction\w*|divest\w*|b[ou]y\w*|bought|purchas\w+|acqui\w+|takeover|deal"),
    "compare": ("",
        r"compared?|liken(?:ed)?",
        r"compar\w+|liken\w*|like|akin|as if|as though|similar\w*|resembl\w+|reminiscent|reminded?|same"),
    "postpone": ("",
        r"postponed?|delay(?:ed)?",
        r"postpon\w+|delay\w*|put off|reschedul\w+|defer\w*|push\w* back|later|cancel\w*"),
    "invade": ("",
        r"invaded?",
        r"inva[ds]\w+|incursion|entered|crossed|storm\w*|attack\w*|offensive|assault\w*|war"),
}
# fmt: on
EVENT_CLASSES = {
    name: EventClass(
        name,
        tuple(opposites.split()),
        re.compile(rf"(?:{question})\b", re.IGNORECASE),
        re.compile(rf"(?<![\w-])(?:{sentence})\b", re.IGNORECASE),  # not the end of "government-held"
    )
    for name, (opposites, question, sentence) in _FAMILIES.items()
}
