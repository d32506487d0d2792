"""Draft checking on labelled sentences about the samples: false ones supported, true ones confirmed.

    python -m benchmarks.claims [--half first|second] [--sample N] [--llm] [--failures FILE] [--most-ticked SHARE]
                                [--least-confirmed SHARE]

Each sentence (`eval/claims/samples.jsonl`) is checked as `dateline check` checks a draft, alone, over an archive of
the samples: by kind, how many are labelled `supported`; of those that an article contradicts, how many are labelled
`contradicted`; seconds a sentence. `--sample`: so many of them, always the same. `--llm`: with the language model of
DATELINE_LLM_MODEL beside the check. FILE gets those that are labelled wrongly, as JSON lines. Exits with 1 where more
than a share of the false ones is labelled `supported`, or less than a share of the true ones.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from benchmarks._common import print_table
from dateline.api.compose import draft_support, open_support, running_llm
from dateline.api.settings import load_settings
from dateline.eval.claims import PARTIAL_KINDS, TRUE_KINDS, WRONG_KINDS, Half, LabelledClaim, read_claims
from dateline.eval.intervals import bootstrap_quantile, share_mean
from dateline.eval.jsonl import write_lines
from dateline.eval.tables import markdown_table
from dateline.index.search import Searcher
from dateline.rag.answer import Support
from dateline.rag.verification.checked import CheckedClaim
from dateline.rag.verification.checking import check_text
from dateline.rag.verification.support import SupportCheck
from training.data import opened_archive

ROOT = Path(__file__).resolve().parents[1]
SEED = 1
HEADER = ("kind", "sentences", "supported", "share [95 %]", "called contradicted, of those that are", "share [95 %]")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the check says of a labelled sentence."""

    claim: LabelledClaim
    checked: CheckedClaim
    support: Support
    seconds: float

    @property
    def label(self) -> str:
        """What it is called."""
        return self.support.label

    def row(self) -> dict[str, Any]:
        """As a line of the failures' file."""
        against = self.checked.contradiction
        return {
            **self.claim.model_dump(exclude={"half"}),
            "called": self.label,
            "score": self.support.score,
            "method": self.support.method,
            "missing": self.checked.missing,
            "cited": [citation.quote for citation in self.checked.citations],
            "against": against and against.citation.quote,
        }


def main() -> None:
    """Check and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.claims")
    parser.add_argument("--half", choices=get_args(Half))
    parser.add_argument("--sample", type=int)
    parser.add_argument("--llm", action="store_true")
    parser.add_argument("--failures", type=Path)
    parser.add_argument("--most-ticked", type=float, default=1.0)
    parser.add_argument("--least-confirmed", type=float, default=0.0)
    arguments = parser.parse_args()
    claims = read_claims(ROOT / "eval" / "claims" / "samples.jsonl")
    claims = [claim for claim in claims if arguments.half in (None, claim.half)]
    if arguments.sample is not None:
        claims = random.Random(SEED).sample(claims, min(arguments.sample, len(claims)))
    if not claims:
        parser.error(f"there is no sentence of the {arguments.half} half yet")
    with opened_archive(None, [ROOT / "samples"]) as searcher, _support(llm=arguments.llm) as support:
        check_text(claims[0].sentence, searcher, support)  # the first one opens files
        outcomes = [_outcome(claim, searcher, support) for claim in claims]
    if arguments.failures:
        write_lines(arguments.failures, (each.row() for each in outcomes if each.label != each.claim.label))
    print(f"\n{len(claims)} sentences over the samples, checked by {support.name}\n")
    print(markdown_table(HEADER, [*_rows("true", TRUE_KINDS, outcomes), *_false_rows(outcomes)]))
    _print_summary(outcomes)
    ticked = _share([each for each in outcomes if each.claim.label != "supported"])
    confirmed = _share([each for each in outcomes if each.claim.label == "supported"])
    if ticked > arguments.most_ticked or confirmed < arguments.least_confirmed:
        print(f"gate NOT met: {ticked:.3f} of the false ones ticked, {confirmed:.3f} of the true ones", file=sys.stderr)
        sys.exit(1)


@contextmanager
def _support(*, llm: bool) -> Iterator[SupportCheck]:
    """The check that the settings name. Exits where there is no language model to go with it."""
    settings = load_settings()
    if not llm:
        yield open_support(settings)
        return
    with running_llm(settings) as model:
        if model is None:
            sys.exit("skipped: DATELINE_LLM_MODEL names no model")
        model.warm_up()
        yield draft_support(settings, model)


def _share(outcomes: Sequence[Outcome]) -> float:
    """Of those that are labelled `supported`."""
    return sum(each.label == "supported" for each in outcomes) / max(1, len(outcomes))


def _outcome(claim: LabelledClaim, searcher: Searcher, support: SupportCheck) -> Outcome:
    start = time.perf_counter()
    (checked,) = check_text(claim.sentence, searcher, support).claims
    took = time.perf_counter() - start
    if checked.support is None:
        raise RuntimeError(f"{claim.id} was not checked: {checked.not_checked}")
    return Outcome(claim, checked, checked.support, took)


def _false_rows(outcomes: Sequence[Outcome]) -> list[list[str]]:
    rows = [*_rows("partial", PARTIAL_KINDS, outcomes), *_rows("wrong", WRONG_KINDS, outcomes)]
    return [*rows, _row("**all false**", [each for each in outcomes if each.claim.label != "supported"])]


def _rows(name: str, kinds: Sequence[str], outcomes: Sequence[Outcome]) -> list[list[str]]:
    """A row a kind, and one of them all."""
    of_kind = {kind: [each for each in outcomes if each.claim.kind == kind] for kind in kinds}
    rows = [_row(kind, found) for kind, found in of_kind.items() if found]
    return [*rows, _row(f"**all {name}**", [each for found in of_kind.values() for each in found])]


def _row(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    contradicted = [each for each in outcomes if each.claim.label == "contradicted"]
    ticked, called = _counted(outcomes, "supported"), _counted(contradicted, "contradicted")
    return [name, str(len(outcomes)), *ticked, *called]


def _counted(outcomes: Sequence[Outcome], label: str) -> tuple[str, str]:
    """How many are called that, and their share."""
    values = [float(each.label == label) for each in outcomes]
    return (f"{sum(values):.0f} of {len(values)}", str(share_mean(values))) if values else ("–", "–")


def _print_summary(outcomes: Sequence[Outcome]) -> None:
    def line(name: str, which: Callable[[LabelledClaim], bool], label: str) -> tuple[str, str]:
        return name, ", ".join(_counted([each for each in outcomes if which(each.claim)], label))

    seconds = [each.seconds for each in outcomes]
    print_table(
        "Of all kinds",
        [
            line("true: called supported", _is("supported"), "supported"),
            line("true: called contradicted", _is("supported"), "contradicted"),
            line("false: called supported", _is("contradicted", "unsupported", "partial"), "supported"),
            line("contradicted: called supported", _is("contradicted"), "supported"),
            line("contradicted: called contradicted", _is("contradicted"), "contradicted"),
            line("unsupported: called supported", _is("unsupported"), "supported"),
            line("unsupported: called contradicted", _is("unsupported"), "contradicted"),
            line("partial: called supported", _is("partial"), "supported"),
            line("partial: called partial", _is("partial"), "partial"),
            ("seconds a sentence, median", str(bootstrap_quantile(seconds, 0.5))),
            ("seconds a sentence, 95th percentile", str(bootstrap_quantile(seconds, 0.95))),
        ],
    )


def _is(*labels: str) -> Callable[[LabelledClaim], bool]:
    return lambda claim: claim.label in labels


if __name__ == "__main__":
    main()
