"""Context dependence: whether a sentence needs the one before it to be understood.

By its opening words: a pronoun or bare definite description as the subject, or a quotation attributed to a pronoun.
Looks at one sentence at a time.
"""

from __future__ import annotations

import re

_LINK = re.compile(
    r"""^(?P<quote>["“'‘(\[]*)
    (?:But|And|Yet|So|Still|However|Meanwhile|Instead|Then|Later|Earlier|Also|Nevertheless|Nonetheless)[\s,]+
    (?P<first>\w)""",
    re.VERBOSE,
)
"""A linking word, and the first letter of the rest of the sentence."""
_OPENING = re.compile(
    r"""^["“'‘(\[]*
    (?:
      (?:He|She|They|It|His|Her|Hers|Their|Theirs|Its|This|That|These|Those|Both|Neither|Another|Such|Others)\b
      (?!\s+(?:is|was|has\ been)\s+(?:\w+\s+){0,2}(?:clear|unclear|unknown|not\ (?:yet\ )?(?:clear|known))\b)
    | (?:In|For|To|By|With|Of|From|According\ to)\s+(?:his|her|their|its|him|them|this|that|these|those)\b
    | (?:The|One\ of\ the|Some\ of\ the|Most\ of\ the)\s+
      (?:(?:two|three|four|latter|former|same|other|first|second|third|new|latest|whole)\s+)*
      (?:group|groups|city|town|village|province|district|region|country|capital|area|site|building|organi[sz]ation
        |company|agency|ministry|department|court|commission|committee|panel|team|party|government|man|woman|men|women
        |boy|girl|couple|pair|victim|victims|suspect|official|officials|officer|minister|president|governor|mayor
        |spokesman|spokeswoman|spokesperson|lawmaker|commander|general|analyst|author|report|study|statement|document
        |letter|decision|ruling|deal|agreement|accord|law|bill|plan|proposal|move|attack|attacks|strike|assault
        |offensive|operation|battle|fighting|blast|explosion|fire|incident|crash|accident|death|deaths|toll|event
        |game|match|film|show|series|album|song|book|product|service|figure|figures|number|result|results)
      \b(?!\s+(?:of|in|at|on|by|from|for|between|against|that|who|which|near|to)\b)
    )""",
    re.VERBOSE,
)
_PRONOUN_SPEAKER = re.compile(
    r"""["”’,]\s*(?:he|she|they|it)\s+(?:\w+ly\s+)?(?:said|says|added|told|wrote|noted|explained|continued|warned
    |insisted|recalled|argued|asked|replied|stated|tweeted|claimed)\b""",
    re.VERBOSE,
)


def depends_on_context(sentence: str) -> bool:
    """Whether a sentence is unclear on its own.

    "He said so", "The group withdrew", "“We won,” she said" do; "The group of seven met" and
    "It is unclear who fired" don't.
    """
    unlinked = _LINK.sub(lambda link: link["quote"] + link["first"].upper(), sentence)
    return bool(_OPENING.match(unlinked) or _PRONOUN_SPEAKER.search(sentence))
