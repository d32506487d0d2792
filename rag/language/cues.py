"""Words that attribute: verbs, nouns and adverbs by which news says whose statement, thought or wish something is.

Lemmas. Chosen by how often each is a cue in PolNeAR's training half. Knows nothing of syntax.
"""

from __future__ import annotations

from dateline.rag.language.word_set import words

SAYING = words("""
    say tell add explain write note argue claim state announce report warn suggest insist acknowledge admit confirm
    declare allege assert contend concede deny predict reveal tweet post reply respond continue conclude stress
    emphasize emphasise reiterate complain caution estimate remark comment joke observe recall recount testify quip
    mention maintain ask wonder shout cry exclaim lament describe call quote cite indicate point promise vow pledge
    demand urge disclose clarify opine muse counter agree rule hint repeat boast brag charge accuse blame praise
    criticize criticise condemn denounce mock refer speak talk tout slam rail challenge dismiss propose recommend
    advise guess answer proclaim signal echo interject detail relate retort elaborate summarize summarise
""")
"""Verbs of speech and writing: what is quoted beside them is theirs."""
THINKING = words("""
    believe think feel hope expect fear worry suspect consider doubt realize realise assume recognize recognise prefer
    agree show prove determine find conclude intend
""")
"""Verbs of thought and expectation, and of what a study or a poll shows; none where people speak of themselves."""
WITH_QUOTATION = words("continue respond reply joke challenge slam speak talk repeat relate")
"""Of the verbs of speech, those that need a quotation beside them: "continued to fall" says nothing."""
WITH_CLAUSE = SAYING | THINKING
"""Verbs that attribute the clause that they take."""
WITH_OBJECT = words("""
    announce deny describe call criticize criticise condemn denounce accuse blame praise mock dismiss reject demand
    promise predict propose suggest recommend mention cite tout discuss
    acknowledge admit allege express voice question warn slam blast defend endorse stress emphasize emphasise explain
    reiterate repeat report detail outline claim label brand urge
""")
"""Verbs that attribute the noun that they take: "denied the charges", "called it a lie"."""
NAMING = words("call describe label brand accuse blame dismiss criticize criticise condemn praise")
"""Of these, verbs whose object is what is spoken of, and whose complement is part of what is said."""
SAYING_OF = words("warn complain accuse boast brag comment refer call joke rail point")
"""Verbs that attribute what follows "of", "about", "against" or "for"."""
NOUNS = words("""
    claim statement allegation assertion argument belief suggestion warning fear concern hope report accusation charge
    view opinion idea notion contention announcement promise pledge vow prediction admission conclusion finding
    assumption suspicion rumor rumour speculation complaint demand proposal threat doubt
    testimony insistence acknowledgment revelation
""")
"""Nouns that attribute the clause behind them: "the claim that"."""
ADVERBS = words("reportedly allegedly purportedly supposedly")
_DENIALS = words("deny refute dispute reject dismiss doubt disavow")


def denies(lemma: str) -> bool:
    """Whether a cue says that its content is not so."""
    return lemma in _DENIALS
