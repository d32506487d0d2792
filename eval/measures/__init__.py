"""The measures, each a small pure function with its source, and the list of all.

Knows nothing of runs or files.
"""

from dateline.eval.judge import Judge
from dateline.eval.measure import Measure
from dateline.eval.measures.citations import judged_by
from dateline.eval.measures.disagreement import DISAGREEMENT
from dateline.eval.measures.forbidden import FORBIDDEN
from dateline.eval.measures.length import LENGTH
from dateline.eval.measures.nugget_retrieval import NUGGET_RETRIEVAL
from dateline.eval.measures.nuggets import NUGGETS
from dateline.eval.measures.quotes import QUOTES
from dateline.eval.measures.refusal import REFUSAL
from dateline.eval.measures.retrieval import RETRIEVAL
from dateline.eval.measures.short_answer import SHORT_ANSWER
from dateline.eval.measures.speaker import SPEAKER
from dateline.eval.measures.time import TIME
from dateline.eval.measures.whole import WHOLE


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
