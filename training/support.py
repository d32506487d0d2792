"""Trains the support check: `python -m training.support [OUT [CHECKPOINTS]]`.

Reads the development data that DATELINE_DEV_DATA names and trains with a fixed seed, from the reader's weights, in one
pass over claims that people labelled, changed sentences, and claims of which the evidence says nothing; a fifth of the
documents of each set is held out, by which the check is calibrated and measured (`benchmarks.support`). Writes to OUT
(the package's own folder where none is given). The examples, and the state of the run every few minutes, are kept in
CHECKPOINTS, and a run that was stopped goes on from there. Runs on a GPU where there is one. `training/log.md` says
what was tried.
"""

from __future__ import annotations

import pickle
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer

from dateline.index.encoder_export import model_source
from dateline.index.inference import open_tokenizer
from dateline.rag.reading.reader_export import SHIPPED as READER
from dateline.rag.verification.entailment import SHIPPED
from dateline.rag.verification.model_input import ClaimTokens, tokenize_claims
from training.claim_sets import claim_sets, is_held_out, ragtruth_rows, source_of
from training.contrasts import KINDS
from training.data import development_data
from training.hygiene import MeasuredTexts, measured_texts
from training.optimization import Optimization, run
from training.shipped_reader import shipped_reader
from training.strangers import borrowed, strangers
from training.support_calibration import recalibrate
from training.support_examples import (
    SupportExample,
    TrueSentence,
    contrasts,
    example,
    names_of,
    news,
    sentences_of,
)
from training.support_export import write_support
from training.support_network import SupportNetwork, batch_logits, batch_loss

SEED = 7
LEARNING_RATE = 1e-4
HEAD_LEARNING_RATE = 1e-3
BATCH = 32
YEARS = ("train-2024", "train-2025")
NEWS_SENTENCES = 2_600
CHANGED = 900
"""True sentences of RAGTruth, in its writers' own words, of which contrasts are made."""
KINDS_A_SENTENCE = 2
"""Kinds of contrast that are made of a sentence."""
STRANGE = 700
"""True sentences that are put beside another document, have a strange clause appended, or are given another
subject."""
MOST = {"aggrefact_spans": 1_000}
"""Claims of a set that are taken, at most: AggreFact's are of one kind of summary, nearly all unsupported."""


def examples(data: Path) -> list[SupportExample]:
    """All examples to learn from, in the order of their sets; none about a text that is measured on."""
    rng = random.Random(SEED)
    found: list[SupportExample] = []
    for name, some in claim_sets(data, held_out=False).items():
        found += rng.sample(some, min(MOST[name], len(some))) if name in MOST else some
    context = {source_of(row): sentences_of(row["context"]) for row in ragtruth_rows(data)}
    written = [one for one in found if one.kind == "ragtruth" and one.label == "supported"]
    true: list[TrueSentence] = [(one.source, one.claim, context[one.source]) for one in rng.sample(written, CHANGED)]
    pages = [one for one in news(data, YEARS, rng, NEWS_SENTENCES) if not is_held_out(one[0])]
    found += [
        example(source, "true", words, around, "supported", group=f"{source} {words}")
        for source, words, around in pages
    ]
    names = names_of(sentence for _, sentence, _ in pages)
    for one in [*true, *pages]:
        found += list(contrasts([one], names, rng, rng.sample(KINDS, len(KINDS))))[:KINDS_A_SENTENCE]
    sentences = rng.sample([*true, *pages], STRANGE)
    found += [*strangers(sentences, rng), *borrowed(sentences, rng)]
    measured = MeasuredTexts(measured_texts(data))
    return [one for one in found if not measured.overlap(" ".join(one.evidence)) and not measured.overlap(one.claim)]


class Training:
    """One pass over the examples, which can be stopped after any step and gone on with from its last saved state."""

    def __init__(self, batches: Sequence[Sequence[SupportExample]], network: SupportNetwork) -> None:
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(device).train()
        self._batches = batches
        trunk = [p for p in network.trunk.parameters() if p.requires_grad]
        heads = list(network.heads.parameters())
        groups = [{"params": trunk, "lr": LEARNING_RATE}, {"params": heads, "lr": HEAD_LEARNING_RATE}]
        self._optimization = Optimization(groups, [*trunk, *heads], len(batches))

    def run(self, tokenizer: Tokenizer, saved: Path | None = None) -> None:
        """Train to the end, from the state in `saved` if there is one; the network ends as its average. Prints."""

        def gradients(n: int) -> float:
            tokens = tokens_of(self._batches[n], tokenizer)
            loss = batch_loss(batch_logits(self._network, tokens), tokens, self._batches[n])
            loss.backward()
            return float(loss.detach())

        run(self._optimization, len(self._batches), gradients, {"network": self._network}, saved, SEED)


def batches_of(some: Sequence[SupportExample], rng: random.Random) -> list[list[SupportExample]]:
    """Batches of examples of like length, in random order.

    A true sentence and what was made of it stay together, so that differences between texts don't drown
    theirs.
    """
    groups: dict[str, list[SupportExample]] = {}
    for n, one in enumerate(some):
        groups.setdefault(one.group or str(n), []).append(one)
    keyed = sorted(groups.values(), key=lambda group: _length(group[0]) * rng.uniform(0.8, 1.25))
    batches: list[list[SupportExample]] = [[]]
    for group in keyed:
        for first in range(0, len(group), BATCH):
            part = group[first : first + BATCH]
            if len(batches[-1]) + len(part) > BATCH and batches[-1]:
                batches.append([])
            batches[-1] += part
    rng.shuffle(batches)
    return batches


def tokens_of(some: Sequence[SupportExample], tokenizer: Tokenizer) -> list[ClaimTokens]:
    """The examples as the product would give them to the model."""
    return tokenize_claims(tokenizer, [(one.claim, " ".join(one.evidence)) for one in some])


def _length(one: SupportExample) -> int:
    return len(one.claim) + sum(len(sentence) for sentence in one.evidence)


def main() -> None:
    """Examples, training, weights, calibration."""
    data = development_data()
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch)
        kept.mkdir(parents=True, exist_ok=True)
        made = kept / "examples.pickle"
        if not made.is_file():
            made.write_bytes(pickle.dumps(examples(data)))
        batches = batches_of(pickle.loads(made.read_bytes()), random.Random(SEED))
        source, _ = model_source(None)
        tokenizer = open_tokenizer(source / "tokenizer.json")
        torch.manual_seed(SEED)
        network = SupportNetwork(source)
        network.trunk.load_state_dict(shipped_reader(READER, source).trunk.state_dict())
        Training(batches, network).run(tokenizer, kept / "state.pt")
        write_support(network.cpu(), tokenizer=source / "tokenizer.json", target=target)
        recalibrate(target, data, Path(scratch))


if __name__ == "__main__":
    main()
