"""What a model states is put before questions and passages: as sentence-transformers does it, on both sides."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dateline.index.archive import Archive
from dateline.index.encoder import (
    NO_PROMPTS,
    Embeddings,
    Encoder,
    InitialsEncoder,
    OpenVinoEncoder,
    Prompts,
    SentenceTransformerEncoder,
    load_sentence_transformer,
)
from dateline.index.encoder_export import open_encoder
from dateline.index.errors import ConflictError, EncoderError
from dateline.index.search import Searcher
from tests.articles import news, passages_in, record, take_in
from tests.tiny_models import DOCUMENT, QUERY, tiny_encoder

pytest.importorskip("sentence_transformers", reason="the extra `models` is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # those libraries' own

TEXTS = [" ".join(news(seed).split()[: 3 + 4 * seed]) for seed in range(5)]
PROMPTED = {"query": QUERY, "document": DOCUMENT}


def within() -> float:
    """How far components may be off: some processors calculate in bfloat16."""
    import openvino as ov

    return 0.03 if "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else 1e-3


def library(folder: Path) -> tuple[Any, Any]:
    """The library's own embeddings of `TEXTS` as questions and as documents."""
    model = load_sentence_transformer(folder, "cpu")
    return (
        model.encode_query(TEXTS, normalize_embeddings=True),
        model.encode_document(TEXTS, normalize_embeddings=True),
    )


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with both prompts."""
    return tiny_encoder(tmp_path_factory.mktemp("prompted"), prompts=PROMPTED)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it is converted to."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def exported(prompted: Path, cache: Path) -> Encoder:
    """The same, as the product runs it."""
    return open_encoder(prompted, cache)


@pytest.mark.parametrize(
    "settings",
    [
        {"prompts": PROMPTED, "default_prompt_name": "query", "architecture": "ModernBert"},
        {"prompts": {"query": QUERY, "other": DOCUMENT}, "default_prompt_name": "other", "pooling": "cls"},
        {"prompts": PROMPTED, "truncate_dim": 16, "architecture": "Qwen3", "pooling": "lasttoken"},
    ],
    ids=["mean, local attention", "first token", "last token"],
)
def test_embeddings_are_those_of_the_library(tmp_path: Path, settings: dict[str, Any]) -> None:
    folder = tiny_encoder(tmp_path / "model", **settings)
    encoder = open_encoder(folder, tmp_path / "cache")
    assert isinstance(encoder, OpenVinoEncoder)
    queries, documents = library(folder)
    assert encoder.encode_query(TEXTS).shape == queries.shape == (5, settings.get("truncate_dim", 32))
    assert np.abs(encoder.encode_query(TEXTS) - queries).max() < within()
    assert np.abs(encoder.encode_document(TEXTS) - documents).max() < within()
    reference = SentenceTransformerEncoder(load_sentence_transformer(folder, "cpu"), name="saved@x", languages=None)
    assert (reference.prompts, reference.dimension) == (encoder.prompts, encoder.dimension)
    assert np.abs(reference.encode_query(TEXTS) - queries).max() < 1e-5
    assert np.abs(reference.encode_document(TEXTS) - documents).max() < 1e-5


def test_a_prompt_for_passages_may_be_called_so(tmp_path: Path) -> None:
    """sentence-transformers 6.2 has an empty `document` ready, which hides it: here it is used all the same."""
    folder = tiny_encoder(tmp_path / "model", prompts={"query": QUERY, "passage": DOCUMENT})
    encoder = open_encoder(folder, tmp_path / "cache")
    assert encoder.prompts == Prompts(QUERY, DOCUMENT)
    expected = load_sentence_transformer(folder, "cpu").encode(TEXTS, prompt=DOCUMENT, normalize_embeddings=True)
    assert np.abs(encoder.encode_document(TEXTS) - expected).max() < within()


def test_search_ranks_as_the_library_does_and_not_as_without_prompts(
    archive: Archive, prompted: Path, exported: Encoder
) -> None:
    texts = [" ".join(news(seed).split()[:9]) for seed in range(5)]
    take_in(archive, *(record(f"a{n}", text, published=None) for n, text in enumerate(texts)), encoder=exported)
    model = load_sentence_transformer(prompted, "cpu")

    def ranked(queries: Callable[..., Any], documents: Callable[..., Any]) -> list[list[int]]:
        # A passage is embedded under its header, which is empty here.
        scores = (
            queries(texts, normalize_embeddings=True)
            @ documents([f"\n{text}" for text in texts], normalize_embeddings=True).T
        )
        return [[int(n) for n in np.argsort(-row)] for row in scores]

    searcher = Searcher(archive, exported)
    places = {number: place for place, number in enumerate(passages_in(archive))}
    found = [[places[hit.number] for hit in searcher.rankings(text)[0]] for text in texts]
    assert found == ranked(model.encode_query, model.encode_document)
    assert found != ranked(model.encode, model.encode)
    assert found != ranked(model.encode_document, model.encode_document)


def test_names_of_prompts() -> None:
    assert Prompts().identify("e5@12") == "e5@12"
    names = {Prompts(*both).identify("e5@12") for both in (("a", ""), ("", "a"), ("a", "a"), ("a", "b"), ("ab", ""))}
    assert len(names) == 5
    assert all(name.startswith("e5@12+") for name in names)


def test_prompts_are_part_of_the_identity(tmp_path: Path, archive: Archive, exported: Encoder, cache: Path) -> None:
    take_in(archive, record("a", news(1)), encoder=exported)
    (folder,) = (file.parent for file in cache.glob("*/encoder.json"))
    file = shutil.copytree(folder, tmp_path / "other") / "encoder.json"
    about = json.loads(file.read_text())
    file.write_text(json.dumps({**about, "prompts": {"query": "question : ", "document": DOCUMENT}}))
    other = open_encoder(file.parent, cache)
    with pytest.raises(ConflictError, match=r"made with the encoder saved@\w+\+\w+, not saved@\w+\+\w+") as caught:
        Searcher(archive, other)
    assert "dateline encoder use" in caught.value.hint
    with pytest.raises(ConflictError):
        take_in(archive, record("b", news(2)), encoder=other)
    file.write_text(json.dumps({name: value for name, value in about.items() if name != "prompts"}))
    earlier = open_encoder(file.parent, cache)  # exported before there were prompts
    assert (earlier.prompts, earlier.name) == (NO_PROMPTS, about["name"])
    file.write_text(json.dumps({**about, "dimension": 31}))
    with pytest.raises(EncoderError, match=r"makes embeddings of 32 numbers; its encoder\.json says 31"):
        open_encoder(file.parent, cache)


class Recording(InitialsEncoder):
    """The fake with a memory of what it was given, prompts included."""

    def __init__(self, max_tokens: int, prompts: Prompts) -> None:
        super().__init__(max_tokens, prompts=prompts)
        self.given: list[str] = []

    def encode_document(self, texts: Sequence[str]) -> Embeddings:
        self.given += [self.prompts.document + text for text in texts]
        return super().encode_document(texts)


@pytest.mark.parametrize(("window", "most"), [(64, 64 - 2), (1_000, 256 + 4)])
def test_a_prompt_counts_in_the_window(archive: Archive, window: int, most: int) -> None:
    encoder = Recording(window, Prompts("search for : ", "passage of news : "))
    take_in(archive, record("a", news(1, sentences=60), title="long " * 80), encoder=encoder)
    sizes = encoder.count_tokens(encoder.given)
    assert most - 16 <= max(sizes) <= most
    assert all(text.startswith("passage of news : long long") for text in encoder.given)


def test_a_prompt_that_leaves_no_room(tmp_path: Path) -> None:
    folder = tiny_encoder(tmp_path / "model", window=20, prompts={"document": DOCUMENT * 3})
    with pytest.raises(EncoderError, match=r"the document prompt of .* has 15 tokens") as caught:
        open_encoder(folder, tmp_path / "cache")
    assert "max_seq_length" in caught.value.hint
    assert not list(tmp_path.glob("cache/*"))


def test_what_is_no_encoder(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "config.json").write_text(json.dumps({"architectures": ["BertForQuestionAnswering"]}))
    with pytest.raises(EncoderError, match=r"is not an encoder: its config\.json names BertForQuestionAnswering"):
        open_encoder(folder, tmp_path / "cache")
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"model_type": "CrossEncoder"}))
    with pytest.raises(EncoderError, match="is not an encoder but a CrossEncoder"):
        open_encoder(folder, tmp_path / "cache")
    assert not list(tmp_path.glob("cache/*"))


def test_a_model_that_pools_without_its_prompt_is_not_converted(tmp_path: Path) -> None:
    folder = tiny_encoder(tmp_path / "model", prompts=PROMPTED)
    config = folder / "1_Pooling" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "include_prompt": False}))
    with pytest.raises(EncoderError, match="its embeddings come out differently") as caught:
        open_encoder(folder, tmp_path / "cache")
    assert "DATELINE_DEVICE=cuda" in caught.value.hint
    assert not list(tmp_path.glob("cache/*"))
