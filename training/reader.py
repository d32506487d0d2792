"""Trains the reader: `python -m training.reader [OUT [CHECKPOINTS]]`.

Reads the development data that DATELINE_DEV_DATA names, trains the shipped reader further with fixed seeds, first on
people's questions over paragraphs, then on the news among them, and writes the mean of the weights before and after to
OUT (the package's own folder where none is given). Its state is kept in CHECKPOINTS every few minutes, and a run that
was stopped goes on from there. Runs on a GPU where there is one. `training/log.md` tells what was tried.
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

from dateline.index.encoder_export import model_source, open_encoder
from dateline.index.inference import open_tokenizer
from dateline.rag.reading.reader_export import SHIPPED
from dateline.rag.reading.reader_input import Tokens, tokenize
from training.calibration import HELD_OUT, recalibrate
from training.data import development_data
from training.examples import Example, Pages, Passage, realtimeqa, shortened, timeqa, xquad
from training.export import write
from training.hygiene import MeasuredTexts, measured_texts, unmeasured
from training.network import Prior, ReaderNetwork, question_loss, token_scores
from training.optimization import Optimization, run
from training.question_sets import HELD_OUT_TITLES, question_sets, slips
from training.shipped_reader import shipped_reader
from training.wordings import reworded

SEED = 7
LEARNING_RATE = 1e-4
HEAD_LEARNING_RATE = 3e-4
QUESTIONS_A_STEP = 12
NEWS_EPOCHS = 2
AMONG_NEWS = 2_000
"""Questions over paragraphs that are kept for the last part of the run, among those over news."""
YEARS = ("train-2024", "train-2025")
WINDOW = 384
READ = {"realtimeqa": (2, 4)}
"""For each source: passages with the answer that are drawn, at most; passages in all. Others: `(1, 2)`."""
ALONE = 0.4
"""Share of the other sources' questions that are read with one passage."""
UNANSWERABLE = 0.15
"""Share of questions from which the answering passages are taken away."""
WHOLE = 0.2
"""Share of passages that are read whole: matching is learned from few sentences as from many, at half the price."""
ROWS_AT_ONCE = 8
"""Passages of a step that go through the network together, those of like length with each other."""
BEFORE = 0.5
"""What the weights before count in the mean (Wortsman et al., CVPR 2022): further training forgets some of the news."""


def drawn(example: Example, rng: random.Random) -> list[tuple[int, Passage]]:
    """Passages of an example for one step, with their ranks: some that answer, some near ones that don't."""
    most_right, count = READ.get(example.source, (1, 1 if rng.random() < ALONE else 2))
    ranked = list(enumerate(example.passages))
    right = [(rank, passage) for rank, passage in ranked if passage.answers]
    wrong = [(rank, passage) for rank, passage in ranked if not passage.answers]
    if wrong and rng.random() < UNANSWERABLE:
        right = []
    chosen = _by_rank(right, rng, most_right)
    chosen += _by_rank(wrong, rng, count - len(chosen))
    return [(rank, p if rng.random() < WHOLE else shortened(p, rng)) for rank, p in chosen]


def _by_rank(ranked: Sequence[tuple[int, Passage]], rng: random.Random, count: int) -> list[tuple[int, Passage]]:
    """`count` of them without repeats, better ranks likelier (weight 1 / (3 + rank); Efraimidis & Spirakis 2006)."""
    keyed = sorted(ranked, key=lambda one: -(rng.random() ** (3 + one[0])))
    return keyed[:count]


def examples(data: Path, scratch: Path) -> dict[str, list[Example]]:
    """All examples by their kind: `paragraphs`, `realtimeqa`, `timeqa`, `xquad`; none whose text is measured on."""
    encoder = open_encoder(None, scratch / "encoder")
    news: list[Example] = []
    for year in YEARS:
        news += realtimeqa(Pages(data / "realtimeqa" / year, encoder, scratch / year))
    held_out = tuple(title.replace(" ", "_") for title in HELD_OUT_TITLES)
    found = {
        "paragraphs": question_sets(data, scratch),
        "realtimeqa": news[:-HELD_OUT],
        "timeqa": timeqa(data, encoder),
        "xquad": xquad(data, encoder, without=held_out),
    }
    measured = MeasuredTexts(measured_texts(data))
    return {kind: unmeasured(some, measured) for kind, some in found.items()}


def plan(found: dict[str, list[Example]]) -> list[Example]:
    """The questions in the order in which they are learned from: paragraphs first, then news among them."""
    rng = random.Random(SEED)
    paragraphs = rng.sample(found["paragraphs"], len(found["paragraphs"]))
    late = paragraphs[-AMONG_NEWS:]
    for epoch in range(NEWS_EPOCHS):
        late += found["realtimeqa"] + found["xquad"][epoch::NEWS_EPOCHS] + found["timeqa"][epoch::8]
    rng.shuffle(late)
    return paragraphs[:-AMONG_NEWS] + late


class Training:
    """One run over a plan, which can be stopped after any step and gone on with from its last saved state."""

    def __init__(self, questions: Sequence[Example], network: ReaderNetwork, slips: dict[str, str]) -> None:
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self._device).train()
        self._prior = Prior().to(self._device)
        self._slips = slips
        self._steps = [questions[n : n + QUESTIONS_A_STEP] for n in range(0, len(questions), QUESTIONS_A_STEP)]
        trunk = [p for p in network.trunk.parameters() if p.requires_grad]
        heads = list(network.heads.parameters())
        self._optimization = Optimization(
            [
                {"params": trunk, "lr": LEARNING_RATE},
                {"params": heads, "lr": HEAD_LEARNING_RATE},
                {"params": self._prior.parameters(), "lr": 1e-2, "weight_decay": 0.0},
            ],
            [*trunk, *heads],
            len(self._steps),
        )

    def run(self, tokenizer: Tokenizer, saved: Path | None = None) -> None:
        """Train to the end, from the state in `saved` if there is one; the network ends as its average. Prints."""

        def gradients(n: int) -> float:
            return self._step(self._steps[n], tokenizer, random.Random(f"{SEED} {n}"))

        modules = {"network": self._network, "prior": self._prior}
        run(self._optimization, len(self._steps), gradients, modules, saved, SEED)

    def _step(self, questions: Sequence[Example], tokenizer: Tokenizer, rng: random.Random) -> float:
        """Gradients of one step's mean loss, which is returned."""
        read: list[tuple[Example, list[tuple[int, Passage]], list[Tokens]]] = []
        for example in questions:
            ranked = drawn(example, rng)
            texts = [passage.text for _, passage in ranked]
            question = reworded(example.question, rng, self._slips)
            read.append((example, ranked, tokenize(tokenizer, question, texts, WINDOW)))
        rows = iter(self._scores([one for _, _, tokens in read for one in tokens]))
        losses = []
        for example, ranked, tokens in read:
            if not any(b > a for one in tokens for a, b in one.sentences):
                continue
            passages = [passage for _, passage in ranked]
            bias = torch.zeros(len(passages), device=self._device)
            if example.source == "realtimeqa":
                ages = torch.tensor([passage.age for passage in passages], device=self._device)
                bias = self._prior(ages, torch.tensor([float(rank) for rank, _ in ranked], device=self._device))
            losses.append(question_loss([next(rows) for _ in tokens], bias, passages, tokens))
        loss = torch.stack(losses).sum() / len(questions)
        loss.backward()
        return float(loss.detach())

    def _scores(self, tokens: Sequence[Tokens]) -> list[torch.Tensor]:
        """Each text's scores, in the given order."""
        by_length = sorted(range(len(tokens)), key=lambda n: len(tokens[n].ids))
        scores: list[torch.Tensor] = [torch.empty(0)] * len(tokens)
        for first in range(0, len(tokens), ROWS_AT_ONCE):
            chosen = by_length[first : first + ROWS_AT_ONCE]
            for n, row in zip(chosen, token_scores(self._network, [tokens[n] for n in chosen]), strict=True):
                scores[n] = row
        return scores


def mean_of(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Each weight as it is `BEFORE` of the way back to what it was."""
    return {name: torch.lerp(after[name].cpu(), values, BEFORE) for name, values in before.items()}


def main() -> None:
    """Examples, training, weights, calibration."""
    data = development_data()
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch)
        made = kept / "examples.pickle"
        if not made.is_file():
            found = examples(data, Path(scratch))
            kept.mkdir(parents=True, exist_ok=True)
            made.write_bytes(pickle.dumps(found))
        questions = plan(pickle.loads(made.read_bytes()))
        source, _ = model_source(None)
        tokenizer = open_tokenizer(source / "tokenizer.json")
        network = shipped_reader(SHIPPED, source)
        before = {name: values.clone() for name, values in network.state_dict().items()}
        Training(questions, network, slips(data)).run(tokenizer, kept / "state.pt")
    network.cpu().load_state_dict(mean_of(before, network.state_dict()))
    write(network, tokenizer=source / "tokenizer.json", window=WINDOW, target=target)
    recalibrate(target)


if __name__ == "__main__":
    main()
