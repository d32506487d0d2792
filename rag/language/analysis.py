"""What is known of a sentence once it is analysed: the one value that everything else gets.

All spans are in code points of the sentence, end exclusive. Holds no text but single words: who needs the words of a
span has the sentence. Read-only, and safe to share between threads.
"""

from __future__ import annotations

from dataclasses import dataclass

from dateline.rag.language.attributions import Attribution
from dateline.rag.language.parse import Entity, Token
from dateline.rag.language.predicates import Predicate
from dateline.rag.language.quantities import Quantity
from dateline.rag.language.quotations import Quotation
from dateline.rag.language.time_expressions import TimeExpression


@dataclass(frozen=True, slots=True)
class SentenceAnalysis:
    """A sentence, analysed."""

    tokens: tuple[Token, ...]
    entities: tuple[Entity, ...]
    times: tuple[TimeExpression, ...]
    quantities: tuple[Quantity, ...]
    quotations: tuple[Quotation, ...]
    attributions: tuple[Attribution, ...]
    predicates: tuple[Predicate, ...]
