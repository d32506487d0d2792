"""Accuracy of the linguistic analysis on news, by component, compared with the rules that it may replace.

    python -m benchmarks.language names | quantities | times | attributions | predicates | questions | speed

`names` and `quantities`: 380 sentences that we labelled (benchmarks/language_labels/sentences.jsonl), 96 of the
samples' articles and 284 of RealTimeQA 2022, which are named by article and offset and read from the development
data. `times`: the 158 newswire articles of TempEval-3 (TimeBank and AQUAINT). `attributions`: PolNeAR's 84 articles
for development. `predicates`: TempEval-3's verbs again, with tense, aspect and polarity.
`questions`: 245 wordings of ours and the gold set's questions. `speed`: loading, memory, sentences a second.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks._language_attributions import measure_attributions
from benchmarks._language_predicates import measure_predicates
from benchmarks._language_questions import measure_questions
from benchmarks._language_sentences import measure_names, measure_quantities
from benchmarks._language_speed import measure_speed
from benchmarks._language_times import measure_times

MEASURES: dict[str, Callable[[], None]] = {
    "names": measure_names,
    "quantities": measure_quantities,
    "times": measure_times,
    "attributions": measure_attributions,
    "predicates": measure_predicates,
    "questions": measure_questions,
    "speed": measure_speed,
}


def main() -> None:
    """Measure what the command line names, and print it."""
    wanted = sys.argv[1:] or list(MEASURES)
    unknown = [name for name in wanted if name not in MEASURES]
    if unknown:
        sys.exit(f"no such measure: {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    for name in wanted:
        MEASURES[name]()


if __name__ == "__main__":
    main()
