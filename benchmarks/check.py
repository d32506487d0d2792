"""Checking a draft: how many true sentences are supported and false ones found out, and how long a draft takes.

    python -m benchmarks.check

Over the sample articles: sentences in other words than theirs, and sentences in which a figure, date, name or "not" is
wrong or which are invented (`eval/gold/drafts.jsonl`). `-v` lists those that were judged wrongly.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from pathlib import Path

from benchmarks._common import print_table
from eval.intervals import share_mean
from eval.jsonl import read_objects
from rag.checked import CheckedClaim
from rag.checking import check_text
from training.data import default_support, opened_archive

ROOT = Path(__file__).resolve().parents[1]
DRAFT = 40
"""Sentences of the draft whose check is timed."""


def main() -> None:
    """Check and print."""
    rows = [row for _, row in read_objects(ROOT / "eval" / "gold" / "drafts.jsonl")]
    support = default_support()
    with opened_archive(None, [ROOT / "samples"]) as searcher:
        checked = [(row, check_text(row["text"], searcher, support).claims[0]) for row in rows]
        draft = " ".join(row["text"] for row in rows[:DRAFT])
        start = time.perf_counter()
        sentences = len(check_text(draft, searcher, support).claims)
        took = time.perf_counter() - start
    shares: dict[str, list[float]] = defaultdict(list)
    for row, claim in checked:
        label, against = claim.support and claim.support.label, claim.contradiction
        if row["change"] is None:
            shares["true: supported"].append(float(label == "supported"))
            shares["true: called contradicted"].append(float(label == "contradicted"))
            shares["true: with something that says otherwise beside it"].append(float(against is not None))
        else:
            shares[f"false, {row['change']}: not supported"].append(float(label != "supported"))
            shares["false: not supported"].append(float(label != "supported"))
            if row["article"] is not None:
                shares[f"false, {row['change']}: contradicted"].append(float(label == "contradicted"))
                shares["false but not invented: contradicted"].append(float(label == "contradicted"))
                shares["false but not invented: the article shown"].append(float(_shows(claim, row["article"])))
        wrong = (label == "supported") != (row["change"] is None) or (row["change"] is None and against is not None)
        if wrong and "-v" in sys.argv:
            print(f"{row['id']}: {row['text']}\n    {label}; {claim.missing}; {against and against.citation.quote}")
    print_table(
        f"{len(rows)} sentences over the samples, checked by {support.name}",
        [(f"{name} ({len(values)})", str(share_mean(values))) for name, values in sorted(shares.items())],
    )
    print_table("Time", [(f"a draft of {sentences} sentences", f"{took:.1f} s")])


def _shows(claim: CheckedClaim, article: str) -> bool:
    return claim.contradiction is not None and claim.contradiction.citation.article_id == article


if __name__ == "__main__":
    main()
