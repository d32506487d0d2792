"""The parts of training whose mistakes would be seen only after an hour, or never."""

import gzip
import json
import math
import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split
from tokenizers.processors import BertProcessing

from dateline.index.article import Span
from dateline.index.encoder import InitialsEncoder
from dateline.rag.reading.reader_input import Text, Tokens
from training.examples import SHORT, Example, Pages, Passage, occurrences, realtimeqa, shortened

torch = pytest.importorskip("torch", reason="the extra `models` is not installed")

from training.network import ReaderNetwork, question_loss  # noqa: E402
from training.reader import AMONG_NEWS, NEWS_EPOCHS, QUESTIONS_A_STEP, Training, drawn, mean_of, plan  # noqa: E402

SPILL = "The harbour of Saltmarsh was closed on Monday after a tanker lost 4,300 barrels of oil near the mole."
AGAIN = "Port officials said the tanker had lost 4,300 barrels of oil near the mole, the worst spill in the harbour."
OTHER = "The council of Larkfield voted for a new library beside the station, which will open in spring."


def write_pages(folder: Path) -> Path:
    folder.mkdir()
    padding = "Nobody had expected anything of the kind to be decided so soon. " * 4
    pages = [
        {"id": id, "title": title, "outlet": "Gazette", "url": None, "published": day, "text": f"{text} {padding}"}
        for id, title, day, text in (
            ("spill", "Tanker closes harbour", "2024-05-06", SPILL),
            ("again", "Worst spill in years", "2024-05-07", AGAIN),
            ("library", "New library", "2023-05-07", OTHER),
        )
    ]
    questions = [{"question": "How much oil did the tanker lose?", "gold": "4,300 barrels", "asked": "2024-05-08"}]
    for name, rows in (("articles", pages), ("questions", questions)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    return folder


@pytest.mark.parametrize(
    ("words", "answer", "found"),
    [
        ("Some 42 fell; 142 fled, 42.", "42", ["42", "42"]),
        ("The U.S. said so. The US denied it.", "U.S.", ["U.S", "US"]),
        ("“Roe v. Wade” fell.", "roe v wade", ["Roe v. Wade"]),
        ("It paid $5 and 5%.", "$5", ["$5"]),
        ("the end", "the", []),
        ("nothing", "…", []),
    ],
)
def test_an_answer_is_found_as_whole_words(words: str, answer: str, found: list[str]) -> None:
    assert [span.of(words) for span in occurrences(words, answer)] == found


def test_questions_of_a_year_find_their_passages(tmp_path: Path) -> None:
    pages = Pages(write_pages(tmp_path / "year"), InitialsEncoder(), tmp_path / "words")
    (example,) = realtimeqa(pages)
    assert example.question == "How much oil did the tanker lose?"
    with_answer = [passage for passage in example.passages if passage.answers]
    assert len(with_answer) == 2
    assert all(span.of(p.text.words) == "4,300 barrels" for p in with_answer for span in p.answers)
    assert 0 < with_answer[0].age < 1


def passage(rank: int, *, right: bool) -> Passage:
    return Passage(Text("", f"p{rank}", ()), (Span(0, 1),) if right else (), 0.0)


def test_a_draw_has_right_and_wrong_passages_once_each_with_their_ranks() -> None:
    example = Example("realtimeqa", "?", tuple(passage(n, right=n in (3, 4, 5)) for n in range(10)))
    without_right = 0
    for seed in range(300):
        chosen = drawn(example, random.Random(seed))
        assert len(chosen) == len({rank for rank, _ in chosen}) == 4
        assert all(example.passages[rank] is one for rank, one in chosen)
        right = sum(bool(one.answers) for _, one in chosen)
        assert right in (0, 2)
        without_right += right == 0
    assert 25 <= without_right <= 70  # UNANSWERABLE of them


def test_a_draw_never_takes_the_only_passages_away() -> None:
    example = Example("realtimeqa", "?", (passage(0, right=True),))
    assert all(drawn(example, random.Random(seed)) for seed in range(50))


def test_the_news_come_last_among_some_of_what_came_before() -> None:
    counts = {"paragraphs": AMONG_NEWS + 30, "realtimeqa": 8, "xquad": 8, "timeqa": 16}
    examples = {
        name: [Example(name, str(n), (passage(0, right=True),)) for n in range(count)] for name, count in counts.items()
    }
    learned = plan(examples)
    assert Counter(e.source for e in learned[:30]) == {"paragraphs": 30}
    assert Counter(e.source for e in learned[30:]) == {
        "paragraphs": AMONG_NEWS,
        "realtimeqa": 8 * NEWS_EPOCHS,
        "xquad": 8,
        "timeqa": 2 * NEWS_EPOCHS,
    }
    assert len(set(learned)) == sum(counts.values()) - 16 + 2 * NEWS_EPOCHS


def test_a_shortened_passage_keeps_an_answer_in_its_place() -> None:
    sentences = tuple(Span(4 * n, 4 * n + 3) for n in range(12))
    words = " ".join(f"{n:02}." for n in range(12))
    whole = Passage(Text("", words, sentences), (Span(28, 30), Span(40, 42)), 0.5)
    seen = set()
    for seed in range(60):
        short = shortened(whole, random.Random(seed))
        assert len(short.text.sentences) == SHORT
        assert {span.of(short.text.words) for span in short.answers} <= {"07", "10"}
        assert short.answers
        firsts = [span.of(short.text.words) for span in short.text.sentences]
        assert firsts == [f"{n:02}." for n in range(int(firsts[0][:2]), int(firsts[0][:2]) + SHORT)]
        seen.add(firsts[0])
    assert len(seen) > 4
    assert shortened(short, random.Random(0)) is short


def two_sentences(answers: tuple[Span, ...]) -> tuple[Passage, Tokens]:
    """Tokens: [CLS], then two sentences of two tokens each, one character a token."""
    offsets = np.array([[-1, -1], [0, 1], [1, 2], [2, 3], [3, 4]])
    tokens = Tokens(np.arange(5), np.zeros(5, np.int64), offsets, ((1, 3), (3, 5)))
    return Passage(Text("", "abcd", (Span(0, 2), Span(2, 4))), answers, 0.0), tokens


def loss_of(scores: Any, answers: tuple[Span, ...]) -> float:
    passage, tokens = two_sentences(answers)
    return float(question_loss(torch.tensor([scores]), torch.zeros(1), [passage], [tokens]))


def test_the_loss_of_equal_scores_can_be_counted() -> None:
    # Two sentences and "none" are equally likely, and so are four starts or ends and "none".
    assert loss_of([[0.0, 0.0, 0.0]] * 5, (Span(2, 3),)) == pytest.approx(math.log(3) + math.log(5))
    assert loss_of([[0.0, 0.0, 0.0]] * 5, ()) == pytest.approx(math.log(3) + math.log(5))


def test_the_loss_falls_where_the_right_sentence_and_span_score_higher() -> None:
    flat = [[0.0, 0.0, 0.0]] * 5
    better = [[0.0] * 3, [0.0] * 3, [0.0] * 3, [2.0, 2.0, 2.0], [2.0, 0.0, 0.0]]
    assert loss_of(better, (Span(2, 3),)) < loss_of(flat, (Span(2, 3),)) < loss_of(better, (Span(0, 1),))
    assert loss_of(better, ()) > loss_of(flat, ())


def tiny_network(folder: Path) -> ReaderNetwork:
    """One of random weights that reads letters."""
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=40, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=64,
    )  # fmt: skip
    torch.manual_seed(0)
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return ReaderNetwork(folder)


def letters() -> Tokenizer:
    vocabulary = {token: n for n, token in enumerate(["[UNK]", "[CLS]", "[SEP]", *"abcdefghijklmnopqrstuvwxyz.?"])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split("", "isolated")
    tokenizer.post_processor = BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    return tokenizer


def test_a_run_that_was_stopped_ends_as_one_that_was_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.optimization.SAVED", 1)
    text = Text("", "abc. def.", (Span(0, 4), Span(5, 9)))
    questions = [
        Example("realtimeqa", "ab?", (Passage(text, (Span(0, 3),), n / 100), Passage(text, (), 0.1)))
        for n in range(4 * QUESTIONS_A_STEP)
    ]

    def trained(saved: Path, stop_before: int | None = None) -> dict[str, Any]:
        network = tiny_network(tmp_path / "encoder")
        training = Training(questions, network, {})
        step, count = training._step, 0

        def counted(*arguments: Any) -> float:
            nonlocal count
            if count == stop_before:
                raise KeyboardInterrupt
            count += 1
            return step(*arguments)

        monkeypatch.setattr(training, "_step", counted)
        training.run(letters(), saved)
        return dict(network.state_dict())

    whole = trained(tmp_path / "whole.pt")
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "stopped.pt", stop_before=2)
    resumed = trained(tmp_path / "stopped.pt", stop_before=2)  # two of four were done
    untrained = tiny_network(tmp_path / "encoder").state_dict()
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert any(not torch.equal(whole[name], untrained[name]) for name in whole)


def test_the_mean_of_two_networks_lies_between_them() -> None:
    before, after = {"weight": torch.tensor([0.0, 4.0])}, {"weight": torch.tensor([2.0, 4.0])}
    assert torch.equal(mean_of(before, after)["weight"], torch.tensor([1.0, 4.0]))
