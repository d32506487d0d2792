"""Rerankers that sentence-transformers saves as chains of modules, as the reader."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dateline.index.archive import Archive
from dateline.index.article import Span
from dateline.index.encoder_export import open_encoder
from dateline.index.errors import EncoderError, ReaderError
from dateline.index.header import header
from dateline.index.search import Searcher
from dateline.rag.answerer import Answerer
from dateline.rag.question import Question
from dateline.rag.reading.reader import OpenVinoReader
from dateline.rag.reading.reader_export import MEANING, open_reader
from dateline.rag.reading.reader_input import Text
from tests.articles import FAKE, NOW, news, record, take_in
from tests.tiny_models import tiny_encoder, tiny_reranker

pytest.importorskip("sentence_transformers", reason="the extra `models` is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # those libraries' own

QUESTION = "Who closed the bridge?"
SENTENCES = [
    "Council workers closed the bridge on Monday.",
    "The mayor had the bridge closed by the police.",
    "Engineers who saw the bridge closed the road, too.",
    "The ferry was closed after the bridge was.",
]
VOCABULARY = sorted({word for text in [QUESTION, *SENTENCES] for word in re.findall(r"\w+|[^\w\s]", text.lower())})


def own_scores(folder: Path, pairs: list[tuple[str, str]]) -> Any:
    """What the library computes, before its activation function."""
    import torch
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
    return model.predict(pairs, activation_fn=torch.nn.Identity())


def tolerance() -> float:
    """How far scores may be off: some processors calculate in bfloat16."""
    import openvino as ov

    return 0.5 if "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else 1e-3


def test_scores_are_those_of_the_library(tmp_path: Path) -> None:
    folder = tiny_reranker(tmp_path / "mine")
    reader = open_reader(folder, tmp_path / "cache")
    assert isinstance(reader, OpenVinoReader)
    assert re.fullmatch(r"saved@[0-9a-f]{12}", reader.name)
    texts = []
    for seed in range(5):  # up to 60 words: beyond the example that is traced, and beyond local attention
        words = " ".join(news(seed).split()[: 5 + 12 * seed])
        spans = tuple(Span(*found.span()) for found in re.finditer(r"[^.\s][^.]*\.?", words))
        texts.append(Text(f"Title {seed}", words, spans))
    pairs = [(QUESTION, f"{text.header}\n{span.of(text.words)}") for text in texts for span in text.sentences]
    expected = own_scores(folder, pairs)
    read = [sentence for sentences in reader.read(QUESTION, texts) for sentence in sentences]
    assert np.abs(np.array([sentence.score for sentence in read]) - expected).max() < tolerance()
    assert np.ptp(expected) > 3
    assert all(sentence.span is None for sentence in read)


def test_it_ranks_the_sentences_of_an_answer(tmp_path: Path, archive: Archive) -> None:
    folder = tiny_reranker(tmp_path / "mine", words=VOCABULARY, bias=30.0, seed=4)
    take_in(archive, *(record(f"a{n}", text, title="Bridge") for n, text in enumerate(SENTENCES)))
    answerer = Answerer(Searcher(archive, FAKE), open_reader(folder, tmp_path / "cache"))
    answer = answerer.answer(Question(QUESTION, NOW))
    above = header(archive.article("a0").article)
    scores = own_scores(folder, [(QUESTION, f"{above}\n{text}") for text in SENTENCES])
    nearness = FAKE.encode_document([f"Bridge. {text}" for text in SENTENCES]) @ FAKE.encode_query([QUESTION])[0]
    order = np.argsort(-(scores + MEANING * nearness))
    assert answer.status == "answered"
    assert answer.receipt.reader == answerer.reader.name
    assert answer.claims[0].text == SENTENCES[order[0]]
    assert answer.short_answer is None
    assert order[0] != np.argmax(nearness)  # it is the reranker that decides


def test_two_labels_and_three(tmp_path: Path) -> None:
    folder = tiny_reranker(tmp_path / "two", labels=2)
    text = Text("", "Some words.", (Span(0, 11),))
    ((read,),) = open_reader(folder, tmp_path / "cache").read(QUESTION, [text])
    ((no, yes),) = own_scores(folder, [(QUESTION, "\nSome words.")])
    assert read.score == pytest.approx(yes - no, abs=tolerance())
    with pytest.raises(ReaderError, match="is no cross-encoder: it has 3 labels"):
        open_reader(tiny_reranker(tmp_path / "three", labels=3), tmp_path / "cache")


def test_what_is_no_reranker(tmp_path: Path) -> None:
    folder = tiny_reranker(tmp_path / "mine")
    with pytest.raises(EncoderError, match="is not an encoder but a CrossEncoder"):
        open_encoder(folder, tmp_path / "cache")
    config = folder / "config_sentence_transformers.json"
    about = json.loads(config.read_text())
    config.write_text(json.dumps({**about, "prompts": {"ask": "query: "}, "default_prompt_name": "ask"}))
    with pytest.raises(ReaderError, match="wants a prompt before the question"):
        open_reader(folder, tmp_path / "cache")
    config.write_text(json.dumps(about))
    (folder / "modules.json").write_text("{")
    with pytest.raises(ReaderError, match="can't be loaded as a sentence-transformers cross-encoder"):
        open_reader(folder, tmp_path / "cache")
    with pytest.raises(ReaderError, match=r"is no reader: its config\.json names BertModel"):
        open_reader(tiny_encoder(tmp_path / "encoder"), tmp_path / "cache")
    assert not list(tmp_path.glob("cache/*"))
