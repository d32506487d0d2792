"""The support check as RAGTruth may judge it: for each source the model of the fold that has not seen its answers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks._common import default_encoder
from eval.formats.ragtruth import LabelledAnswer
from rag.entailment import EntailmentModel
from rag.support_check import TrainedSupport
from training.support_examples import answers_by_fold


class HeldOut:
    """The checks of the five folds, by the sources that each has not seen."""

    name = "support check, held out"

    def __init__(self, folder: Path, data: Path, compiled: Path) -> None:
        """`folder`: has the models, as `python -m training.support OUT FOLDER` makes them."""
        folds = answers_by_fold(data)
        self.answers: Sequence[LabelledAnswer] = [answer for some in folds for answer in some]
        encoder = default_encoder()
        checks = [
            TrainedSupport(EntailmentModel(folder / f"fold-{n}", compiled=compiled), encoder) for n in range(len(folds))
        ]
        self._checks = {answer.source: check for check, some in zip(checks, folds, strict=True) for answer in some}

    def of(self, source: str) -> TrainedSupport:
        """The check that has not seen this source's answers."""
        return self._checks[source]


def folds_folder() -> Path:
    """The folder that the command line names; where it names none, says how it is made, and skips the benchmark."""
    if len(sys.argv) != 2:
        print("skipped: name the folder with the models of the folds; python -m training.support OUT FOLDER makes it")
        sys.exit(0)
    return Path(sys.argv[1])
