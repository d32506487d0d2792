"""One command makes the reader's weights: `python -m training.reader [OUT [CHECKPOINTS]]`.

Reads the development data that DATELINE_DEV_DATA names, trains with fixed seeds, and writes the weights to OUT (the
package's own folder where none is given). Weights are kept after each stage in CHECKPOINTS, and a run that was stopped
goes on from there. `training/log.md` tells what was tried.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import torch
from tokenizers import Tokenizer

from benchmarks._common import development_data
from index.encoder_export import model_source, open_encoder
from index.inference import open_tokenizer
from rag.reader_export import SHIPPED
from rag.reader_input import tokenize
from training.calibration import HELD_OUT, recalibrate
from training.examples import (
    Example,
    Pages,
    Passage,
    cloze,
    realtimeqa,
    reasons,
    shortened,
    timeqa,
    xquad,
)
from training.export import write
from training.network import Prior, ReaderNetwork, question_loss, token_scores
from training.optimization import Optimization

SEED = 7
LEARNING_RATE = 8e-5
HEAD_LEARNING_RATE = 1e-3
QUESTIONS_A_STEP = 8
NEWS_EPOCHS = 3
MADE = {"cloze": 4_000, "reasons": 1_000}
"""Sources whose questions are made of the pages, and how many of them are read; all would take hours."""
YEARS = ("train-2024", "train-2025")
WINDOW = 384
READ = {"realtimeqa": (2, 5), "cloze": (1, 2), "reasons": (1, 2), "timeqa": (1, 2), "xquad": (1, 2)}
"""For each source: passages with the answer that are drawn, at most; passages in all."""
UNANSWERABLE = 0.2
"""Share of questions from which the answering passages are taken away."""


def drawn(example: Example, rng: random.Random) -> list[tuple[int, Passage]]:
    """Passages of an example for one step, with their ranks: some that answer, some near ones that don't."""
    most_right, count = READ[example.source]
    ranked = list(enumerate(example.passages))
    right = [(rank, passage) for rank, passage in ranked if passage.answers]
    wrong = [(rank, passage) for rank, passage in ranked if not passage.answers]
    if wrong and rng.random() < UNANSWERABLE:
        right = []
    chosen = _by_rank(right, rng, most_right)
    chosen += _by_rank(wrong, rng, count - len(chosen))
    return [(rank, shortened(passage, rng)) for rank, passage in chosen] if example.source in MADE else chosen


def _by_rank(ranked: Sequence[tuple[int, Passage]], rng: random.Random, count: int) -> list[tuple[int, Passage]]:
    """`count` of them without repeats, better ranks likelier (weight 1 / (3 + rank); Efraimidis & Spirakis 2006)."""
    keyed = sorted(ranked, key=lambda one: -(rng.random() ** (3 + one[0])))
    return keyed[:count]


def plan(examples: dict[str, list[Example]]) -> tuple[list[Example], list[Example]]:
    """The two stages of training, in order: reading in general, then the news, without forgetting the first."""
    rng = random.Random(SEED)
    general = examples["xquad"] + examples["timeqa"][::4]  # neighbours ask the same of other years
    for source, most in MADE.items():
        general += rng.sample(examples[source], min(most, len(examples[source])))
    rng.shuffle(general)
    news: list[Example] = []
    for epoch in range(NEWS_EPOCHS):
        questions = (
            examples["realtimeqa"] + examples["xquad"] + examples["timeqa"][epoch::8] + examples["reasons"][epoch::8]
        )
        rng.shuffle(questions)
        news += questions
    return general, news


def train(stage: Sequence[Example], network: ReaderNetwork, prior: Prior, tokenizer: Tokenizer) -> None:
    """Train in place; at the end the network holds the average of its weights. Prints what goes on."""
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    trunk = [p for p in network.trunk.parameters() if p.requires_grad]
    heads = list(network.heads.parameters())
    batches = [stage[n : n + QUESTIONS_A_STEP] for n in range(0, len(stage), QUESTIONS_A_STEP)]
    optimization = Optimization(
        [
            {"params": trunk, "lr": LEARNING_RATE},
            {"params": heads, "lr": HEAD_LEARNING_RATE},
            {"params": prior.parameters(), "lr": 1e-2, "weight_decay": 0.0},
        ],
        [*trunk, *heads],
        len(batches),
    )
    network.train()
    for batch in batches:
        done = optimization.step(_step(batch, network, prior, tokenizer, rng))
        if done:
            print(f"{done}, prior {[round(w, 2) for w in prior.weights.tolist()]}", flush=True)
    optimization.finish()


def _step(
    batch: Sequence[Example], network: ReaderNetwork, prior: Prior, tokenizer: Tokenizer, rng: random.Random
) -> float:
    """Gradients of one step's mean loss, which is returned."""
    total = 0.0
    for example in batch:
        ranked = drawn(example, rng)
        passages = [passage for _, passage in ranked]
        tokens = tokenize(tokenizer, example.question, [passage.text for passage in passages], WINDOW)
        scores = token_scores(network, tokens)
        if example.source in ("realtimeqa", *MADE):
            ages = torch.tensor([passage.age for passage in passages])
            bias = prior(ages, torch.tensor([float(rank) for rank, _ in ranked]))
        else:
            bias = torch.zeros(len(passages))
        loss = question_loss(scores, bias, passages, tokens) / len(batch)
        loss.backward()
        total += loss.item()
    return total


def main() -> None:
    """Examples, training, calibration, weights."""
    data = development_data()
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED
    checkpoints = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    source, _ = model_source(None)
    tokenizer = open_tokenizer(source / "tokenizer.json")
    with tempfile.TemporaryDirectory() as scratch:
        encoder = open_encoder(None, Path(scratch, "encoder"))
        examples = {"xquad": xquad(data, encoder), "timeqa": timeqa(data, encoder), "cloze": [], "reasons": []}
        news: list[Example] = []
        rng = random.Random(SEED)
        for year in YEARS:
            pages = Pages(data / "realtimeqa" / year, encoder, Path(scratch, year))
            news += realtimeqa(pages)
            held_out = pages.questions[-HELD_OUT:] if year == YEARS[-1] else []
            before = min((date.fromisoformat(row["asked"]) for row in held_out), default=date.max)
            examples["cloze"] += cloze(pages, rng, before)
            examples["reasons"] += reasons(pages, random.Random(SEED), before)
        examples["realtimeqa"] = news[:-HELD_OUT]
    torch.manual_seed(SEED)
    network, prior = ReaderNetwork(source), Prior()
    for n, stage in enumerate(plan(examples)):
        kept = checkpoints and checkpoints / f"stage-{n}.pt"
        if kept and kept.is_file():
            states = torch.load(kept)
            network.load_state_dict(states[0])
            prior.load_state_dict(states[1])
            continue
        train(stage, network, prior, tokenizer)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            torch.save((network.state_dict(), prior.state_dict()), kept)
    write(network, tokenizer=source / "tokenizer.json", window=WINDOW, target=target)
    recalibrate(target)


if __name__ == "__main__":
    main()
