"""Attribution cues: lemmas of verbs, nouns and adverbs, chosen by their frequency in PolNeAR's training half."""

from __future__ import annotations

from dateline.rag.language.word_set import word_set

SAYING = word_set("""
    say tell add explain write note argue claim state announce report warn suggest insist acknowledge admit confirm
    declare allege assert contend concede deny predict reveal tweet post reply respond continue conclude stress
    emphasize emphasise reiterate complain caution estimate remark comment joke observe recall recount testify quip
    mention maintain ask wonder shout cry exclaim lament describe call quote cite indicate point promise vow pledge
    demand urge disclose clarify opine muse counter agree rule hint repeat boast brag charge accuse blame praise
    criticize criticise condemn denounce mock refer speak talk tout slam rail challenge dismiss propose recommend
    advise guess answer proclaim signal echo interject detail relate retort elaborate summarize summarise
""")
"""Verbs of speech and writing, which take adjacent quotations."""
THINKING = word_set("""
    believe think feel hope expect fear worry suspect consider doubt realize realise assume recognize recognise prefer
    agree show prove determine find conclude intend
""")
"""Verbs of thought and expectation, and of the findings of studies and polls; not in the first person."""
WITH_QUOTATION = word_set("continue respond reply joke challenge slam speak talk repeat relate")
"""Verbs of speech that need a quotation: "continued to fall" is not speech."""
WITH_CLAUSE = SAYING | THINKING
"""Verbs that attribute their clausal complement."""
WITH_OBJECT = word_set("""
    announce deny describe call criticize criticise condemn denounce accuse blame praise mock dismiss reject demand
    promise predict propose suggest recommend mention cite tout discuss
    acknowledge admit allege express voice question warn slam blast defend endorse stress emphasize emphasise explain
    reiterate repeat report detail outline claim label brand urge
""")
"""Verbs that attribute their object: "denied the charges", "called it a lie"."""
NAMING = word_set("call describe label brand accuse blame dismiss criticize criticise condemn praise")
"""Those of them whose complement is part of the content."""
SAYING_OF = word_set("warn complain accuse boast brag comment refer call joke rail point")
"""Verbs that attribute a phrase with "of", "about", "against" or "for"."""
CUE_NOUNS = word_set("""
    claim statement allegation assertion argument belief suggestion warning fear concern hope report accusation charge
    view opinion idea notion contention announcement promise pledge vow prediction admission conclusion finding
    assumption suspicion rumor rumour speculation complaint demand proposal threat doubt
    testimony insistence acknowledgment revelation
""")
"""Nouns that attribute the clause after them: "the claim that"."""
CUE_ADVERBS = word_set("reportedly allegedly purportedly supposedly")
_DENIALS = word_set("deny refute dispute reject dismiss doubt disavow exclude disprove rebut") | {"rule out"}


def denies(lemma: str) -> bool:
    """Whether a cue or a verb, with its particle, denies its content or object."""
    return lemma in _DENIALS
