"""One command makes the support check's weights: `python -m training.support [OUT [CHECKPOINTS]]`.

Reads the development data that DATELINE_DEV_DATA names and trains with fixed seeds, from the reader's weights: first on
sentences of news and their contrasts; then on RAGTruth, the hardest contrasts of its true sentences, and claims of
which the passages say nothing; then on the latter once more. The last two five times without a fifth of RAGTruth's
sources, by which the check is calibrated and measured (`benchmarks.support`), and once with all of them. Writes to OUT
(the package's own folder where none is given). Weights and the five exported models are kept in CHECKPOINTS, and a run
that was stopped goes on from there. `training/log.md` tells what was tried.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer

from benchmarks._common import development_data
from index.encoder import Encoder
from index.encoder_export import model_source, open_encoder
from index.inference import open_tokenizer
from rag.entailment import SHIPPED, Calibration, EntailmentModel
from rag.reader_export import SHIPPED as READER
from rag.support_input import ClaimTokens, tokenize_claims
from rag.support_nearness import Nearness
from training.contrasts import KINDS, Kind
from training.optimization import Optimization
from training.shipped_reader import shipped_reader
from training.strangers import strangers
from training.support_calibration import Outcome, calibrate, made_outcomes, outcomes
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
NEWS_SENTENCES = 16_000
NEWS_MIX = {"swapped_name": 9_000, "negation": 5_500, "foreign_name": 1_500, "number": 800, "date": 800}
"""Contrasts of a kind, at most; swapped names are the hardest, figures and dates the rules see too."""
HARD: tuple[Kind, ...] = ("swapped_name", "negation")
"""Kinds that the rules tell least of."""
HUMAN_SUPPORTED, SILVER_SUPPORTED = 2_400, 800
SILVER_UNFAITHFUL = 160
"""Unfaithful silver answers that are read."""
CHANGED = 2_000
"""Supported sentences of RAGTruth whose hard contrasts are read."""
NEWS_AGAIN = 300
"""Sentences of news that are read again with RAGTruth, with all their contrasts."""
STRANGE = 300
"""Sentences each of RAGTruth and of news that are made strangers, and have a strange clause put behind them."""
UNCALIBRATED = Calibration(
    entailed=1.0, worst=0.0, lacking=0.0, share=0.0, nearness=0.0, broken=0.0, intercept=0.0, threshold=0.5, altered=0.0
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
            write_support(network, tokenizer=source / "tokenizer.json", target=folder)
            write_about(folder, encoder="", calibration=UNCALIBRATED, without_nearness=UNCALIBRATED)
        encoder = open_encoder(None, Path(scratch))
        recalibrate(target, [kept / f"fold-{fold}" for fold in range(FOLDS)], encoder, data, Path(scratch))


def news_examples(data: Path) -> list[SupportExample]:
    """Contrasts of news sentences, as many of each kind as `NEWS_MIX` has, each sentence itself, and WiCE's claims."""
    rng = random.Random(SEED)
    left = dict(NEWS_MIX)
    chosen = wice(data, "token_train")
    true = list(news(data, YEARS, rng, NEWS_SENTENCES))
    names = names_of(sentence for _, sentence, _ in true[::3])
    for source, sentence, context in true:
        kinds = [kind for kind in KINDS if left[kind]]
        if made := list(contrasts([(source, sentence, context)], names, rng, kinds)):
            chosen += [example(source, "true", sentence, context, True), *made]
            left.update((one.kind, left[one.kind] - 1) for one in made)
    return chosen


def ragtruth_examples(data: Path, fold: int | None) -> list[SupportExample]:
    """Sentences that people judged, silver ones, contrasts and strangers, and some news; no sources of `fold`."""
    rng = random.Random(SEED)
    folds = folds_of(data)
    rows = ragtruth_rows(data)
    context = {source_of(row): sentences_of(row["context"]) for row in rows}
    judged = [one for one in human(data) if folds[one.source] != fold]
    noisy = [one for one in silver(data, rng) if folds[one.source] != fold]
    supported = [one for one in judged if one.supported]
    answers = sorted({one.answer for one in noisy if one.answer})
    unfaithful = set(rng.sample(answers, min(SILVER_UNFAITHFUL, len(answers))))
    read = rng.sample(supported, HUMAN_SUPPORTED)
    true: list[TrueSentence] = [(one.source, one.claim, context[one.source]) for one in read[:CHANGED]]
    again = list(news(data, YEARS, rng, NEWS_AGAIN))
    names = names_of(row["context"] for row in rows[::3])
    return [
        *read,
        *(one for one in judged if not one.supported for _ in range(2)),
        *rng.sample([one for one in noisy if one.supported], SILVER_SUPPORTED),
        *(one for one in noisy if one.answer in unfaithful),
        *contrasts(true, names, rng, HARD),
        *(example(source, "true", sentence, around, True) for source, sentence, around in again),
        *contrasts(again, names, rng, KINDS),
        *strangers([*true[:STRANGE], *again[:STRANGE]], rng),
    ]


def stranger_examples(data: Path, fold: int | None) -> list[SupportExample]:
    """Claims of which the passages say nothing, wholly or in part, once more, for these are forgotten first; beside
    them true sentences with their hard contrasts, and sentences that people marked. None of the sources of `fold`.
    """
    rng = random.Random(SEED + 1)
    folds = folds_of(data)
    context = {source_of(row): sentences_of(row["context"]) for row in ragtruth_rows(data)}
    judged = [one for one in human(data) if folds[one.source] != fold]
    read = rng.sample([one for one in judged if one.supported], 2 * STRANGE)
    true: list[TrueSentence] = [(one.source, one.claim, context[one.source]) for one in read[:STRANGE]]
    again = list(news(data, YEARS, rng, STRANGE))
    return [
        *read,
        *(one for one in judged if not one.supported),
        *(example(source, "true", sentence, around, True) for source, sentence, around in again),
        *contrasts(true, [], rng, HARD),
        *strangers([*true, *again], rng),
    ]


def recalibrate(target: Path, folds: Sequence[Path], encoder: Encoder, data: Path, scratch: Path) -> None:
    """Calibrate the model of each fold by the other four's held-out claims, and the one in `target` by those of all."""
    answers = answers_by_fold(data)
    nearness = Nearness(encoder)
    found = []
    for fold, folder in enumerate(folds):
        model = EntailmentModel(folder, compiled=scratch)
        made = made_outcomes(model, nearness, answers[fold], random.Random(SEED))
        found.append([*outcomes(model, nearness, answers[fold]), *made])
    for fold, folder in enumerate(folds):
        others = [outcome for n, some in enumerate(found) if n != fold for outcome in some]
        _calibrate_folder(folder, encoder, others)
    _calibrate_folder(target, encoder, [outcome for some in found for outcome in some])


def _calibrate_folder(folder: Path, encoder: Encoder, found: Sequence[Outcome]) -> None:
    """Write into the folder how its model is calibrated by `found`."""
    with_it, without = calibrate(found), calibrate(found, nearness=False)
    write_about(folder, encoder=encoder.name, calibration=with_it, without_nearness=without)


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
    """Batches of examples of like length, in random order; sentences of one unfaithful answer stay together.

    So do a true sentence and its contrasts, so that what tells them apart isn't drowned by what texts differ in.
    """
    groups: dict[str, list[SupportExample]] = {}
    for n, one in enumerate(examples):
        if one.kind == "silver" and not one.supported:
            together = f"answer {one.answer}"
        elif one.altered is not None:
            together = f"sentence {one.source} {one.original or one.claim}"
        else:
            together = str(n)
        groups.setdefault(together, []).append(one)
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
