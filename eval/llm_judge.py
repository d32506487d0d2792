"""A language model as the judge of claims, behind any OpenAI-compatible server.

`dateline eval judge --judge llm` measures how reliable it is. Knows nothing of gold questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dateline.eval.judge import Judgement
from dateline.index.errors import LlmError, RemoteError
from dateline.rag.generation.llm import Llm
from dateline.rag.generation.prompts import SUPPORTED, UNSUPPORTED, judge_prompt

_VERDICT = re.compile(rf"\b(?:{UNSUPPORTED}|{SUPPORTED})\b", re.IGNORECASE)


class LlmJudge:
    """Asks a model for one word per claim; at temperature 0 its verdicts are mostly reproducible."""

    self_judged = False

    def __init__(self, llm: Llm) -> None:
        self._llm = llm
        self.name = f"llm: {llm.name}"

    def __call__(self, claim: str, texts: Sequence[str]) -> Judgement:
        """See `eval.judge.Judge`: 1 or 0. Raises `RemoteError` where the model fails or gives no verdict."""
        try:
            said = "".join(self._llm.stream(judge_prompt(claim, texts)))
        except LlmError as error:
            raise RemoteError(f"{self.name} can't judge: {error.message}", hint=error.hint) from error
        found = _VERDICT.findall(said)
        if not found:
            raise RemoteError(
                f"{self.name} says neither {SUPPORTED} nor {UNSUPPORTED}: {said.strip()[:60]!r}",
                hint="Use a larger model or another judge.",
            )
        verdict = found[-1].upper()  # behind whatever it thought aloud
        return Judgement(float(verdict == SUPPORTED), f"the model says {verdict.lower()}")
