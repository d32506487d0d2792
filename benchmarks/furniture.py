"""False positives of the page furniture rules: news sentences as lines of their own.

    python -m benchmarks.furniture [SENTENCES]      (default: 500, half of each collection)

From RealTimeQA 2022's pages and PolNeAR's articles, evenly over both: sentences of eight words or more inside a
paragraph of prose, each put alone between two paragraphs. Every sentence that is removed is
printed, for a person to judge.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from benchmarks._common import print_table
from dateline.index.clean import clean
from dateline.index.read.decode import normalise
from dateline.index.read.lines import is_prose
from dateline.index.sentences import split_sentences
from training.data import development_data, read_jsonl, realtimeqa

AROUND = "The council voted nine to four on Tuesday to keep the old ferry running until the bridge is mended."
FEWEST_WORDS = 8


def main() -> None:
    """Measure and print."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    rows = []
    removed_of_all = 0
    collections = {
        "RealTimeQA 2022": read_jsonl(realtimeqa("dev-2022") / "articles.jsonl.gz"),
        "PolNeAR": read_jsonl(development_data() / "attribution" / "polnear.jsonl.gz"),
    }
    for name, articles in collections.items():
        chosen = _evenly(list(_sentences(articles)), wanted // len(collections))
        removed = [(reason, one) for one in chosen if (reason := _reason(one)) is not None]
        for reason, one in removed:
            print(f"  removed as {reason}: {one}", file=sys.stderr)
        removed_of_all += len(removed)
        rows.append((name, f"{len(removed)} of {len(chosen):,} removed ({len(removed) / len(chosen):.2%})"))
    rows.append(("**both**", f"**{removed_of_all} of {wanted:,} removed ({removed_of_all / wanted:.2%})**"))
    print_table(f"Furniture rules over {wanted:,} sentences of news", rows)


def _sentences(articles: list[dict[str, Any]]) -> Iterator[str]:
    for article in articles:
        for line in normalise(article["text"]).split("\n"):
            if is_prose(line):
                for span in split_sentences(line, article.get("language")):
                    sentence = span.of(line)
                    if len(sentence.split()) >= FEWEST_WORDS and sentence[-1] in '.?!”"':
                        yield sentence


def _evenly(sentences: list[str], count: int) -> list[str]:
    return sentences[:: max(1, len(sentences) // count)][:count]


def _reason(sentence: str) -> str | None:
    removed = clean(f"{AROUND}\n\n{sentence}\n\n{AROUND}").removed
    return removed[0].reason if removed else None


if __name__ == "__main__":
    main()
