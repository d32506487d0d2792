"""Measures, each a small pure function with its source, and the one list of them all.

Knows nothing of runs or files.
"""

from eval.judge import Judge
from eval.measure import Measure
from eval.measures.citations import judged_by
from eval.measures.disagreement import DISAGREEMENT
from eval.measures.forbidden import FORBIDDEN
from eval.measures.length import LENGTH
from eval.measures.nugget_retrieval import NUGGET_RETRIEVAL
from eval.measures.nuggets import NUGGETS
from eval.measures.quotes import QUOTES
from eval.measures.refusal import REFUSAL
from eval.measures.retrieval import RETRIEVAL
from eval.measures.short_answer import SHORT_ANSWER
from eval.measures.speaker import SPEAKER
from eval.measures.time import TIME
from eval.measures.whole import WHOLE


def all_measures(judge: Judge) -> tuple[Measure, ...]:
    """Every measure, in the order in which they are reported."""
    return (
        *WHOLE,
        *NUGGETS,
        *FORBIDDEN,
        *SHORT_ANSWER,
        *REFUSAL,
        *judged_by(judge),
        *QUOTES,
        *DISAGREEMENT,
        *TIME,
        *SPEAKER,
        *RETRIEVAL,
        *NUGGET_RETRIEVAL,
        *LENGTH,
    )
