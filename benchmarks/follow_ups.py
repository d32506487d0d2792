"""Rewriting of follow-up questions, against rewrites by people (CANARD, CAsT).

    python -m benchmarks.follow_ups [--look N] [--conversations N]

3,960 follow-ups of CANARD (Elgohary et al. 2019) and CAsT 2019 to 2022 (Dalton et al.), with the stand-alone form that
a person wrote. Conversations are split in two by their id: the figures are of the held-out half. `--look N` prints
those of the other half and N of its rewrites; `--conversations N` takes the first N of a half, in a fixed random order.

Each conversation is played from its beginning, as a chat client sends it: earlier turns are taken as we rewrote them,
an answer is its first sentence. A figure is the mean over conversations of the mean over their questions, with a
bootstrap interval over conversations. Words are compared in lower case, without articles and punctuation.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from benchmarks._common import print_table
from dateline.eval.intervals import Estimate, bootstrap_mean, permutation_p
from dateline.index.sentences import split_sentences
from dateline.rag.conversation.standalone import standalone
from dateline.rag.conversation.turn import Turn
from training.data import development_data, read_jsonl

_NO_ANSWER = "I don't know."
_UNANSWERED = ("cast/2019", "cast/2020")
"""Sources whose history holds questions alone."""
System = Callable[[str, Sequence[Turn]], str]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question of a conversation, with its stand-alone form."""

    conversation: str
    history: tuple[tuple[str, str], ...]
    """Earlier questions with the first sentence of their answers."""
    asked: str
    rewrite: str
    """As a person wrote it."""

    @property
    def held_out(self) -> bool:
        """Whether its conversation is in the half that the figures are of."""
        return _digest(self.conversation)[0] % 2 == 1


def _digest(conversation: str) -> bytes:
    return hashlib.sha256(conversation.encode()).digest()


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one rewritten question; None where a score doesn't apply."""

    recall: float | None
    """Share of the words that the person adds and the system adds, too; None where the person adds none."""
    precision: float | None
    """Share of the words that the system adds and the person adds, too; None where the system adds none."""
    f1: float | None
    """Of the added words; None where neither adds any."""
    rouge: float
    """ROUGE-1 F1 of the whole question."""
    exact: float
    """Whether it is the person's rewrite, word for word."""
    kept: float | None
    """Whether a question is left as it is, where the person left it so."""


def words(text: str) -> list[str]:
    """The words that are compared."""
    found = re.findall(r"[^\W_]+", text.lower().replace("’s", "").replace("'s", ""))
    return [word for word in found if word not in ("the", "a", "an")]


def scores(follow_up: FollowUp, rewritten: str) -> Scores:
    """How near a rewritten question comes to the person's."""
    asked, gold, ours = (Counter(words(text)) for text in (follow_up.asked, follow_up.rewrite, rewritten))
    wanted, added = gold - asked, ours - asked
    shared, common = (wanted & added).total(), (gold & ours).total()
    return Scores(
        shared / wanted.total() if wanted else None,
        shared / added.total() if added else None,
        2 * shared / (wanted.total() + added.total()) if wanted or added else None,
        2 * common / max(1, gold.total() + ours.total()),
        float(words(follow_up.rewrite) == words(rewritten)),
        float(ours == asked) if gold == asked else None,
    )


def _follow_up(row: dict[str, Any]) -> FollowUp:
    said = row["history"]
    pairs = (
        [(text, "") for text in said]
        if row["source"] in _UNANSWERED
        else list(zip(said[::2], said[1::2], strict=False))
    )
    history = tuple((question, _first_sentence(answer)) for question, answer in pairs)
    conversation = re.split(r"#|_(?=[\d-]+$)", row["id"])[0]
    return FollowUp(conversation, history, row["followup"], row["rewrite"])


@cache
def _first_sentence(answer: str) -> str:
    spans = split_sentences(answer)
    return spans[0].of(answer) if spans and answer != _NO_ANSWER else ""


def replayed(follow_ups: Sequence[FollowUp], system: System) -> list[str]:
    """What a system makes of each, with the turns before as it rewrote them."""

    @cache
    def turns_of(history: tuple[tuple[str, str], ...]) -> tuple[Turn, ...]:
        if not history:
            return ()
        before = turns_of(history[:-1])
        question, answer = history[-1]
        return (*before, Turn(system(question, before), answer))

    return [system(one.asked, turns_of(one.history)) for one in follow_ups]


def estimate(follow_ups: Sequence[FollowUp], values: Sequence[float | None]) -> tuple[Estimate, dict[str, float]]:
    """The mean over conversations, and each conversation's mean."""
    by_conversation: dict[str, list[float]] = defaultdict(list)
    for one, value in zip(follow_ups, values, strict=True):
        if value is not None:
            by_conversation[one.conversation].append(value)
    means = {name: sum(each) / len(each) for name, each in by_conversation.items()}
    return bootstrap_mean(list(means.values())), means


def main() -> None:
    """Score the rules and the question as it was asked, and print both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--look", type=int)
    parser.add_argument("--conversations", type=int)
    options = parser.parse_args()
    look: int | None = options.look
    rows = read_jsonl(development_data() / "qa" / "rewrites.jsonl.gz")
    every = [_follow_up(row) for row in rows if row["history"]]
    half = [one for one in every if one.held_out == (look is None)]
    chosen = sorted({one.conversation for one in half}, key=_digest)[: options.conversations]
    follow_ups = [one for one in half if one.conversation in chosen]
    standalone("And then?", [Turn("Who won?")])  # loads what it needs
    start = time.process_time()
    rewritten = replayed(follow_ups, standalone)
    took = time.process_time() - start
    as_asked = replayed(follow_ups, lambda question, _: question)
    ours = [scores(one, text) for one, text in zip(follow_ups, rewritten, strict=True)]
    none = [scores(one, text) for one, text in zip(follow_ups, as_asked, strict=True)]
    figures = []
    for name, title in (
        ("recall", "added words that a person adds: recall"),
        ("precision", "the same: precision, of questions that are changed"),
        ("f1", "the same: F1, of all questions"),
        ("rouge", "ROUGE-1 F1"),
        ("exact", "the person's rewrite, word for word"),
        ("kept", "left alone, of those that a person left alone"),
    ):
        mean, means = estimate(follow_ups, [getattr(one, name) for one in ours])
        figure = str(mean)
        if any(getattr(one, name) is not None for one in none):
            base, bases = estimate(follow_ups, [getattr(one, name) for one in none])
            differences = [means[each] - bases[each] for each in means if each in bases]
            figure += f"; as asked {base.mean:.3f} (p {permutation_p(differences):.4f})"
        figures.append((title, figure))
    changed = sum(text != one.asked for one, text in zip(follow_ups, rewritten, strict=True))
    figures.append(("changed", f"{changed / len(follow_ups):.3f}"))
    figures.append(("CPU time for a question", f"{1000 * took / len(follow_ups):.0f} ms"))
    which = "held out" if look is None else "to look at"
    print_table(f"Follow-up questions: {len(follow_ups)} in {len(chosen)} conversations, {which}", figures)
    step = max(1, len(follow_ups) // look) if look else len(follow_ups) + 1
    for at in range(0, len(follow_ups) if look else 0, step):
        one, score = follow_ups[at], ours[at]
        question, answer = one.history[-1]
        print(
            f"\n- {question} → {answer[:100]}\n  asked  {one.asked}\n  person {one.rewrite}\n  ours   {rewritten[at]}"
        )
        print(f"  recall {score.recall} precision {score.precision}")


if __name__ == "__main__":
    main()
