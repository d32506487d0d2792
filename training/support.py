"""One command makes the support check's weights: `python -m training.support [OUT [CHECKPOINTS]]`.

Reads the development data that DATELINE_DEV_DATA names and trains with fixed seeds, from the reader's weights: first on
sentences of news and their contrasts, then on RAGTruth, then on claims of which the passages say nothing; five times
without a fifth of RAGTruth's sources, by which the check is calibrated and measured (`benchmarks.support`), and once
with all of them. Writes to OUT (the package's own folder where none is given). Weights and the five exported models are
kept in CHECKPOINTS, and a run that was stopped goes on from there. `training/log.md` tells what was tried.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer

from benchmarks._common import development_data
from index.encoder_export import model_source
from index.inference import open_tokenizer
from rag.entailment import SHIPPED, Calibration, EntailmentModel
from rag.reader_export import SHIPPED as READER
from rag.support_input import ClaimTokens, tokenize_claims
from training.optimization import Optimization
from training.shipped_reader import shipped_reader
from training.strangers import strangers
from training.support_calibration import calibrate, made_outcomes, outcomes
from training.support_examples import (
    FOLDS,
    SupportExample,
    TrueSentence,
    answers_by_fold,
    contrasts,
    example,
    folds_of,
    human,
    names_of,
    news,
    ragtruth_rows,
    sentences_of,
    silver,
    source_of,
    wice,
)
from training.support_export import write_about, write_support
from training.support_network import SupportNetwork, batch_logits, batch_loss

SEED = 7
NEWS_RATE, RAGTRUTH_RATE, STRANGERS_RATE = 1e-4, 7e-5, 6e-5
HEAD_LEARNING_RATE = 1e-3
BATCH = 32
YEARS = ("train-2024", "train-2025")
NEWS_SENTENCES = 9_000
NEWS_MIX = {
    "true": 4_000,
    "swapped_name": 4_500,
    "negation": 3_800,
    "foreign_name": 2_400,
    "number": 1_400,
    "date": 1_200,
}
"""How many examples of a kind are read: swapped names are the hardest, figures and dates the rules see too."""
HUMAN_SUPPORTED, SILVER_SUPPORTED = 1_800, 800
SILVER_UNFAITHFUL = 160
"""Unfaithful silver answers that are read."""
CHANGED = 600
"""Supported sentences of RAGTruth whose contrasts are read."""
NEWS_AGAIN = 500
"""Sentences of news that are read again with RAGTruth, with all their contrasts, so that names are not forgotten."""
STRANGE = 300
"""Sentences each of RAGTruth and of news that are made strangers, and have a strange clause put behind them."""
UNCALIBRATED = Calibration(
    entailed=1.0, worst=0.0, lacking=0.0, share=0.0, broken=0.0, intercept=0.0, threshold=0.5, opposed=0.0
)


def main() -> None:
    """Examples, training, calibration, weights."""
    data = development_data()
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch)
        kept.mkdir(parents=True, exist_ok=True)
        source, _ = model_source(None)
        tokenizer = open_tokenizer(source / "tokenizer.json")
        torch.manual_seed(SEED)
        network = SupportNetwork(source)
        network.trunk.load_state_dict(shipped_reader(READER, source).trunk.state_dict())
        if not _taken(network, kept / "news.pt"):
            train(news_examples(data), network, tokenizer, NEWS_RATE)
            torch.save(network.state_dict(), kept / "news.pt")
        begun = {name: values.clone() for name, values in network.state_dict().items()}
        for fold in [*range(FOLDS), None]:
            folder = target if fold is None else kept / f"fold-{fold}"
            name = "all" if fold is None else f"fold-{fold}"
            if not _taken(network, kept / f"{name}.pt"):
                network.load_state_dict(begun)
                train(ragtruth_examples(data, fold), network, tokenizer, RAGTRUTH_RATE)
                torch.save(network.state_dict(), kept / f"{name}.pt")
            if not _taken(network, kept / f"{name}-strangers.pt"):
                train(stranger_examples(data, fold), network, tokenizer, STRANGERS_RATE)
                torch.save(network.state_dict(), kept / f"{name}-strangers.pt")
            write_support(network, tokenizer=source / "tokenizer.json", calibration=UNCALIBRATED, target=folder)
        recalibrate(target, [kept / f"fold-{fold}" for fold in range(FOLDS)], data, Path(scratch))


def news_examples(data: Path) -> list[SupportExample]:
    """True sentences of news, contrasts of each kind as `NEWS_MIX` has it, and WiCE's."""
    rng = random.Random(SEED)
    made = _with_contrasts(news(data, YEARS, rng, NEWS_SENTENCES), rng)
    rng.shuffle(made)
    chosen = wice(data, "token_train")
    for kind, most in NEWS_MIX.items():
        chosen += [one for one in made if one.kind == kind][:most]
    return chosen


def ragtruth_examples(data: Path, fold: int | None) -> list[SupportExample]:
    """Sentences that people judged, silver ones and contrasts; none of the sources of `fold`."""
    rng = random.Random(SEED)
    folds = folds_of(data)
    judged = [one for one in human(data) if folds[one.source] != fold]
    noisy = [one for one in silver(data, rng) if folds[one.source] != fold]
    supported = [one for one in judged if one.supported]
    marked = [one for one in judged if not one.supported]
    answers = sorted({one.answer for one in noisy if one.answer})
    unfaithful = set(rng.sample(answers, min(SILVER_UNFAITHFUL, len(answers))))
    true = [(one.source, one.claim, one.evidence) for one in rng.sample(supported, CHANGED)]
    names = names_of(row["context"] for row in ragtruth_rows(data)[::3])
    return [
        *rng.sample(supported, HUMAN_SUPPORTED),
        *marked * 2,
        *rng.sample([one for one in noisy if one.supported], SILVER_SUPPORTED),
        *(one for one in noisy if one.answer in unfaithful),
        *contrasts(true, names, rng),
        *_with_contrasts(news(data, YEARS, rng, NEWS_AGAIN), rng),
    ]


def stranger_examples(data: Path, fold: int | None) -> list[SupportExample]:
    """Claims that have nothing to do with the passages, or half of which hasn't, and sentences that people judged.

    None of the sources of `fold`.
    """
    rng = random.Random(SEED + 1)
    folds = folds_of(data)
    context = {source_of(row): sentences_of(row["context"]) for row in ragtruth_rows(data)}
    judged = [one for one in human(data) if folds[one.source] != fold]
    supported = [one for one in judged if one.supported]
    true: list[TrueSentence] = [(one.source, one.claim, context[one.source]) for one in rng.sample(supported, STRANGE)]
    true += list(news(data, YEARS, rng, STRANGE))
    return [
        *rng.sample(supported, 2 * STRANGE),
        *(one for one in judged if not one.supported),
        *(example(source, "true", sentence, around, True) for source, sentence, around in true[STRANGE:]),
        *strangers(true, rng),
    ]


def _with_contrasts(sentences: Iterable[TrueSentence], rng: random.Random) -> list[SupportExample]:
    """True sentences, and changed ones of each kind."""
    true = list(sentences)
    names = names_of(sentence for _, sentence, _ in true[::3])
    made = [example(source, "true", sentence, context, True) for source, sentence, context in true]
    return made + list(contrasts(true, names, rng))


def recalibrate(target: Path, folds: Sequence[Path], data: Path, scratch: Path) -> None:
    """Calibrate the model of each fold by the other four's held-out claims, and the one in `target` by those of all."""
    answers = answers_by_fold(data)
    found = []
    for fold, folder in enumerate(folds):
        model = EntailmentModel(folder, compiled=scratch)
        made = made_outcomes(model, answers[fold], random.Random(SEED))
        found.append([*outcomes(model, answers[fold]), *made])
    for fold, folder in enumerate(folds):
        others = [outcome for n, some in enumerate(found) if n != fold for outcome in some]
        write_about(folder, calibrate(others))
    write_about(target, calibrate([outcome for some in found for outcome in some]))


def train(examples: Sequence[SupportExample], network: SupportNetwork, tokenizer: Tokenizer, rate: float) -> None:
    """One pass over the examples, in place; at the end the network holds the average of its weights."""
    torch.manual_seed(SEED)
    batches = batches_of(examples, random.Random(SEED))
    trunk = [p for p in network.trunk.parameters() if p.requires_grad]
    heads = list(network.heads.parameters())
    groups = [{"params": trunk, "lr": rate}, {"params": heads, "lr": HEAD_LEARNING_RATE}]
    optimization = Optimization(groups, [*trunk, *heads], len(batches))
    network.train()
    for batch in batches:
        tokens = tokens_of(batch, tokenizer)
        with torch.autocast("cpu", torch.bfloat16):
            logits = batch_logits(network, tokens)
        loss = batch_loss(logits, tokens, batch)
        loss.backward()
        done = optimization.step(loss.item())
        if done:
            print(done, flush=True)
    optimization.finish()


def batches_of(examples: Sequence[SupportExample], rng: random.Random) -> list[list[SupportExample]]:
    """Batches of examples of like length, in random order; sentences of one unfaithful answer stay together."""
    groups: dict[str, list[SupportExample]] = {}
    for n, one in enumerate(examples):
        together = one.kind == "silver" and not one.supported
        groups.setdefault(f"answer {one.answer}" if together else str(n), []).append(one)
    keyed = sorted(groups.values(), key=lambda group: _length(group[0]) * rng.uniform(0.8, 1.25))
    batches: list[list[SupportExample]] = [[]]
    for group in keyed:
        if len(batches[-1]) + len(group) > BATCH and batches[-1]:
            batches.append([])
        batches[-1] += group
    rng.shuffle(batches)
    return batches


def tokens_of(examples: Sequence[SupportExample], tokenizer: Tokenizer) -> list[ClaimTokens]:
    """The examples as the product would give them to the model."""
    return tokenize_claims(tokenizer, [(example.claim, " ".join(example.evidence)) for example in examples])


def _length(example: SupportExample) -> int:
    return len(example.claim) + sum(len(sentence) for sentence in example.evidence)


def _taken(network: SupportNetwork, weights: Path) -> bool:
    """Whether a run that was stopped had come so far; its weights are then the network's."""
    if weights.is_file():
        network.load_state_dict(torch.load(weights))
    return weights.is_file()


if __name__ == "__main__":
    main()
