import random
from pathlib import Path

import numpy as np
import pytest

from dateline.index.encoder import Encoder, OpenVinoEncoder, SentenceTransformerEncoder, load_sentence_transformer
from dateline.index.encoder_export import export, open_encoder
from dateline.index.errors import EncoderError
from dateline.index.read import NoticeError, Record, parse, records
from tests.articles import SAMPLES, news
from tests.tiny_models import tiny_encoder

pytest.importorskip("sentence_transformers", reason="the extra `models` is not installed")


def slices(texts: list[str], count: int) -> list[str]:
    """Slices of the texts from one word to more than a window holds, most of them short; the same ones every time."""
    rng = random.Random(4)
    found = []
    for _ in range(count):
        words = rng.choice(texts).split()
        length = min(len(words), round(2 ** (8.5 * rng.random() ** 2)))
        start = rng.randrange(len(words) - length + 1)
        found.append(" ".join(words[start : start + length]))
    return found


def agreement(one: Encoder, other: Encoder, texts: list[str]) -> float:
    """The lowest cosine between two encoders' embeddings of a text."""
    products = one.encode_document(texts).astype(np.float64) * other.encode_document(texts).astype(np.float64)
    return float(products.sum(axis=1).min())


def test_the_fast_path_agrees_with_the_reference_on_every_text(default_encoder: Encoder, reference: Encoder) -> None:
    articles = [parse(item).article.text for item in records([SAMPLES]) if isinstance(item, Record)]
    texts = slices(
        [*articles, "“Ω” — 漢字 👩‍👩‍👧 e\u0301 <b>&amp;</b> https://example.org/?q=1#x \x00 ﬁ №42 " * 9], 120
    )
    assert len(texts) == 120
    assert agreement(default_encoder, reference, texts) >= 0.999


def test_the_fast_path_agrees_on_real_pages(default_encoder: Encoder, reference: Encoder, dev_data: Path) -> None:
    articles = []
    for item in records([dev_data / "data" / "realtimeqa" / "train-2025"]):
        if isinstance(item, Record):
            try:
                articles.append(parse(item).article.text)
            except NoticeError:
                continue
        if len(articles) == 200:
            break
    assert len(articles) == 200
    assert agreement(default_encoder, reference, slices(articles, 120)) >= 0.999


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two models of the same weights that pool otherwise."""
    folder = tmp_path_factory.mktemp("tiny")
    return {pooling: tiny_encoder(folder / pooling, pooling=pooling, window=40) for pooling in ("mean", "cls")}


@pytest.fixture(scope="module")
def exported(tiny: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Encoder]:
    """The same, from one cache."""
    cache = tmp_path_factory.mktemp("cache")
    encoders = {pooling: open_encoder(model, cache) for pooling, model in tiny.items()}
    made = sorted((file, file.stat().st_mtime_ns) for file in cache.glob("*/encoder.json"))
    assert [open_encoder(model, cache).name for model in tiny.values()] == [e.name for e in encoders.values()]
    assert sorted((file, file.stat().st_mtime_ns) for file in cache.glob("*/encoder.json")) == made
    return encoders


@pytest.mark.filterwarnings("ignore")  # those libraries' own
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_any_sentence_transformers_model_goes_through(
    tiny: dict[str, Path], exported: dict[str, Encoder], pooling: str
) -> None:
    encoder = exported[pooling]
    assert isinstance(encoder, OpenVinoEncoder)
    assert (encoder.dimension, encoder.max_tokens, encoder.languages) == (32, 40, None)
    assert encoder.name.startswith("saved@")
    reference = SentenceTransformerEncoder(load_sentence_transformer(tiny[pooling], "cpu"), name="x", languages=None)
    texts = [*slices([news(seed) for seed in range(5)], 60), "", "unheard-of words"]
    assert agreement(encoder, reference, texts) >= 0.999
    assert encoder.count_tokens(texts) == reference.count_tokens(texts)


@pytest.mark.filterwarnings("ignore")
def test_the_same_weights_pooled_otherwise_are_another_model(exported: dict[str, Encoder]) -> None:
    assert exported["mean"].name != exported["cls"].name
    assert agreement(exported["mean"], exported["cls"], [news(1)]) < 0.9


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="there is no folder") as caught:
        open_encoder(tmp_path / "nowhere", tmp_path / "cache")
    assert "SentenceTransformer.save()" in caught.value.hint
    with pytest.raises(EncoderError, match="holds no model"):
        export(tmp_path, tmp_path / "target")
    assert not (tmp_path / "target").exists()


@pytest.mark.filterwarnings("ignore")
def test_a_damaged_model_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(EncoderError, match="can't be loaded as a sentence-transformers model"):
        open_encoder(tmp_path / "model", tmp_path / "cache")
    assert not list(tmp_path.glob("cache/*"))
