"""The analysis of a sentence.

All spans are in code points of the sentence, end exclusive. Holds no text except single words. Immutable and
thread-safe.
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
    """The annotations of a sentence."""

    tokens: tuple[Token, ...]
    entities: tuple[Entity, ...]
    times: tuple[TimeExpression, ...]
    quantities: tuple[Quantity, ...]
    quotations: tuple[Quotation, ...]
    attributions: tuple[Attribution, ...]
    predicates: tuple[Predicate, ...]
