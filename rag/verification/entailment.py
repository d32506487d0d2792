"""The shipped model of entailment: a claim and its evidence → supported, contradicted or neither, and by which word.

`training/support.py` makes it. Knows nothing of rules, passages or thresholds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from dateline.index.article import Span
from dateline.index.encoder_export import file_sha256
from dateline.index.errors import SupportError
from dateline.index.inference import compiled_model, open_tokenizer
from dateline.rag.verification.model_input import ClaimTokens, padded_claims, tokenize_claims

SHIPPED = Path(__file__).parents[1] / "support_model"
"""The model that comes with Dateline; `training/` makes it."""
BATCH = 8
Label = Literal["supported", "contradicted", "unsupported"]
LABELS: tuple[Label, ...] = get_args(Label)
"""The labels, in the order of the model's scores."""


@dataclass(frozen=True, slots=True)
class Entailment:
    """What the model makes of one claim."""

    supported: float
    """Log-odds that the evidence supports the claim."""
    contradicted: float
    """Log-odds that the evidence contradicts it."""
    worst: float
    """Log-odds that the likeliest of its words to be so is not supported."""
    worst_word: Span
    """That word's place in the claim."""
    whole: bool = True
    """Whether the claim was read to its end."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression over named features."""

    weights: Mapping[str, float]
    intercept: float

    def probability(self, values: Mapping[str, float]) -> float:
        """0 to 1; `values` has every feature that has a weight."""
        odds = self.intercept + sum(weight * values[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How what is known of a claim becomes a label: fitted on claims that were held out of training."""

    supported: Logistic
    """That the claim is supported."""
    contradicted: Logistic
    """That it is contradicted, if it is not supported."""
    threshold: float
    """The probability from which a claim is supported."""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Calibration:
        """As `asdict` gives it."""
        return cls(Logistic(**values["supported"]), Logistic(**values["contradicted"]), values["threshold"])


class EntailmentModel:
    """The exported model in a folder, on the CPU. Safe for threads."""

    name: str
    calibration: Calibration

    def __init__(self, folder: Path, *, compiled: Path) -> None:
        """Raises `SupportError` if the folder is incomplete, or its weights aren't those that its `support.json` names.

        `compiled`: folder in which the form compiled for this processor is kept, for a quicker start.
        """
        try:
            about = json.loads((folder / "support.json").read_text())
            if file_sha256(folder / "support.bin") != about["sha256"]:
                raise ValueError("support.bin is not the one that support.json names")
            self.name = about["name"]
            self.calibration = Calibration.from_json(about["calibration"])
            self._tokenizer = open_tokenizer(folder / "tokenizer.json")
            self._model = compiled_model(folder / "support.xml", compiled)
        except Exception as error:
            raise SupportError(
                f"the model of the support check in {folder} can't be loaded ({type(error).__name__}: {error})",
                hint=f"Reinstall Dateline; make sure that {compiled} can be written.",
            ) from error

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Entailment]:
        """For each (claim, evidence) pair what the model makes of it. Same input, same output."""
        tokens = tokenize_claims(self._tokenizer, pairs)
        request = self._model.create_infer_request()
        found: list[Entailment] = []
        for first in range(0, len(tokens), BATCH):
            batch = tokens[first : first + BATCH]
            scores = np.array(request.infer(padded_claims(batch))[0], np.float32)
            found += [_entailment(row, one) for row, one in zip(scores, batch, strict=True)]
        return found


def _entailment(scores: NDArray[np.float32], tokens: ClaimTokens) -> Entailment:
    """Scores of shape (tokens, 4): see `training.support_network`."""
    supported, contradicted = (_log_odds(scores[0, : len(LABELS)], LABELS.index(label)) for label in LABELS[:2])
    words = scores[tokens.first : tokens.first + len(tokens.words), len(LABELS)]
    if not len(words):
        return Entailment(supported, contradicted, 0.0, Span(0, 0))
    worst, place = float(words.max()), Span(*tokens.words[int(words.argmax())])
    return Entailment(supported, contradicted, worst, place, tokens.whole)


def _log_odds(logits: NDArray[np.float32], place: int) -> float:
    """Of one class against the others together."""
    return float(logits[place] - np.logaddexp.reduce(np.delete(logits, place)))
