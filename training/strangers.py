"""What a passage says nothing of: claims of other articles, and true sentences with a clause of another one behind.

Contrasts differ from a true sentence in one thing; models that have only seen those take what is wholly strange for
true. Knows nothing of models.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from index.article import Span
from training.support_examples import SupportExample, TrueSentence, example

_CLAUSE = re.compile(
    r"(?:,? (?:after|because|while|when|despite|before|since|although|so that|in order to)"
    r"|, (?:which|who|with|[a-z]{4,}ing))\b[^.!?]{15,110}\.$"
)


def strangers(true: Sequence[TrueSentence], rng: random.Random) -> Iterator[SupportExample]:
    """Each sentence with the passages of another source, and with the clause of another sentence behind it."""
    clauses = [(source, found[0]) for source, sentence, _ in true if (found := _CLAUSE.search(sentence))]
    for source, sentence, context in true:
        other, _, elsewhere = rng.choice(true)
        if other != source:
            yield example(source, "stranger", sentence, elsewhere, False, wrong=(Span(0, len(sentence)),))
        from_where, clause = rng.choice(clauses)
        if from_where == source or sentence[-1:] != ".":
            continue
        own = _CLAUSE.search(sentence)
        kept = sentence[: own.start()] if own and rng.random() < 0.5 else sentence[:-1]
        yield example(source, "added", kept + clause, context, False, wrong=(Span(len(kept), len(kept + clause)),))
