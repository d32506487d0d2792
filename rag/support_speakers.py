"""Does a claim put quoted words into another mouth than its evidence does?

Told by who each sentence says is speaking, where both name somebody. Knows nothing of what is said without marks.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.article import Span
from index.sentences import split_sentences
from rag.quoting import misquoted
from rag.speech.quotations import quotations_in
from rag.speech.reported_speech import speaker_of
from rag.support_rules import Broken, Evidence
from rag.values.names import same_name

LEAST_QUOTED = 3
"""Words of a quotation that tell whose it is; fewer may be anybody's."""


def misattributed(claim: str, evidence: Sequence[Evidence]) -> Broken | None:
    """The claim's speaker, if its quoted words stand in the evidence, and only in sentences of other named speakers."""
    quoted = [one.span.of(claim) for one in quotations_in(claim)]
    quoted = [words for words in quoted if len(words.split()) >= LEAST_QUOTED]
    ours = speaker_of(claim, Span(0, len(claim))) if quoted else None
    if ours is None or ours.anonymous:
        return None
    for words in quoted:
        theirs = [
            speaker_of(one.text, sentence)
            for one in evidence
            for sentence in split_sentences(one.text)
            if misquoted(f"“{words}”", [sentence.of(one.text)]) is None
        ]
        named = [speaker.name for speaker in theirs if speaker is not None and not speaker.anonymous]
        if named and len(named) == len(theirs) and not any(same_name(ours.name, name) for name in named):
            return Broken("speaker", f"{named[0]}, not {ours.name}")
    return None
